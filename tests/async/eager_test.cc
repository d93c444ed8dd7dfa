// Tasks that run at once to their first wait, in what C++ adds to them, and factories of tasks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/asyncio.h>
#include <skein/contextvars.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "async/helpers.h"

namespace skein {
namespace {

using asyncio::AnyCoroutine;
using asyncio::AnyTask;
using asyncio::Coroutine;
using asyncio::EventLoop;
using asyncio::Task;
using asyncio::TaskFactory;
using asyncio::TaskOptions;
using testing::Alive;
using ::testing::ElementsAre;
using testing::Heard;
using testing::rounds;
using testing::text_of;

Coroutine<int> gives(int value) { co_return value; }

TEST(EagerTest, IsAnOptionOfEveryCreateTask) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    EXPECT_TRUE(asyncio::create_task({.eager_start = true}, gives(1)).done());
    EXPECT_TRUE(asyncio::create_task({.eager_start = true}, gives, 2).done());
    EXPECT_TRUE(loop.create_task({.eager_start = true}, gives(3)).done());
    EXPECT_TRUE(loop.create_task({.eager_start = true}, gives, 4).done());
    EXPECT_FALSE(asyncio::create_task({.eager_start = false}, gives(5)).done());
    EXPECT_FALSE(asyncio::create_task(gives(6)).done());
    std::optional<Task<int>> of_group;
    co_await asyncio::with(asyncio::TaskGroup(), [&](asyncio::TaskGroup& group) -> Coroutine<> {
      of_group = group.create_task({.eager_start = true}, gives, 7);
      EXPECT_TRUE(of_group->done());
      co_return;
    });
    EXPECT_EQ(of_group->result(), 7);
    co_await rounds(2);
  });
}

TEST(EagerTest, HasItsNameAndIsTheCurrentTaskInItsFirstStep) {
  asyncio::run([]() -> Coroutine<> {
    std::vector<std::string> names;
    auto note = [&names]() -> Coroutine<> {
      names.push_back(asyncio::current_task()->get_name());
      auto inner = asyncio::create_task({.name = "inner", .eager_start = true}, [&names]() -> Coroutine<> {
        names.push_back(asyncio::current_task()->get_name());
        co_await asyncio::sleep(0);
        names.push_back(asyncio::current_task()->get_name());
      });
      names.push_back(asyncio::current_task()->get_name());
      co_await inner;
      names.push_back(asyncio::current_task()->get_name());
    };
    asyncio::current_task()->set_name("main");
    auto task = asyncio::create_task({.name = "outer", .eager_start = true}, note);
    names.push_back(asyncio::current_task()->get_name());
    co_await task;
    EXPECT_THAT(names, ElementsAre("outer", "inner", "outer", "main", "inner", "outer"));
  });
}

TEST(EagerTest, ItsFrameIsGoneWhenItIsThrough) {
  asyncio::run([]() -> Coroutine<> {
    int alive = 0;
    auto task =
        asyncio::create_task({.eager_start = true}, [counted = std::make_shared<Alive>(alive)]() -> Coroutine<> {
          EXPECT_TRUE(counted != nullptr);
          co_return;
        });
    EXPECT_TRUE(task.done());
    EXPECT_EQ(alive, 0);
    EXPECT_EQ(asyncio::all_tasks().size(), 1U);
    co_return;
  });
}

TEST(EagerTest, WaitsForItsRoundWhereItsLoopDoesNotRun) {
  auto loop = asyncio::new_event_loop();
  auto task = loop.create_task({.eager_start = true}, gives(1));
  EXPECT_FALSE(task.done());
  asyncio::run([&]() -> Coroutine<> {
    auto other = loop.create_task({.eager_start = true}, gives(2));  // Another loop runs, not this one.
    EXPECT_FALSE(other.done());
    co_return;
  });
  loop.run_until_complete([]() -> Coroutine<> { co_await rounds(2); });
  EXPECT_EQ(task.result(), 1);
}

Coroutine<int> chain(int n) {
  if (n == 0) co_return 0;
  auto next = asyncio::create_task({.eager_start = true}, chain(n - 1));
  co_return 1 + co_await next;
}

TEST(EagerTest, NestsFiveHundredDeep) {
  asyncio::run([]() -> Coroutine<> {
    auto task = asyncio::create_task({.eager_start = true}, chain(500));
    EXPECT_TRUE(task.done());
    EXPECT_EQ(task.result(), 500);
    co_return;
  });
}

TEST(EagerTest, KeepsItsOutcomeForWhoAsksLater) {
  asyncio::run([]() -> Coroutine<> {
    auto box = asyncio::create_task({.eager_start = true},
                                    []() -> Coroutine<std::unique_ptr<int>> { co_return std::make_unique<int>(3); });
    EXPECT_EQ(*box.result(), 3);
    auto failed = asyncio::create_task({.eager_start = true}, []() -> Coroutine<> {
      throw ValueError("at once");
      co_return;
    });
    EXPECT_EQ(text_of<ValueError>(failed.exception()), "at once");
    Heard heard(asyncio::get_running_loop());
    {
      auto unread = asyncio::create_task({.name = "unread", .eager_start = true}, []() -> Coroutine<> {
        throw ValueError("nobody asks");
        co_return;
      });
    }
    EXPECT_EQ(heard.messages.size(), 1U);
    EXPECT_EQ(text_of<ValueError>(heard.exceptions.at(0)), "nobody asks");
    asyncio::get_running_loop().set_exception_handler(nullptr);
    co_return;
  });
}

TEST(EagerTest, CanBePrintedFromItsFirstStep) {
  asyncio::run([]() -> Coroutine<> {
    std::string state;
    auto task = asyncio::create_task({.eager_start = true}, [&state]() -> Coroutine<> {
      const auto stack = asyncio::current_task()->get_stack();
      EXPECT_EQ(stack.size(), 1U);
      state = asyncio::current_task()->done() ? "done" : "pending";
      co_await asyncio::sleep(0);
    });
    EXPECT_EQ(state, "pending");
    EXPECT_FALSE(task.get_stack().empty());
    co_await task;
  });
}

// ---- factories ----

AnyTask lazy_factory(const EventLoop& loop, AnyCoroutine coro, const TaskOptions& options) {
  return {loop, std::move(coro), options};
}

TEST(TaskFactoryTest, IsToldAllOptionsOfCreateTask) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    contextvars::ContextVar<int> var("var", 0);
    auto context = contextvars::copy_context();
    context.run([&] { var.set(5); });
    std::vector<std::string> names;
    std::vector<bool> eager;
    const contextvars::Context* given = nullptr;
    loop.set_task_factory([&](EventLoop of, AnyCoroutine coro, TaskOptions options) {
      names.emplace_back(options.name);
      eager.push_back(options.eager_start);
      given = options.context;
      return lazy_factory(of, std::move(coro), options);
    });
    auto task = asyncio::create_task({.name = "named", .context = &context, .eager_start = true},
                                     [&]() -> Coroutine<int> { co_return var.get(); });
    EXPECT_EQ(given, &context);
    EXPECT_TRUE(task.done());
    EXPECT_EQ(task.result(), 5);
    EXPECT_EQ(task.get_name(), "named");
    EXPECT_EQ(co_await asyncio::create_task(gives(2)), 2);
    EXPECT_EQ(given, nullptr);
    EXPECT_THAT(names, ElementsAre("named", ""));
    EXPECT_THAT(eager, ElementsAre(true, false));
    loop.set_task_factory(nullptr);
  });
}

TEST(TaskFactoryTest, MayTakeItselfAwayWhileItRuns) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    loop.set_task_factory([kept = std::make_shared<int>(1)](EventLoop of, AnyCoroutine coro, TaskOptions options) {
      of.set_task_factory(nullptr);
      EXPECT_EQ(*kept, 1);
      return AnyTask(of, std::move(coro), options);
    });
    EXPECT_EQ(co_await asyncio::create_task(gives(1)), 1);
    EXPECT_FALSE(loop.get_task_factory());
  });
}

TEST(TaskFactoryTest, OfAnotherTypeIsATypeError) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    loop.set_task_factory([](EventLoop of, AnyCoroutine coro, TaskOptions options) {
      coro.close();
      return AnyTask(of, AnyCoroutine([]() -> Coroutine<std::string> { co_return "another"; }()), options);
    });
    EXPECT_THROW(static_cast<void>(asyncio::create_task(gives(1))), TypeError);
    loop.set_task_factory(nullptr);
    co_await rounds(2);
  });
}

TEST(TaskFactoryTest, WhatItDoesNotUseIsReportedAsNeverAwaited) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    Heard heard(loop);
    loop.set_task_factory([](EventLoop, const AnyCoroutine&, TaskOptions) -> AnyTask { throw ValueError("none"); });
    EXPECT_EQ(text_of<ValueError>([] { static_cast<void>(asyncio::create_task(gives(1))); }), "none");
    EXPECT_THAT(heard.messages, ElementsAre("coroutine 'gives' was never awaited"));
    loop.set_exception_handler(nullptr);
    loop.set_task_factory(nullptr);
    co_return;
  });
}

TEST(TaskFactoryTest, AMissingConstructorAndAUsedCoroutineAreErrors) {
  EXPECT_EQ(text_of<ValueError>([] { static_cast<void>(asyncio::create_eager_task_factory(nullptr)); }),
            "the task constructor is empty");
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    auto used = gives(1);
    co_await used;
    EXPECT_EQ(text_of<RuntimeError>([&] { static_cast<void>(asyncio::create_task(std::move(used))); }),
              "cannot reuse already awaited coroutine");
    AnyCoroutine twice(gives(2));
    AnyTask first(loop, std::move(twice));
    // NOLINTNEXTLINE(bugprone-use-after-move)
    EXPECT_EQ(text_of<RuntimeError>([&] { static_cast<void>(AnyTask(loop, std::move(twice))); }),
              "cannot reuse already awaited coroutine");
    EXPECT_EQ(co_await first.get<int>(), 2);
    auto again = gives(3);
    co_await again;
    loop.set_task_factory(lazy_factory);
    EXPECT_EQ(text_of<RuntimeError>([&] { static_cast<void>(asyncio::create_task(std::move(again))); }),
              "cannot reuse already awaited coroutine");
    loop.set_task_factory(nullptr);
  });
  auto closed = asyncio::new_event_loop();
  closed.set_task_factory(lazy_factory);
  closed.close();
  auto coroutine = gives(4);
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(text_of<RuntimeError>([&] { static_cast<void>(closed.create_task(std::move(coroutine))); }),
            "Event loop is closed");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "coroutine 'gives' was never awaited\n");
}

}  // namespace
}  // namespace skein
