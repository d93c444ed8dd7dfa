// queue.LifoQueue alone.
#include <gtest/gtest.h>
#include <skein/queue.h>

#include <memory>
#include <string>
#include <vector>

#include "queue/items.h"

namespace skein::testing {
namespace {

TEST(LifoQueueTest, IsLastInFirstOut) {
  queue::LifoQueue<int> ints;
  queue::LifoQueue<std::unique_ptr<int>> boxed;
  std::vector<int> model;
  std::uint32_t random = 7;
  for (int step = 0; step < 20'000; ++step) {
    random = random * 1664525 + 1013904223;
    if (model.empty() || (random >> 16) % 100 < 55) {
      ints.put(step);
      boxed.put(std::make_unique<int>(step));
      model.push_back(step);
    } else {
      ASSERT_EQ(ints.get(), model.back());
      ASSERT_EQ(*boxed.get(), model.back());
      model.pop_back();
    }
  }
}

TEST(LifoQueueTest, IsMadeLikeAQueue) {
  queue::LifoQueue<std::string> q({.maxsize = 2});
  q.put("one");
  q.put("two");
  EXPECT_TRUE(q.full());
  EXPECT_EQ(q.get(), "two");
  EXPECT_EQ(q.get(), "one");
}

}  // namespace
}  // namespace skein::testing
