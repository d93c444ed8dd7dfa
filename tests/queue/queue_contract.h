// What all kinds of queues do: put(), get() and their relatives, timeouts, stop tokens, items. See contract.h.
#ifndef SKEIN_TESTS_QUEUE_QUEUE_CONTRACT_H_
#define SKEIN_TESTS_QUEUE_QUEUE_CONTRACT_H_

#include <gtest/gtest.h>
#include <sched.h>
#include <skein/core/errors.h>
#include <skein/queue.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "queue/flavours.h"
#include "queue/items.h"
#include "testing/repeat.h"

namespace skein::testing {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using Clock = std::chrono::steady_clock;

// A wait that should end at once has this long.
inline constexpr auto kSoon = 10s;

template <class Flavour>
class QueueContract : public ::testing::Test {
 protected:
  using Ints = Made<Flavour, int>;
  using Party = typename Flavour::Party;

  QueueContract() { measure_spin_budget(); }
  static std::vector<int> in_order(std::vector<int> put) { return testing::in_order<Flavour>(std::move(put)); }
};
TYPED_TEST_SUITE_P(QueueContract);

// States: test_basic.
TYPED_TEST_P(QueueContract, GivesItemsInItsOrder) {
  typename TestFixture::Ints made;
  auto& q = made.q;
  for (int round = 0; round < 2; ++round) {  // Twice, on the same queue.
    EXPECT_TRUE(q.empty());
    EXPECT_EQ(q.qsize(), 0U);
    q.put(111);
    EXPECT_FALSE(q.empty());
    EXPECT_EQ(q.qsize(), 1U);
    q.put(333, true);
    q.put_nowait(222);
    EXPECT_EQ(q.qsize(), 3U);
    std::vector<int> got;
    got.push_back(q.get());
    EXPECT_EQ(q.qsize(), 2U);
    got.push_back(q.get_nowait());
    got.push_back(q.get(true, 10));
    EXPECT_EQ(got, this->in_order({111, 333, 222}));
    EXPECT_TRUE(q.empty());
    EXPECT_EQ(q.qsize(), 0U);
  }
}

TYPED_TEST_P(QueueContract, TakesArgumentsByPositionAndByKeyword) {
  typename TestFixture::Ints made;
  auto& q = made.q;
  const int lvalue = 1;
  int touchable = 2;
  q.put(lvalue);
  q.put(touchable);
  q.put(3, true);
  q.put(lvalue, false);
  q.put(5, true, 1.5);
  q.put(lvalue, true, None);
  q.put(7, {.block = false});
  q.put(lvalue, {.block = true, .timeout = 1s});
  q.put(9, {.timeout = 0});
  q.put_nowait(10);
  q.put_nowait(lvalue);
  EXPECT_EQ(q.qsize(), 11U);
  static_cast<void>(q.get());
  static_cast<void>(q.get(true));
  static_cast<void>(q.get(false));
  static_cast<void>(q.get(true, 0.5));
  static_cast<void>(q.get(true, None));
  static_cast<void>(q.get({.block = false}));
  static_cast<void>(q.get({.block = true, .timeout = 10}));
  static_cast<void>(q.get({.timeout = 10ms}));
  static_cast<void>(q.get_nowait());
  EXPECT_TRUE(q.try_get().has_value());
  EXPECT_TRUE(q.try_get(std::stop_token(), 0).has_value());
  EXPECT_TRUE(q.empty());
}

TYPED_TEST_P(QueueContract, EmptyIsAnErrorOrNoValue) {
  typename TestFixture::Ints made;
  auto& q = made.q;
  EXPECT_THROW(q.get_nowait(), queue::Empty);
  EXPECT_THROW(q.get(false), queue::Empty);
  EXPECT_THROW(q.get({.block = false}), queue::Empty);
  EXPECT_EQ(q.try_get(), std::nullopt);
  try {
    q.get_nowait();
    FAIL() << "no error";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "");  // Python: str(Empty()) == ''
  }
  // A timeout does not matter where nothing blocks, as in CPython; only NaN is no timeout at all.
  EXPECT_THROW(q.get(false, 5), queue::Empty);
  EXPECT_THROW(q.get(false, -5), queue::Empty);
}

// Timeouts: test_negative_timeout_raises_exception.
TYPED_TEST_P(QueueContract, NegativeTimeoutIsAnErrorWhetherThereIsAnItemOrNot) {
  typename TestFixture::Ints made;
  auto& q = made.q;
  if (kNegativeOnlyLooks<TypeParam>) {
    EXPECT_THROW(q.get(true, -1), queue::Empty);
    EXPECT_EQ(q.try_get(std::stop_token(), -1), std::nullopt);
    q.put(1);
    EXPECT_EQ(q.get({.timeout = -1ns}), 1);
    return;
  }
  for (int round = 0; round < 2; ++round) {
    EXPECT_THROW(q.get(true, -1), ValueError);
    EXPECT_THROW(q.get({.timeout = -1ns}), ValueError);
    EXPECT_THROW(static_cast<void>(q.try_get(std::stop_token(), -1)), ValueError);
    EXPECT_EQ(q.qsize(), static_cast<std::size_t>(round));
    q.put(1);
  }
  try {
    q.get(true, -1);
    FAIL() << "no error";
  } catch (const ValueError& error) {
    EXPECT_STREQ(error.what(), "'timeout' must be a non-negative number");
  }
}

TYPED_TEST_P(QueueContract, ATimedGetWaitsItsTimeAndNoLess) {
  typename TestFixture::Ints made;
  auto& q = made.q;
  const auto began = Clock::now();
  EXPECT_THROW(q.get(true, 0.05), queue::Empty);
  EXPECT_GE(Clock::now() - began, 50ms);
  EXPECT_EQ(q.try_get(std::stop_token(), 20ms), std::nullopt);
  EXPECT_GE(Clock::now() - began, 70ms);
  EXPECT_LT(Clock::now() - began, kSoon);
  // Zero only looks.
  EXPECT_THROW(q.get(true, 0), queue::Empty);
  q.put(7);
  EXPECT_EQ(q.get(true, 0), 7);
}

TYPED_TEST_P(QueueContract, ABlockedGetGetsWhatIsPut) {
  typename TestFixture::Ints made;
  auto& q = made.q;
  const std::vector<std::function<std::optional<int>()>> ways = {
      [&] { return q.get(); },
      [&] { return q.get(true); },
      [&] { return q.get(true, None); },
      [&] { return q.get(true, 10); },
      [&] { return q.get(true, std::numeric_limits<double>::infinity()); },
      [&] { return q.get(true, std::chrono::hours::max()); },
      [&] { return q.get(true, std::chrono::nanoseconds::max()); },
      [&] { return q.get(true, std::chrono::nanoseconds::max() - 1ns); },
      [&] { return q.get(true, std::chrono::duration<double>(1e300)); },
      [&] { return q.get(true, 1e18); },
      [&] { return q.get({.timeout = 10}); },
      [&] { return q.try_get(std::stop_token()); },
      [&] { return q.try_get(std::stop_source().get_token(), 10); },
  };
  for (std::size_t way = 0; way < ways.size(); ++way) {
    std::optional<int> got;
    typename TestFixture::Party getter([&] { got = ways[way](); });
    ASSERT_TRUE(getter.blocks());
    q.put(static_cast<int>(way));
    getter.join();
    EXPECT_EQ(got, static_cast<int>(way));
  }
}

// Stop tokens.
TYPED_TEST_P(QueueContract, AStopEndsAGet) {
  typename TestFixture::Ints made;
  auto& q = made.q;
  std::stop_source stop;
  std::optional<int> got = 5;
  typename TestFixture::Party getter([&] { got = q.try_get(stop.get_token()); });
  ASSERT_TRUE(getter.blocks());
  stop.request_stop();
  getter.join();
  EXPECT_EQ(got, std::nullopt);
  // Requested before: does not wait, but takes what is there.
  EXPECT_EQ(q.try_get(stop.get_token()), std::nullopt);
  q.put(3);
  EXPECT_EQ(q.try_get(stop.get_token()), 3);
}

TYPED_TEST_P(QueueContract, AStopLeavesTheOthersTheirItems) {
  typename TestFixture::Ints made;
  auto& q = made.q;
  for (std::int64_t round = 0; round < repeat(200); ++round) {
    std::stop_source stop;
    std::optional<int> first;
    std::optional<int> second;
    typename TestFixture::Party one([&] { first = q.try_get(stop.get_token()); });
    typename TestFixture::Party other([&] { second = q.get(true, kSoon); });
    typename TestFixture::Party putter([&] { q.put(1); });
    stop.request_stop();
    putter.join();
    one.join();
    if (first.has_value()) q.put(2);
    other.join();
    ASSERT_TRUE(second.has_value());
    ASSERT_EQ(q.qsize(), 0U);
  }
}

TYPED_TEST_P(QueueContract, TakesAnyMovableItem) {
  Made<TypeParam, MoveOnly> movable;
  movable.q.put(MoveOnly(1));
  movable.q.put(MoveOnly(2), true, 1);
  movable.q.put(MoveOnly(3), {.block = false});
  movable.q.put_nowait(MoveOnly(4));
  int sum = 0;
  sum += *movable.q.get().value;
  sum += *movable.q.get(true).value;
  sum += *movable.q.try_get()->value;
  sum += *movable.q.try_get(std::stop_token())->value;
  EXPECT_EQ(sum, 10);

  Made<TypeParam, Aligned> aligned;
  for (int i = 0; i < 100; ++i) aligned.q.put(Aligned(i));
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(aligned.q.get().is_aligned());

  Made<TypeParam, std::string> strings;
  const std::string long_one(1000, 'x');
  strings.q.put(long_one);
  strings.q.put(std::string(1000, 'y'));
  EXPECT_EQ(strings.q.get().size() + strings.q.get().size(), 2000U);
  EXPECT_EQ(long_one.size(), 1000U);

  Made<TypeParam, bool> flags;
  flags.q.put(true, false);
  EXPECT_TRUE(flags.q.get(false));
}

// test_references: the queue keeps nothing of an item that has left it.
TYPED_TEST_P(QueueContract, LosesItsHoldOnAnItemAtOnce) {
  Made<TypeParam, std::shared_ptr<int>> made;
  for (int i = 0; i < 20; ++i) made.q.put(std::make_shared<int>(i));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(made.q.get().use_count(), 1);
}

TYPED_TEST_P(QueueContract, DestroysWhatIsLeft) {
  if constexpr (kPickles<TypeParam>) {
    GTEST_SKIP() << "it holds no objects";
  } else {
    const std::int64_t before = Live<Quiet>::count;
    const std::int64_t fragile_before = Live<Fragile>::count;
    {
      Made<TypeParam, Quiet> made;
      Made<TypeParam, Fragile> fragile;
      for (int i = 0; i < 1000; ++i) made.q.put(Quiet(i));
      for (int i = 0; i < 1000; ++i) fragile.q.put(Fragile(i));
      for (int i = 0; i < 300; ++i) static_cast<void>(made.q.get());
      for (int i = 0; i < 300; ++i) static_cast<void>(fragile.q.get());
      EXPECT_EQ(Live<Quiet>::count, before + 700);
      EXPECT_EQ(Live<Fragile>::count, fragile_before + 700);
    }
    EXPECT_EQ(Live<Quiet>::count, before);
    EXPECT_EQ(Live<Fragile>::count, fragile_before);
  }
}

// test_order, test_many_threads, test_many_threads_nonblock, test_many_threads_timeout.
TYPED_TEST_P(QueueContract, ManyPartiesLoseNothing) {
  typename TestFixture::Ints made;
  auto& q = made.q;
  constexpr int kParties = 10;
  const int each = static_cast<int>(repeat(1000));
  const std::vector<std::function<int()>> ways = {
      [&] { return q.get(); },
      [&] {
        for (;;) {
          try {
            return q.get(false);
          } catch (const queue::Empty&) {
            ::sched_yield();
          }
        }
      },
      [&] {
        for (;;) {
          try {
            return q.get(true, 1e-5);
          } catch (const queue::Empty&) {
          }
        }
      },
  };
  for (const auto& get : ways) {
    std::vector<std::vector<int>> got(kParties);
    std::deque<typename TestFixture::Party> parties;
    for (int p = 0; p < kParties; ++p) {
      parties.emplace_back([&, p] {
        for (int i = 0; i < each; ++i) q.put(p * each + i);
      });
      parties.emplace_back([&, p] {
        for (int i = 0; i < each; ++i) got[static_cast<std::size_t>(p)].push_back(get());
      });
    }
    for (auto& party : parties) party.join();
    std::vector<int> all;
    for (const auto& part : got) all.insert(all.end(), part.begin(), part.end());
    std::sort(all.begin(), all.end());
    ASSERT_EQ(all.size(), static_cast<std::size_t>(kParties * each));
    for (int i = 0; i < kParties * each; ++i) ASSERT_EQ(all[static_cast<std::size_t>(i)], i);
    EXPECT_TRUE(q.empty());
  }
}

}  // namespace skein::testing

#endif  // SKEIN_TESTS_QUEUE_QUEUE_CONTRACT_H_
