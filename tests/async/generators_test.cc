// What becomes of asynchronous generators in C++: moved, dropped, deep, with values that only move; and finally().
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "async/helpers.h"
#include "testing/repeat.h"

namespace skein {
namespace {

using asyncio::AsyncGenerator;
using asyncio::Coroutine;
using asyncio::EventLoop;
using asyncio::Future;
using testing::Alive;
using ::testing::ElementsAre;
using testing::repeat;
using testing::rounds;
using testing::text_of;

AsyncGenerator<int> counts(int n) {
  for (int i = 0; i < n; ++i) co_yield i;
}

AsyncGenerator<int> waits(Future<void> future, int& alive) {
  const Alive counted(alive);
  co_yield 1;
  co_await future;
  co_yield 2;
}

Coroutine<int> sum_of(AsyncGenerator<int>& numbers) {
  int sum = 0;
  while (const auto number = co_await numbers.next()) sum += *number;
  co_return sum;
}

// ---- lifetime ----

TEST(GeneratorTest, IsDestroyedWhereItYieldsWhenItIsDropped) {
  asyncio::run([]() -> Coroutine<> {
    int alive = 0;
    auto future = asyncio::get_running_loop().create_future();
    {
      auto generator = waits(future, alive);
      EXPECT_EQ(alive, 0);
      EXPECT_EQ(co_await generator.next(), 1);
      EXPECT_EQ(alive, 1);
    }
    EXPECT_EQ(alive, 0);
    static_cast<void>(waits(future, alive));  // One that never begins is not reported.
    EXPECT_EQ(alive, 0);
  });
}

TEST(GeneratorTest, DroppedWhileATaskWaitsForItStillGivesThatTaskItsValue) {
  asyncio::run([]() -> Coroutine<> {
    int alive = 0;
    auto future = asyncio::get_running_loop().create_future();
    std::optional<AsyncGenerator<int>> generator = waits(future, alive);
    EXPECT_EQ(co_await generator->next(), 1);
    auto waiting = asyncio::ensure_future(generator->next());
    co_await asyncio::sleep(0);
    generator.reset();
    EXPECT_EQ(alive, 1);
    future.set_result();
    EXPECT_EQ(co_await waiting, 2);
    co_await asyncio::sleep(0);
    EXPECT_EQ(alive, 0);
  });
}

AsyncGenerator<int> drops_itself(std::optional<AsyncGenerator<int>>& itself, int& alive) {
  const Alive counted(alive);
  itself.reset();
  co_await asyncio::sleep(0);
  co_yield 7;
}

TEST(GeneratorTest, MayDropItsOwnHandle) {
  asyncio::run([]() -> Coroutine<> {
    int alive = 0;
    std::optional<AsyncGenerator<int>> itself;
    itself.emplace(drops_itself(itself, alive));
    EXPECT_EQ(co_await itself->next(), 7);
    EXPECT_EQ(alive, 0);
  });
}

TEST(GeneratorTest, MovesWhileItRuns) {
  asyncio::run([]() -> Coroutine<> {
    int alive = 0;
    auto future = asyncio::get_running_loop().create_future();
    auto first = waits(future, alive);
    co_await first.next();
    auto waiting = asyncio::ensure_future(first.next());
    co_await asyncio::sleep(0);
    auto second = std::move(first);
    // NOLINTNEXTLINE(bugprone-use-after-move)
    EXPECT_EQ(text_of<RuntimeError>([&] { static_cast<void>(first.next()); }), "the generator has been moved from");
    future.set_result();
    EXPECT_EQ(co_await waiting, 2);
    EXPECT_EQ(alive, 1);
    first = std::move(second);
    EXPECT_EQ(co_await first.next(), std::nullopt);
    EXPECT_EQ(alive, 0);
    first = counts(2);  // What it had is dropped.
    EXPECT_EQ(co_await sum_of(first), 1);
  });
}

TEST(GeneratorTest, IsDestroyedWithTheLoopWhileItWaits) {
  int alive = 0;
  {
    auto loop = asyncio::new_event_loop();
    loop.set_exception_handler([](EventLoop, const asyncio::ExceptionContext&) {});
    loop.run_until_complete(
        [](int& count) -> Coroutine<> {
          static_cast<void>(asyncio::create_task([&count]() -> Coroutine<> {
            auto generator = waits(asyncio::get_running_loop().create_future(), count);
            while (co_await generator.next()) {
            }
          }));
          co_await rounds(2);
        },
        std::ref(alive));
    EXPECT_EQ(alive, 1);
    loop.close();
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

TEST(GeneratorTest, OutlivesTheLoopInWhichItWaited) {
  int alive = 0;
  std::optional<AsyncGenerator<int>> kept;
  std::optional<AsyncGenerator<int>> yielded;
  {
    auto loop = asyncio::new_event_loop();
    loop.set_exception_handler([](EventLoop, const asyncio::ExceptionContext&) {});
    loop.run_until_complete([&]() -> Coroutine<> {
      kept = waits(asyncio::get_running_loop().create_future(), alive);
      yielded = counts(3);
      co_await yielded->next();
      static_cast<void>(asyncio::create_task(sum_of(*kept)));
      co_await rounds(2);
    });
  }
  EXPECT_EQ(alive, 0);  // Its frame went with the task's.
  asyncio::run([&]() -> Coroutine<> {
    EXPECT_EQ(co_await kept->next(), std::nullopt);
    co_await kept->aclose();
    EXPECT_EQ(co_await yielded->next(), 1);  // Nobody waited for this one: it goes on in another loop.
  });
  EXPECT_EQ(text_of<RuntimeError>([&] {
              asyncio::run([&]() -> Coroutine<> {
                auto next = yielded->next();
                EXPECT_EQ(co_await next, 2);
                co_await next;
              });
            }),
            "cannot reuse already awaited __anext__()/asend()");
}

TEST(GeneratorTest, AwaitsAnAthrowOnlyOnce) {
  asyncio::run([]() -> Coroutine<> {
    auto generator = counts(3);
    EXPECT_EQ(text_of<ValueError>([&] { static_cast<void>(generator.athrow(nullptr)); }), "the exception is null");
    co_await generator.next();
    auto thrown = generator.athrow(std::make_exception_ptr(ValueError("thrown")));
    std::vector<std::string> said;
    for (int i = 0; i < 2; ++i) {
      try {
        co_await thrown;
      } catch (const std::exception& error) {
        said.emplace_back(error.what());
      }
    }
    EXPECT_THAT(said, ElementsAre("thrown", "cannot reuse already awaited aclose()/athrow()"));
  });
}

// ---- values ----

AsyncGenerator<std::unique_ptr<int>> boxes(int n) {
  for (int i = 0; i < n; ++i) co_yield std::make_unique<int>(i);
}

struct ThrowsWhenCopied {
  ThrowsWhenCopied() = default;
  ThrowsWhenCopied(const ThrowsWhenCopied& /*other*/) { throw ValueError("copied"); }
  ThrowsWhenCopied(ThrowsWhenCopied&&) = default;
};
AsyncGenerator<ThrowsWhenCopied> copies(int& alive) {
  const Alive counted(alive);
  const ThrowsWhenCopied value;
  co_yield value;
}

TEST(GeneratorTest, GivesValuesThatOnlyMove) {
  asyncio::run([]() -> Coroutine<> {
    auto generator = boxes(3);
    int sum = 0;
    while (const auto box = co_await generator.next()) sum += 1 + **box;
    EXPECT_EQ(sum, 6);
  });
}

struct CannotBeCopied {
  CannotBeCopied() = default;
  CannotBeCopied(const CannotBeCopied& /*other*/) { throw std::domain_error("a copy"); }
};
AsyncGenerator<int> takes(CannotBeCopied /*argument*/) { co_yield 1; }

TEST(GeneratorTest, AnArgumentThatCannotBeCopiedLeavesNothing) {
  const CannotBeCopied argument;
  EXPECT_THROW(static_cast<void>(takes(argument)), std::domain_error);  // LeakSanitizer sees the rest.
}

TEST(GeneratorTest, EndsWithWhatCopyingAValueThrows) {
  asyncio::run([]() -> Coroutine<> {
    int alive = 0;
    auto generator = copies(alive);
    std::string said;
    try {
      co_await generator.next();
    } catch (const ValueError& error) {
      said = error.what();
    }
    EXPECT_EQ(said, "copied");
    EXPECT_EQ(alive, 0);
    const auto next = co_await generator.next();
    EXPECT_FALSE(next.has_value());
  });
}

AsyncGenerator<std::int64_t> counts_far(std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) co_yield i;
}

// ---- depth: rows A11 and A12 of the table of faults ----

TEST(GeneratorTest, A11_AMillionValuesUseNoStack) {
  const std::int64_t times = repeat(100'000, 1'000'000);
  asyncio::run(
      [](std::int64_t n) -> Coroutine<> {
        auto generator = counts_far(n);
        std::int64_t count = 0;
        while (co_await generator.next()) ++count;
        EXPECT_EQ(count, n);
      },
      times);
}

AsyncGenerator<std::int64_t> nested(std::int64_t depth, Future<void> future, int& alive) {
  const Alive counted(alive);
  if (depth == 0) {
    co_await future;
    co_yield 1;
    co_return;
  }
  auto inner = nested(depth - 1, future, alive);
  while (const auto value = co_await inner.next()) co_yield *value + 1;
}

Coroutine<std::int64_t> only_of(std::int64_t depth, Future<void> future, int& alive) {
  auto generator = nested(depth, future, alive);
  const auto value = co_await generator.next();
  const auto end = co_await generator.next();
  EXPECT_EQ(end, std::nullopt);
  co_return value.value_or(-1);
}

TEST(GeneratorTest, AThousandThatAreNestedAreDroppedClosedAndThrownInto) {
  asyncio::run([]() -> Coroutine<> {
    int alive = 0;
    auto future = asyncio::get_running_loop().create_future();
    future.set_result();
    {
      auto dropped = nested(1000, future, alive);
      EXPECT_EQ(co_await dropped.next(), 1001);
      EXPECT_EQ(alive, 1001);
    }
    EXPECT_EQ(alive, 0);
    auto closed = nested(1000, future, alive);
    EXPECT_EQ(co_await closed.next(), 1001);
    co_await closed.aclose();
    EXPECT_EQ(alive, 0);
    auto thrown = nested(1000, future, alive);
    EXPECT_EQ(co_await thrown.next(), 1001);
    try {
      co_await thrown.athrow(std::make_exception_ptr(ValueError("in")));
      ADD_FAILURE() << "not thrown";
    } catch (const ValueError&) {
    }
    EXPECT_EQ(alive, 0);
  });
}

TEST(GeneratorTest, A12_ADeepChainEndsIsCancelledAndDestroyedWithoutRecursion) {
  const std::int64_t depth = repeat(300'000, 1'000'000);
  int alive = 0;
  {
    auto loop = asyncio::new_event_loop();
    loop.set_exception_handler([](EventLoop, const asyncio::ExceptionContext&) {});
    loop.run_until_complete(
        [](std::int64_t levels, int& count) -> Coroutine<> {
          auto future = asyncio::get_running_loop().create_future();
          auto through = asyncio::create_task(only_of(levels, future, count));
          co_await asyncio::sleep(0);
          EXPECT_EQ(count, levels + 1);
          future.set_result();
          EXPECT_EQ(co_await through, levels + 1);
          EXPECT_EQ(count, 0);

          future = asyncio::get_running_loop().create_future();
          auto cancelled = asyncio::create_task(only_of(levels, future, count));
          co_await asyncio::sleep(0);
          cancelled.cancel();
          co_await rounds(2);
          EXPECT_TRUE(cancelled.cancelled());
          EXPECT_EQ(count, 0);

          auto left = asyncio::get_running_loop().create_future();
          static_cast<void>(asyncio::create_task(only_of(levels, left, count)));
          co_await rounds(2);
        },
        depth, std::ref(alive));
    EXPECT_EQ(alive, depth + 1);
  }
  EXPECT_EQ(alive, 0);  // The last one went with the loop.
}

// ---- row A27 ----

TEST(GeneratorTest, A27_ALambdaWithCapturesIsKeptByWhatRunsIt) {
  std::vector<std::string> said;
  asyncio::run([&said]() -> Coroutine<> {
    // The lambda that the generator comes from lives in the task's own frame, that of the task in create_task's.
    auto task = asyncio::create_task([text = std::string(100, 'x'), &said]() -> Coroutine<> {
      auto letters = [text](int n) -> AsyncGenerator<std::string> {
        for (int i = 0; i < n; ++i) {
          co_await asyncio::sleep(0);
          co_yield text.substr(0, static_cast<std::size_t>(i));
        }
      };
      auto generator = letters(3);
      while (const auto part = co_await generator.next()) said.push_back(*part);
    });
    auto cleaned = asyncio::create_task([] {
      return asyncio::finally(
          [body = std::string(100, 'b')]() -> Coroutine<std::string> {
            co_await rounds(2);
            co_return body;
          },
          [text = std::string(100, 'c')]() -> Coroutine<> {
            co_await rounds(2);
            EXPECT_EQ(text.size(), 100U);
          });
    });
    co_await task;
    EXPECT_EQ(co_await cleaned, std::string(100, 'b'));
  });
  EXPECT_THAT(said, ElementsAre("", "x", "xx"));
}

// ---- row A29 ----

TEST(GeneratorTest, A29_AThrowingCleanUpTakesThePlaceOfTheCancellation) {
  // What a destructor throws ends the program by the language's rule, so skein's own are noexcept.
  static_assert(std::is_nothrow_destructible_v<AsyncGenerator<int>>);
  static_assert(std::is_nothrow_destructible_v<Coroutine<int>>);
  static_assert(std::is_nothrow_destructible_v<asyncio::Task<int>>);
  static_assert(std::is_nothrow_destructible_v<Future<int>>);
  static_assert(std::is_nothrow_destructible_v<asyncio::TaskGroup>);
  static_assert(std::is_nothrow_destructible_v<asyncio::Timeout>);
  static_assert(std::is_nothrow_destructible_v<asyncio::Lock>);
  static_assert(std::is_nothrow_destructible_v<asyncio::Queue<int>>);
  static_assert(std::is_nothrow_destructible_v<asyncio::Runner>);
  static_assert(std::is_nothrow_destructible_v<EventLoop>);
  static_assert(std::is_nothrow_destructible_v<asyncio::Handle>);
  static_assert(std::is_nothrow_destructible_v<decltype(counts(1).next())>);
  static_assert(std::is_nothrow_destructible_v<decltype(asyncio::sleep(1))>);
  asyncio::run([]() -> Coroutine<> {
    // One may throw while a frame is left if it says so and nothing else is on its way: then that is the outcome.
    auto task = asyncio::create_task([]() -> Coroutine<> {
      try {
        co_await asyncio::sleep(60);
      } catch (const asyncio::CancelledError&) {
        struct Throws {
          ~Throws() noexcept(false) { throw ValueError("from a destructor"); }
        } const throws;
      }
    });
    co_await asyncio::sleep(0);
    task.cancel();
    co_await rounds(2);
    EXPECT_EQ(text_of<ValueError>(task.exception()), "from a destructor");
  });
}

}  // namespace
}  // namespace skein
