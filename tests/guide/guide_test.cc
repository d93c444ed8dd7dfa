// What the porting guide shows of asyncio that Python has not: the tests of a program with a clock and a seed, what a
// dropped generator does, debug mode in production.
#include <gtest/gtest.h>
#include <skein/asyncio.h>
#include <skein/time.h>

#include <cstdint>
#include <exception>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace asyncio = skein::asyncio;

namespace {

// [clock]
asyncio::Coroutine<int> retry(int* attempts, int limit) {
  for (double pause = 1;; pause *= 2) {
    if (++*attempts == limit) co_return *attempts;
    co_await asyncio::sleep(pause);
  }
}

TEST(GuideTest, RetriesForAnHourInNoTime) {
  int attempts = 0;
  const double seconds = asyncio::run({.clock = asyncio::Clock::kVirtual}, [&]() -> asyncio::Coroutine<double> {
    co_await retry(&attempts, 13);
    co_return asyncio::get_running_loop().time();  // It began at 0.
  });
  EXPECT_EQ(attempts, 13);
  EXPECT_EQ(seconds, 4095);  // 1 + 2 + 4 + ... + 2048
}
// [/clock]

// [seed]
struct Account {
  int balance = 0;
  asyncio::Coroutine<> add(int amount) {
    const int seen = balance;
    if (amount > 1) co_await asyncio::sleep(0);  // Somebody else runs here.
    balance = seen + amount;
  }
};

// Right in Python's order: who adds 2 comes first, and is done with it a round before the other one begins.
asyncio::Coroutine<int> two_deposits() {
  Account account;
  auto two = asyncio::create_task(account.add(2));
  co_await asyncio::sleep(0);
  auto one = asyncio::create_task(account.add(1));
  co_await asyncio::gather(two, one);
  co_return account.balance;
}

std::set<int> balances() {
  std::set<int> found;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) found.insert(asyncio::run({.seed = seed}, two_deposits()));
  return found;
}
// [/seed]

TEST(GuideTest, ASeedShowsWhatHangsOnTheOrder) {
  EXPECT_EQ(asyncio::run(two_deposits()), 3);
  EXPECT_GT(balances().size(), 1U);
  EXPECT_EQ(balances(), balances());
}

// [dropped]
struct Note {
  std::string* log;
  const char* text;
  ~Note() { *log += text; }
};

asyncio::AsyncGenerator<int> numbers(std::string* log) {
  const Note note{log, "destroyed "};
  try {
    co_yield 1;
  } catch (...) {  // Not for one that is dropped.
    *log += "handled ";
    throw;
  }
}

asyncio::Coroutine<> drop_and_close(std::string* log) {
  {
    auto dropped = numbers(log);
    co_await dropped.next();
  }
  *log += "then ";
  auto closed = numbers(log);
  co_await closed.next();
  co_await closed.aclose();
}

TEST(GuideTest, ADroppedGeneratorRunsItsDestructorsOnly) {
  std::string log;
  asyncio::run(drop_and_close(&log));
  EXPECT_EQ(log, "destroyed then handled destroyed ");
}
// [/dropped]

// [eager_start]
asyncio::Coroutine<int> at_once() { co_return 1; }

asyncio::Coroutine<bool> begins_at_once() {
  auto task = asyncio::create_task({.eager_start = true}, at_once());
  co_return task.done();
}
// [/eager_start]

TEST(GuideTest, OneTaskMayBeginAtOnce) { EXPECT_TRUE(asyncio::run(begins_at_once())); }

// [slow]
asyncio::Coroutine<> serve(std::vector<std::string>* slow) {
  auto loop = asyncio::get_running_loop();
  loop.set_slow_callback_duration(0.05);
  loop.set_slow_callback_handler([slow](const std::string& what, double seconds) {
    if (seconds >= 0.05) slow->push_back(what);  // To the metrics, in earnest.
  });
  auto task = asyncio::create_task({.name = "thoughtless"}, []() -> asyncio::Coroutine<> {
    skein::time::sleep(0.06);  // Not asyncio::sleep(): everybody waits.
    co_return;
  });
  co_await task;
}
// [/slow]

TEST(GuideTest, WhatHoldsUpTheLoopIsTold) {
  std::vector<std::string> slow;
  asyncio::run(serve(&slow));
  ASSERT_EQ(slow.size(), 1U);
  EXPECT_NE(slow[0].find("thoughtless"), std::string::npos) << slow[0];
}

// [debug]
asyncio::Coroutine<> save() { co_return; }

asyncio::Coroutine<> forgets() {
  asyncio::get_running_loop().set_debug(true);
  static_cast<void>(save());  // Without co_await: nothing is saved.
  co_return;
}
// [/debug]

TEST(GuideTest, DebugModeTellsWhoForgotAnAwait) {
  testing::internal::CaptureStderr();
  asyncio::run(forgets());
  const std::string told = testing::internal::GetCapturedStderr();
  EXPECT_NE(told.find("coroutine 'save' was never awaited"), std::string::npos) << told;
  EXPECT_NE(told.find("Coroutine created at"), std::string::npos) << told;
  EXPECT_NE(told.find("in forgets"), std::string::npos) << told;
}

// ---- the rows of the tables ----

template <class Body>
void run_with_clock(Body body) {
  asyncio::run({.clock = asyncio::Clock::kVirtual}, body);
}

asyncio::Coroutine<> nothing() { co_return; }

TEST(GuideRowsTest, Groups) {
  run_with_clock([]() -> asyncio::Coroutine<> {
    const std::string name =
        co_await asyncio::with(asyncio::TaskGroup(), [](asyncio::TaskGroup& group) -> asyncio::Coroutine<std::string> {
          auto task = group.create_task({.name = "n"}, nothing());
          co_return task.get_name();
        });
    EXPECT_EQ(name, "n");
  });
  const auto a = std::make_exception_ptr(skein::ValueError("a"));
  const auto b = std::make_exception_ptr(skein::RuntimeError("b"));
  const auto c = std::make_exception_ptr(skein::TimeoutError("c"));
  const skein::ExceptionGroup group("text", {a, b, c});
  const auto [matching, rest] = group.split<skein::ValueError, skein::RuntimeError>();
  ASSERT_TRUE(matching && rest);
  EXPECT_EQ(matching->exceptions().size(), 2U);
  EXPECT_EQ(rest->exceptions().size(), 1U);
}

template <class L>
concept ScopedLockTakes = requires(L& lock) {
  lock.lock();
  lock.unlock();
};

TEST(GuideRowsTest, LocksAndQueues) {
  static_assert(!ScopedLockTakes<asyncio::Lock>);
  run_with_clock([]() -> asyncio::Coroutine<> {
    asyncio::Lock lock;
    co_await asyncio::with(lock, [&]() -> asyncio::Coroutine<> {
      EXPECT_TRUE(lock.locked());
      co_return;
    });
    co_await lock.acquire();
    lock.release();
    asyncio::Barrier barrier(1);
    const std::int64_t position = co_await asyncio::with(
        barrier, [](std::int64_t place) -> asyncio::Coroutine<std::int64_t> { co_return place; });
    EXPECT_EQ(position, 0);
    co_await asyncio::with(barrier, [](auto& place) -> asyncio::Coroutine<> {
      EXPECT_EQ(place, 0);
      co_return;
    });

    asyncio::Event event;
    event.set();
    const bool set = co_await asyncio::ensure_future(event.wait());
    EXPECT_TRUE(set);

    asyncio::Queue<int> queue({.maxsize = 2});
    EXPECT_EQ(queue.try_get(), std::nullopt);
    queue.put_nowait(1);
    EXPECT_EQ(queue.try_get(), 1);
    queue.put_nowait(2);
    queue.put_nowait(3);
    EXPECT_THROW(queue.put_nowait(4), asyncio::QueueFull);
    queue.shutdown({.immediate = true});
    EXPECT_TRUE(queue.empty());
  });
}

asyncio::AsyncGenerator<int> one_and_what_is_thrown() {
  bool thrown = false;
  try {
    co_yield 1;
  } catch (const skein::ValueError&) {
    thrown = true;
  }
  if (thrown) co_yield 2;
}

TEST(GuideRowsTest, Generators) {
  run_with_clock([]() -> asyncio::Coroutine<> {
    auto g = one_and_what_is_thrown();
    const auto first = co_await g.next();
    EXPECT_EQ(first, 1);
    const auto second = co_await g.athrow(std::make_exception_ptr(skein::ValueError("now")));
    EXPECT_EQ(second, 2);
    const auto end = co_await g.next();
    EXPECT_EQ(end.value_or(-1), -1);
    co_await g.aclose();
  });
}

TEST(GuideRowsTest, AFactoryOfOnesOwn) {
  std::vector<std::string> made;
  run_with_clock([&made]() -> asyncio::Coroutine<> {
    auto loop = asyncio::get_running_loop();
    loop.set_task_factory([&made](asyncio::EventLoop of, asyncio::AnyCoroutine coro, asyncio::TaskOptions options) {
      asyncio::AnyTask task(of, std::move(coro), options);
      made.push_back(task.get_name());
      return task;
    });
    co_await asyncio::create_task({.name = "mine"}, nothing());
    loop.set_task_factory(nullptr);
  });
  EXPECT_EQ(made, std::vector<std::string>{"mine"});
}

}  // namespace
