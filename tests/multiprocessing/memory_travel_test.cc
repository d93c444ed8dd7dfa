// What lies in shared memory, given to a process of each start method, and changed there.
#include <gtest/gtest.h>
#include <skein/multiprocessing.h>
#include <skein/multiprocessing/lock.h>
#include <skein/multiprocessing/shared_memory.h>

#include <cstddef>
#include <mutex>

#include "multiprocessing/methods.h"

namespace skein::multiprocessing {
namespace {

using shared_memory::ShareableList;
using shared_memory::SharedMemory;

struct Point {
  int x = 0;
  int y = 0;
};

class MemoryTravel : public skein::testing::MethodTest {};
SKEIN_TEST_ALL_METHODS(MemoryTravel);

void change_values(const Value<int>& count, const Array<double>& row, const RawValue<Point>& point,
                   const RawArray<char>& text, const Value<int, Lock>& with_lock, const Value<int>& without) {
  for (int i = 0; i < 100; ++i) {
    const std::scoped_lock guard(count);
    count.set_value(count.value() + 1);
  }
  row[-1] += 2.5;
  point->y = point->x + 1;
  text.set_value("hi");
  with_lock.set_value(7);
  without.set_value(8);
}

TEST_P(MemoryTravel, ValuesAndArrays) {
  const Lock lock;
  const Value<int> count(0);
  const Array<double> row({1, 2});
  const RawValue<Point> point(Point{4, 0});
  const RawArray<char> text(5);
  const Value<int, Lock> with_lock(0, {.lock = lock});
  const Value<int> without(0, {.lock = false});
  Process first = context().Process(change_values, count, row, point, text, with_lock, without);
  Process second = context().Process(change_values, count, row, point, text, with_lock, without);
  first.start();
  second.start();
  first.join();
  second.join();
  EXPECT_EQ(first.exitcode(), 0);
  EXPECT_EQ(second.exitcode(), 0);
  EXPECT_EQ(count.value(), 200);
  EXPECT_EQ(row[1], 7.0);
  EXPECT_EQ(point.value().y, 5);
  EXPECT_EQ(text.value(), "hi");
  EXPECT_EQ(with_lock.value(), 7);
  EXPECT_EQ(without.value(), 8);
  EXPECT_FALSE(lock.locked());
}

void change_named(const SharedMemory& block, const ShareableList& list) {
  block.buf()[9] = std::byte{9};
  list[0] = "changed";
}

// The child's end neither unlinks nor spoils what it had attached to.
TEST_P(MemoryTravel, SharedMemoryAndShareableList) {
  const SharedMemory block(None, true, 10);
  const ShareableList list({"original", 2});
  for (int i = 0; i < 2; ++i) {
    Process child = context().Process(change_named, block, list);
    child.start();
    child.join();
    EXPECT_EQ(child.exitcode(), 0);
    EXPECT_EQ(block.buf()[9], std::byte{9});
    EXPECT_EQ(list[0], "changed");
    EXPECT_EQ(SharedMemory(block.name()).buf()[9], std::byte{9});
    block.buf()[9] = std::byte{0};
    list[0] = "original";
  }
  block.unlink();
  list.shm().unlink();
}

void make_named(const RawArray<char>& name) {
  const SharedMemory block(None, true, 10);
  block.buf()[0] = std::byte{5};
  name.set_value(block.name());
}

// As CPython's resource tracker, which a family shares: what a child makes is there when it has ended.
TEST_P(MemoryTravel, WhatAChildMadeIsThereForItsParent) {
  const RawArray<char> name(64);
  Process child = context().Process(make_named, name);
  child.start();
  child.join();
  ASSERT_EQ(child.exitcode(), 0);
  const SharedMemory block(name.value());
  EXPECT_EQ(block.buf()[0], std::byte{5});
  block.unlink();
}

}  // namespace
}  // namespace skein::multiprocessing
