// Rows Q2 to Q4 of the fault table, in a loop: items that fail, and items that use the queue.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <functional>
#include <utility>
#include <vector>

#include "async/helpers.h"
#include "async/queue_flavours.h"
#include "queue/items.h"

namespace skein::testing {
namespace {

using asyncio::Coroutine;
using ::testing::ElementsAre;

template <class Flavour>
class AsyncQueueFaults : public ::testing::Test {};
TYPED_TEST_SUITE(AsyncQueueFaults, AsyncQueues, AsyncQueueNames);

// Whatever throws, the item is where it was, and whoever was woken for nothing wakes the next one.
TYPED_TEST(AsyncQueueFaults, Q2_AMoveThatThrowsLeavesItWhereItWas) {
  using Q = typename TypeParam::template Of<Fragile>;
  const std::int64_t before = Live<Fragile>::count;
  bool thrown = true;
  for (std::int64_t k = 1; thrown; ++k) {
    Q q;
    for (int i = 0; i < 3; ++i) q.put_nowait(Fragile(i));
    Fragile::fuse.set(k);
    thrown = false;
    try {
      static_cast<void>(q.get_nowait());
    } catch (const Boom&) {
      thrown = true;
      EXPECT_EQ(q.qsize(), 3) << "step " << k;
    }
    Fragile::fuse.set(0);
    std::vector<int> left;
    while (!q.empty()) left.push_back(q.get_nowait().value);
    EXPECT_EQ(left.size(), thrown ? 3U : 2U);
    ASSERT_LT(k, 50);
  }
  thrown = true;
  for (std::int64_t k = 1; thrown; ++k) {
    Q q;
    for (int i = 0; i < 3; ++i) q.put_nowait(Fragile(i));
    Fragile item(3);
    Fragile::fuse.set(k);
    thrown = false;
    try {
      q.put_nowait(std::move(item));
    } catch (const Boom&) {
      thrown = true;
    }
    Fragile::fuse.set(0);
    EXPECT_EQ(q.qsize(), thrown ? 3 : 4) << "step " << k;
    std::vector<int> left;
    while (!q.empty()) left.push_back(q.get_nowait().value);
    std::sort(left.begin(), left.end());
    if (thrown) {
      EXPECT_THAT(left, ElementsAre(0, 1, 2)) << "step " << k;
    } else {
      EXPECT_THAT(left, ElementsAre(0, 1, 2, 3)) << "step " << k;
    }
    ASSERT_LT(k, 50);
  }
  EXPECT_EQ(Live<Fragile>::count, before);
}

// Two wait to get, one item is put, and its move throws in the first one: the second one has it.
TYPED_TEST(AsyncQueueFaults, Q2_WhoWaitedAndFailsLetsTheNextOneTry) {
  using Q = typename TypeParam::template Of<Fragile>;
  asyncio::run([]() -> Coroutine<> {
    const auto get = [](Q& q) -> Coroutine<int> { co_return (co_await q.get()).value; };
    Q q;
    auto first = asyncio::create_task(get, std::ref(q));
    auto second = asyncio::create_task(get, std::ref(q));
    co_await rounds(2);
    q.put_nowait(Fragile(1));
    Fragile::fuse.set(1);
    co_await rounds(4);
    EXPECT_TRUE(Fragile::fuse.burnt());
    Fragile::fuse.set(0);
    EXPECT_THROW(static_cast<void>(first.result()), Boom);
    EXPECT_TRUE(second.done());
    if (second.done()) EXPECT_EQ(second.result(), 1);
    second.cancel();

    const auto put = [](Q& queue, int value) -> Coroutine<> { co_await queue.put(Fragile(value)); };
    Q full(1);
    full.put_nowait(Fragile(0));
    auto one = asyncio::create_task(put, std::ref(full), 1);
    auto other = asyncio::create_task(put, std::ref(full), 2);
    co_await rounds(2);
    static_cast<void>(full.get_nowait());
    Fragile::fuse.set(1);
    co_await rounds(4);
    Fragile::fuse.set(0);
    EXPECT_THROW(static_cast<void>(one.result()), Boom);
    EXPECT_TRUE(other.done());
    EXPECT_EQ(full.qsize(), 1);
    other.cancel();
  });
}

struct TestyLess {
  bool operator()(int a, int b) const {
    fuse.step();
    return a < b;
  }
  static inline Fuse fuse;
};

TEST(AsyncPriorityQueue, Q3_AComparisonThatThrowsChangesNothing) {
  for (std::int64_t k = 1; k < 20; ++k) {
    asyncio::PriorityQueue<int, TestyLess> q;
    for (const int item : {5, 3, 8, 1, 9, 2}) q.put_nowait(item);
    TestyLess::fuse.set(k);
    std::int64_t expected = 6;
    try {
      q.put_nowait(4);
      ++expected;
      static_cast<void>(q.get_nowait());
      --expected;
    } catch (const Boom&) {
    }
    TestyLess::fuse.set(0);
    EXPECT_EQ(q.qsize(), expected);
    std::vector<int> left;
    while (!q.empty()) left.push_back(q.get_nowait());
    EXPECT_TRUE(std::is_sorted(left.begin(), left.end())) << "step " << k;
    EXPECT_EQ(static_cast<std::int64_t>(left.size()), expected);
  }
}

// Puts itself into the queue again when it goes, as often as it may.
template <class Flavour>
struct Phoenix {
  using Q = typename Flavour::template Of<Phoenix>;
  Phoenix(Q& queue, int times) : q(&queue), lives(times) {}
  Phoenix(Phoenix&& other) noexcept : q(other.q), lives(std::exchange(other.lives, 0)) {}
  Phoenix& operator=(Phoenix&& other) noexcept {
    q = other.q;
    lives = std::exchange(other.lives, 0);
    return *this;
  }
  ~Phoenix() {
    if (lives <= 0) return;
    try {
      q->put_nowait(Phoenix(*q, lives - 1));
    } catch (const std::exception&) {
      ++refused;
    }
  }
  friend bool operator<(const Phoenix& a, const Phoenix& b) { return a.lives < b.lives; }

  Q* q;
  int lives;
  static inline int refused = 0;
};

TYPED_TEST(AsyncQueueFaults, Q4_AnItemMayUseTheQueueWhenItGoes) {
  using Item = Phoenix<TypeParam>;
  asyncio::run([]() -> Coroutine<> {
    typename Item::Q q;
    Item::refused = 0;
    q.put_nowait(Item(q, 3));
    for (int i = 0; i < 3; ++i) static_cast<void>(q.get_nowait());
    EXPECT_EQ(q.qsize(), 1);
    static_cast<void>(q.get_nowait());
    EXPECT_TRUE(q.empty());
    for (int i = 0; i < 4; ++i) q.put_nowait(Item(q, 2));
    q.shutdown(true);
    EXPECT_EQ(Item::refused, 8);  // Each one, and what it had made of itself.
    EXPECT_TRUE(q.empty());
    for (int i = 0; i < 4; ++i) q.task_done();
    co_await q.join();
  });
}

}  // namespace
}  // namespace skein::testing
