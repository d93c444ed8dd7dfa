// The rows Q1 to Q11 of the fault table, each under its number (tests/queue/FAULTS.md). Q7 and Q10
// are long runs and stand in tests/stress/queue_test.cc.
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cmath>
#include <deque>
#include <fstream>
#include <functional>
#include <limits>
#include <memory>
#include <numeric>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "queue/flavours.h"
#include "queue/items.h"
#include "testing/allocation.h"
#include "testing/repeat.h"

namespace skein::testing {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using Clock = std::chrono::steady_clock;

template <class Flavour>
class QueueFaults : public ::testing::Test {
 protected:
  QueueFaults() { measure_spin_budget(); }
};
TYPED_TEST_SUITE(QueueFaults, AllQueues, FlavourNames);

template <class Flavour>
class TaskQueueFaults : public ::testing::Test {
 protected:
  TaskQueueFaults() { measure_spin_budget(); }
};
TYPED_TEST_SUITE(TaskQueueFaults, BoundedQueues, FlavourNames);

class PriorityQueueFaults : public ::testing::Test {
 protected:
  PriorityQueueFaults() { measure_spin_budget(); }
};

template <class F>
::testing::AssertionResult raises_boom(F function) {
  try {
    function();
  } catch (const Boom&) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "no Boom";
}

// ---- Q1: timeouts that are none
// ------------------------------------------------------------------------------------

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

// ---- Q2: moves and copies that throw
// -------------------------------------------------------------------------------

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

// ---- Q3: tasks
// -----------------------------------------------------------------------------------------------------

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

// ---- Q4: comparators
// -----------------------------------------------------------------------------------------------

// Compares, and throws when its fuse goes off.
struct TestyLess {
  template <class T>
  bool operator()(const T& a, const T& b) const {
    fuse.step();
    return a < b;
  }
  static inline Fuse fuse;
};

int number(int item) { return item; }
int number(const std::string& item) { return std::stoi(item); }
template <class T>
int number(const T& item) {
  return item.value;
}
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

// ---- Q5: items that use the queue themselves
// -----------------------------------------------------------------------

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

// ---- Q6: a shutdown wakes everybody
// --------------------------------------------------------------------------------

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

// ---- Q8: destroyed under those who wait
// ----------------------------------------------------------------------------

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

// ---- Q9: no bound, and a bound
// -------------------------------------------------------------------------------------

std::int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t total = 0;
  std::int64_t resident = 0;
  file >> total >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

TYPED_TEST(QueueFaults, Q9_WithoutABoundAMillionItemsWaitAndTheirMemoryComesBack) {
  Made<TypeParam, std::array<std::int64_t, 4>> made;
  auto& q = made.q;
  const std::int64_t count = repeat(1'000'000, 1'000'000);
  for (int round = 0; round < 2; ++round) {
    const std::int64_t before = bytes_in_use();
    const std::int64_t resident = resident_bytes();
    for (std::int64_t i = 0; i < count; ++i) q.put({i, 0, 0, 0}, false);
    EXPECT_EQ(q.qsize(), static_cast<std::size_t>(count));
    EXPECT_GE(bytes_in_use() - before, 32 * count * 9 / 10);
    std::int64_t sum = 0;
    for (std::int64_t i = 0; i < count; ++i) sum += q.get()[0];
    EXPECT_EQ(sum, count * (count - 1) / 2);
    EXPECT_TRUE(q.empty());
    if constexpr (TypeParam::kOrder == Order::kFirstFirst) {
      EXPECT_LT(bytes_in_use() - before, 100'000);
      // Sanitizers keep freed memory back.
      if (kRepeatPercent == 100) {
        ::malloc_trim(0);
        EXPECT_LT(resident_bytes() - resident, 8'000'000);
      }
    } else {
      break;  // A vector, which keeps its size for the next time.
    }
  }
}

TYPED_TEST(TaskQueueFaults, Q9_ABoundHoldsAFastProducerBack) {
  typename TypeParam::template Of<std::array<std::int64_t, 4>> q(100);
  const std::int64_t count = repeat(200'000);
  const std::int64_t before = bytes_in_use();
  typename TypeParam::Party producer([&] {
    for (std::int64_t i = 0; i < count; ++i) q.put({1, i, 0, 0});
  });
  std::size_t most = 0;
  std::int64_t most_bytes = 0;
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    most = std::max(most, q.qsize());
    most_bytes = std::max(most_bytes, bytes_in_use() - before);
    sum += q.get()[0];
  }
  producer.join();
  EXPECT_EQ(sum, count);
  EXPECT_LE(most, 100U);
  EXPECT_LT(most_bytes, 200'000);
}

// ---- Q11: bounds of every size
// -------------------------------------------------------------------------------------

template <class Flavour, class Item>
void check_bound(std::int64_t maxsize) {
  SCOPED_TRACE(maxsize);
  const std::int64_t before = bytes_in_use();
  typename Flavour::template Of<Item> q(maxsize);
  EXPECT_LT(bytes_in_use() - before, 4096);  // Nothing is allocated ahead.
  const auto fill = static_cast<int>(std::min<std::int64_t>(maxsize, 2000));
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < fill; ++i) {
      EXPECT_EQ(q.full(), false);
      if (i % 2 == 0) {
        q.put_nowait(Item(i));
      } else {
        const Item item(i);
        EXPECT_TRUE(q.try_put(item));
      }
    }
    EXPECT_EQ(q.qsize(), static_cast<std::size_t>(fill));
    EXPECT_EQ(q.full(), fill == maxsize);
    if (fill == maxsize) {
      EXPECT_THROW(q.put_nowait(Item(0)), queue::Full);
      EXPECT_FALSE(q.try_put(Item(0)));
      EXPECT_THROW(q.put(Item(0), true, 1us), queue::Full);
      // One out, one in: never two.
      static_cast<void>(q.get());
      EXPECT_FALSE(q.full());
      q.put_nowait(Item(fill - 1));
      EXPECT_THROW(q.put_nowait(Item(0)), queue::Full);
    }
    std::int64_t sum = 0;
    for (int i = 0; i < fill; ++i) sum += number(q.get_nowait());
    EXPECT_TRUE(fill == maxsize || sum == std::int64_t{fill} * (fill - 1) / 2) << sum;
    EXPECT_THROW(static_cast<void>(q.get_nowait()), queue::Empty);
    EXPECT_TRUE(q.empty());
  }
}

TYPED_TEST(TaskQueueFaults, Q11_EveryMaxsizeIsExactAndNothingIsAllocatedAhead) {
  for (const std::int64_t maxsize : {std::int64_t{1}, std::int64_t{3}, std::int64_t{1000}, std::int64_t{1} << 40,
                                     std::numeric_limits<std::int64_t>::max()}) {
    check_bound<TypeParam, int>(maxsize);
    check_bound<TypeParam, Fragile>(maxsize);
    check_bound<TypeParam, Quiet>(maxsize);
    check_bound<TypeParam, Plain>(maxsize);
  }
}

// A move that throws leaves no hole: the bound stays exact, and so does the order.
TYPED_TEST(TaskQueueFaults, Q11_AMoveThatThrowsLeavesNoHole) {
  for (const std::int64_t maxsize : {1, 3, 1000}) {
    SCOPED_TRACE(maxsize);
    const std::int64_t before = Live<Fragile>::count;
    {
      typename TypeParam::template Of<Fragile> q(maxsize);
      const int count = static_cast<int>(maxsize);
      for (int i = 0; i < count; ++i) {
        Fragile item(i);
        Fragile::fuse.set(1);
        EXPECT_TRUE(raises_boom([&] { q.put(std::move(item)); }));
        EXPECT_EQ(q.qsize(), static_cast<std::size_t>(i));
        q.put(std::move(item));
      }
      EXPECT_TRUE(q.full());
      std::vector<int> got;
      for (int i = 0; i < count; ++i) {
        Fragile::fuse.set(1);
        EXPECT_TRUE(raises_boom([&] { static_cast<void>(q.get()); }));
        EXPECT_EQ(q.qsize(), static_cast<std::size_t>(count - i));
        got.push_back(q.get().value);
      }
      std::vector<int> expected(static_cast<std::size_t>(count));
      std::iota(expected.begin(), expected.end(), 0);
      EXPECT_EQ(got, in_order<TypeParam>(expected));
    }
    EXPECT_EQ(Live<Fragile>::count, before);
  }
}

}  // namespace
}  // namespace skein::testing
