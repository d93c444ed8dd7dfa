// Rows Q5, Q6 and Q8 of the fault table, each under its number: items that use the queue when they die, shutdowns, and
// queues that are destroyed under those who wait.
#include <gtest/gtest.h>
#include <sched.h>
#include <skein/queue.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>

#include "queue/faults.h"
#include "queue/flavours.h"
#include "queue/items.h"
#include "testing/asleep.h"
#include "testing/repeat.h"

namespace skein::testing {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using Clock = std::chrono::steady_clock;

// ---- Q5: items that use the queue themselves ----

// Calls `on_death` whenever one of them dies, also one that was moved from.
template <class Queue>
struct Talkative {
  explicit Talkative(int v) : value(v) {}
  Talkative(const Talkative&) = default;
  Talkative(Talkative&&) noexcept = default;
  Talkative& operator=(const Talkative&) = default;
  Talkative& operator=(Talkative&&) noexcept = default;
  ~Talkative() {
    if (on_death) on_death(value);
  }
  friend bool operator<(const Talkative& a, const Talkative& b) { return a.value < b.value; }

  int value;
  static inline std::function<void(int)> on_death;
};

// The same with a move that may throw, so that the queue keeps it in a box.
template <class Queue>
struct TalkativeBoxed : Talkative<Queue> {
  using Talkative<Queue>::Talkative;
  TalkativeBoxed(const TalkativeBoxed&) = default;
  TalkativeBoxed(TalkativeBoxed&& other) noexcept(false) : Talkative<Queue>(std::move(other)) {}
  TalkativeBoxed& operator=(const TalkativeBoxed&) = default;
  ~TalkativeBoxed() = default;
};

// A queue of Talkative that its items know.
template <class Flavour, template <class> class Item>
struct Circle {
  struct Type;
  using Element = Item<Type>;
  using Made = testing::Made<Flavour, Element>;

  Circle() = default;
  Circle(const Circle&) = delete;
  Circle& operator=(const Circle&) = delete;
  ~Circle() { Element::on_death = nullptr; }
};

template <class Flavour, template <class> class Item>
void die_while_using_the_queue() {
  using C = Circle<Flavour, Item>;
  using Element = typename C::Element;
  C circle;
  auto made = std::make_unique<typename C::Made>();
  auto& q = made->q;
  int deaths = 0;
  int children = 0;
  int depth = 0;
  const auto use = [&](int) {
    if (depth > 0) return;  // The children's own deaths.
    ++depth;
    ++deaths;
    // Would deadlock at once if the lock were held.
    static_cast<void>(q.qsize());
    static_cast<void>(q.empty());
    if (children < 5) {
      ++children;
      q.put(Element(100 + children));
    }
    --depth;
  };
  for (int i = 0; i < 600; ++i) q.put(Element(i));  // More than a segment.
  Element::on_death = use;
  {
    Element extra(-1);
    q.put(extra);
    q.put(std::move(extra));
    q.put(Element(-2));
  }
  EXPECT_GT(deaths, 0);
  deaths = 0;
  int got = 0;
  while (!q.empty()) {
    static_cast<void>(q.get());
    static_cast<void>(q.try_get());
    got += 2;
  }
  EXPECT_GE(deaths, got - 5);
  EXPECT_EQ(children, 5);

  // What is left when the queue goes, too.
  deaths = 0;
  Element::on_death = nullptr;
  for (int i = 0; i < 50; ++i) q.put(Element(i));
  children = 5;  // A put() to a queue that is being destroyed would throw out of the destructor.
  Element::on_death = use;
  made.reset();
  EXPECT_GE(deaths, 50);
}

TYPED_TEST(QueueFaults, Q5_ADestructorMayUseTheQueue) {
  die_while_using_the_queue<TypeParam, Talkative>();
  die_while_using_the_queue<TypeParam, TalkativeBoxed>();
}

template <class Flavour, template <class> class Item>
void die_in_a_shutdown() {
  using C = Circle<Flavour, Item>;
  using Element = typename C::Element;
  C circle;
  typename C::Made made;
  auto& q = made.q;
  int refused = 0;
  int depth = 0;
  for (int i = 0; i < 1000; ++i) q.put(Element(i));
  static_cast<void>(q.get());
  Element::on_death = [&](int value) {
    if (depth > 0) return;
    ++depth;
    static_cast<void>(q.qsize());
    if (!q.try_put(Element(value))) ++refused;
    try {
      q.put(Element(value));
    } catch (const queue::ShutDown&) {
      ++refused;
    }
    q.shutdown(true);
    --depth;
  };
  q.shutdown(true);
  EXPECT_EQ(refused, 2 * 999);
  EXPECT_TRUE(q.empty());
  EXPECT_THROW(q.get(), queue::ShutDown);
}

TYPED_TEST(TaskQueueFaults, Q5_ADestructorMayUseTheQueueThatIsBeingShutDown) {
  die_in_a_shutdown<TypeParam, Talkative>();
  die_in_a_shutdown<TypeParam, TalkativeBoxed>();
}

// The remains of an item that get() moves out are destroyed before get() returns: also they may
// shut the queue down, which must not wait for them.
template <class Flavour, template <class> class Item>
void shut_down_by_a_husk() {
  using C = Circle<Flavour, Item>;
  using Element = typename C::Element;
  C circle;
  typename C::Made made;
  auto& q = made.q;
  for (int i = 0; i < 10; ++i) q.put(Element(i));
  int calls = 0;
  Element::on_death = [&](int) {
    if (calls++ == 0) q.shutdown(true);
  };
  {
    const Element got = q.get();
    EXPECT_TRUE(q.is_shutdown());  // By the remains in the queue, not yet by `got`.
    EXPECT_GE(calls, 10);
  }
  EXPECT_TRUE(q.empty());
}

TYPED_TEST(TaskQueueFaults, Q5_TheRemainsOfAnItemMayShutTheQueueDown) {
  shut_down_by_a_husk<TypeParam, Talkative>();
  shut_down_by_a_husk<TypeParam, TalkativeBoxed>();
}

// An immediate shutdown does not wait for what another thread destroys.
TYPED_TEST(TaskQueueFaults, Q5_AShutdownDoesNotWaitForAnotherThreadsDestructor) {
  using C = Circle<TypeParam, Talkative>;
  using Element = typename C::Element;
  C circle;
  typename C::Made made;
  auto& q = made.q;
  for (int i = 0; i < 10; ++i) q.put(Element(i));
  std::atomic<bool> dying{false};
  std::atomic<bool> go_on{false};
  const auto slow = std::make_unique<std::atomic<std::int64_t>>(0);
  Element::on_death = [&](int) {
    if (slow->load() != this_tid()) return;
    slow->store(0);
    dying = true;
    while (!go_on) ::sched_yield();
  };
  typename TypeParam::Party getter([&] {
    slow->store(this_tid());
    static_cast<void>(q.get());
  });
  while (!dying) ::sched_yield();
  q.shutdown(true);
  EXPECT_THROW(q.get(), queue::ShutDown);
  go_on = true;
  getter.join();
}

// A put that fails destroys its copy, and not under the lock.
TEST_F(PriorityQueueFaults, Q5_AFailedPutDestroysItsCopyOutsideTheLock) {
  struct Type;
  using Element = TalkativeBoxed<Type>;
  queue::PriorityQueue<Element, TestyLess> q(2);
  q.put(Element(1));
  int deaths = 0;
  Element::on_death = [&](int) {
    ++deaths;
    static_cast<void>(q.qsize());
  };
  {
    Element item(2);
    TestyLess::fuse.set(1);
    EXPECT_TRUE(raises_boom([&] { q.put(item); }));
    TestyLess::fuse.set(1);
    EXPECT_TRUE(raises_boom([&] { q.put(std::move(item)); }));
    TestyLess::fuse.set(0);
    EXPECT_EQ(item.value, 2);
    q.put(item);
    EXPECT_THROW(q.put_nowait(item), queue::Full);
  }
  EXPECT_GE(deaths, 3);
  Element::on_death = nullptr;
}

// ---- Q6: a shutdown wakes everybody ----

TYPED_TEST(TaskQueueFaults, Q6_AShutdownWakesSixteenWhoWait) {
  for (const bool immediate : {false, true}) {
    for (const bool getting : {false, true}) {
      typename TypeParam::template Of<int> q(1);
      if (!getting) q.put(0);
      std::atomic<int> woken{0};
      std::deque<typename TypeParam::Party> blocked;
      for (int i = 0; i < 16; ++i) {
        blocked.emplace_back([&, i] {
          if (getting) {
            EXPECT_THROW(i % 2 == 0 ? q.get() : q.get(true, 25), queue::ShutDown);
          } else {
            EXPECT_THROW(i % 2 == 0 ? q.put(i) : q.put(i, true, 25), queue::ShutDown);
          }
          ++woken;
        });
      }
      for (auto& party : blocked) ASSERT_TRUE(party.blocks());
      EXPECT_EQ(woken, 0);
      const auto began = Clock::now();
      q.shutdown(immediate);
      for (auto& party : blocked) party.join();
      EXPECT_LT(Clock::now() - began, 1s);
      EXPECT_EQ(woken, 16);
      EXPECT_EQ(q.qsize(), getting || immediate ? 0U : 1U);
    }
  }
}

TYPED_TEST(TaskQueueFaults, Q6_AnImmediateShutdownEndsSixteenJoins) {
  typename TypeParam::template Of<int> q;
  for (int i = 0; i < 100; ++i) q.put(i);
  std::deque<typename TypeParam::Party> blocked;
  for (int i = 0; i < 16; ++i) blocked.emplace_back([&] { q.join(); });
  for (auto& party : blocked) ASSERT_TRUE(party.blocks());
  const auto began = Clock::now();
  q.shutdown({.immediate = true});
  for (auto& party : blocked) party.join();
  EXPECT_LT(Clock::now() - began, 1s);
  EXPECT_TRUE(q.empty());
}

// ---- Q8: destroyed under those who wait ----

TYPED_TEST(TaskQueueFaults, Q8_WhoWaitsInAQueueThatIsDestroyedGetsShutDown) {
  using Queue = typename TypeParam::template Of<Quiet>;
  const std::int64_t before = Live<Quiet>::count;
  for (std::int64_t round = 0; round < repeat(100); ++round) {
    std::deque<typename TypeParam::Party> blocked;
    auto empty = std::make_unique<Queue>();
    auto full = std::make_unique<Queue>(1);
    full->put(Quiet(1));
    std::atomic<int> ended{0};
    for (int i = 0; i < 2; ++i) {
      blocked.emplace_back([&, q = empty.get()] {
        EXPECT_THROW(static_cast<void>(q->get()), queue::ShutDown);
        ++ended;
      });
      blocked.emplace_back([&, q = empty.get()] {
        EXPECT_EQ(q->try_get(std::stop_token(), 25).has_value(), false);
        ++ended;
      });
      blocked.emplace_back([&, q = full.get()] {
        EXPECT_THROW(q->put(Quiet(2)), queue::ShutDown);
        ++ended;
      });
      blocked.emplace_back([&, q = full.get()] {
        q->join();
        ++ended;
      });
    }
    for (auto& party : blocked) ASSERT_TRUE(party.blocks());
    empty.reset();
    full.reset();
    for (auto& party : blocked) party.join();
    EXPECT_EQ(ended, 8);
  }
  EXPECT_EQ(Live<Quiet>::count, before);
}

TYPED_TEST(QueueFaults, Q8_OneWhoWaitsInAQueueThatIsDestroyedGetsShutDown) {
  for (std::int64_t round = 0; round < repeat(100); ++round) {
    auto made = std::make_unique<Made<TypeParam, std::string>>();
    typename TypeParam::Party getter([q = &made->q] { EXPECT_THROW(static_cast<void>(q->get()), queue::ShutDown); });
    ASSERT_TRUE(getter.blocks());
    made.reset();
    getter.join();
  }
}

// The put that frees a getter may still be returning when the getter destroys the queue.
TYPED_TEST(QueueFaults, Q8_AQueueMayBeDestroyedByTheGetterWhileThePutReturns) {
  for (std::int64_t round = 0; round < repeat(2000); ++round) {
    auto made = std::make_unique<Made<TypeParam, int>>();
    auto* const q = &made->q;
    typename TypeParam::Party putter([q] { q->put(1); });
    EXPECT_EQ(q->get(), 1);
    made.reset();
    putter.join();
  }
}

}  // namespace
}  // namespace skein::testing
