// TaskGroup::cancel(), which is Python 3.15's.
#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <optional>
#include <string>

#include "async/helpers.h"
#include "async/taskgroup_helpers.h"

namespace skein {
namespace {

using asyncio::CancelledError;
using asyncio::Coroutine;
using asyncio::Task;
using asyncio::TaskGroup;
using testing::fails;
using testing::left_by;
using testing::repr;
using testing::rounds;
using testing::text_of;
using testing::waits;

TEST(TaskGroupCancelTest, CancelInTheBodyEndsItAtTheNextAwaitAndLeavesNothing) {
  asyncio::run([]() -> Coroutine<> {
    int cancelled = 0;
    std::string seen;
    TaskGroup group;
    const std::string left = co_await left_by(asyncio::with(group, [&](TaskGroup& it) -> Coroutine<> {
      it.create_task(waits(cancelled, 2));
      co_await rounds(2);
      it.cancel();
      seen += repr(it) + text_of<RuntimeError>([&] { it.create_task(rounds(1)); });
      co_await asyncio::sleep(0);
      seen += "went on";
    }));
    EXPECT_EQ(left, "nothing");
    EXPECT_EQ(seen, "<TaskGroup tasks=1 cancelling>TaskGroup <TaskGroup tasks=1 cancelling> is shutting down");
    EXPECT_EQ(cancelled, 1);
    EXPECT_EQ(asyncio::current_task()->cancelling(), 0U);
    co_await rounds(2);  // Nothing is due.
    EXPECT_EQ(repr(group), "<TaskGroup cancelling>");
  });
}

TEST(TaskGroupCancelTest, CancelOfABodyThatAwaitsNothingMoreLeavesNothing) {
  asyncio::run([]() -> Coroutine<> {
    for (const bool with_task : {false, true}) {
      int cancelled = 0;
      co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Coroutine<> {
        if (with_task) {
          group.create_task(waits(cancelled));
          co_await rounds(2);
        }
        group.cancel();
      });
      EXPECT_EQ(cancelled, with_task ? 1 : 0);
      EXPECT_EQ(asyncio::current_task()->cancelling(), 0U);
      co_await rounds(2);
    }
  });
}

TEST(TaskGroupCancelTest, CancelByATaskOfItEndsTheBodyAndTheOthersAndThatTask) {
  asyncio::run([]() -> Coroutine<> {
    int cancelled = 0;
    bool body_cancelled = false;
    std::optional<Task<void>> self;
    co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Coroutine<> {
      group.create_task(waits(cancelled, 3));
      group.create_task(waits(cancelled));
      self = group.create_task([&group]() -> Coroutine<> {
        co_await rounds(2);
        group.cancel();
        co_await asyncio::sleep(60);
      });
      try {
        co_await asyncio::sleep(60);
      } catch (const CancelledError&) {
        body_cancelled = true;
        throw;
      }
    });
    EXPECT_EQ(cancelled, 2);
    EXPECT_TRUE(body_cancelled);
    EXPECT_TRUE(self->cancelled());
    EXPECT_EQ(asyncio::current_task()->cancelling(), 0U);
    co_await rounds(2);
  });
}

TEST(TaskGroupCancelTest, CancelAtTheEndEndsTheTasks) {
  asyncio::run([]() -> Coroutine<> {
    int cancelled = 0;
    TaskGroup group;
    asyncio::get_running_loop().call_later(0.001, [&] { group.cancel(); });
    co_await asyncio::with(group, [&](TaskGroup& it) -> Coroutine<> {
      it.create_task(waits(cancelled, 2));
      co_return;
    });
    EXPECT_EQ(cancelled, 1);
    EXPECT_EQ(asyncio::current_task()->cancelling(), 0U);
    co_await rounds(2);
  });
}

TEST(TaskGroupCancelTest, CancelBeforeItIsEnteredCancelsAtOnce) {
  asyncio::run([]() -> Coroutine<> {
    TaskGroup group;
    group.cancel();
    group.cancel();
    EXPECT_EQ(repr(group), "<TaskGroup>");
    std::string seen;
    co_await asyncio::with(group, [&](TaskGroup& it) -> Coroutine<> {
      seen += text_of<RuntimeError>([&] { it.create_task(rounds(1)); });
      co_await asyncio::sleep(0);
      seen += "went on";
    });
    EXPECT_EQ(seen, "TaskGroup <TaskGroup cancelling> is shutting down");
    EXPECT_EQ(asyncio::current_task()->cancelling(), 0U);
    co_await rounds(2);
  });
}

TEST(TaskGroupCancelTest, CancelTwiceOrAfterTheEndDoesNothingMore) {
  asyncio::run([]() -> Coroutine<> {
    int cancelled = 0, taken = 0;
    TaskGroup group;
    co_await asyncio::with(group, [&](TaskGroup& it) -> Coroutine<> {
      it.create_task(waits(cancelled, 4));
      co_await rounds(2);
      it.cancel();
      for (int i = 0; i < 2; ++i) {
        try {
          co_await asyncio::sleep(0);
        } catch (const CancelledError&) {
          ++taken;
        }
        it.cancel();
      }
    });
    EXPECT_EQ(taken, 1);
    EXPECT_EQ(cancelled, 1);
    for (int i = 0; i < 2; ++i) {
      group.cancel();
      EXPECT_EQ(asyncio::current_task()->cancelling(), 0U);
      co_await asyncio::sleep(0);
    }
  });
}

TEST(TaskGroupCancelTest, CancelAfterAGoodEndChangesNothing) {
  asyncio::run([]() -> Coroutine<> {
    TaskGroup group;
    co_await asyncio::with(group, [](TaskGroup& it) -> Coroutine<> {
      it.create_task(rounds(2));
      co_return;
    });
    group.cancel();
    EXPECT_EQ(repr(group), "<TaskGroup entered>");
    EXPECT_EQ(asyncio::current_task()->cancelling(), 0U);
    co_await rounds(2);
  });
}

TEST(TaskGroupCancelTest, CancelHidesNoFailure) {
  asyncio::run([]() -> Coroutine<> {
    const auto spoils = []() -> Coroutine<> {
      try {
        co_await asyncio::sleep(60);
      } catch (const CancelledError&) {
        throw ValueError("task");
      }
    };
    const std::string of_a_task = co_await left_by(asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Coroutine<> {
      group.create_task(spoils);
      co_await rounds(2);
      group.cancel();
    }));
    EXPECT_EQ(of_a_task, "[task]");
    const std::string of_both = co_await left_by(asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Coroutine<> {
      group.create_task(spoils);
      co_await rounds(2);
      group.cancel();
      throw ValueError("body");
    }));
    EXPECT_EQ(of_both, "[task body]");
    EXPECT_EQ(asyncio::current_task()->cancelling(), 0U);
    co_await rounds(2);
  });
}

TEST(TaskGroupCancelTest, CancelAfterAFailureChangesNothing) {
  asyncio::run([]() -> Coroutine<> {
    int cancelled = 0;
    const std::string left = co_await left_by(asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Coroutine<> {
      group.create_task(waits(cancelled, 3));
      group.create_task(fails(1, "task"));
      try {
        co_await asyncio::sleep(60);
      } catch (const CancelledError&) {
        group.cancel();
        throw;
      }
    }));
    EXPECT_EQ(left, "[task]");
    EXPECT_EQ(cancelled, 1);
    EXPECT_EQ(asyncio::current_task()->cancelling(), 0U);
    co_await rounds(2);
  });
}

TEST(TaskGroupCancelTest, CancelOfAnInnerGroupStaysInIt) {
  asyncio::run([]() -> Coroutine<> {
    int inside = 0;
    bool went_on = false;
    std::optional<Task<void>> outside;
    co_await asyncio::with(TaskGroup(), [&](TaskGroup& outer) -> Coroutine<> {
      outside = outer.create_task(rounds(8));
      co_await asyncio::with(TaskGroup(), [&](TaskGroup& inner) -> Coroutine<> {
        inner.create_task(waits(inside));
        outer.create_task([&inner]() -> Coroutine<> {
          co_await rounds(2);
          inner.cancel();
        });
        co_await asyncio::sleep(60);
      });
      co_await rounds(2);
      went_on = true;
    });
    EXPECT_EQ(inside, 1);
    EXPECT_TRUE(went_on);
    EXPECT_FALSE(outside->cancelled());
  });
}

TEST(TaskGroupCancelTest, CancelOfAnOuterGroupGoesThroughTheInnerOne) {
  asyncio::run([]() -> Coroutine<> {
    int inside = 0;
    bool went_on = false;
    co_await asyncio::with(TaskGroup(), [&](TaskGroup& outer) -> Coroutine<> {
      co_await asyncio::with(TaskGroup(), [&](TaskGroup& inner) -> Coroutine<> {
        inner.create_task(waits(inside, 2));
        outer.create_task([&outer]() -> Coroutine<> {
          co_await rounds(2);
          outer.cancel();
        });
        co_return;
      });
      went_on = true;
    });
    EXPECT_EQ(inside, 1);
    EXPECT_FALSE(went_on);
    EXPECT_EQ(asyncio::current_task()->cancelling(), 0U);
    co_await rounds(2);
  });
}

// python/cpython#155433: it was swallowed.
TEST(TaskGroupCancelTest, ACancellationFromOutsideAfterCancelGoesOnWithItsMessage) {
  asyncio::run([]() -> Coroutine<> {
    int cancelled = 0;
    auto task = asyncio::create_task(asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Coroutine<> {
      group.create_task(waits(cancelled, 6));
      co_await rounds(2);
      group.cancel();
    }));
    co_await rounds(5);
    EXPECT_TRUE(task.cancel("outside"));
    EXPECT_EQ(co_await left_by(task), "cancelled outside");
    EXPECT_EQ(task.cancelling(), 1U);
    EXPECT_EQ(cancelled, 1);
  });
}
TEST(TaskGroupCancelTest, ATimeoutAroundAGroupThatWasCancelledStillRunsOut) {
  asyncio::run([]() -> Coroutine<> {
    int cancelled = 0;
    asyncio::Timeout limit = asyncio::timeout(None);
    bool timed_out = false;
    try {
      co_await asyncio::with(limit, [&]() -> Coroutine<> {
        co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Coroutine<> {
          group.create_task(waits(cancelled, 6));
          co_await rounds(2);
          group.cancel();
          limit.reschedule(asyncio::get_running_loop().time() - 1);
        });
      });
    } catch (const TimeoutError&) {
      timed_out = true;
    }
    EXPECT_TRUE(timed_out);
    EXPECT_EQ(cancelled, 1);
    EXPECT_EQ(asyncio::current_task()->cancelling(), 0U);
  });
}

}  // namespace
}  // namespace skein
