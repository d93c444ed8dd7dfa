// Rows A1, A2 and A3 of the fault table, over every primitive. A4 is in lock_seeds_faults_test.cc and
// queue_seeds_faults_test.cc.
#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "async/helpers.h"
#include "async/primitives.h"

namespace skein::testing {
namespace {

using asyncio::CancelledError;
using asyncio::Coroutine;
using asyncio::Task;

template <class Kind>
class PrimitiveFaults : public ::testing::Test {};
TYPED_TEST_SUITE(PrimitiveFaults, AllPrimitives, PrimitiveNames);

template <class Kind>
Coroutine<> give(Kind& kind) {
  co_await kind.ready();
  kind.give();
}

// Waits `times` times, and counts.
template <class Kind>
Coroutine<> waits(Kind& kind, int times, int& through, int& alive) {
  const Alive here(alive);
  for (int i = 0; i < times; ++i) {
    const Alive inner(alive);
    co_await kind.wait();
    ++through;
  }
}

template <class Kind>
std::vector<Task<void>> several(Kind& kind, int count, int& through, int& alive) {
  std::vector<Task<void>> tasks;
  for (int i = 0; i < count; ++i) tasks.push_back(asyncio::create_task(waits(kind, 1, through, alive)));
  return tasks;
}

Coroutine<> end(std::vector<Task<void>> tasks) {
  for (auto& task : tasks) {
    task.cancel();
    try {
      co_await task;
    } catch (const CancelledError&) {
    }
  }
}

// ---- A1 ----

TYPED_TEST(PrimitiveFaults, A1_ACancelAtAnyPointLosesNothingAndDestroysEverythingOnce) {
  bool finished = false;
  for (int k = 0; !finished; ++k) {
    ASSERT_LT(k, 100);
    int alive = 0;
    asyncio::run(
        [](int step, int& live, bool& was_finished) -> Coroutine<> {
          TypeParam kind;
          co_await kind.close();
          int mine = 0;
          int others = 0;
          auto task = asyncio::create_task(waits(kind, 2, mine, live));
          co_await rounds(3);
          // Two stand between its first wait and its second one, and two behind that.
          std::vector<Task<void>> witnesses = several(kind, 2, others, live);
          int given = 0;
          for (int i = 0; i < step && !task.done(); ++i) {
            if (i == 2 || i == 6 || i == 10 || i == 14) {
              co_await give(kind);
              ++given;
            }
            if (i == 12) {
              for (const auto& witness : several(kind, 2, others, live)) witnesses.push_back(witness);
            }
            // The last time it is cancelled in the step in which something was given.
            if (i + 1 < step) co_await asyncio::sleep(0);
          }
          was_finished = task.done();
          task.cancel();
          co_await rounds(20);
          EXPECT_TRUE(task.done()) << "step " << step;
          if (!TypeParam::kForAll) {
            EXPECT_GE(mine + others, given) << "step " << step;
            if (!TypeParam::kSpurious) EXPECT_EQ(mine + others, given) << "step " << step;
          }
          co_await give(kind);
          co_await rounds(5);
          EXPECT_GE(others, 1);
          if (TypeParam::kForAll) EXPECT_EQ(others, static_cast<int>(witnesses.size()));
          co_await end(witnesses);
        },
        k, std::ref(alive), std::ref(finished));
    EXPECT_EQ(alive, 0) << "step " << k;
  }
}

// ---- A2 ----

TYPED_TEST(PrimitiveFaults, A2_NoHandlerOfStdExceptionSeesTheCancellation) {
  asyncio::run([]() -> Coroutine<> {
    TypeParam kind;
    co_await kind.close();
    bool seen = false;
    auto task = asyncio::create_task(
        [](TypeParam& it, bool& caught) -> Coroutine<> {
          try {
            co_await it.wait();
          } catch (const std::exception&) {
            caught = true;
          }
        },
        std::ref(kind), std::ref(seen));
    co_await rounds(3);
    EXPECT_TRUE(task.cancel("enough"));
    std::string said;
    try {
      co_await task;
    } catch (const CancelledError& error) {
      said = error.message();
    }
    EXPECT_TRUE(task.cancelled());
    EXPECT_EQ(said, "enough");
    EXPECT_FALSE(seen);
  });
}

TYPED_TEST(PrimitiveFaults, A2_WhoSwallowsItMayWaitAgain) {
  asyncio::run([]() -> Coroutine<> {
    TypeParam kind;
    co_await kind.close();
    auto task = asyncio::create_task(
        [](TypeParam& it) -> Coroutine<int> {
          for (;;) {
            try {
              co_await it.wait();
              break;
            } catch (const CancelledError&) {
            }
          }
          co_return static_cast<int>(asyncio::current_task()->cancelling());
        },
        std::ref(kind));
    for (int i = 0; i < 3; ++i) {
      co_await rounds(3);
      EXPECT_FALSE(task.done());
      task.cancel();
    }
    co_await rounds(3);
    co_await give(kind);
    const int cancelling = co_await task;
    EXPECT_EQ(cancelling, 3);
  });
}

// ---- A3 ----

// Waits for as long as `limit` lets it. What happens to that in one step is decided there, without a clock.
template <class Kind>
Coroutine<bool> limited(Kind& kind, asyncio::Timeout& limit) {
  try {
    co_await asyncio::with(limit, [&kind]() -> Coroutine<> { co_await kind.wait(); });
  } catch (const TimeoutError&) {
    co_return false;
  }
  co_return true;
}

// Every order of {it is given, the task is cancelled, time is up}, all within one round. Whoever comes behind it gets
// what it was given.
TYPED_TEST(PrimitiveFaults, A3_TheOuterCancellationWinsAndNothingIsLost) {
  std::array<int, 3> order{0, 1, 2};
  do {
    asyncio::run(
        [](std::array<int, 3> actions) -> Coroutine<> {
          TypeParam kind;
          co_await kind.close();
          asyncio::Timeout limit = asyncio::timeout(None);
          auto outer = asyncio::create_task(limited<TypeParam>(kind, limit));
          co_await rounds(3);
          int others = 0;
          int alive = 0;
          const std::vector<Task<void>> witnesses = several(kind, 2, others, alive);
          co_await rounds(3);
          co_await kind.ready();
          for (const int action : actions) {
            if (action == 0) kind.give();
            if (action == 1) outer.cancel();
            if (action == 2) limit.reschedule(0.0);
          }
          try {
            co_await outer;
          } catch (const CancelledError&) {
          }
          EXPECT_TRUE(outer.cancelled());
          co_await rounds(10);
          if (TypeParam::kSpurious) {
            EXPECT_GE(others, 1);
          } else {
            EXPECT_EQ(others, TypeParam::kForAll ? 2 : 1);
          }
          co_await end(witnesses);
        },
        order);
  } while (std::next_permutation(order.begin(), order.end()));
}

// The same without a cancellation from outside: the time is up in the round in which it is given.
TYPED_TEST(PrimitiveFaults, A3_ATimeoutInTheSameRoundLosesNothing) {
  for (const bool given_first : {true, false}) {
    asyncio::run(
        [](bool first) -> Coroutine<> {
          TypeParam kind;
          co_await kind.close();
          asyncio::Timeout limit = asyncio::timeout(None);
          auto outer = asyncio::create_task(limited<TypeParam>(kind, limit));
          co_await rounds(3);
          int others = 0;
          int alive = 0;
          const std::vector<Task<void>> witnesses = several(kind, 2, others, alive);
          co_await rounds(3);
          co_await kind.ready();
          if (first) kind.give();
          limit.reschedule(0.0);
          if (!first) kind.give();
          const bool through = co_await outer;
          co_await rounds(10);
          if (TypeParam::kForAll) {
            EXPECT_EQ(others, 2);
          } else if (TypeParam::kSpurious) {
            EXPECT_GE(others + static_cast<int>(through), 1);
          } else {
            EXPECT_EQ(others + static_cast<int>(through), 1);
          }
          co_await end(witnesses);
        },
        given_first);
  }
}

}  // namespace
}  // namespace skein::testing
