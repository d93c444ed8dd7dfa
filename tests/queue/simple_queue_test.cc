// queue.SimpleQueue alone: what it does not share with the others.
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/queue.h>

#include <memory>
#include <string>
#include <vector>

#include "queue/flavours.h"
#include "queue/items.h"
#include "testing/party.h"

namespace skein::testing {
namespace {

TEST(SimpleQueueTest, PutNeverBlocksWhateverItIsTold) {
  queue::SimpleQueue<std::string> q;
  const std::string item = "x";
  q.put(item);
  q.put(std::string("y"), true, -5);  // As in CPython: provided for compatibility with Queue.
  q.put(item, false, 0);
  q.put(std::string("z"), {.block = true, .timeout = -1});
  q.put(item, {.timeout = 0});
  EXPECT_EQ(q.qsize(), 5U);
  EXPECT_EQ(q.get(), "x");
  EXPECT_EQ(q.get(), "y");
}

// test_reentrancy: an item whose destructor puts the next one, in the middle of a get().
TEST(SimpleQueueTest, ADestructorMayPut) {
  struct Relay {
    Relay(queue::SimpleQueue<std::shared_ptr<Relay>>& queue, int serial) : q(queue), n(serial) {}
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;
    ~Relay() {
      if (n < 1000) q.put(std::make_shared<Relay>(q, n + 1));
    }
    queue::SimpleQueue<std::shared_ptr<Relay>>& q;
    int n;
  };
  queue::SimpleQueue<std::shared_ptr<Relay>> q;
  q.put(std::make_shared<Relay>(q, 0));
  for (int i = 0; i <= 1000; ++i) ASSERT_EQ(q.get()->n, i);
  EXPECT_TRUE(q.empty());
}

TEST(SimpleQueueTest, IsFirstInFirstOutBetweenTwoThreads) {
  queue::SimpleQueue<int> q;
  Party feeder([&] {
    for (int i = 0; i < 10'000; ++i) q.put(i);
  });
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(q.get(), i);
}

}  // namespace
}  // namespace skein::testing
