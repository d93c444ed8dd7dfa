// multiprocessing::ThreadPool: how it ends.
#include <gtest/gtest.h>
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>
#include <skein/threading.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <ranges>
#include <string>
#include <thread>
#include <vector>

#include "process_pool/mp_thread_pool_helpers.h"
#include "testing/child.h"
#include "testing/repeat.h"

namespace skein::testing {
namespace {

using multiprocessing::ProcessError;
using multiprocessing::ThreadPool;

TEST(MpThreadPoolTest, CloseFinishesWhatThereIs) {
  ThreadPool pool(1);
  auto results = [&] {
    const Held held(pool);
    auto line = pool.imap({.buffersize = 2}, twice, std::views::iota(0, 50));
    EXPECT_EQ(text_of<ValueError>([&] {
                pool.join();
                return 0;
              }),
              "Pool is still running");
    pool.close();
    pool.close();
    EXPECT_EQ(text_of<ValueError>([&] { return pool.apply(twice, 1); }), "Pool not running");
    EXPECT_EQ(text_of<ValueError>([&] { return pool.imap(twice, std::vector<int>{1}).next(); }), "Pool not running");
    return line;
  }();
  pool.join();
  int count = 0;
  for (const int x : results) EXPECT_EQ(x, 2 * count++);
  EXPECT_EQ(count, 50);
}

TEST(MpThreadPoolTest, TerminateEndsEveryResult) {
  ThreadPool pool(1);
  Held held(pool);
  auto queued = pool.apply_async(twice, 1);
  auto mapped = pool.map_async(twice, std::vector<int>{1, 2, 3});
  auto line = pool.imap(twice, std::vector<int>{1, 2, 3});
  pool.terminate();
  pool.terminate();
  EXPECT_THROW(static_cast<void>(queued.get(10)), ProcessError);
  EXPECT_THROW(static_cast<void>(mapped.get(10)), ProcessError);
  EXPECT_THROW(static_cast<void>(line.next(10)), ProcessError);
  EXPECT_EQ(text_of<ValueError>([&] { return pool.apply(twice, 1); }), "Pool not running");
  held.let_go();
  pool.join();
}

// In a process of its own: a pool that is a static, with work for a quarter of a minute.
std::atomic<int> static_calls{0};
SKEIN_SCENARIO(ends_with_a_static_pool) {
  static ThreadPool pool(1);
  static threading::Event begun;
  for (int i = 0; i < 1000; ++i) {
    static_cast<void>(pool.apply_async([] {
      begun.set();
      std::this_thread::sleep_for(std::chrono::milliseconds(15));
      static_calls.fetch_add(1);
    }));
  }
  begun.wait();
  std::atexit([] { std::_Exit(static_calls.load() < 1000 ? 0 : 1); });  // After the threads have been joined.
  return 2;
}
TEST(MpThreadPoolTest, TheEndOfTheProcessTerminates) {
  const Outcome outcome = run_scenario("ends_with_a_static_pool");
  EXPECT_TRUE(outcome.good()) << outcome;
}

TEST(MpThreadPoolTest, TheDestructorTerminates) {
  std::optional<multiprocessing::AsyncResult<int>> queued;
  std::atomic<bool> ended{false};
  threading::Event go;
  threading::Thread later([&] {
    queued->wait(10);  // Ended by the destructor, while what had begun goes on.
    go.set();
  });
  {
    ThreadPool pool(1);
    threading::Event begun;
    auto running = pool.apply_async([&] {
      begun.set();
      go.wait();
      ended.store(true);
    });
    begun.wait();
    queued = pool.apply_async(twice, 1);
    later.start();
  }
  EXPECT_TRUE(ended.load());  // What had begun was waited for.
  later.join();
  EXPECT_THROW(static_cast<void>(queued->get(0)), ProcessError);
}

TEST(MpThreadPoolTest, TerminateEndsAnImapThatWaitsForRoom) {
  for (const bool ordered : {true, false}) {
    ThreadPool pool(1);
    threading::Event full;
    auto endless = std::views::iota(0) | std::views::transform([&full](int x) {
                     if (x == 1) full.set();
                     return x;
                   });
    auto line =
        ordered ? pool.imap({.buffersize = 2}, twice, endless) : pool.imap_unordered({.buffersize = 2}, twice, endless);
    full.wait();
    while (pool.stats().done < 2)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));  // Both are there: nothing will make room.
    pool.terminate();
    EXPECT_EQ(line.next(10), 0);
    EXPECT_EQ(line.next(10), 2);
    EXPECT_THROW(static_cast<void>(line.next(10)), ProcessError);
    EXPECT_EQ(line.next(10), std::nullopt);
    pool.join();
  }
}

// The reader may be about to give the workers a call when they are told to end.
TEST(MpThreadPoolTest, TerminateIsTheFailureOfWhatIsReadJustThen) {
  for (int round = 0; round < repeat(300, 20'000); ++round) {
    ThreadPool pool(1);
    Held held(pool);
    threading::Event reads;
    auto endless = std::views::iota(0) | std::views::transform([&reads](int x) {
                     if (x == 3) reads.set();
                     return x;
                   });
    auto line = pool.imap({.buffersize = 10'000}, twice, endless);
    reads.wait();
    pool.terminate();
    for (bool over = false; !over;) {
      try {
        over = line.next(10) == std::nullopt;
        EXPECT_TRUE(over);
      } catch (const ProcessError&) {
      }
    }
    held.let_go();
    pool.join();
  }
}

TEST(MpThreadPoolTest, JoinInAThreadOfItsOwnIsAnErrorAtOnce) {
  ThreadPool pool(1);
  threading::Event closed;
  const auto join = [&] {
    closed.wait();
    return text_of<RuntimeError>([&] {
      pool.join();
      return 0;
    });
  };
  std::string in_callback;
  auto told = pool.apply_async({.callback = [&](int) { in_callback = join(); }}, twice, 1);
  auto called = pool.apply_async(join);
  auto line = pool.imap({.buffersize = 1}, twice, std::views::iota(0, 3));  // Which a join() waits for.
  pool.close();
  closed.set();
  EXPECT_EQ(called.get(10), "cannot join current thread");
  told.wait(10);
  EXPECT_EQ(in_callback, "cannot join current thread");
  pool.join();
}

TEST(MpThreadPoolTest, ItMayBeDestroyedInACallOfItsOwn) {
  auto pool = std::make_unique<ThreadPool>(2);
  threading::Event go;
  threading::Event gone;
  std::atomic<int> told{0};
  const auto tell = [&told](int) { told.fetch_add(1); };
  auto destroys = pool->apply_async({.callback = tell}, [&] {
    go.wait();
    pool.reset();
    gone.set();
    return 1;
  });
  auto outlives = pool->apply_async({.callback = tell}, [&] {
    gone.wait();
    return 2;
  });
  while (pool->stats().running < 2) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  go.set();
  EXPECT_EQ(destroys.get(10), 1);
  EXPECT_EQ(outlives.get(10), 2);
  EXPECT_EQ(told.load(), 2);
}

TEST(MpThreadPoolTest, AForkedChildHasNoWorkers) {
  SKEIN_FORKS();
  auto pool = std::make_unique<ThreadPool>(1);
  EXPECT_EQ(pool->apply(twice, 1), 2);
  const ::pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::alarm(20);
    int refused = 0;
    refused += text_of<RuntimeError>([&] { return pool->apply(twice, 1); }) != "nothing thrown" ? 1 : 0;
    refused += text_of<RuntimeError>([&] { return pool->map(twice, std::vector<int>{1}); }) != "nothing thrown" ? 1 : 0;
    refused += text_of<RuntimeError>([&] { return pool->imap(twice, std::vector<int>{1}).next(); }) != "nothing thrown"
                   ? 1
                   : 0;
    pool.reset();
    ThreadPool own(1);
    ::_exit(own.apply(twice, refused));
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 6);
  EXPECT_EQ(pool->apply(twice, 2), 4);
}

// The thread that reads holds a lock, which nobody releases in the child.
TEST(MpThreadPoolTest, AForkedChildWaitsForNoReader) {
  SKEIN_FORKS();
  auto pool = std::make_unique<ThreadPool>(1);
  threading::Event reads;
  threading::Event go;
  auto input = std::views::iota(0, 3) | std::views::transform([&](int x) {
                 reads.set();
                 go.wait();
                 return x;
               });
  using Line = decltype(pool->imap(twice, input));
  std::optional<Line> line(pool->imap(twice, input));
  reads.wait();
  const ::pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::alarm(20);
    line.reset();
    pool.reset();
    ::_exit(7);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 7);
  go.set();
  EXPECT_EQ(line->next(10), 0);
}

}  // namespace
}  // namespace skein::testing
