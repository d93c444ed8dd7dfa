// asyncio's run_in_executor with a ProcessPoolExecutor.
#include <gtest/gtest.h>
#include <skein/asyncio.h>
#include <skein/futures.h>
#include <skein/process_pool.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "process_pool/pools.h"
#include "testing/child.h"

namespace skein::testing {
namespace {

class ProcessPoolAsyncTest : public ProcessPoolTest {};

int fail(const std::string& text) { throw ValueError(text); }

// Until the test's word is set, looking now and then.
asyncio::Coroutine<> until(const Mailbox& box, std::size_t place) {
  while (box.get(place) == 0) co_await asyncio::sleep(0.001);
}

TEST_P(ProcessPoolAsyncTest, TheLoopAwaitsWhatAWorkerReturnsOrThrows) {
  futures::ProcessPoolExecutor executor(of(2));
  const auto body = [](futures::ProcessPoolExecutor& pool) -> asyncio::Coroutine<> {
    asyncio::EventLoop loop = asyncio::get_running_loop();
    const int sum = co_await loop.run_in_executor(pool, add, 1, 2);
    EXPECT_EQ(sum, 3);
    const int other = co_await loop.run_in_executor(pool, pid);
    EXPECT_NE(other, ::getpid());
    std::string text;
    try {
      co_await loop.run_in_executor(pool, fail, "on purpose");
    } catch (const ValueError& error) {
      text = error.what();
    }
    EXPECT_EQ(text, "on purpose");
    std::vector<asyncio::Future<int>> many;
    for (int i = 0; i < 50; ++i) many.push_back(loop.run_in_executor(pool, twice, i));
    for (int i = 0; i < 50; ++i) {
      const int result = co_await many[static_cast<std::size_t>(i)];
      EXPECT_EQ(result, 2 * i);
    }
  };
  asyncio::run(body(executor));
}

TEST_P(ProcessPoolAsyncTest, CancellingCancelsWhatIsQueued) {
  futures::ProcessPoolExecutor executor(of(1));
  const auto body = [](futures::ProcessPoolExecutor& pool, const Mailbox& box) -> asyncio::Coroutine<> {
    asyncio::EventLoop loop = asyncio::get_running_loop();
    auto running = loop.run_in_executor(pool, block, 0);
    co_await until(box, 0);
    std::vector<asyncio::Future<std::uint32_t>> queued;
    for (int i = 0; i < 64; ++i) queued.push_back(loop.run_in_executor(pool, count, 5));
    EXPECT_TRUE(queued.back().cancel());
    EXPECT_TRUE(running.cancel());  // The asyncio future: the call goes on.
    bool cancelled = false;
    try {
      co_await running;
    } catch (const asyncio::CancelledError&) {
      cancelled = true;
    }
    EXPECT_TRUE(cancelled);
    co_await asyncio::sleep(0);  // The loop tells the executor's future in a round of its own.
    box.set(1);
    const std::uint32_t last = co_await queued[62];
    EXPECT_EQ(last, 63U);
  };
  asyncio::run(body(executor, box_));
  executor.shutdown();
  EXPECT_EQ(box_.get(5), 63U);
  EXPECT_EQ(box_.get(0), 1U);
}

TEST_P(ProcessPoolAsyncTest, CancellingKillsWhereThePoolSaysSo) {
  auto options = of(1);
  options.cancel_kills = true;
  futures::ProcessPoolExecutor executor(std::move(options));
  const auto body = [](futures::ProcessPoolExecutor& pool, const Mailbox& box) -> asyncio::Coroutine<> {
    asyncio::EventLoop loop = asyncio::get_running_loop();
    auto running = loop.run_in_executor(pool, block, 0);  // For ever: nobody sets word 1.
    co_await until(box, 0);
    running.cancel();
    bool cancelled = false;
    try {
      co_await running;
    } catch (const asyncio::CancelledError&) {
      cancelled = true;
    }
    EXPECT_TRUE(cancelled);
    const int next = co_await loop.run_in_executor(pool, twice, 1);
    EXPECT_EQ(next, 2);
  };
  asyncio::run(body(executor, box_));
}

TEST_P(ProcessPoolAsyncTest, ATimeoutOfTheLoopStopsACall) {
  auto options = of(1);
  options.cancel_kills = true;
  futures::ProcessPoolExecutor executor(std::move(options));
  const auto body = [](futures::ProcessPoolExecutor& pool) -> asyncio::Coroutine<> {
    asyncio::EventLoop loop = asyncio::get_running_loop();
    bool late = false;
    try {
      co_await asyncio::wait_for(loop.run_in_executor(pool, block, 0), 0.1);
    } catch (const TimeoutError&) {
      late = true;
    }
    EXPECT_TRUE(late);
    const int next = co_await loop.run_in_executor(pool, twice, 1);
    EXPECT_EQ(next, 2);
  };
  asyncio::run(body(executor));
}

TEST_P(ProcessPoolAsyncTest, OptionsOfSubmitMayComeFirst) {
  futures::ProcessPoolExecutor executor(of(1));
  const auto body = [](futures::ProcessPoolExecutor& pool) -> asyncio::Coroutine<> {
    asyncio::EventLoop loop = asyncio::get_running_loop();
    bool late = false;
    try {
      co_await loop.run_in_executor(pool, futures::SubmitOptions{.timeout = 0.1}, block, 0);
    } catch (const TimeoutError&) {
      late = true;
    }
    EXPECT_TRUE(late);
  };
  asyncio::run(body(executor));
}

SKEIN_TEST_ALL_METHODS(ProcessPoolAsyncTest);

}  // namespace
}  // namespace skein::testing
