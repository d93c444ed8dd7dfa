// multiprocessing::ThreadPool.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>
#include <skein/threading.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "testing/repeat.h"

namespace skein::testing {
namespace {

using multiprocessing::ProcessError;
using multiprocessing::ThreadPool;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

int twice(int x) { return 2 * x; }
int add(int x, int y) { return x + y; }
int fail_at_two(int x) { return x == 2 ? throw ValueError("two") : x; }

template <class E, class F>
std::string thrown(F&& function) {
  try {
    static_cast<void>(function());
  } catch (const E& error) {
    return error.what();
  }
  return "nothing";
}

// Keeps the only worker of a pool busy until it goes.
class Held {
 public:
  explicit Held(ThreadPool& pool)
      : result_(pool.apply_async([this] {
          begun_.set();
          go_.wait();
        })) {
    begun_.wait();
  }
  ~Held() {
    let_go();
    result_.wait();
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  void let_go() { go_.set(); }

 private:
  threading::Event begun_;
  threading::Event go_;
  multiprocessing::AsyncResult<void> result_;
};

TEST(MpThreadPoolTest, ACallIsMadeInAnotherThreadWithAnything) {
  ThreadPool pool(2);
  int local = 1;
  EXPECT_EQ(pool.apply(add, 1, 2), 3);
  EXPECT_EQ(pool.apply([&local](int x) { return local += x; }, 4), 5);
  pool.apply([](int& number) { number = 7; }, std::ref(local));
  EXPECT_EQ(local, 7);
  EXPECT_NE(pool.apply([] { return threading::get_ident(); }), threading::get_ident());
  auto moved = pool.apply_async([](std::unique_ptr<int> x) { return x; }, std::make_unique<int>(3));
  EXPECT_EQ(*moved.take(), 3);
  EXPECT_EQ(thrown<ValueError>([&] { return pool.apply(fail_at_two, 2); }), "two");
}

TEST(MpThreadPoolTest, AResultIsWaitedFor) {
  ThreadPool pool(1);
  Held held(pool);
  auto result = pool.apply_async(twice, 21);
  EXPECT_FALSE(result.ready());
  EXPECT_THROW(static_cast<void>(result.get(0.01)), multiprocessing::TimeoutError);
  EXPECT_THROW(static_cast<void>(result.successful()), ValueError);
  held.let_go();
  result.wait();
  EXPECT_TRUE(result.ready());
  EXPECT_TRUE(result.successful());
  EXPECT_EQ(result.get(), 42);
}

TEST(MpThreadPoolTest, CallbacksComeOneAtATimeBeforeTheResult) {
  ThreadPool pool(4);
  std::vector<int> seen;  // Without a lock.
  std::vector<multiprocessing::AsyncResult<int>> results;
  std::string text;
  for (int i = 0; i < 200; ++i) {
    results.push_back(pool.apply_async({.callback = [&seen](int value) { seen.push_back(value); }}, twice, i));
  }
  auto failed = pool.apply_async({.error_callback =
                                      [&text](const std::exception_ptr& error) {
                                        text = thrown<ValueError>([&]() -> int { std::rethrow_exception(error); });
                                      }},
                                 fail_at_two, 2);
  for (const auto& result : results) result.wait();
  failed.wait();
  EXPECT_EQ(seen.size(), 200U);
  std::uint64_t teller = 0;
  const auto worker = pool.apply_async({.callback = [&teller](std::uint64_t) { teller = threading::get_ident(); }},
                                       []() -> std::uint64_t { return threading::get_ident(); })
                          .get();
  EXPECT_NE(teller, 0U);
  EXPECT_NE(teller, worker);  // The workers go on meanwhile.
  EXPECT_EQ(text, "two");
  EXPECT_FALSE(failed.successful());
}

TEST(MpThreadPoolTest, MapGivesResultsInOrder) {
  ThreadPool pool(3);
  std::vector<int> numbers(50);
  std::iota(numbers.begin(), numbers.end(), 0);
  std::vector<int> doubled;
  for (const int x : numbers) doubled.push_back(2 * x);
  EXPECT_EQ(pool.map(twice, numbers), doubled);
  for (const int chunksize : {1, 7, 100}) EXPECT_EQ(pool.map({.chunksize = chunksize}, twice, numbers), doubled);
  EXPECT_TRUE(pool.map(twice, std::vector<int>{}).empty());
  EXPECT_EQ(pool.map([](int) {}, numbers).size(), 50U);
  EXPECT_EQ(thrown<ValueError>([&] { return pool.map(fail_at_two, numbers); }), "two");
  const std::vector<std::pair<int, int>> pairs{{1, 2}, {3, 4}};
  EXPECT_THAT(pool.starmap(add, pairs), ElementsAre(3, 7));
  EXPECT_THAT(pool.starmap({.chunksize = 2}, add, pairs), ElementsAre(3, 7));
  std::vector<int> told;
  auto result =
      pool.map_async({.chunksize = 3, .callback = [&](const std::vector<int>& all) { told = all; }}, twice, numbers);
  EXPECT_EQ(result.get(), doubled);
  EXPECT_EQ(told, doubled);
  EXPECT_THAT(pool.starmap_async(add, pairs).get(), ElementsAre(3, 7));
}

TEST(MpThreadPoolTest, ImapGivesThemOneByOne) {
  ThreadPool pool(3);
  std::vector<int> results;
  for (const int x : pool.imap(twice, std::views::iota(0, 100))) results.push_back(x);
  ASSERT_EQ(results.size(), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(results[static_cast<std::size_t>(i)], 2 * i);
  std::set<int> some;
  for (const int x : pool.imap_unordered({.chunksize = 7}, twice, std::views::iota(0, 100))) some.insert(x);
  EXPECT_EQ(some.size(), 100U);
  auto at = pool.imap(fail_at_two, std::vector<int>{1, 2, 3});
  EXPECT_EQ(at.next(), 1);
  EXPECT_EQ(thrown<ValueError>([&] { return at.next(); }), "two");
  EXPECT_EQ(at.next(), 3);
  EXPECT_EQ(at.next(), std::nullopt);
}

TEST(MpThreadPoolTest, ImapReadsAnEndlessInputAsFarAsItsBuffer) {
  ThreadPool pool(2);
  std::atomic<int> read{0};
  auto endless = std::views::iota(0) | std::views::transform([&read](int x) {
                   read.fetch_add(1);
                   return x;
                 });
  {
    auto results = pool.imap({.buffersize = 3}, twice, endless);
    for (int i = 0; i < 1000; ++i) {
      EXPECT_EQ(results.next(10), 2 * i);
      EXPECT_LE(read.load(), i + 1 + 3 + 1);
    }
  }
  EXPECT_EQ(pool.apply(twice, 1), 2);
}

TEST(MpThreadPoolTest, CloseFinishesWhatThereIs) {
  ThreadPool pool(1);
  auto results = [&] {
    const Held held(pool);
    auto line = pool.imap({.buffersize = 2}, twice, std::views::iota(0, 50));
    EXPECT_EQ(thrown<ValueError>([&] {
                pool.join();
                return 0;
              }),
              "Pool is still running");
    pool.close();
    pool.close();
    EXPECT_EQ(thrown<ValueError>([&] { return pool.apply(twice, 1); }), "Pool not running");
    EXPECT_EQ(thrown<ValueError>([&] { return pool.imap(twice, std::vector<int>{1}).next(); }), "Pool not running");
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
  EXPECT_EQ(thrown<ValueError>([&] { return pool.apply(twice, 1); }), "Pool not running");
  held.let_go();
  pool.join();
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

TEST(MpThreadPoolTest, TheInitializerRunsInEachWorker) {
  std::atomic<int> calls{0};
  threading::Barrier both(2);
  ThreadPool pool(2, [&calls](int by) { calls.fetch_add(by); }, std::tuple(10));
  auto first = pool.apply_async([&both] { both.wait(); });
  auto second = pool.apply_async([&both] { both.wait(); });
  first.wait();
  second.wait();
  EXPECT_EQ(calls.load(), 20);
  ThreadPool other({.processes = 1, .initializer = [&calls] { calls.store(1); }});
  EXPECT_EQ(other.apply(twice, 1), 2);
  EXPECT_EQ(calls.load(), 1);
  EXPECT_EQ(thrown<ValueError>([] {
              const ThreadPool none(0);
              return 0;
            }),
            "Number of processes must be at least 1");
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
    return thrown<RuntimeError>([&] {
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

TEST(MpThreadPoolTest, AnInputMayDropItsOwnIterator) {
  ThreadPool pool(1);
  using Line = decltype(pool.imap(twice, std::views::iota(0)));
  std::optional<Line> line;
  threading::Event made;
  threading::Event dropped;
  auto input = std::views::iota(0) | std::views::transform([&](int x) {
                 made.wait();
                 line.reset();
                 dropped.set();
                 return x;
               });
  auto results = pool.imap(twice, input);
  line.emplace(std::move(results));
  made.set();
  EXPECT_TRUE(dropped.wait(10));
  EXPECT_EQ(pool.apply(twice, 1), 2);
}

TEST(MpThreadPoolTest, AnInitializerThatThrowsFailsAllCalls) {
  threading::Event go;
  std::atomic<int> told{0};
  ThreadPool pool(1, [&go] {
    go.wait();
    throw ValueError("not today");
  });
  auto queued = pool.apply_async(twice, 1);
  auto mapped = pool.map_async(twice, std::vector<int>{1, 2, 3});
  go.set();
  EXPECT_THROW(static_cast<void>(queued.get(10)), futures::BrokenThreadPool);
  EXPECT_THROW(static_cast<void>(mapped.get(10)), futures::BrokenThreadPool);
  const auto tell = [&told](const std::exception_ptr&) { told.fetch_add(1); };
  EXPECT_THROW(static_cast<void>(pool.apply_async({.error_callback = tell}, twice, 1)), futures::BrokenThreadPool);
  EXPECT_THROW(static_cast<void>(pool.map(twice, std::vector<int>{1, 2, 3})), futures::BrokenThreadPool);
  auto line = pool.imap(twice, std::views::iota(0));
  EXPECT_THROW(static_cast<void>(line.next(10)), futures::BrokenThreadPool);
  EXPECT_EQ(line.next(10), std::nullopt);
  pool.close();
  pool.join();
  EXPECT_EQ(told.load(), 0);  // apply_async() itself has said so.
}

TEST(MpThreadPoolTest, WhatACallbackThrowsGoesToTheHook) {
  std::atomic<int> heard{0};
  threading::set_excepthook([&heard](const threading::ExceptHookArgs&) { heard.fetch_add(1); });
  {
    ThreadPool pool(1);
    auto result = pool.apply_async({.callback = [](int) { throw ValueError("no"); }}, twice, 1);
    EXPECT_EQ(result.get(10), 2);
    auto failed =
        pool.apply_async({.error_callback = [](const std::exception_ptr&) { throw ValueError("no"); }}, fail_at_two, 2);
    EXPECT_THROW(static_cast<void>(failed.get(10)), ValueError);
  }
  threading::set_excepthook(nullptr);
  EXPECT_EQ(heard.load(), 2);
}

TEST(MpThreadPoolTest, ACallMayUseItsOwnPool) {
  ThreadPool pool(2);
  EXPECT_EQ(pool.apply([&pool] { return pool.apply(twice, 4); }), 8);
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
    refused += thrown<RuntimeError>([&] { return pool->apply(twice, 1); }) != "nothing" ? 1 : 0;
    refused += thrown<RuntimeError>([&] { return pool->map(twice, std::vector<int>{1}); }) != "nothing" ? 1 : 0;
    refused += thrown<RuntimeError>([&] { return pool->imap(twice, std::vector<int>{1}).next(); }) != "nothing" ? 1 : 0;
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
