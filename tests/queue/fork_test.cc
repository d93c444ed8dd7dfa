// A forked child and the queues it inherits. What another thread was doing in one of them, nobody
// does there.
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/queue.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "queue/flavours.h"
#include "testing/child.h"
#include "testing/party.h"
#include "testing/repeat.h"

namespace skein::testing {
namespace {

// An item that stops, on request, where it is moved from (under the queue's lock) or destroyed
// (outside it).
struct Stopping {
  explicit Stopping(int v) : value(v) {}
  Stopping(const Stopping&) = default;
  Stopping(Stopping&& other) noexcept : value(other.value) { stop(in_move); }
  Stopping& operator=(const Stopping&) = default;
  Stopping& operator=(Stopping&&) noexcept = default;
  ~Stopping() { stop(in_destructor); }
  friend bool operator<(const Stopping& a, const Stopping& b) { return a.value < b.value; }

  // Zero: does not stop. One: the next to come here stops and makes it two, until it is zero again.
  static void stop(std::atomic<int>& where) {
    int asked = 1;
    if (!where.compare_exchange_strong(asked, 2)) return;
    while (where != 0) ::sched_yield();
  }
  static inline std::atomic<int> in_move{0};
  static inline std::atomic<int> in_destructor{0};

  int value;
};

template <class Flavour>
class QueueFork : public ::testing::Test {
 protected:
  QueueFork() { measure_spin_budget(); }
};
TYPED_TEST_SUITE(QueueFork, AllQueues, FlavourNames);

template <class F>
bool raises_runtime_error(F call) {
  try {
    call();
  } catch (const RuntimeError&) {
    return true;
  }
  return false;
}

TYPED_TEST(QueueFork, AQueueThatNobodyWasUsingWorksInTheChild) {
  SKEIN_FORKS();
  Made<TypeParam, std::string> made;
  Made<TypeParam, std::string> awaited;
  made.q.put("from the parent");
  Party getter([&] { EXPECT_EQ(awaited.q.get(), "after all"); });  // Waits in it, which is not using it.
  ASSERT_TRUE(getter.blocks());
  const Outcome child = run_forked([&] {
    for (auto* q : {&made.q, &awaited.q}) {
      for (int i = 0; i < 1000; ++i) q->put("x");
      for (int i = 0; i < 1000; ++i) static_cast<void>(q->get(true, 5));
      // Also between two threads.
      std::thread putter([&] { q->put("y"); });
      static_cast<void>(q->get());
      putter.join();
    }
    return made.q.qsize() == 1 && awaited.q.empty() ? 0 : 1;
  });
  EXPECT_TRUE(child.good()) << child;
  EXPECT_EQ(made.q.qsize(), 1U);
  awaited.q.put("after all");
}

// One waits in the parent; in the child the queue is destroyed, and must not wait for it.
TYPED_TEST(QueueFork, TheChildMayDestroyAQueueInWhichTheParentWaits) {
  SKEIN_FORKS();
  auto made = std::make_unique<Made<TypeParam, std::string>>();
  Party getter([&] { EXPECT_EQ(made->q.get(), "x"); });
  ASSERT_TRUE(getter.blocks());
  const Outcome child = run_forked([&] {
    made.reset();
    return 0;
  });
  EXPECT_TRUE(child.good()) << child;
  made->q.put("x");
}

TYPED_TEST(QueueFork, AQueueThatAnotherThreadWasUsingIsAnErrorInTheChild) {
  SKEIN_FORKS();
  static std::optional<Made<TypeParam, Stopping>> made;  // Static: destroyed by exit() in the child as well.
  made.emplace();
  auto& q = made->q;
  q.put(Stopping(1));
  Stopping::in_move = 1;
  Party getter([&] { static_cast<void>(q.get()); });
  while (Stopping::in_move != 2) ::sched_yield();  // It is in the middle of its get().
  const Outcome child = run_forked([&] {
    int errors = 0;
    errors += raises_runtime_error([&] { q.put(Stopping(1)); });
    errors += raises_runtime_error([&] { static_cast<void>(q.get()); });
    errors += raises_runtime_error([&] { static_cast<void>(q.get(true, 1)); });
    errors += raises_runtime_error([&] { static_cast<void>(q.get_nowait()); });
    errors += raises_runtime_error([&] { static_cast<void>(q.try_get()); });
    errors += raises_runtime_error([&] { static_cast<void>(q.qsize()); });
    errors += raises_runtime_error([&] { static_cast<void>(q.empty()); });
    int expected = 7;
    if constexpr (TypeParam::kBounded) {
      errors += raises_runtime_error([&] { static_cast<void>(q.try_put(Stopping(1))); });
      errors += raises_runtime_error([&] { q.task_done(); });
      errors += raises_runtime_error([&] { q.join(); });
      errors += raises_runtime_error([&] { q.shutdown(true); });
      expected += 4;
    }
    Stopping::in_move = 0;
    if (errors != expected) return 1;
    made.reset();  // And to destroy it does no harm, though its items are not.
    return 0;
  });
  Stopping::in_move = 0;
  getter.join();
  made.reset();
  EXPECT_TRUE(child.good()) << child;
}

// The other thread is through with its get(), but for the remains of the item, which nobody
// destroys in the child.
TYPED_TEST(QueueFork, RemainsThatAnotherThreadWasDestroyingHoldNobodyUpInTheChild) {
  SKEIN_FORKS();
  if (TypeParam::kOrder != Order::kFirstFirst) GTEST_SKIP() << "keeps no remains";
  auto made = std::make_unique<Made<TypeParam, Stopping>>();
  auto& q = made->q;
  for (int i = 0; i < 3; ++i) q.put(Stopping(i));
  Stopping::in_destructor = 1;
  Party getter([&] { static_cast<void>(q.get()); });
  while (Stopping::in_destructor != 2) ::sched_yield();
  const Outcome child = run_forked([&] {
    Stopping::in_destructor = 0;
    if (q.get().value != 1 || q.get().value != 2) return 1;
    for (int i = 0; i < 10'000; ++i) {
      q.put(Stopping(i));
      if (q.get().value != i) return 2;
    }
    q.put(Stopping(1));
    if constexpr (TypeParam::kBounded) q.shutdown(true);
    made.reset();
    return 0;
  });
  Stopping::in_destructor = 0;
  getter.join();
  EXPECT_TRUE(child.good()) << child;
  EXPECT_EQ(q.qsize(), 2U);
}

// Four hammer it, and any child must come to an end, one way or the other.
TYPED_TEST(QueueFork, AChildOfAProcessThatHammersAQueueEnds) {
  SKEIN_FORKS();
  Made<TypeParam, std::string> made;
  auto& q = made.q;
  std::atomic<bool> over{false};
  std::deque<Party> parties;
  for (int i = 0; i < 4; ++i) {
    parties.emplace_back([&] {
      while (!over) {
        q.put("some text that does not fit into a string itself");
        static_cast<void>(q.try_get());
      }
    });
  }
  for (std::int64_t i = 0; i < repeat(100); ++i) {
    const Outcome child = run_forked(
        [&] {
          try {
            q.put("x");
            static_cast<void>(q.get());
          } catch (const RuntimeError&) {
          }
          ::_exit(0);
          return 0;
        },
        5);
    EXPECT_TRUE(child.good()) << child;
    if (!child.good()) break;  // The others must be told, too.
  }
  over = true;
}

}  // namespace
}  // namespace skein::testing
