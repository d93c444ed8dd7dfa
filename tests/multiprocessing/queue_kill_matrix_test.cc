// Every step of the queues between processes, with a SIGKILL in it: see kill_matrix.h. Rows P4, P21, P33.
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/multiprocessing/joinable_queue.h>

#include <atomic>
#include <csignal>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "multiprocessing/kill_channel.h"

namespace skein::multiprocessing {
namespace {

using testing::doomed;
using testing::item;
using testing::KillMatrix;
using testing::kItems;
using testing::kLimit;
using testing::now;
using testing::number_of;
using testing::Party;
using testing::SharedProgress;
using testing::Victim;

// ---- queues ----

// Takes what is there; they must be `from`, from + 1 and so on. Returns the number after the last.
int take_rest(const Queue<std::string>& q, int from) {
  while (const auto got = q.try_get(std::stop_token(), q.empty() ? 0.0 : kLimit)) {
    const int number = number_of(*got);
    if (number >= 1000) {
      EXPECT_EQ(number, 1000);
      continue;
    }
    EXPECT_EQ(number, from);
    from = number + 1;
  }
  return from;
}

std::string killed_putting(const std::string& fault, std::int64_t maxsize) {
  const JoinableQueue<std::string> q(maxsize);
  const SharedProgress progress;
  Victim child(doomed(
                   [](const JoinableQueue<std::string>& its, const SharedProgress& its_progress) {
                     for (int i = 0; i < kItems; ++i) {
                       its_progress->begun = i + 1;
                       its.put(item(i));
                       its_progress->ended = i + 1;
                     }
                   },
                   q, progress),
               fault);
  // Gets while it puts: so both sides wait now and then, and one of them does when it dies. But a queue grows only when
  // nobody does.
  const bool grows = fault.starts_with("queue.ring");
  int next = 0;
  while (!child.ends_within(grows ? kLimit : 0)) {
    const auto got = q.try_get(std::stop_token(), 0.005);
    if (!got) continue;
    EXPECT_EQ(number_of(*got), next);
    ++next;
  }
  const int status = child.wait();
  EXPECT_TRUE(status == -SIGKILL || status == 0) << status;
  const double began = now();
  // Others put as before.
  EXPECT_TRUE(q.try_put(item(1000), std::stop_token(), maxsize == 0 || !q.full() ? kLimit : 0.0) || q.full());
  next = take_rest(q, next);
  EXPECT_LT(now() - began, kLimit);
  EXPECT_GE(next, progress->ended) << "lost";
  EXPECT_LE(next, progress->begun) << "made up";
  if (status == 0) return "not reached";
  // The store that publishes decides.
  const bool before = fault.find(".locked") != fault.npos || fault.find("copied") != fault.npos ||
                      fault.find("ring") != fault.npos || fault.find("block") != fault.npos ||
                      fault.find("handed") != fault.npos;
  EXPECT_EQ(next > progress->ended, !before && progress->ended < progress->begun) << fault;
  return next > progress->ended ? "put" : "not put";
}

std::string killed_getting(const std::string& fault) {
  const JoinableQueue<std::string> q;
  for (int i = 0; i < kItems / 2; ++i) q.put(item(i));
  const SharedProgress progress;
  Victim child(doomed(
                   [](const JoinableQueue<std::string>& its, const SharedProgress& its_progress) {
                     for (int i = 0; i < kItems; ++i) {
                       its_progress->begun = i + 1;
                       if (number_of(its.get()) != i) return 1;
                       its_progress->ended = i + 1;
                     }
                     return 0;
                   },
                   q, progress),
               fault);
  for (int i = kItems / 2; i < kItems; ++i) q.put(item(i));
  const int status = child.wait();
  EXPECT_TRUE(status == -SIGKILL || status == 0) << status;
  const double began = now();
  int next = progress->ended;
  bool lost = false;
  if (const auto first = q.try_get(std::stop_token(), q.empty() ? 0.0 : kLimit)) {
    const int number = number_of(*first);
    lost = number == next + 1;
    EXPECT_TRUE(number == next || lost) << number << " after " << next;
    next = number + 1;
  } else {
    lost = next < kItems;
    next = std::min(next + 1, kItems);
  }
  EXPECT_EQ(take_rest(q, next), kItems);
  EXPECT_LE(progress->begun - progress->ended, 1);
  // And it goes on.
  q.put(item(3));
  EXPECT_EQ(q.get(true, kLimit), item(3));
  EXPECT_LT(now() - began, kLimit);
  if (status == 0) return "not reached";
  // The store that takes decides.
  const bool before =
      fault.find(".locked") != fault.npos || fault.find("copied") != fault.npos || fault.find("ring") != fault.npos;
  EXPECT_EQ(lost, !before) << fault;
  return lost ? "item gone with the dead" : "item still there";
}

TEST_P(KillMatrix, P4_QueuePut) {
  run("put",
      {"queue.put.locked", "queue.put.copied", "queue.put.published", "queue.put.unlocked", "queue.put.told",
       "queue.ring.reserved", "queue.ring.written", "queue.ring.made", "queue.put.handed", "queue.block.locked",
       "queue.block.reserved", "queue.block.made", "queue.block.taken"},
      [](const std::string& fault) {
        const std::string point = fault.substr(0, fault.find('@'));
        if (fault.starts_with("queue.ring")) return killed_putting(point + "@2", 0);
        return killed_putting(fault.starts_with("queue.block") ? point + "@1" : fault, 0);
      });
}

TEST_P(KillMatrix, P4_QueuePutBounded) {
  run("put, maxsize 2", {"queue.put.locked", "queue.put.copied", "queue.put.published", "queue.put.unlocked"},
      [](const std::string& fault) { return killed_putting(fault, 2); });
}

TEST_P(KillMatrix, P4_QueueGet) {
  run("get",
      {"queue.get.locked", "queue.get.copied", "queue.get.taken", "queue.get.unlocked", "queue.get.told",
       "queue.ring.left", "queue.get.held", "queue.block.done"},
      [](const std::string& fault) {
        return killed_getting(fault.starts_with("queue.ring") ? "queue.ring.left=kill@1" : fault);
      });
}

// A block's memory is given back by whoever has the block: a getter, if others are free, or a putter, if it was of no
// use for long. And what the dead had is another's soon.
TEST_P(KillMatrix, P4_QueueBlocks) {
  run("blocks", {"queue.block.emptied", "queue.block.reclaimed"}, [](const std::string& fault) {
    const std::string point = fault.substr(0, fault.find('@'));
    const Queue<std::string> q;
    const std::string large(9'000'000, 'x');
    for (int i = 0; i < 3; ++i) q.put(large);
    const bool reclaims = point.starts_with("queue.block.reclaimed");
    if (reclaims) {
      Victim dead(doomed([](const Queue<std::string>& its, const std::string& text) { its.put(text); }, q, large),
                  "queue.block.taken=kill");
      EXPECT_EQ(dead.wait(), -SIGKILL);
    }
    Victim child(doomed(
                     [](const Queue<std::string>& its, const std::string& text, bool its_reclaims) {
                       // It looks for blocks of the dead when it finds none that is large enough, soon after the last
                       // look.
                       for (std::size_t i = 1; its_reclaims && i < 60; ++i) {
                         its.put(text + std::string(i * text.size() / 4, 'y'));
                         static_cast<void>(its.get());
                       }
                       while (its.try_get()) continue;
                     },
                     q, large, reclaims),
                 point);
    EXPECT_EQ(child.wait(), -SIGKILL);
    const double began = now();
    for (int i = 0; i < 20 && !q.empty(); ++i) EXPECT_GE(q.get(true, kLimit).size(), large.size());
    EXPECT_TRUE(q.empty());
    for (int i = 0; i < 5; ++i) {
      q.put(large);
      EXPECT_TRUE(q.get(true, kLimit) == large);
    }
    EXPECT_LT(now() - began, kLimit);
    return std::string("others go on");
  });
}

// The one who waits in get() is not woken by the one who put and was killed; he looks.
TEST_P(KillMatrix, P21_AWaitingGetter) {
  run_first("get waits", {"queue.put.published", "queue.put.unlocked"}, [](const std::string& fault) {
    const Queue<std::string> q;
    std::optional<std::string> got;
    Party getter([&] { got = q.try_get(std::stop_token(), kLimit); });
    EXPECT_TRUE(getter.blocks());
    Victim child(doomed([](const Queue<std::string>& its) { its.put(item(1)); }, q), fault);
    EXPECT_EQ(child.wait(), -SIGKILL);
    getter.join();
    EXPECT_EQ(got, item(1));
    return std::string("got it");
  });
}

TEST_P(KillMatrix, P33_TaskDoneAndShutdown) {
  run_first("task_done", {"queue.task_done.counted", "queue.task_done.ended"}, [](const std::string& fault) {
    const JoinableQueue<int> q;
    q.put(1);
    Party joiner([&] { EXPECT_TRUE(q.join(std::stop_token(), kLimit)); });
    EXPECT_TRUE(joiner.blocks());
    Victim child(doomed([](const JoinableQueue<int>& its) { its.task_done(); }, q), fault);
    EXPECT_EQ(child.wait(), -SIGKILL);
    joiner.join();
    EXPECT_THROW(q.task_done(), ValueError);
    return std::string("joined");
  });
  run_first("shutdown", {"queue.shutdown.locked", "queue.shutdown.shut"}, [](const std::string& fault) {
    const JoinableQueue<int> q;
    Victim child(doomed([](const JoinableQueue<int>& its) { its.shutdown(); }, q), fault);
    EXPECT_EQ(child.wait(), -SIGKILL);
    const double began = now();
    const bool shut = q.is_shutdown();
    if (!shut) {
      q.put(1);
      EXPECT_EQ(q.get(true, kLimit), 1);
    } else {
      EXPECT_THROW(static_cast<void>(q.get(true, kLimit)), queue::ShutDown);
    }
    EXPECT_LT(now() - began, kLimit);
    return std::string(shut ? "shut down" : "not shut down");
  });
}

TEST_P(KillMatrix, P4_QueueWaits) {
  run_first("get, empty", {"queue.sleeps"}, [](const std::string& fault) {
    const Queue<int> q(1);
    Victim getting(doomed([](const Queue<int>& its) { return its.get(); }, q), fault);
    EXPECT_EQ(getting.wait(), -SIGKILL);
    Party getter([&] { EXPECT_EQ(q.get(), 1); });
    EXPECT_TRUE(getter.blocks());
    q.put(1);
    getter.join();
    q.put(2);
    Victim putting(doomed([](const Queue<int>& its) { its.put(3); }, q), fault);
    EXPECT_EQ(putting.wait(), -SIGKILL);
    Party putter([&] { q.put(4); });
    EXPECT_TRUE(putter.blocks());
    EXPECT_EQ(q.get(), 2);
    putter.join();
    EXPECT_EQ(q.get(), 4);
    return std::string("others are woken");
  });
}

}  // namespace
}  // namespace skein::multiprocessing
