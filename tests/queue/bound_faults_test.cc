// Rows Q9 and Q11 of the fault table, each under its number: what many items take up without a bound, and how exactly a
// bound is kept.
#include <gtest/gtest.h>
#include <malloc.h>
#include <skein/queue.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "queue/faults.h"
#include "queue/flavours.h"
#include "queue/items.h"
#include "testing/allocation.h"
#include "testing/repeat.h"

namespace skein::testing {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

// ---- Q9: no bound, and a bound ----

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

// ---- Q11: bounds of every size ----

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
