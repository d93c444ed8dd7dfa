// Pool.imap(): how its input is read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/multiprocessing.h>
#include <skein/queue.h>
#include <skein/threading.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <utility>
#include <vector>

#include "multiprocessing/methods.h"
#include "multiprocessing/pool_calls.h"
#include "testing/child.h"
#include "testing/party.h"

namespace multiprocessing = skein::multiprocessing;
namespace threading = skein::threading;
using multiprocessing::Pool;
using skein::None;
using skein::testing::error_of;
using skein::testing::eventually;
using skein::testing::square;
using testing::ElementsAre;

namespace {

class PoolImap : public skein::testing::ThreadedMethodTest {};
SKEIN_TEST_ALL_METHODS(PoolImap);

// 0, 1, 2, ... without an end, and how many of them were read.
auto counted(std::atomic<int>& reads) {
  return std::views::iota(0) | std::views::transform([&reads](int i) {
           ++reads;
           return i;
         });
}

TEST_P(PoolImap, AnEndlessInputIsReadNoFurtherThanItsBuffer) {
  auto pool = context().Pool(2);
  std::atomic<int> reads{0};
  auto it = pool.imap({.buffersize = 5}, square, counted(reads));
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(it.next(), i * i);
    ASSERT_LE(reads, i + 1 + 5);
  }
  EXPECT_TRUE(eventually([&] { return reads == 105; }));
  std::atomic<int> more{0};
  auto unordered = pool.imap_unordered({.chunksize = 10, .buffersize = 3}, square, counted(more));
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(unordered.next().has_value());
  EXPECT_LE(more, 100 + 10 + 30);
  EXPECT_EQ(error_of([&] { return pool.imap({.buffersize = 0}, square, std::array{1}); }),
            "buffersize must be None or > 0");
}

TEST_P(PoolImap, ASizedInputIsReadInPartAtOnce) {
  auto pool = context().Pool(1);
  std::vector<int> numbers{1, 2, 3};
  auto it = pool.imap({.buffersize = 4}, square, numbers);
  numbers = {7, 7, 7};
  EXPECT_EQ(it.next(), 1);
  EXPECT_EQ(it.next(), 4);
  EXPECT_EQ(it.next(), 9);
  EXPECT_EQ(it.next(), std::nullopt);
}

TEST_P(PoolImap, TheEndOfTheIteratorEndsTheReading) {
  auto pool = context().Pool(1);
  std::atomic<int> reads{0};
  {
    auto it = pool.imap({.buffersize = 3}, square, counted(reads));
    EXPECT_EQ(it.next(), 0);
    auto moved = std::move(it);
    EXPECT_EQ(moved.next(), 1);
  }
  const int then = reads;
  EXPECT_EQ(pool.apply(square, 2), 4);
  EXPECT_EQ(reads, then);
  pool.close();
  pool.join();  // Not held up by it.
}

// One whose results nobody looks at does not keep others from being read.
TEST_P(PoolImap, InputsAreReadInTurns) {
  auto pool = context().Pool(2);
  std::atomic<int> first_reads{0};
  std::atomic<int> second_reads{0};
  auto first = pool.imap({.buffersize = 2}, square, counted(first_reads));
  ASSERT_TRUE(eventually([&] { return first_reads == 2; }));
  auto second = pool.imap({.buffersize = 2}, square, counted(second_reads));
  for (int i = 0; i < 50; ++i) ASSERT_EQ(second.next(), i * i);
  for (int i = 0; i < 50; ++i) ASSERT_EQ(first.next(), i * i);
}

TEST_P(PoolImap, JoinReadsTheRest) {
  auto pool = context().Pool(2);
  std::atomic<int> reads{0};
  auto ordered = pool.imap({.buffersize = 2}, square, counted(reads) | std::views::take(100));
  auto unordered = pool.imap_unordered(
      {.chunksize = 3, .buffersize = 2}, square,
      std::views::iota(0) | std::views::take(100) | std::views::filter([](int i) { return i % 2 == 0; }));
  pool.close();
  pool.join();
  EXPECT_EQ(reads, 100);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(ordered.next(), i * i);
  EXPECT_EQ(ordered.next(), std::nullopt);
  std::vector<int> evens;
  for (const int each : unordered) evens.push_back(each);
  std::ranges::sort(evens);
  EXPECT_EQ(evens.size(), 50U);
  EXPECT_EQ(evens.back(), 98 * 98);
}

using Items = skein::queue::Queue<std::optional<int>>;

// The items of a queue until nothing comes, as Python's iter(q.get, None).
class ItemsOf {
 public:
  explicit ItemsOf(Items& queue) : queue_(&queue) {}

  class iterator {
   public:
    using value_type = int;
    using difference_type = std::ptrdiff_t;

    explicit iterator(Items& queue) : queue_(&queue), item_(queue.get()) {}
    int operator*() const { return *item_; }
    iterator& operator++() {
      item_ = queue_->get();
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t /*end*/) const { return !item_.has_value(); }

   private:
    Items* queue_;
    std::optional<int> item_;
  };
  [[nodiscard]] iterator begin() const { return iterator(*queue_); }
  [[nodiscard]] static std::default_sentinel_t end() { return {}; }

 private:
  Items* queue_;
};

TEST_P(PoolImap, AResultComesThoughTheNextInputDoesNot) {
  auto pool = context().Pool(2);
  Items queue;
  auto it = pool.imap(square, ItemsOf(queue));
  for (int i = 0; i < 20; ++i) {
    queue.put(i);  // Nothing more is there before this one's result is.
    ASSERT_EQ(it.next(10), i * i);
  }
  EXPECT_THROW(it.next(0.01), multiprocessing::TimeoutError);
  EXPECT_EQ(pool.apply(square, 5), 25);  // Other calls do not wait for it.
  queue.put(std::nullopt);
  EXPECT_EQ(it.next(), std::nullopt);
}

TEST_P(PoolImap, TerminateDoesNotWaitForTheInput) {
  Items queue;
  auto pool = std::make_unique<Pool>(Pool::Options{.processes = 1, .context = context()});
  auto it = pool->imap(square, ItemsOf(queue));
  queue.put(3);
  EXPECT_EQ(it.next(), 9);
  pool->terminate();
  EXPECT_THROW(it.next(), multiprocessing::ProcessError);
  EXPECT_EQ(it.next(), std::nullopt);
  pool.reset();
  queue.put(std::nullopt);  // Now the reading thread, and with it the iterator, can end.
}

TEST_P(PoolImap, ManyInputsAtOnceFromManyThreads) {
  auto pool = context().Pool(2);
  std::vector<threading::Thread> threads;
  std::atomic<int> good{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&pool, &good, t] {
      auto it = pool.imap_unordered({.chunksize = 1 + t, .buffersize = 1 + t}, square,
                                    std::views::iota(0) | std::views::take(300));
      long sum = 0;
      while (const std::optional<int> next = it.next()) sum += *next;
      if (sum == 8955050) ++good;
    });
  }
  for (auto& thread : threads) thread.start();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 4);
}

// A pool that is never destroyed, and a reading thread that waits for input for ever.
TEST_P(PoolImap, TheEndOfTheProcessWaitsForNoInput) {
  const auto outcome = skein::testing::run_scenario("ends_while_reading", {.environment = {"METHOD=" + GetParam()}});
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_LT(outcome.seconds, 10);
}
SKEIN_SCENARIO(ends_while_reading) {
  skein::testing::skip_leak_check();
  auto& queue = *new Items;
  auto& pool = *new Pool({.processes = 1, .context = multiprocessing::get_context(std::getenv("METHOD"))});
  auto& it = *new auto(pool.imap(square, ItemsOf(queue)));
  queue.put(3);
  return it.next() == 9 ? 0 : 1;
}

}  // namespace
