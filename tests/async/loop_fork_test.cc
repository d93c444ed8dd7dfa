// A child that a coroutine forks: no loop runs there, and it may run one of its own. CPython: conformance.async_fork.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/asyncio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "async/helpers.h"
#include "testing/child.h"
#include "testing/repeat.h"

namespace skein {
namespace {

using asyncio::Coroutine;
using testing::run_forked;

bool no_loop_runs() {
  try {
    static_cast<void>(asyncio::get_running_loop());
    return false;
  } catch (const RuntimeError& error) {
    return std::string(error.what()) == "no running event loop";
  }
}

Coroutine<int> seven() {
  co_await asyncio::sleep(0.001);
  co_return 7;
}

// fork() in the middle of a coroutine, which goes on in both. The status of the child once it has ended; in the child:
// none.
std::optional<int> fork_here() {
  const pid_t child = ::fork();
  if (child == 0) {
    testing::skip_leak_check();
    return std::nullopt;
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(LoopFork, TheChildOfACoroutineRunsALoopOfItsOwn) {
  SKEIN_FORKS();
  asyncio::run([]() -> Coroutine<> {
    const auto outcome = run_forked([] {
      if (!no_loop_runs()) return 1;
      if (asyncio::run(seven()) != 7) return 2;
      if (!no_loop_runs()) return 3;
      asyncio::Runner runner;
      return runner.run(seven()) == 7 && runner.run(seven()) == 7 ? 0 : 4;
    });
    EXPECT_TRUE(outcome.good()) << outcome;
    EXPECT_EQ(co_await seven(), 7);
  });
}

template <class Awaitable>
Coroutine<> is_refused(Awaitable awaitable) {
  try {
    co_await std::move(awaitable);
  } catch (const RuntimeError& error) {
    if (std::string(error.what()) == "no running event loop") co_return;
  }
  std::_Exit(9);
}

TEST(LoopFork, TheCoroutineItselfCanAwaitNothingThatWaitsThere) {
  SKEIN_FORKS();
  std::optional<int> status;
  asyncio::run(
      [](std::optional<int>& seen) -> Coroutine<> {
        asyncio::Lock lock;
        co_await lock.acquire();
        asyncio::Event event;
        auto future = asyncio::get_running_loop().create_future<int>();
        auto task = asyncio::create_task(seven());
        seen = fork_here();
        if (seen.has_value()) {
          co_await task;
          future.set_result(1);
          co_return;
        }
        co_await is_refused(asyncio::sleep(0));
        co_await is_refused(asyncio::sleep(0.001));
        co_await is_refused(lock.acquire());
        co_await is_refused(event.wait());
        co_await is_refused(future);
        co_await is_refused(task);
        if (asyncio::run(seven()) != 7) std::_Exit(8);
        co_await is_refused(asyncio::sleep(0));
        // What need not wait goes on.
        lock.release();
        co_await lock.acquire();
        event.set();
        co_await event.wait();
        std::_Exit(0);
      },
      std::ref(status));
  EXPECT_EQ(status, 0);
}

TEST(LoopFork, TheCoroutineMayEndThereAndTheLoopWithIt) {
  SKEIN_FORKS();
  const pid_t here = ::getpid();
  std::optional<int> status;
  bool called = false;
  const int result = asyncio::run(
      [](std::optional<int>& seen, bool& callback_ran) -> Coroutine<int> {
        asyncio::current_task()->add_done_callback([&callback_ran](const auto&) { callback_ran = true; });
        auto other = asyncio::create_task(seven());
        seen = fork_here();
        if (!seen.has_value()) co_return 5;
        co_return co_await other;
      },
      std::ref(status), std::ref(called));
  if (::getpid() != here) std::_Exit(result == 5 && called ? 0 : 1);
  EXPECT_EQ(result, 7);
  EXPECT_TRUE(called);
  EXPECT_EQ(status, 0);
}

TEST(LoopFork, CtrlCIsTheChildsOwn) {
  SKEIN_FORKS();
  asyncio::run([]() -> Coroutine<> {
    const auto ended = run_forked([] {
      ::raise(SIGINT);
      return 0;
    });
    EXPECT_EQ(ended.status, -SIGINT) << ended;
    const auto interrupted = run_forked([] {
      try {
        asyncio::run([]() -> Coroutine<> {
          asyncio::get_running_loop().call_soon([] { ::raise(SIGINT); });
          co_await asyncio::sleep(60);
        });
      } catch (const KeyboardInterrupt&) {
        return 0;
      }
      return 1;
    });
    EXPECT_TRUE(interrupted.good()) << interrupted;
    co_return;
  });
}

TEST(LoopFork, WhileAnotherThreadMakesLoops) {
  SKEIN_FORKS();
  std::atomic<bool> stop{false};
  std::thread maker([&stop] {
    while (!stop.load()) static_cast<void>(asyncio::new_event_loop());
  });
  for (int i = 0; i < testing::repeat(20, 1000); ++i) {
    const auto outcome = run_forked([] { return asyncio::run(seven()) == 7 ? 0 : 1; });
    EXPECT_TRUE(outcome.good()) << outcome;
    if (!outcome.good()) break;
  }
  stop.store(true);
  maker.join();
}

}  // namespace
}  // namespace skein
