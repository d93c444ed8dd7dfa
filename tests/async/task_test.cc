// What a task tells about itself: its stack, printed or not, and which one is the current one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/asyncio.h>
#include <skein/threading.h>

#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "async/helpers.h"

namespace skein {
namespace {

using asyncio::Coroutine;
using asyncio::Task;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

Coroutine<> leaf() { co_await asyncio::sleep(0); }
Coroutine<> middle() { co_await leaf(); }
Coroutine<> root() { co_await middle(); }

std::vector<std::string> functions(const std::vector<asyncio::StackFrame>& frames) {
  std::vector<std::string> names;
  for (const asyncio::StackFrame& frame : frames) names.push_back(frame.function);
  return names;
}

TEST(TaskTest, ItsStackIsAllThatAwaitOneAnotherOutermostFirst) {
  asyncio::run([]() -> Coroutine<> {
    Task<void> task = asyncio::create_task(root());
    EXPECT_THAT(functions(task.get_stack()), ElementsAre("root"));
    co_await asyncio::sleep(0);
    EXPECT_THAT(functions(task.get_stack()), ElementsAre("root", "middle", "leaf"));
    EXPECT_THAT(functions(task.get_stack(2)), ElementsAre("middle", "leaf"));
    EXPECT_THAT(functions(task.get_stack(9)), ElementsAre("root", "middle", "leaf"));
    EXPECT_THAT(task.get_stack(0), IsEmpty());
    const std::vector<asyncio::StackFrame> stack = task.get_stack();
    EXPECT_THAT(stack[0].file, HasSubstr("task_test.cc"));
    EXPECT_EQ(stack[0].line, stack[1].line + 1);
    EXPECT_EQ(stack[1].line, stack[2].line + 1);
    co_await task;
    EXPECT_THAT(task.get_stack(), IsEmpty());
  });
}

TEST(TaskTest, PrintsItsStackWhereToIsTold) {
  asyncio::run([]() -> Coroutine<> {
    Task<void> task = asyncio::create_task({.name = "mine"}, root());
    co_await asyncio::sleep(0);
    std::ostringstream all;
    task.print_stack(std::nullopt, all);
    EXPECT_THAT(all.str(), StartsWith("Stack for <Task pending name='mine'"));
    EXPECT_THAT(all.str(), HasSubstr(" (most recent call last):\n  File \""));
    EXPECT_THAT(all.str(), HasSubstr(", in root\n"));
    EXPECT_THAT(all.str(), HasSubstr(", in leaf\n"));
    std::ostringstream one;
    task.print_stack(1, one);
    EXPECT_THAT(one.str(), HasSubstr(", in leaf\n"));
    EXPECT_THAT(one.str(), Not(HasSubstr(", in root\n")));
    ::testing::internal::CaptureStderr();
    task.print_stack();
    task.print_stack(1);
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), all.str() + one.str());
    co_await task;
    std::ostringstream none;
    task.print_stack(std::nullopt, none);
    EXPECT_THAT(none.str(), StartsWith("No stack for <Task finished name='mine'"));
  });
}

TEST(TaskTest, TheCurrentOneIsThatOfTheLoopThatRunsHere) {
  auto other = asyncio::new_event_loop();
  EXPECT_FALSE(asyncio::current_task(other).has_value()) << "nobody runs it, and nothing runs here";
  asyncio::run([&]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    EXPECT_EQ(asyncio::current_task(loop), asyncio::current_task());
    EXPECT_TRUE(asyncio::current_task(loop).has_value());
    EXPECT_FALSE(asyncio::current_task(other).has_value());
    bool elsewhere = true;
    threading::Thread thread([&] { elsewhere = asyncio::current_task(loop).has_value(); });
    thread.start();
    thread.join();
    EXPECT_FALSE(elsewhere);
    bool in_callback = true;
    loop.call_soon([&] { in_callback = asyncio::current_task(loop).has_value(); });
    co_await asyncio::sleep(0);
    EXPECT_FALSE(in_callback);
  });
  other.close();
}

}  // namespace
}  // namespace skein
