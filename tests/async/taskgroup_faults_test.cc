// The rows of the fault table about cancellation, A1 to A3, for task groups.
#include <gtest/gtest.h>
#include <skein/asyncio.h>
#include <skein/core/exception_group.h>

#include <algorithm>
#include <array>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "async/helpers.h"

namespace skein {
namespace {

using asyncio::CancelledError;
using asyncio::Coroutine;
using asyncio::TaskGroup;
using testing::Alive;
using testing::rounds;

// How the tasks of a scene fail.
enum class Failing { kNone, kEarly, kLate, kCleanUp, kBody, kNested, kSeveral };
constexpr std::array kFailings{Failing::kNone, Failing::kEarly,  Failing::kLate,   Failing::kCleanUp,
                               Failing::kBody, Failing::kNested, Failing::kSeveral};

struct Scene {
  Failing failing = Failing::kNone;
  int children = 0;  // Alive.
  int begun = 0;
  int ended = 0;  // Of those that have begun: counted where their frames are destroyed.
  int bodies = 0;
  std::string left = {};  // How the group was left.
  TaskGroup* group = nullptr;
};

// An object in a child's frame.
class Child {
 public:
  explicit Child(Scene& scene) : scene_(&scene), alive_(scene.children) { ++scene.begun; }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { ++scene_->ended; }

 private:
  Scene* scene_;
  Alive alive_;
};

Coroutine<> works(Scene& scene, int count, bool fails) {
  const Child here(scene);
  co_await rounds(count);
  if (fails) throw ValueError("works");
}
// Takes some rounds for its cancellation.
Coroutine<> cleans_up(Scene& scene, int count, bool fails) {
  const Child here(scene);
  std::exception_ptr error;
  try {
    co_await rounds(12);
  } catch (const CancelledError&) {
    error = std::current_exception();
  }
  try {
    co_await rounds(count);
  } catch (const CancelledError&) {  // Again: at once.
  }
  if (fails) throw ValueError("cleans up");
  if (error != nullptr) std::rethrow_exception(error);
}
Coroutine<> grows(Scene& scene, TaskGroup& group, int depth) {
  const Child here(scene);
  co_await asyncio::sleep(0);
  if (depth == 0) co_return;
  try {
    group.create_task(grows(scene, group, depth - 1));
  } catch (const RuntimeError&) {  // It shuts down.
  }
  co_await asyncio::sleep(0);
}
Coroutine<> has_a_group(Scene& scene, bool fails) {
  const Child here(scene);
  co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Coroutine<> {
    group.create_task(works(scene, 3, fails));
    group.create_task(cleans_up(scene, 2, false));
    co_await rounds(2);
  });
}

Coroutine<> body_of(Scene& scene, TaskGroup& group) {
  const Alive here(scene.bodies);
  const auto when = [&](Failing failing) { return scene.failing == failing; };
  scene.group = &group;
  group.create_task(works(scene, 1, when(Failing::kEarly)));
  group.create_task(cleans_up(scene, 3, when(Failing::kCleanUp) || when(Failing::kSeveral)));
  group.create_task(grows(scene, group, 3));
  group.create_task(has_a_group(scene, when(Failing::kNested) || when(Failing::kSeveral)));
  co_await rounds(2);
  co_await asyncio::with(TaskGroup(), [&](TaskGroup& inner) -> Coroutine<> {
    const Alive inside(scene.bodies);
    inner.create_task(works(scene, 2, false));
    group.create_task(works(scene, 3, when(Failing::kLate) || when(Failing::kSeveral)));
    co_await rounds(1);
  });
  if (when(Failing::kBody)) throw ValueError("body");
  co_await rounds(1);
}

// The group, and some rounds after it, in which what is due comes.
Coroutine<> whole(Scene& scene) {
  try {
    co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Coroutine<> { co_await body_of(scene, group); });
    scene.left = "nothing";
  } catch (const ExceptionGroup&) {
    scene.left = "failures";
  } catch (const CancelledError&) {
    scene.left = "cancellation";
  }
  scene.group = nullptr;
  EXPECT_EQ(scene.children, 0) << "there are tasks beyond the end of their group";
  EXPECT_EQ(scene.bodies, 0);
  EXPECT_EQ(scene.begun, scene.ended);
  if (scene.left == "cancellation") throw CancelledError();
  co_await rounds(2);
}

void expect_nothing_left(const Scene& scene, const std::string& where) {
  EXPECT_EQ(scene.children, 0) << where;
  EXPECT_EQ(scene.bodies, 0) << where;
  EXPECT_EQ(scene.begun, scene.ended) << where;
  EXPECT_EQ(asyncio::all_tasks().size(), 1U) << where;
}

TEST(TaskGroupFaults, A1_ACancelAtAnyPointEndsTheTasksOfAGroupAndIsNeverLost) {
  for (const Failing failing : kFailings) {
    int after_failures = 0;
    for (int k = 0;; ++k) {
      const bool cancelled = asyncio::run(
          [](Failing how, int step, int& late) -> Coroutine<bool> {
            const std::string where =
                "failing " + std::to_string(static_cast<int>(how)) + " step " + std::to_string(step);
            Scene scene{.failing = how};
            auto task = asyncio::create_task(whole(scene));
            co_await rounds(step);
            const bool taken = task.cancel();
            co_await asyncio::wait(std::vector{task});
            expect_nothing_left(scene, where);
            // It comes out of the group, or at the next await after what failed.
            EXPECT_EQ(task.cancelled(), taken) << where;
            EXPECT_EQ(task.cancelling(), taken ? 1U : 0U) << where;
            if (taken && scene.left == "failures") ++late;
            if (!taken) {
              EXPECT_EQ(scene.left, how == Failing::kNone ? "nothing" : "failures") << where;
            }
            co_return taken;
          },
          failing, k, std::ref(after_failures));
      if (!cancelled) break;
      ASSERT_LT(k, 500);
    }
    if (failing != Failing::kNone) {
      EXPECT_GT(after_failures, 0) << "failing " << static_cast<int>(failing);
    }
  }
}

TEST(TaskGroupFaults, A1_TwoCancelsAtAnyTwoPointsAreCountedAndNeitherIsLost) {
  for (const Failing failing : {Failing::kNone, Failing::kEarly, Failing::kSeveral}) {
    for (int between = 1; between <= 5; ++between) {
      for (int k = 0;; ++k) {
        const bool cancelled = asyncio::run(
            [](Failing how, int step, int more) -> Coroutine<bool> {
              const std::string where = "failing " + std::to_string(static_cast<int>(how)) + " steps " +
                                        std::to_string(step) + " and " + std::to_string(more);
              Scene scene{.failing = how};
              auto task = asyncio::create_task(whole(scene));
              co_await rounds(step);
              const bool first = task.cancel();
              co_await rounds(more);
              const bool second = task.cancel();
              co_await asyncio::wait(std::vector{task});
              expect_nothing_left(scene, where);
              EXPECT_EQ(task.cancelled(), first) << where;
              EXPECT_EQ(task.cancelling(), (first ? 1U : 0U) + (second ? 1U : 0U)) << where;
              co_return first;
            },
            failing, k, between);
        if (!cancelled) break;
        ASSERT_LT(k, 500);
      }
    }
  }
}

TEST(TaskGroupFaults, A1_TaskGroupCancelAtAnyPointLeavesFailuresOnly) {
  for (const Failing failing : kFailings) {
    int in_time = 0;
    for (int k = 1;; ++k) {
      const bool cancelled = asyncio::run(
          [](Failing how, int step) -> Coroutine<bool> {
            const std::string where =
                "failing " + std::to_string(static_cast<int>(how)) + " step " + std::to_string(step);
            Scene scene{.failing = how};
            auto task = asyncio::create_task(whole(scene));
            co_await rounds(step);
            const bool in_it = scene.group != nullptr;
            if (in_it) scene.group->cancel();
            co_await asyncio::wait(std::vector{task});
            expect_nothing_left(scene, where);
            EXPECT_FALSE(task.cancelled()) << where;
            EXPECT_EQ(task.cancelling(), 0U) << where;
            EXPECT_NE(scene.left, "cancellation") << where;
            if (how == Failing::kNone) {
              EXPECT_EQ(scene.left, "nothing") << where;
            }
            co_return in_it;
          },
          failing, k);
      if (!cancelled) break;
      ++in_time;
      ASSERT_LT(k, 500);
    }
    EXPECT_GT(in_time, 3);
  }
}

TEST(TaskGroupFaults, A2_WhoSwallowsTheCancellationInTheBodyGoesOnButCancellingTells) {
  for (int k = 0; k < 12; ++k) {
    asyncio::run(
        [](int step) -> Coroutine<> {
          Scene scene;
          bool swallowed = false;
          const auto body = [&](TaskGroup& group) -> Coroutine<> {
            group.create_task(works(scene, 14, false));
            try {
              co_await rounds(12);
            } catch (...) {
              swallowed = true;
            }
            co_await rounds(1);
          };
          auto task = asyncio::create_task([&]() -> Coroutine<> { co_await asyncio::with(TaskGroup(), body); });
          co_await rounds(1 + step);
          const bool taken = task.cancel();
          co_await asyncio::wait(std::vector{task});
          expect_nothing_left(scene, std::to_string(step));
          EXPECT_TRUE(taken && swallowed) << step;
          EXPECT_FALSE(task.cancelled()) << step;
          EXPECT_EQ(task.cancelling(), 1U) << step;
          EXPECT_EQ(scene.ended, 1) << step;
        },
        k);
  }
}

// Every order of {a task of the inner group fails, one of the outer group does, the time is up, somebody cancels}, all
// within one round.
TEST(TaskGroupFaults, A3_TheOuterCancellationIsNotLostWhateverComesWithIt) {
  std::array order{0, 1, 2, 3};
  do {
    for (int there = 0; there < 16; ++there) {
      asyncio::run(
          [](std::array<int, 4> events, int which) -> Coroutine<> {
            std::string where = std::to_string(which) + " of";
            for (const int event : events) where += " " + std::to_string(event);
            auto loop = asyncio::get_running_loop();
            Scene scene;
            auto inner_fails = loop.create_future<void>();
            auto outer_fails = loop.create_future<void>();
            asyncio::Timeout limit = asyncio::timeout(None);
            std::string seen;
            const auto waits_for = [&scene](asyncio::Future<void> future) -> Coroutine<> {
              const Child here(scene);
              co_await future;
            };
            auto task = asyncio::create_task([&]() -> Coroutine<> {
              try {
                co_await asyncio::with(limit, [&]() -> Coroutine<> {
                  co_await asyncio::with(TaskGroup(), [&](TaskGroup& outer) -> Coroutine<> {
                    outer.create_task(waits_for, outer_fails);
                    try {
                      co_await asyncio::with(TaskGroup(), [&](TaskGroup& inner) -> Coroutine<> {
                        inner.create_task(waits_for, inner_fails);
                        co_return;
                      });
                    } catch (const ExceptionGroup&) {
                      seen += "inner ";
                    }
                    co_await asyncio::sleep(60);
                  });
                });
              } catch (const ExceptionGroup&) {
                seen += "outer ";
              } catch (const TimeoutError&) {
                seen += "time ";
              }
              co_await rounds(2);
              seen += "went on";
            });
            co_await rounds(4);
            bool cancelled = false;
            for (const int event : events) {
              if ((which >> event & 1) == 0) continue;
              switch (event) {
                case 0:
                  inner_fails.set_exception(ValueError("inner"));
                  break;
                case 1:
                  outer_fails.set_exception(ValueError("outer"));
                  break;
                case 2:
                  limit.reschedule(loop.time() - 1);
                  break;
                default:
                  cancelled = task.cancel("outside");
              }
            }
            if (which == 0 || which == 1) {  // Nothing that would end it.
              co_await rounds(6);
              cancelled = task.cancel("outside");
            }
            co_await asyncio::wait(std::vector{task});
            expect_nothing_left(scene, where);
            EXPECT_EQ(task.cancelled(), cancelled) << where << ": " << seen;
            EXPECT_EQ(task.cancelling(), cancelled ? 1U : 0U) << where << ": " << seen;
            EXPECT_EQ(seen.ends_with("went on"), !cancelled) << where << ": " << seen;
          },
          order, there);
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

}  // namespace
}  // namespace skein
