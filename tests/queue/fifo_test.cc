// The chain of segments inside Queue and SimpleQueue: what it uses again, what it gives back, and
// what it leaves alone because somebody is still destroying an item in it.
#include <gtest/gtest.h>
#include <skein/queue.h>

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "queue/items.h"
#include "testing/allocation.h"

namespace skein::testing {
namespace {

using internal::Fifo;
using internal::PlainItem;

using QuietFifo = Fifo<PlainItem<Quiet>>;
using Husk = QuietFifo::Husk;

void push(QuietFifo& fifo, int value) {
  fifo.make_room();
  fifo.push(std::in_place, Quiet(value));
}

// Takes the front item out; its remains stay until the Husk is destroyed.
std::pair<Quiet, std::unique_ptr<Husk>> pop(QuietFifo& fifo) {
  Quiet item = std::move(*fifo.front());
  return {std::move(item), std::unique_ptr<Husk>(new Husk(fifo.pop()))};
}

TEST(FifoTest, KeepsTheOrderThroughManySegments) {
  const std::int64_t before = Live<Quiet>::count;
  {
    QuietFifo fifo;
    int in = 0;
    int out = 0;
    for (int wave = 1; wave < 60; ++wave) {
      for (int i = 0; i < wave * 37; ++i) push(fifo, in++);
      for (int i = 0; i < wave * 36; ++i) ASSERT_EQ(pop(fifo).first.value, out++);
    }
    EXPECT_EQ(Live<Quiet>::count, before + in - out);
  }
  EXPECT_EQ(Live<Quiet>::count, before);
}

TEST(FifoTest, GivesTheMemoryOfABacklogBack) {
  const std::int64_t before = bytes_in_use();
  QuietFifo fifo;
  EXPECT_EQ(bytes_in_use(), before);  // Nothing is allocated ahead.
  for (int i = 0; i < 100'000; ++i) push(fifo, i);
  EXPECT_GT(bytes_in_use() - before, 400'000);
  for (int i = 0; i < 100'000; ++i) pop(fifo);
  EXPECT_LT(bytes_in_use() - before, 30'000);
  // And runs on with what it has.
  const std::int64_t settled = bytes_in_use();
  for (int i = 0; i < 100'000; ++i) {
    push(fifo, i);
    pop(fifo);
  }
  EXPECT_LE(bytes_in_use() - settled, 0);
  fifo.clear();
  EXPECT_EQ(bytes_in_use(), before);
}

// Somebody is slow in destroying what he left in a slot: the slot is not used again before, however
// often the chain goes round.
TEST(FifoTest, DoesNotUseASlotAgainThatStillHoldsAHusk) {
  QuietFifo fifo;
  const std::int64_t before = Live<Quiet>::count;
  std::vector<std::unique_ptr<Husk>> husks;
  std::set<const void*> held;
  int serial = 0;
  for (int i = 0; i < 3000; ++i) {
    push(fifo, serial);
    const void* const slot = &fifo.front();
    ASSERT_FALSE(held.contains(slot)) << "item " << i << " lies on a husk";
    auto [item, husk] = pop(fifo);
    ASSERT_EQ(item.value, serial);
    ++serial;
    if (i % 100 == 0) {
      husks.push_back(std::move(husk));
      held.insert(slot);
    }
  }
  // The remains are all still there, each once.
  EXPECT_EQ(Live<Quiet>::count, before + 30);
  husks.clear();
  EXPECT_EQ(Live<Quiet>::count, before);
  // And then their segments serve again: no more memory than for a fresh chain.
  const std::int64_t bytes = bytes_in_use();
  for (int i = 0; i < 10'000; ++i) {
    push(fifo, i);
    ASSERT_EQ(pop(fifo).first.value, i);
  }
  EXPECT_LE(bytes_in_use(), bytes);
}

TEST(FifoTest, ClearLeavesASegmentWithAHuskToWhomItBelongs) {
  const std::int64_t before = Live<Quiet>::count;
  const std::int64_t bytes = bytes_in_use();
  {
    QuietFifo fifo;
    for (int i = 0; i < 2000; ++i) push(fifo, i);
    auto held = pop(fifo);
    QuietFifo dropped(std::move(fifo));
    dropped.clear();
    EXPECT_EQ(Live<Quiet>::count, before + 2);  // The item taken out, and what it left.
    EXPECT_TRUE(dropped.has_rest());
    EXPECT_FALSE(fifo.has_rest());
    fifo.keep_rest_of(dropped);
    EXPECT_FALSE(dropped.has_rest());
    EXPECT_TRUE(fifo.has_rest());
    // The chain goes on, past that segment.
    for (int i = 0; i < 2000; ++i) push(fifo, i);
    for (int i = 0; i < 2000; ++i) ASSERT_EQ(pop(fifo).first.value, i);
    held.second.reset();
    fifo.clear();
    EXPECT_FALSE(fifo.has_rest());
  }
  EXPECT_EQ(Live<Quiet>::count, before);
  EXPECT_EQ(bytes_in_use(), bytes);
}

TEST(FifoTest, ASegmentIsAPageAtMostUnlessItemsAreLarge) {
  const auto segment = [](auto item) {
    using Item = decltype(item);
    const std::int64_t before = bytes_in_use();
    Fifo<PlainItem<Item>> fifo;
    fifo.make_room();
    return bytes_in_use() - before;
  };
  EXPECT_LT(segment(char{}), 1200);
  EXPECT_LT(segment(std::int64_t{}), 5000);
  EXPECT_LT(segment(Quiet(1)), 5500);
  EXPECT_LT(segment(std::array<char, 4096>{}), 8 * 4096 + 200);
}

}  // namespace
}  // namespace skein::testing
