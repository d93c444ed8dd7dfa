#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/asyncio.h>
#include <skein/contextvars.h>
#include <skein/core/exception_group.h>

#include <algorithm>
#include <ctime>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "async/helpers.h"
#include "async/taskgroup_helpers.h"

namespace skein {
namespace {

using asyncio::CancelledError;
using asyncio::Coroutine;
using asyncio::Task;
using asyncio::TaskGroup;
using testing::Alive;
using ::testing::ElementsAre;
using testing::fails;
using testing::Heard;
using ::testing::IsEmpty;
using testing::left_by;
using testing::repr;
using testing::rounds;
using testing::text_of;
using testing::waits;

static_assert(std::is_nothrow_move_constructible_v<TaskGroup> && !std::is_copy_constructible_v<TaskGroup>);
static_assert(!std::is_move_assignable_v<TaskGroup>);

// ---- tasks ----

struct Adder {
  int base = 0;
  Coroutine<int> add(int more) {
    co_await asyncio::sleep(0);
    co_return base + more;
  }
};

TEST(TaskGroupTest, MakesTasksOfFunctionsAndKeepsTheirArguments) {
  asyncio::run([]() -> Coroutine<> {
    std::optional<Task<int>> bound, captured;
    std::optional<Task<std::unique_ptr<int>>> moved;
    Adder adder{40};
    co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Coroutine<> {
      bound = group.create_task(&Adder::add, &adder, 2);
      {
        const std::string text = "a text that is too long to stand in the string itself";
        captured = group.create_task([text]() -> Coroutine<int> {
          co_await asyncio::sleep(0);
          co_return static_cast<int>(text.size());
        });
      }
      moved = group.create_task(
          [](std::unique_ptr<int> it) -> Coroutine<std::unique_ptr<int>> {
            co_await asyncio::sleep(0);
            co_return it;
          },
          std::make_unique<int>(7));
      co_return;
    });
    EXPECT_EQ(bound->result(), 42);
    EXPECT_EQ(captured->result(), 53);
    const std::unique_ptr<int> result = moved->result();
    EXPECT_EQ(*result, 7);
  });
}

TEST(TaskGroupTest, PassesNameAndContextOn) {
  asyncio::run([]() -> Coroutine<> {
    static contextvars::ContextVar<int> number("number");
    contextvars::Context context = contextvars::copy_context();
    context.run([] { number.set(7); });
    co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Coroutine<> {
      auto made = group.create_task({.name = "made"}, rounds(1));
      auto called = group.create_task({.name = "called", .context = &context}, rounds, 1);
      EXPECT_EQ(made.get_name(), "made");
      EXPECT_EQ(called.get_name(), "called");
      EXPECT_EQ(called.get_context(), context);
      EXPECT_NE(made.get_context(), context);
      co_return;
    });
  });
}

TEST(TaskGroupTest, ACoroutineThatIsNotTakenIsClosedWithoutAReport) {
  int alive = 0;
  asyncio::run(
      [](int& count) -> Coroutine<> {
        const Heard heard(asyncio::get_running_loop());
        const auto takes = [](Alive) -> Coroutine<> { co_return; };
        TaskGroup group;
        EXPECT_THROW(group.create_task(takes(Alive(count))), RuntimeError);
        EXPECT_THROW(group.create_task(takes, Alive(count)), RuntimeError);
        EXPECT_THROW(group.create_task({.name = "named"}, takes(Alive(count))), RuntimeError);
        EXPECT_THROW(group.create_task({.name = "named"}, takes, Alive(count)), RuntimeError);
        EXPECT_EQ(count, 0);
        co_await asyncio::with(group, []() -> Coroutine<> { co_return; });
        EXPECT_THROW(group.create_task(takes(Alive(count))), RuntimeError);
        EXPECT_EQ(count, 0);
        co_await rounds(2);
        EXPECT_THAT(heard.messages, IsEmpty());
      },
      std::ref(alive));
  EXPECT_EQ(alive, 0);
}

TEST(TaskGroupTest, WhatIsNoStdExceptionIsAFailureToo) {
  asyncio::run([]() -> Coroutine<> {
    int cancelled = 0;
    std::optional<ExceptionGroup> caught;
    try {
      co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Coroutine<> {
        group.create_task(waits(cancelled));
        group.create_task([]() -> Coroutine<> {
          co_await asyncio::sleep(0);
          throw 7;
        });
        co_await asyncio::sleep(60);
      });
    } catch (const ExceptionGroup& group) {
      caught = group;
    }
    EXPECT_EQ(cancelled, 1);
    EXPECT_TRUE(caught.has_value() && caught->subgroup<int>().has_value());
  });
}

TEST(TaskGroupTest, CancelsItsTasksInTheOrderOfTheirMaking) {
  asyncio::run([]() -> Coroutine<> {
    std::vector<int> order;
    const auto notes = [&order](int number) -> Coroutine<> {
      try {
        co_await asyncio::sleep(60);
      } catch (const CancelledError&) {
        order.push_back(number);
        throw;
      }
    };
    const std::string left = co_await left_by(asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Coroutine<> {
      for (int number = 0; number < 5; ++number) group.create_task(notes, number);
      auto through = group.create_task(rounds(1));
      co_await through;
      for (int number = 5; number < 8; ++number) group.create_task(notes, number);
      co_await rounds(2);
      throw ValueError("body");
    }));
    EXPECT_EQ(left, "[body]");
    EXPECT_THAT(order, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  });
}

// Eight times as many may take some times eight as long, and not eight times eight. Counted in processor time, which is
// the same on a busy machine.
TEST(TaskGroupTest, TakesTimeInProportionToItsTasks) {
  const auto measure = [](int count) {
    std::clock_t best = std::numeric_limits<std::clock_t>::max();
    for (int i = 0; i < 4; ++i) {
      const std::clock_t start = std::clock();
      asyncio::run([count]() -> Coroutine<> {
        co_await asyncio::with(TaskGroup(), [count](TaskGroup& group) -> Coroutine<> {
          for (int number = 0; number < count; ++number) group.create_task(rounds(1));
          co_return;
        });
      });
      best = std::min(best, std::clock() - start);
    }
    return static_cast<double>(best);
  };
  const double few = measure(10000);
  EXPECT_LT(measure(80000), few * 32);
}

// ---- the object ----

TEST(TaskGroupTest, MovesBeforeItIsEnteredAndAfter) {
  asyncio::run([]() -> Coroutine<> {
    std::vector<TaskGroup> groups;
    groups.emplace_back();
    TaskGroup group(std::move(groups.back()));
    co_await asyncio::with(group, [](TaskGroup& it) -> Coroutine<> {
      it.create_task(rounds(2));
      co_return;
    });
    EXPECT_EQ(repr(group), "<TaskGroup entered>");

    // With tasks in it: they are the new one's.
    TaskGroup first;
    co_await first.aenter();
    auto task = first.create_task(rounds(3));
    TaskGroup second(std::move(first));
    EXPECT_EQ(repr(second), "<TaskGroup tasks=1 entered>");
    auto other = second.create_task(rounds(1));
    co_await second.aexit(nullptr);
    EXPECT_TRUE(task.done() && other.done());
  });
}

TEST(TaskGroupTest, OneThatWasMovedFromSaysSo) {
  asyncio::run([]() -> Coroutine<> {
    const std::string text = "the TaskGroup has been moved from";
    TaskGroup group;
    const TaskGroup other(std::move(group));
    // NOLINTBEGIN(bugprone-use-after-move)
    EXPECT_EQ(text_of<RuntimeError>([&] { group.create_task(rounds(1)); }), text);
    EXPECT_EQ(text_of<RuntimeError>([&] { group.cancel(); }), text);
    EXPECT_EQ(text_of<RuntimeError>([&] { static_cast<void>(repr(group)); }), text);
    EXPECT_EQ(co_await left_by(group.aenter()), text);
    EXPECT_EQ(co_await left_by(group.aexit(nullptr)), text);
    // NOLINTEND(bugprone-use-after-move)
  });
}

TEST(TaskGroupTest, LeftWithoutBeingEnteredOrTwiceItHasNoTaskToSpeakOf) {
  asyncio::run([]() -> Coroutine<> {
    const auto value = std::make_exception_ptr(ValueError("v"));
    const auto cancelled = std::make_exception_ptr(CancelledError("c"));
    TaskGroup never;
    EXPECT_EQ(co_await left_by(never.aexit(nullptr)), "nothing");
    EXPECT_EQ(co_await left_by(never.aexit(value)), "[v]");
    EXPECT_EQ(co_await left_by(never.aexit(cancelled)), "cancelled c");

    TaskGroup twice;
    co_await twice.aenter();
    twice.create_task(fails(1, "task"));
    EXPECT_EQ(co_await left_by(twice.aexit(nullptr)), "[task]");
    EXPECT_EQ(co_await left_by(twice.aexit(nullptr)), "nothing");
    EXPECT_EQ(co_await left_by(twice.aexit(value)), "[v]");
    EXPECT_EQ(asyncio::current_task()->cancelling(), 0U);
  });
}

TEST(TaskGroupTest, TheFailureOfATaskWhoseGroupWasNeverLeftIsReported) {
  asyncio::run([]() -> Coroutine<> {
    const Heard heard(asyncio::get_running_loop());
    auto parent = asyncio::create_task({.name = "parent"}, []() -> Coroutine<> {
      TaskGroup group;
      co_await group.aenter();
      group.create_task({.name = "child"}, fails(3, "too late"));
    });
    co_await parent;
    co_await rounds(5);
    EXPECT_THAT(heard.messages,
                ElementsAre(::testing::AllOf(
                    ::testing::HasSubstr("name='child'"),
                    ::testing::HasSubstr("has errored out but its parent task <Task finished name='parent'"),
                    ::testing::EndsWith("> is already completed"))));
    EXPECT_EQ(text_of<ValueError>(heard.exceptions.at(0)), "too late");
  });
}

TEST(TaskGroupTest, WhatIsLostBehindAKeyboardInterruptIsReported) {
  asyncio::run([]() -> Coroutine<> {
    const Heard heard(asyncio::get_running_loop());
    const std::string left = co_await left_by(asyncio::with(TaskGroup(), [](TaskGroup& group) -> Coroutine<> {
      group.create_task(fails(1, "one"));
      group.create_task(fails(1, "two"));
      co_await rounds(2);
      throw KeyboardInterrupt();
    }));
    EXPECT_EQ(left, "KeyboardInterrupt");
    EXPECT_EQ(heard.exceptions.size(), 2U);
    EXPECT_EQ(text_of<ValueError>(heard.exceptions.at(0)), "one");
    EXPECT_EQ(text_of<ValueError>(heard.exceptions.at(1)), "two");
    EXPECT_THAT(heard.messages.at(0), ::testing::StartsWith("TaskGroup task exception was not propagated"));
  });
}

// ---- nothing stays behind ----

struct Counted : std::runtime_error {
  explicit Counted(int& count) : std::runtime_error("counted"), alive(count) {}
  Alive alive;
};

// A child that ends in one way or another, with an object in its frame, its argument and what it gives or throws.
Coroutine<std::shared_ptr<Alive>> child(int& count, int kind, Alive /*argument*/) {
  const Alive here(count);
  switch (kind) {
    case 0:
      co_await rounds(2);
      break;
    case 1:
      co_await rounds(3);
      throw Counted(count);
    case 2:
      co_await asyncio::sleep(60);
      break;
    default:
      try {
        co_await asyncio::sleep(60);
      } catch (const CancelledError&) {
        throw Counted(count);
      }
  }
  co_return std::make_shared<Alive>(count);
}

TEST(TaskGroupTest, NothingIsLeftOfTasksResultsAndFailures) {
  for (const bool body_fails : {false, true}) {
    for (int kinds = 0; kinds < 16; ++kinds) {
      int alive = 0;
      asyncio::run(
          [](int& count, int which, bool fail) -> Coroutine<> {
            TaskGroup group;
            const auto body = [&](TaskGroup& it) -> Coroutine<> {
              const Alive here(count);
              for (int kind = 0; kind < 4; ++kind) {
                if ((which >> kind & 1) != 0) it.create_task(child, std::ref(count), kind, Alive(count));
              }
              co_await rounds(4);
              if (fail) throw Counted(count);
              it.cancel();
            };
            static_cast<void>(co_await left_by(asyncio::with(group, body)));
            co_await rounds(2);
            EXPECT_EQ(count, 0) << which << " " << fail;  // The group itself is still there.
            EXPECT_EQ(asyncio::all_tasks().size(), 1U);
          },
          std::ref(alive), kinds, body_fails);
      EXPECT_EQ(alive, 0);
    }
  }
}

TEST(TaskGroupTest, NothingIsLeftWhenTheLoopGoesInTheMiddle) {
  for (const bool in_body : {false, true}) {
    int alive = 0;
    std::optional loop(asyncio::new_event_loop());
    const Heard heard(*loop);  // Its last word comes with the loop's end.
    loop->create_task(asyncio::with(TaskGroup(), [&alive, in_body](TaskGroup& group) -> Coroutine<> {
      const Alive here(alive);
      for (int kind = 0; kind < 4; ++kind) {
        if (kind != 1) group.create_task(child, std::ref(alive), kind, Alive(alive));
      }
      if (in_body) co_await asyncio::sleep(60);
    }));
    for (int i = 0; i < 3; ++i) {
      loop->call_soon([&loop] { loop->stop(); });
      loop->run_forever();
    }
    EXPECT_GT(alive, 0);
    loop->close();
    loop.reset();
    EXPECT_EQ(alive, 0) << in_body;
    EXPECT_EQ(heard.messages.size(), 4U) << in_body;
  }
}

}  // namespace
}  // namespace skein
