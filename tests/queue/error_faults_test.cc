// Rows Q1 to Q4 of the fault table, each under its number: a call that throws, whatever throws in it, changes nothing.
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/queue.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <limits>
#include <memory>
#include <new>
#include <set>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>

#include "queue/faults.h"
#include "queue/flavours.h"
#include "queue/items.h"
#include "testing/allocation.h"

namespace skein::testing {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using Clock = std::chrono::steady_clock;

// ---- Q1: timeouts that are none ----

std::chrono::nanoseconds cpu_time_used() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto to_ns = [](const timeval& t) {
    return std::chrono::seconds(t.tv_sec) + std::chrono::microseconds(t.tv_usec);
  };
  return to_ns(usage.ru_utime) + to_ns(usage.ru_stime);
}

TYPED_TEST(QueueFaults, Q1_ImpossibleTimeoutsOfAGetAreErrorsAndBurnNoTime) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  Made<TypeParam, int> made;
  auto& q = made.q;
  const auto cpu = cpu_time_used();
  const auto began = Clock::now();
  for (int filled = 0; filled < 2; ++filled) {
    EXPECT_THROW(q.get(true, kNaN), ValueError);
    EXPECT_THROW(q.get(true, static_cast<float>(kNaN)), ValueError);
    EXPECT_THROW(q.get(true, -static_cast<long double>(kNaN)), ValueError);
    EXPECT_THROW(q.get({.timeout = kNaN}), ValueError);
    EXPECT_THROW(q.get(true, std::chrono::duration<double>(kNaN)), ValueError);
    EXPECT_THROW(static_cast<void>(q.try_get(std::stop_token(), kNaN)), ValueError);
    EXPECT_THROW(q.get(true, -1), ValueError);
    EXPECT_THROW(q.get(true, -1e-9), ValueError);
    EXPECT_THROW(q.get(true, -std::numeric_limits<double>::infinity()), ValueError);
    EXPECT_THROW(q.get(true, std::chrono::hours::min()), ValueError);
    EXPECT_THROW(static_cast<void>(q.try_get(std::stop_token(), -1)), ValueError);
    EXPECT_EQ(q.qsize(), static_cast<std::size_t>(filled));
    if (filled == 0) {
      EXPECT_THROW(q.get(true, 0), queue::Empty);
      EXPECT_THROW(q.get(true, -0.0), queue::Empty);
      EXPECT_THROW(q.get(true, 0ns), queue::Empty);
      q.put(1);
    }
  }
  EXPECT_LT(cpu_time_used() - cpu, 50ms);
  EXPECT_LT(Clock::now() - began, 1s);
}

TYPED_TEST(TaskQueueFaults, Q1_ImpossibleTimeoutsOfAPutAreErrorsAndBurnNoTime) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  typename TypeParam::template Of<int> q(1);
  const auto cpu = cpu_time_used();
  const auto began = Clock::now();
  for (int filled = 0; filled < 2; ++filled) {
    EXPECT_THROW(q.put(1, true, kNaN), ValueError);
    EXPECT_THROW(q.put(1, {.timeout = kNaN}), ValueError);
    EXPECT_THROW(static_cast<void>(q.try_put(1, std::stop_token(), kNaN)), ValueError);
    EXPECT_THROW(q.put(1, true, -1), ValueError);
    EXPECT_THROW(q.put(1, true, -std::numeric_limits<double>::infinity()), ValueError);
    EXPECT_THROW(static_cast<void>(q.try_put(1, std::stop_token(), -1)), ValueError);
    EXPECT_EQ(q.qsize(), static_cast<std::size_t>(filled));
    if (filled == 0) q.put(1);
  }
  EXPECT_THROW(q.put(1, true, 0), queue::Full);
  EXPECT_THROW(static_cast<void>(q.join(std::stop_token(), kNaN)), ValueError);
  EXPECT_LT(cpu_time_used() - cpu, 50ms);
  EXPECT_LT(Clock::now() - began, 1s);
}

// ---- Q2: moves and copies that throw ----

// One sequence of calls, checked step by step against a plain model. A step that throws must have
// changed nothing. Returns whether any step threw.
template <class Flavour, class Item>
class Sequence {
 public:
  explicit Sequence(bool bounded) {
    if constexpr (Flavour::kBounded) {
      if (bounded) made_ = std::make_unique<Made<Flavour, Item>>(12);
    }
    if (made_ == nullptr) made_ = std::make_unique<Made<Flavour, Item>>();
  }

  bool run() {
    auto& q = made_->q;
    for (const int value : {5, 3, 8}) {
      const Item item(value);
      put(value, [&] { q.put(item); });
      EXPECT_EQ(item.value, value);
    }
    for (const int value : {9, 1}) put_rvalue(value, [&](Item& item) { q.put(std::move(item)); });
    take([&] { return q.get().value; });
    {
      const Item item(4);
      put(4, [&] { q.put_nowait(item); });
    }
    put_rvalue(7, [&](Item& item) { q.put(std::move(item), true, 1); });
    take([&] { return q.try_get()->value; });
    take([&] { return q.get_nowait().value; });
    if constexpr (Flavour::kBounded) {
      const Item item(2);
      put(2, [&] { EXPECT_TRUE(q.try_put(item)); });
      put_rvalue(6, [&](Item& rvalue) { EXPECT_TRUE(q.try_put(std::move(rvalue))); });
      put(2, [&] { q.put(item, {.timeout = 1}); });
      put_rvalue(6, [&](Item& rvalue) { EXPECT_TRUE(q.try_put(std::move(rvalue), std::stop_token())); });
    }
    take([&] { return q.try_get(std::stop_token())->value; });
    while (!model_.empty()) {
      const std::size_t size = q.qsize();
      take([&] { return q.get(true, 1).value; });
      EXPECT_TRUE(threw_ || q.qsize() != size);
    }
    EXPECT_TRUE(q.empty());
    return threw_;
  }

 private:
  template <class F>
  bool try_step(F step) {
    auto& q = made_->q;
    EXPECT_EQ(q.qsize(), model_.size());
    bool done = true;
    try {
      step();
    } catch (const Boom&) {
      done = false;
    } catch (const std::bad_alloc&) {
      done = false;
    }
    if (!done) {
      threw_ = true;
      EXPECT_EQ(q.qsize(), model_.size());
    }
    return done;
  }

  template <class F>
  void put(int value, F step) {
    if (try_step(step)) model_.push_back(value);
  }
  template <class F>
  void put_rvalue(int value, F step) {
    Item item(value);
    const bool done = try_step([&] { step(item); });
    if (done) model_.push_back(value);
    EXPECT_EQ(item.value, done ? -1 : value);  // Untouched if it threw.
  }
  template <class F>
  void take(F step) {
    if (model_.empty()) return;
    int got = -2;
    if (!try_step([&] { got = step(); })) return;
    auto next = model_.begin();
    if constexpr (Flavour::kOrder == Order::kLastFirst) next = std::prev(model_.end());
    if constexpr (Flavour::kOrder == Order::kSmallestFirst) next = std::min_element(model_.begin(), model_.end());
    EXPECT_EQ(got, *next);
    model_.erase(next);
  }

  std::unique_ptr<Made<Flavour, Item>> made_;
  std::deque<int> model_;
  bool threw_ = false;
};

// The k-th copy or move throws, for each k there is.
template <class Flavour, class Item>
void sweep_fuse() {
  for (const bool bounded : {false, true}) {
    bool threw = true;
    std::int64_t k = 1;
    for (; threw; ++k) {
      SCOPED_TRACE(k);
      Sequence<Flavour, Item> sequence(bounded);
      Item::fuse.set(k);
      threw = sequence.run();
      EXPECT_EQ(threw, Item::fuse.burnt());
      Item::fuse.set(0);
      ASSERT_LT(k, 1000);
    }
    EXPECT_GT(k, 4);  // At least each copying put was a step.
  }
}

TYPED_TEST(QueueFaults, Q2_AMoveOrCopyThatThrowsChangesNothing) {
  const std::int64_t quiet = Live<Quiet>::count;
  const std::int64_t fragile = Live<Fragile>::count;
  sweep_fuse<TypeParam, Fragile>();
  sweep_fuse<TypeParam, Quiet>();
  sweep_fuse<TypeParam, Plain>();
  EXPECT_EQ(Live<Quiet>::count, quiet);
  EXPECT_EQ(Live<Fragile>::count, fragile);
}

template <class Flavour, class Item>
void sweep_allocations() {
  bool threw = true;
  std::int64_t k = 1;
  for (; threw; ++k) {
    SCOPED_TRACE(k);
    Sequence<Flavour, Item> sequence(true);
    fail_allocation(k);
    threw = sequence.run();
    fail_allocation(0);
    ASSERT_LT(k, 1000);
  }
  EXPECT_GT(k, 2);
}

TYPED_TEST(QueueFaults, Q2_AnAllocationThatFailsChangesNothing) {
  const std::int64_t quiet = Live<Quiet>::count;
  const std::int64_t fragile = Live<Fragile>::count;
  sweep_allocations<TypeParam, Fragile>();
  sweep_allocations<TypeParam, Quiet>();
  sweep_allocations<TypeParam, Plain>();
  EXPECT_EQ(Live<Quiet>::count, quiet);
  EXPECT_EQ(Live<Fragile>::count, fragile);
}

// Fails to move as often as it is told; the others go on without it.
struct Stubborn {
  Stubborn(int v, int f) : value(v), failures(std::make_shared<std::atomic<int>>(f)) {}
  Stubborn(const Stubborn&) = default;
  Stubborn(Stubborn&& other) noexcept(false) : value(other.value), failures(other.failures) {
    if (failures->fetch_sub(1) > 0) throw Boom();
  }
  Stubborn& operator=(const Stubborn&) = default;
  ~Stubborn() = default;
  friend bool operator<(const Stubborn& a, const Stubborn& b) { return a.value < b.value; }

  int value;
  std::shared_ptr<std::atomic<int>> failures;
};

TYPED_TEST(QueueFaults, Q2_AnItemThatAWokenGetterFailsToTakeWakesTheNext) {
  Made<TypeParam, Stubborn> made;
  auto& q = made.q;
  int got = 0;
  typename TypeParam::Party first([&] { EXPECT_TRUE(raises_boom([&] { static_cast<void>(q.get()); })); });
  ASSERT_TRUE(first.blocks());
  typename TypeParam::Party second([&] { got = q.get(true, 20).value; });
  ASSERT_TRUE(second.blocks());
  const Stubborn item(7, 1);
  q.put(item);  // By copy, which does not fail. Whoever comes first fails.
  first.join();
  second.join();
  EXPECT_EQ(got, 7);
  EXPECT_TRUE(q.empty());
}

TYPED_TEST(TaskQueueFaults, Q2_APlaceThatAWokenPutterFailsToTakeWakesTheNext) {
  typename TypeParam::template Of<Stubborn> q(1);
  const Stubborn harmless(1, 0);
  q.put(harmless);
  Stubborn stubborn(2, 1);
  typename TypeParam::Party first([&] { EXPECT_TRUE(raises_boom([&] { q.put(std::move(stubborn)); })); });
  ASSERT_TRUE(first.blocks());
  typename TypeParam::Party second([&] { q.put(harmless, true, 20); });
  ASSERT_TRUE(second.blocks());
  EXPECT_EQ(q.get().value, 1);
  first.join();
  second.join();
  EXPECT_EQ(stubborn.value, 2);
  EXPECT_EQ(q.qsize(), 1U);
  EXPECT_EQ(q.get().value, 1);
}

// ---- Q3: tasks ----

TYPED_TEST(TaskQueueFaults, Q3_TaskDoneTooOftenIsAnErrorAndChangesNothing) {
  typename TypeParam::template Of<int> q;
  EXPECT_THROW(q.task_done(), ValueError);
  q.join();  // None to wait for.
  q.put(1);
  q.put(2);
  q.task_done();
  q.task_done();
  for (int i = 0; i < 3; ++i) EXPECT_THROW(q.task_done(), ValueError);
  q.join();
  // The errors were not counted: one more task, one more task_done().
  q.put(3);
  EXPECT_FALSE(q.join(std::stop_token(), 0));
  q.task_done();
  q.join();
  EXPECT_EQ(q.qsize(), 3U);
}

// ---- Q4: comparators ----

template <class T>
T item_of(int value) {
  if constexpr (std::is_same_v<T, std::string>) {
    return "000000000000000000000000000000" + std::to_string(value);  // Longer than a string keeps in itself.
  } else {
    return T(value);
  }
}

template <class T>
void sweep_comparisons() {
  constexpr std::array<int, 12> kValues = {50, 30, 80, 10, 60, 20, 70, 20, 90, 40, 15, 30};
  bool threw = true;
  std::int64_t k = 1;
  for (; threw; ++k) {
    SCOPED_TRACE(k);
    threw = false;
    queue::PriorityQueue<T, TestyLess> q(16);
    std::multiset<int> model;
    TestyLess::fuse.set(k);
    const auto take = [&] {
      const std::size_t size = q.qsize();
      try {
        const int got = number(q.get());
        EXPECT_EQ(got, *model.begin());
        model.erase(model.begin());
      } catch (const Boom&) {
        threw = true;
        EXPECT_EQ(q.qsize(), size);
      }
    };
    int turn = 0;
    for (const int value : kValues) {
      T item = item_of<T>(value);
      try {
        switch (turn++ % 3) {
          case 0:
            q.put(item);
            break;
          case 1:
            q.put(std::move(item));
            break;
          default:
            EXPECT_TRUE(q.try_put(std::move(item)));
        }
        model.insert(value);
      } catch (const Boom&) {
        threw = true;
        EXPECT_EQ(number(item), value) << "the item is lost";
      }
      EXPECT_EQ(q.qsize(), model.size());
      if (turn % 4 == 0) take();
    }
    while (!q.empty()) take();
    EXPECT_TRUE(model.empty());
    TestyLess::fuse.set(0);
    ASSERT_LT(k, 1000);
  }
  EXPECT_GT(k, 20);
}

TEST_F(PriorityQueueFaults, Q4_AComparatorThatThrowsLosesNoItemAndLeavesTheHeapValid) {
  sweep_comparisons<int>();
  sweep_comparisons<std::string>();
  sweep_comparisons<Quiet>();
  sweep_comparisons<Plain>();
  sweep_comparisons<Fragile>();
}

TEST_F(PriorityQueueFaults, Q4_AComparatorThatContradictsItselfSpoilsOnlyTheOrder) {
  std::uint32_t noise = 12345;
  const auto whim = [&noise](const Quiet&, const Quiet&) {
    noise = noise * 1664525 + 1013904223;
    return (noise >> 16) % 2 == 0;
  };
  const std::int64_t before = Live<Quiet>::count;
  queue::PriorityQueue<Quiet, decltype(whim)> q(0, whim);
  std::multiset<int> in;
  std::multiset<int> out;
  for (int i = 0; i < 20'000; ++i) {
    q.put(Quiet(i % 1000));
    in.insert(i % 1000);
    if (i % 3 != 0) continue;
    out.insert(q.get().value);
  }
  while (!q.empty()) out.insert(q.get().value);
  EXPECT_EQ(in, out);
  EXPECT_EQ(Live<Quiet>::count, before);
  // One that is not even irreflexive.
  queue::PriorityQueue<int, std::less_equal<>> loose;
  for (int i = 0; i < 100; ++i) loose.put(i % 7);
  int sum = 0;
  for (int i = 0; i < 100; ++i) sum += loose.get();
  EXPECT_EQ(sum, 14 * 21 + 0 + 1);
}

}  // namespace
}  // namespace skein::testing
