// What ports without a second thought: handles that are const, tasks of whatever can be awaited, bodies that await
// nothing; and what is shown of a task that was made of a function.
#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <optional>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "async/helpers.h"

namespace skein::asyncio {
namespace {

using skein::testing::rounds;

static_assert(std::is_same_v<Task<>, Task<void>>);
static_assert(std::is_same_v<Future<>, Future<void>>);

Coroutine<int> sleeps_and_gives(int x) {
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(60);
  co_return x;
}

TEST(HandlesTest, ConstOnesDoAllThatOthersDo) {
  run([]() -> Coroutine<> {
    const Task<int> task = create_task(sleeps_and_gives, 1);
    task.set_name("named");
    EXPECT_EQ(task.get_name(), "named");
    co_await rounds(2);
    EXPECT_TRUE(task.cancel());
    EXPECT_EQ(task.cancelling(), 1U);
    EXPECT_EQ(task.uncancel(), 0U);
    const std::vector<Task<int>> tasks{task};
    for (const auto& each : tasks) each.cancel("again");
    EXPECT_THROW(co_await task, CancelledError);

    const Future<int> future;
    future.set_result(3);
    EXPECT_EQ(co_await future, 3);
    const Future<> failing;
    failing.set_exception(ValueError("bad"));
    EXPECT_THROW(co_await failing, ValueError);
  });
}

TEST(HandlesTest, ATaskIsMadeOfWhateverCanBeAwaited) {
  run([]() -> Coroutine<> {
    Queue<int> queue;
    Lock lock;
    co_await lock.acquire();
    const Task<int> item = create_task({.name = "getter"}, queue.get());
    const Task<bool> locked = create_task(lock.acquire());
    EXPECT_EQ(item.get_name(), "getter");
    co_await rounds(2);
    EXPECT_FALSE(item.done());
    EXPECT_FALSE(locked.done());
    queue.put_nowait(4);
    lock.release();
    EXPECT_EQ(co_await item, 4);
    EXPECT_TRUE(co_await locked);
    lock.release();
  });
}

TEST(HandlesTest, ABodyThatAwaitsNothingIsAPlainFunction) {
  run({.clock = Clock::kVirtual}, []() -> Coroutine<> {
    std::optional<Task<int>> task;
    co_await with(TaskGroup(), [&](auto& group) { task = group.create_task(sleeps_and_gives, 5); });
    EXPECT_TRUE(task->done());
    EXPECT_EQ(task->result(), 5);
    Lock lock;
    bool held = false;
    co_await with(lock, [&] { held = lock.locked(); });
    EXPECT_TRUE(held);
    EXPECT_FALSE(lock.locked());
    EXPECT_THROW(co_await with(lock, [] { throw ValueError("left"); }), ValueError);
    EXPECT_FALSE(lock.locked());
  });
}

TEST(HandlesTest, ATaskOfAFunctionShowsThatFunction) {
  run({.clock = Clock::kVirtual}, []() -> Coroutine<> {
    const Task<int> task = create_task(sleeps_and_gives, 6);
    co_await rounds(1);
    EXPECT_EQ(task.get_coro(), "sleeps_and_gives");
    std::ostringstream pending;
    pending << task;
    EXPECT_NE(pending.str().find("coro=<sleeps_and_gives() running at handles_test.cc"), std::string::npos)
        << pending.str();
    const std::vector<StackFrame> stack = task.get_stack();
    EXPECT_EQ(stack.size(), 1U);
    EXPECT_EQ(stack.front().function, "sleeps_and_gives");
    co_await task;
    std::ostringstream finished;
    finished << task;
    EXPECT_NE(finished.str().find("coro=<sleeps_and_gives() done, defined at handles_test.cc"), std::string::npos)
        << finished.str();
  });
}

TEST(HandlesTest, AWaitTakesEachOfThemOnce) {
  run([]() -> Coroutine<> {
    const Task<int> first = create_task(sleeps_and_gives, 1);
    const Task<int> second = create_task(sleeps_and_gives, 2);
    const std::vector<Task<int>> repeated{first, second, first, first, second};
    const auto looked = co_await wait(repeated, {.timeout = 0});
    EXPECT_TRUE(looked.done.empty());
    EXPECT_EQ(looked.pending, (std::vector<Task<int>>{first, second}));
    auto ends = as_completed(repeated);
    second.cancel();
    EXPECT_EQ(co_await ends.next(), second);
    first.cancel();
    EXPECT_EQ(co_await ends.next(), first);
    EXPECT_EQ(co_await ends.next(), std::nullopt);
    const auto all = co_await wait(repeated);
    EXPECT_EQ(all.done, (std::vector<Task<int>>{first, second}));
    EXPECT_TRUE(all.pending.empty());
  });
}

TEST(HandlesTest, AWaitForOneThatWasMovedFromIsAnErrorAndLeavesTheOthersAlone) {
  run([]() -> Coroutine<> {
    const Task<int> task = create_task(sleeps_and_gives, 1);
    Task<int> moved = task;
    const Task<int> taken = std::move(moved);
    const std::vector<Task<int>> wrong{task, moved};  // NOLINT(bugprone-use-after-move)
    EXPECT_THROW(static_cast<void>(co_await wait(wrong)), RuntimeError);
    EXPECT_THROW(static_cast<void>(as_completed(wrong)), RuntimeError);
    const auto looked = co_await wait(std::vector<Task<int>>{task}, {.timeout = 0});
    EXPECT_EQ(looked.pending.size(), 1U);
    task.cancel();
  });
}

}  // namespace
}  // namespace skein::asyncio
