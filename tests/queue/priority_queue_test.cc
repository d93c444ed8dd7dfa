// queue.PriorityQueue alone: smallest first, equal ones in the order of CPython's heapq.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/queue.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "queue/items.h"
#include "testing/repeat.h"

namespace skein::testing {
namespace {

// Compared by its priority alone.
struct Ranked {
  int priority;
  int serial;
  friend bool operator<(const Ranked& a, const Ranked& b) { return a.priority < b.priority; }
};
// The same with a destructor, and with a move that may throw: other ways to lie in the queue, the
// same order.
struct RankedQuiet : Ranked {
  RankedQuiet(int p, int s) : Ranked{p, s} {}
  RankedQuiet(const RankedQuiet&) = default;
  RankedQuiet(RankedQuiet&&) noexcept = default;
  RankedQuiet& operator=(const RankedQuiet&) = default;
  ~RankedQuiet() { priority = 99; }
};
struct RankedFragile : Ranked {
  RankedFragile(int p, int s) : Ranked{p, s} {}
  RankedFragile(const RankedFragile&) = default;
  RankedFragile(RankedFragile&& other) noexcept(false) : Ranked(other) {}
  RankedFragile& operator=(const RankedFragile&) = default;
  ~RankedFragile() = default;
};

struct Random {
  std::uint32_t state;
  std::uint32_t next() {
    state = state * 1664525 + 1013904223;
    return state >> 16;
  }
};

// heapq as its documentation describes it, line by line and without a thought for exceptions or
// speed.
namespace heapq {

void siftdown(std::vector<Ranked>& heap, std::size_t startpos, std::size_t pos) {
  const Ranked newitem = heap[pos];
  while (pos > startpos) {
    const std::size_t parentpos = (pos - 1) >> 1;
    const Ranked parent = heap[parentpos];
    if (!(newitem < parent)) break;
    heap[pos] = parent;
    pos = parentpos;
  }
  heap[pos] = newitem;
}

void siftup(std::vector<Ranked>& heap, std::size_t pos) {
  const std::size_t endpos = heap.size();
  const std::size_t startpos = pos;
  const Ranked newitem = heap[pos];
  std::size_t childpos = 2 * pos + 1;
  while (childpos < endpos) {
    const std::size_t rightpos = childpos + 1;
    if (rightpos < endpos && !(heap[childpos] < heap[rightpos])) childpos = rightpos;
    heap[pos] = heap[childpos];
    pos = childpos;
    childpos = 2 * pos + 1;
  }
  heap[pos] = newitem;
  siftdown(heap, startpos, pos);
}

void heappush(std::vector<Ranked>& heap, Ranked item) {
  heap.push_back(item);
  siftdown(heap, 0, heap.size() - 1);
}

Ranked heappop(std::vector<Ranked>& heap) {
  Ranked last = heap.back();
  heap.pop_back();
  if (heap.empty()) return last;
  const Ranked top = heap[0];
  heap[0] = last;
  siftup(heap, 0);
  return top;
}

}  // namespace heapq

template <class Item>
class PriorityOrder : public ::testing::Test {};
using RankedItems = ::testing::Types<Ranked, RankedQuiet, RankedFragile>;
TYPED_TEST_SUITE(PriorityOrder, RankedItems);

// What CPython 3.13.0 and 3.11.7 gave for:
//   x = 2024
//   def random(): global x; x = (x * 1664525 + 1013904223) % 2**32; return x >> 16
//   while len(out) < 100:
//     if not heap or random() % 5 < 3: heappush(heap, Item(random() % 4, serial)); serial += 1
//     else: out.append(heappop(heap).serial)
// where Items compare by their first field.
TYPED_TEST(PriorityOrder, OfEqualItemsIsWhatCPythonGave) {
  const std::vector<int> expected = {
      1,   4,   7,   0,   14,  2,   17, 8,   20, 18,  33,  15,  35,  39,  43,  45,  47,  26,  40,  38,
      22,  48,  49,  23,  52,  53,  46, 42,  21, 6,   30,  56,  5,   29,  37,  57,  58,  59,  64,  63,
      65,  67,  60,  61,  69,  71,  72, 75,  3,  51,  80,  81,  79,  70,  89,  88,  87,  85,  28,  31,
      90,  34,  12,  91,  92,  93,  83, 97,  96, 100, 105, 101, 109, 103, 104, 107, 114, 108, 115, 117,
      110, 111, 119, 121, 122, 120, 19, 125, 50, 102, 127, 129, 32,  130, 132, 133, 134, 126, 9,   128};
  Random random{2024};
  queue::PriorityQueue<TypeParam> q;
  std::vector<int> out;
  int serial = 0;
  while (out.size() < 100) {
    if (q.empty() || random.next() % 5 < 3) {
      const int priority = static_cast<int>(random.next() % 4);
      q.put(TypeParam{priority, serial++});
    } else {
      out.push_back(q.get().serial);
    }
  }
  EXPECT_EQ(out, expected);
}

TYPED_TEST(PriorityOrder, OfEqualItemsIsThatOfHeapq) {
  for (std::uint32_t seed = 1; seed <= static_cast<std::uint32_t>(repeat(30)); ++seed) {
    SCOPED_TRACE(seed);
    Random random{seed};
    const std::uint32_t priorities = 1 + random.next() % 20;
    const std::uint32_t share = 40 + random.next() % 30;
    queue::PriorityQueue<TypeParam> q;
    std::vector<Ranked> heap;
    for (int serial = 0; serial < 2000; ++serial) {
      if (heap.empty() || random.next() % 100 < share) {
        const int priority = static_cast<int>(random.next() % priorities);
        heapq::heappush(heap, {priority, serial});
        q.put(TypeParam{priority, serial});
      } else {
        ASSERT_EQ(q.get().serial, heapq::heappop(heap).serial);
      }
    }
    while (!heap.empty()) ASSERT_EQ(q.get().serial, heapq::heappop(heap).serial);
    ASSERT_TRUE(q.empty());
  }
}

TEST(PriorityQueueTest, ComparesByWhatItIsGiven) {
  queue::PriorityQueue<int, std::greater<>> greatest(3);
  for (const int item : {2, 3, 1}) greatest.put(item);
  EXPECT_TRUE(greatest.full());
  EXPECT_EQ(greatest.get(), 3);

  const std::string unwanted = "b";
  const auto less = [&unwanted](const std::string& a, const std::string& b) {
    return std::pair(a == unwanted, a) < std::pair(b == unwanted, b);
  };
  queue::PriorityQueue<std::string, decltype(less)> q({.maxsize = 4}, less);
  for (const char* item : {"b", "c", "a"}) q.put(item);
  EXPECT_EQ(q.get(), "a");
  EXPECT_EQ(q.get(), "c");
  EXPECT_EQ(q.get(), "b");
  q.put("x");
  q.shutdown(true);
  EXPECT_TRUE(q.empty());

  // A pointer to a function, a comparator that can only be moved, and one with a state.
  queue::PriorityQueue<int, bool (*)(int, int)> by_function(0, [](int a, int b) { return a % 10 < b % 10; });
  for (const int item : {19, 23, 31}) by_function.put(item);
  EXPECT_EQ(by_function.get(), 31);
  struct Owning {
    std::unique_ptr<int> sign;
    bool operator()(int a, int b) const { return a * *sign < b * *sign; }
  };
  queue::PriorityQueue<int, Owning> by_owner(0, Owning{std::make_unique<int>(-1)});
  for (const int item : {1, 3, 2}) by_owner.put(item);
  EXPECT_EQ(by_owner.get(), 3);
  by_owner.shutdown(true);
}

// Python's documentation: (priority, data) pairs.
TEST(PriorityQueueTest, TakesPairs) {
  queue::PriorityQueue<std::pair<int, std::string>> q;
  q.put({2, "two"});
  q.put({1, "one"});
  q.put({1, "a"});
  EXPECT_EQ(q.get().second, "a");
  EXPECT_EQ(q.get().second, "one");
  EXPECT_EQ(q.get().second, "two");
}

}  // namespace
}  // namespace skein::testing
