// The rows of the fault table about cancellation: A1, A2, A3, A5.
#include <gtest/gtest.h>
#include <skein/asyncio.h>
#include <skein/time.h>

#include <exception>
#include <string>
#include <vector>

#include "async/helpers.h"

namespace skein {
namespace {

using asyncio::CancelledError;
using asyncio::Coroutine;
using asyncio::Future;
using asyncio::Task;
using testing::Alive;
using testing::Heard;
using testing::rounds;
using testing::text_of;

// ---- A1 ----

// Awaits in every way that there is, with an object in each frame.
struct Scene {
  int alive = 0;
  int ended = 0;
};
Coroutine<int> leaf(Scene& scene) {
  const Alive here(scene.alive);
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0.0005);
  co_return 1;
}
Coroutine<int> middle(Scene& scene) {
  const Alive here(scene.alive);
  const int first = co_await leaf(scene);
  auto child = asyncio::create_task(leaf(scene));
  const int second = co_await child;
  co_return first + second;
}
Coroutine<> whole(Scene& scene) {
  const Alive here(scene.alive);
  const int sum = co_await middle(scene);
  auto [a, b] = co_await asyncio::gather(leaf(scene), middle(scene));
  const int limited = co_await asyncio::wait_for(leaf(scene), 30);
  co_await asyncio::with(asyncio::timeout(30), [&scene]() -> Coroutine<> {
    const Alive inner(scene.alive);
    static_cast<void>(co_await leaf(scene));
  });
  const int shielded = co_await asyncio::shield(leaf(scene));
  std::vector<Task<int>> tasks;
  tasks.push_back(asyncio::create_task(leaf(scene)));
  tasks.push_back(asyncio::create_task(leaf(scene)));
  auto found = co_await asyncio::wait(tasks);
  if (sum + a + b + limited + shielded == 7 && found.done.size() == 2) ++scene.ended;
}

TEST(AsyncFaults, A1_ACancelAtAnyPointEndsItThereAndDestroysEverythingOnce) {
  int cancelled_at = 0;
  for (int k = 0;; ++k) {
    Scene scene;
    const bool cancelled = asyncio::run(
        [](Scene& s, int step) -> Coroutine<bool> {
          auto task = asyncio::create_task(whole(s));
          for (int i = 0; i < step && !task.done(); ++i) co_await asyncio::sleep(i % 4 == 3 ? 0.0003 : 0);
          const bool accepted = task.cancel();
          try {
            co_await task;
          } catch (const CancelledError&) {
          }
          const bool was = task.cancelled();
          EXPECT_EQ(was, accepted) << "cancelled in step " << step;
          // What goes on by itself: the shielded one, and the children of wait().
          while (asyncio::all_tasks().size() > 1) co_await asyncio::sleep(0.001);
          co_return was;
        },
        std::ref(scene), k);
    EXPECT_EQ(scene.alive, 0) << "cancelled in step " << k;
    if (!cancelled) {
      EXPECT_EQ(scene.ended, 1);
      break;
    }
    EXPECT_EQ(scene.ended, 0);
    ++cancelled_at;
    ASSERT_LT(k, 2000);
  }
  EXPECT_GT(cancelled_at, 20);
}

TEST(AsyncFaults, A1_ATaskThatCancelsItselfIsEndedWhereItWaitsNext) {
  asyncio::run([]() -> Coroutine<> {
    auto task = asyncio::create_task([]() -> Coroutine<> {
      asyncio::current_task()->cancel();
      co_await Future<void>();
    });
    co_await rounds(3);
    EXPECT_TRUE(task.cancelled());
  });
}

// ---- A2 ----

TEST(AsyncFaults, A2_NoHandlerOfStdExceptionSeesIt) {
  static_assert(!std::is_base_of_v<std::exception, CancelledError>);
  bool swallowed = false;
  const bool cancelled = asyncio::run(
      [](bool& eaten) -> Coroutine<bool> {
        auto task = asyncio::create_task(
            [](bool& caught) -> Coroutine<> {
              try {
                co_await asyncio::sleep(60);
              } catch (const std::exception&) {
                caught = true;
              }
            },
            std::ref(eaten));
        co_await rounds(2);
        task.cancel();
        try {
          co_await task;
        } catch (const CancelledError&) {
        }
        co_return task.cancelled();
      },
      std::ref(swallowed));
  EXPECT_TRUE(cancelled);
  EXPECT_FALSE(swallowed);
}

TEST(AsyncFaults, A2_WhoSwallowsItGoesOnButCancellingTells) {
  asyncio::run([]() -> Coroutine<> {
    auto task = asyncio::create_task([]() -> Coroutine<int> {
      try {
        co_await asyncio::sleep(60);
      } catch (...) {
      }
      co_await asyncio::sleep(0);
      co_return static_cast<int>(asyncio::current_task()->cancelling());
    });
    co_await rounds(2);
    EXPECT_TRUE(task.cancel("enough"));
    const int cancelling = co_await task;
    EXPECT_EQ(cancelling, 1);
    EXPECT_FALSE(task.cancelled());
    EXPECT_FALSE(task.cancel());
  });
}

// ---- A3 ----

// Every order of {the work is done, the task is cancelled, time is up}, all within one round.
TEST(AsyncFaults, A3_TheOuterCancellationWinsInWaitFor) {
  for (int order = 0; order < 6; ++order) {
    asyncio::run(
        [](int which) -> Coroutine<> {
          auto loop = asyncio::get_running_loop();
          auto work = loop.create_future<int>();
          auto outer = asyncio::create_task(
              [](Future<int> inner) -> Coroutine<int> { co_return co_await asyncio::wait_for(inner, 0.002); }, work);
          co_await rounds(2);
          const auto done = [&] {
            if (!work.done()) work.set_result(1);
          };
          const auto cancel = [&] { outer.cancel(); };
          const auto late = [] { skein::time::sleep(0.004); };  // The timer is due in the next round.
          switch (which) {
            case 0:
              done();
              cancel();
              late();
              break;
            case 1:
              done();
              late();
              cancel();
              break;
            case 2:
              cancel();
              done();
              late();
              break;
            case 3:
              cancel();
              late();
              done();
              break;
            case 4:
              late();
              done();
              cancel();
              break;
            default:
              late();
              cancel();
              done();
              break;
          }
          bool cancelled = false;
          try {
            static_cast<void>(co_await outer);
          } catch (const CancelledError&) {
            cancelled = true;
          } catch (const TimeoutError&) {
          }
          EXPECT_TRUE(cancelled) << "order " << which;
          EXPECT_TRUE(outer.cancelled()) << "order " << which;
        },
        order);
  }
}

// Both timers are due in one round, the cancellation's before or after the timeout's.
TEST(AsyncFaults, A3_ACancellationInTheRoundOfTheTimeoutWins) {
  for (const double cancelled_at : {0.001, 0.003}) {
    asyncio::run(
        [](double when) -> Coroutine<> {
          auto loop = asyncio::get_running_loop();
          auto outer = asyncio::create_task([]() -> Coroutine<> { co_await asyncio::wait_for(Future<void>(), 0.002); });
          co_await rounds(1);
          loop.call_later(when, [outer]() mutable { outer.cancel(); });
          skein::time::sleep(0.006);
          co_await asyncio::wait(std::vector{outer});
          EXPECT_TRUE(outer.cancelled()) << when;
        },
        cancelled_at);
  }
}

TEST(AsyncFaults, A3_ATimeoutOfZeroIsATimeoutAndLeavesNoCancellationBehind) {
  asyncio::run([]() -> Coroutine<> {
    bool timed_out = false;
    try {
      co_await asyncio::with(asyncio::timeout(0), []() -> Coroutine<> { co_await asyncio::sleep(60); });
    } catch (const TimeoutError&) {
      timed_out = true;
    }
    EXPECT_TRUE(timed_out);
    EXPECT_EQ(asyncio::current_task()->cancelling(), 0U);
    co_await rounds(3);
  });
}

TEST(AsyncFaults, A3_OfTwoNestedTimeoutsTheOneThatIsDueFires) {
  asyncio::run([]() -> Coroutine<> {
    std::string seen;
    asyncio::Timeout outer = asyncio::timeout(30);
    co_await asyncio::with(outer, [&seen]() -> Coroutine<> {
      try {
        co_await asyncio::with(asyncio::timeout(0.005), []() -> Coroutine<> { co_await asyncio::sleep(60); });
      } catch (const TimeoutError&) {
        seen += "inner ";
      }
      co_await asyncio::sleep(0.001);
      seen += "on";
    });
    EXPECT_EQ(seen, "inner on");
    EXPECT_FALSE(outer.expired());
    EXPECT_EQ(asyncio::current_task()->cancelling(), 0U);
  });
}

// ---- A5 ----

TEST(AsyncFaults, A5_AShieldedFailureIsReportedOnceAfterTheOuterCancellation) {
  asyncio::run([]() -> Coroutine<> {
    const Heard heard(asyncio::get_running_loop());
    auto go = asyncio::get_running_loop().create_future<void>();
    {
      auto inner = asyncio::create_task(
          [](Future<void> when) -> Coroutine<int> {
            co_await when;
            throw ValueError("inside");
          },
          go);
      auto outer = asyncio::shield(inner);
      co_await rounds(2);
      outer.cancel();
      co_await rounds(2);
      EXPECT_FALSE(inner.done());
      go.set_result();
      co_await rounds(4);
      EXPECT_TRUE(inner.done());
      EXPECT_TRUE(outer.cancelled());
    }
    co_await rounds(2);
    EXPECT_EQ(heard.exceptions.size(), 1U);
    if (!heard.exceptions.empty()) EXPECT_EQ(text_of<ValueError>(heard.exceptions[0]), "inside");
  });
}

}  // namespace
}  // namespace skein
