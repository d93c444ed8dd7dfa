// The loop by Python's name, and what it says when nobody else wants to hear it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <concepts>
#include <exception>
#include <string>

#include "async/helpers.h"

namespace skein {
namespace {

using asyncio::Coroutine;
using asyncio::EventLoop;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Heard;
using ::testing::StartsWith;

TEST(LoopTest, PythonsNameIsAnAlias) {
  static_assert(std::same_as<asyncio::AbstractEventLoop, EventLoop>);
  asyncio::AbstractEventLoop loop = asyncio::new_event_loop();
  const asyncio::AbstractEventLoop same = loop;
  EXPECT_EQ(loop, same);
  EXPECT_FALSE(loop == asyncio::new_event_loop());
  loop.close();
  EXPECT_TRUE(same.is_closed());
}

TEST(LoopTest, TheDefaultHandlerWritesMessageAndException) {
  auto loop = asyncio::new_event_loop();
  ::testing::internal::CaptureStderr();
  loop.default_exception_handler({.message = "told", .exception = std::make_exception_ptr(ValueError("why"))});
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), ::testing::AllOf(StartsWith("told\n"), HasSubstr("why")));
  ::testing::internal::CaptureStderr();
  loop.default_exception_handler({});
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "Unhandled exception in event loop\n");
  loop.close();
}

TEST(LoopTest, TheDefaultHandlerIsAskedOnlyWithoutAnother) {
  auto loop = asyncio::new_event_loop();
  ::testing::internal::CaptureStderr();
  {
    const Heard heard(loop);
    loop.call_exception_handler({.message = "first"});
    EXPECT_THAT(heard.messages, ElementsAre("first"));
    loop.set_exception_handler(nullptr);
  }
  loop.call_exception_handler({.message = "second"});
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "second\n");
  loop.close();
}

}  // namespace
}  // namespace skein
