// asyncio::finally.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "async/helpers.h"

namespace skein {
namespace {

using asyncio::AsyncGenerator;
using asyncio::Coroutine;
using ::testing::ElementsAre;
using testing::rounds;
using testing::text_of;

Coroutine<> note(std::vector<std::string>& log, std::string text) {
  co_await asyncio::sleep(0);
  log.push_back(std::move(text));
}

std::string message_of(const asyncio::Task<void>& task) {
  try {
    task.result();
  } catch (const asyncio::CancelledError& error) {
    return error.message();
  }
  return "not cancelled";
}

TEST(FinallyTest, GivesTheBodysResultAfterTheCleanUp) {
  asyncio::run([]() -> Coroutine<> {
    std::vector<std::string> log;
    const int result = co_await asyncio::finally(
        [&]() -> Coroutine<int> {
          co_await note(log, "body");
          co_return 5;
        },
        [&] { return note(log, "clean-up"); });
    EXPECT_EQ(result, 5);
    EXPECT_THAT(log, ElementsAre("body", "clean-up"));
    const auto box =
        co_await asyncio::finally([]() -> Coroutine<std::unique_ptr<int>> { co_return std::make_unique<int>(6); },
                                  [&] { return note(log, "again"); });
    EXPECT_EQ(*box, 6);
    co_await asyncio::finally([&] { return note(log, "nothing"); }, [&] { return note(log, "last"); });
    EXPECT_THAT(log, ElementsAre("body", "clean-up", "again", "nothing", "last"));
  });
}

TEST(FinallyTest, ThrowsWhatTheBodyThrewAfterTheCleanUpOrWhatThatThrows) {
  asyncio::run([]() -> Coroutine<> {
    std::vector<std::string> log;
    auto body = [&]() -> Coroutine<int> {
      co_await note(log, "body");
      throw ValueError("the body's");
    };
    auto bad = [&]() -> Coroutine<> {
      co_await note(log, "bad");
      throw RuntimeError("the clean-up's");
    };
    auto failed = asyncio::create_task(asyncio::finally(body, [&] { return note(log, "clean-up"); }));
    auto twice = asyncio::create_task(asyncio::finally(body, bad));
    auto late = asyncio::create_task(asyncio::finally([]() -> Coroutine<int> { co_return 1; }, bad));
    co_await rounds(6);
    EXPECT_EQ(text_of<ValueError>(failed.exception()), "the body's");
    EXPECT_EQ(text_of<RuntimeError>(twice.exception()), "the clean-up's");
    EXPECT_EQ(text_of<RuntimeError>(late.exception()), "the clean-up's");
    EXPECT_EQ(log.size(), 5U);
  });
}

TEST(FinallyTest, ACancellationOfTheBodyWaitsForTheCleanUpAndOneDuringThatEndsIt) {
  asyncio::run([]() -> Coroutine<> {
    std::vector<std::string> log;
    auto make = [&] {
      return asyncio::create_task(asyncio::finally([]() -> Coroutine<> { co_await asyncio::sleep(60); },
                                                   [&log]() -> Coroutine<> {
                                                     log.emplace_back("begins");
                                                     co_await rounds(3);
                                                     log.emplace_back("ends");
                                                   }));
    };
    auto once = make();
    co_await asyncio::sleep(0);
    once.cancel("stop");
    co_await rounds(6);
    EXPECT_TRUE(once.cancelled());
    EXPECT_EQ(message_of(once), "stop");
    EXPECT_THAT(log, ElementsAre("begins", "ends"));
    log.clear();
    auto twice = make();
    co_await asyncio::sleep(0);
    twice.cancel("first");
    co_await rounds(2);
    EXPECT_FALSE(twice.done());
    twice.cancel("second");
    co_await rounds(2);
    EXPECT_TRUE(twice.cancelled());
    EXPECT_EQ(message_of(twice), "second");
    EXPECT_THAT(log, ElementsAre("begins"));
    EXPECT_EQ(twice.cancelling(), 2U);
  });
}

TEST(FinallyTest, CleansUpInAGeneratorThatIsClosed) {
  asyncio::run([]() -> Coroutine<> {
    std::vector<std::string> log;
    auto all = [&log]() -> AsyncGenerator<int> {
      std::exception_ptr error;
      try {
        for (int i = 0;; ++i) co_yield i;
      } catch (...) {
        error = std::current_exception();
      }
      co_await asyncio::finally([&log] { return note(log, "body"); }, [&log] { return note(log, "clean-up"); });
      std::rethrow_exception(error);
    };
    auto generator = all();
    EXPECT_EQ(co_await generator.next(), 0);
    EXPECT_EQ(co_await generator.next(), 1);
    co_await generator.aclose();
    EXPECT_THAT(log, ElementsAre("body", "clean-up"));
  });
}

}  // namespace
}  // namespace skein
