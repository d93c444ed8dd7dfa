// The rows of the fault table about cancellation: A1, A2, A3, A5, A21, A22, A23, A24.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/asyncio.h>
#include <skein/threading.h>
#include <skein/time.h>

#include <atomic>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "async/helpers.h"
#include "testing/party.h"

namespace skein {
namespace {

using asyncio::CancelledError;
using asyncio::Coroutine;
using asyncio::Future;
using asyncio::Task;
using testing::Alive;
using ::testing::ElementsAre;
using testing::Heard;
using ::testing::IsEmpty;
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
          task.cancel();
          try {
            co_await task;
          } catch (const CancelledError&) {
          }
          const bool was = task.cancelled();
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

// ---- A21 ----

TEST(AsyncFaults, A21_ATaskCannotAwaitItselfAndMayAwaitADoneOneTwice) {
  asyncio::run([]() -> Coroutine<> {
    auto self = asyncio::create_task([]() -> Coroutine<std::string> {
      auto me = asyncio::current_task();
      try {
        co_await *me;
      } catch (const RuntimeError& error) {
        co_return error.what();
      }
      co_return "nothing";
    });
    const std::string said = co_await self;
    EXPECT_THAT(said, ::testing::StartsWith("Task cannot await on itself: <Task pending name='Task-"));
    const std::string again = co_await self;
    EXPECT_EQ(said, again);
  });
}

TEST(AsyncFaults, A21_ACoroutineIsAwaitedOnce) {
  asyncio::run([]() -> Coroutine<> {
    auto coroutine = rounds(1);
    co_await coroutine;
    bool refused = false;
    try {
      co_await coroutine;
    } catch (const RuntimeError& error) {
      refused = std::string(error.what()) == "cannot reuse already awaited coroutine";
    }
    EXPECT_TRUE(refused);
  });
}

// ---- A22 ----

TEST(AsyncFaults, A22_GatherDoesNotSwallowACancellation) {
  asyncio::run([]() -> Coroutine<> {
    const auto stubborn = []() -> Coroutine<int> {
      try {
        co_await asyncio::sleep(60);
      } catch (const CancelledError&) {
      }
      co_return 1;
    };
    auto outer = asyncio::create_task(
        [](auto child) -> Coroutine<> {
          static_cast<void>(co_await asyncio::gather(asyncio::return_exceptions, child(), child()));
        },
        stubborn);
    co_await rounds(3);
    outer.cancel();
    bool cancelled = false;
    try {
      co_await outer;
    } catch (const CancelledError&) {
      cancelled = true;
    }
    EXPECT_TRUE(cancelled);
  });
}

TEST(AsyncFaults, A22_GatherOfNothingAndOfTheSameTwice) {
  asyncio::run([]() -> Coroutine<> {
    const std::vector<Task<int>> none;
    const auto empty = co_await asyncio::gather(none);
    EXPECT_THAT(empty, IsEmpty());
    co_await asyncio::gather();
    int calls = 0;
    auto task = asyncio::create_task(
        [](int& count) -> Coroutine<int> {
          ++count;
          co_return 7;
        },
        std::ref(calls));
    const std::vector<Task<int>> twice{task, task};
    const auto both = co_await asyncio::gather(twice);
    EXPECT_THAT(both, ElementsAre(7, 7));
    EXPECT_EQ(calls, 1);
  });
}

TEST(AsyncFaults, A22_TheOthersGoOnWhenOneFails) {
  asyncio::run([]() -> Coroutine<> {
    const Heard heard(asyncio::get_running_loop());
    int ended = 0;
    const auto fails = [](int after, int value, int& count) -> Coroutine<int> {
      co_await rounds(after);
      ++count;
      if (value < 0) throw ValueError(std::to_string(value));
      co_return value;
    };
    std::string said;
    try {
      static_cast<void>(co_await asyncio::gather(fails(1, -1, ended), fails(9, 5, ended), fails(8, -2, ended)));
    } catch (const ValueError& error) {
      said = error.what();
    }
    EXPECT_EQ(said, "-1");
    EXPECT_EQ(ended, 1);
    co_await rounds(12);
    EXPECT_EQ(ended, 3);
    EXPECT_THAT(heard.messages, IsEmpty());  // The second failure counts as asked for, as in Python.
  });
}

// ---- A23 ----

TEST(AsyncFaults, A23_CancellingTheFutureLeavesARunningJobWithItsArguments) {
  threading::Event begun;
  threading::Event go_on;
  std::atomic<int> seen{0};
  asyncio::run(
      [](threading::Event& started, threading::Event& release, std::atomic<int>& found) -> Coroutine<> {
        auto loop = asyncio::get_running_loop();
        auto argument = std::make_shared<int>(42);
        const std::weak_ptr<int> watched = argument;
        auto future = loop.run_in_executor(
            None,
            [&](const std::shared_ptr<int>& number) {
              started.set();
              release.wait();
              found.store(*number);
            },
            std::move(argument));
        while (!started.is_set()) co_await asyncio::sleep(0.001);
        EXPECT_TRUE(future.cancel());
        co_await rounds(2);
        EXPECT_TRUE(future.cancelled());
        EXPECT_FALSE(watched.expired());
        release.set();
      },
      std::ref(begun), std::ref(go_on), std::ref(seen));
  EXPECT_EQ(seen.load(), 42);  // run() has waited for the executor.
}

// ---- A24 ----

TEST(AsyncFaults, A24_ATaskThatIsStubbornAtTheEndIsWaitedFor) {
  int refused = 0;
  asyncio::run(
      [](int& count) -> Coroutine<> {
        static_cast<void>(asyncio::create_task(
            [](int& times) -> Coroutine<> {
              for (;;) {
                try {
                  co_await asyncio::sleep(60);
                } catch (const CancelledError&) {
                  ++times;
                }
                co_await asyncio::sleep(0.001);
                if (times == 1) co_return;
              }
            },
            std::ref(count)));
        co_await rounds(2);
      },
      std::ref(refused));
  EXPECT_EQ(refused, 1);
}

TEST(AsyncFaults, A24_WhatFailsAtTheEndIsReported) {
  auto loop = asyncio::new_event_loop();
  Heard heard(loop);
  {
    asyncio::Runner runner({.loop_factory = [&] { return loop; }});
    runner.run([]() -> Coroutine<> {
      static_cast<void>(asyncio::create_task([]() -> Coroutine<> {
        try {
          co_await asyncio::sleep(60);
        } catch (const CancelledError&) {
          throw ValueError("at the end");
        }
      }));
      co_await rounds(2);
    });
  }
  EXPECT_THAT(heard.messages, ElementsAre("unhandled exception during asyncio.run() shutdown"));
  EXPECT_TRUE(loop.is_closed());
}

}  // namespace
}  // namespace skein
