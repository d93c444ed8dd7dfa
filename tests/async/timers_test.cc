#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <random>
#include <vector>

namespace skein::asyncio {
namespace {

// Timers in no order, many of one time and some of them cancelled, are called by their times, those of one time in the
// order of their making. Sizes around the places where the heap's rows and lines end.
class TimersTest : public testing::TestWithParam<int> {};

TEST_P(TimersTest, AreCalledInOrder) {
  struct Made {
    double when;
    int number;
    bool cancelled = false;
  };
  std::mt19937 random(static_cast<unsigned>(GetParam()));
  run([&]() -> Coroutine<> {
    EventLoop loop = get_running_loop();
    const double past = loop.time() - 100000;
    std::vector<Made> made;
    std::vector<std::optional<TimerHandle>> handles;
    std::vector<int> called;
    const int times = std::max(1, GetParam() / 3);
    for (int i = 0; i < GetParam(); ++i) {
      const double when = past + static_cast<double>(random() % static_cast<unsigned>(times));
      made.push_back({when, i});
      handles.push_back(loop.call_at(when, [&called, i] { called.push_back(i); }));
      if (random() % 3 == 0) {
        const std::size_t which = random() % made.size();
        made[which].cancelled = true;
        handles[which]->cancel();
      }
    }
    co_await sleep(0);
    co_await sleep(0);
    std::erase_if(made, [](const Made& timer) { return timer.cancelled; });
    std::sort(made.begin(), made.end(),
              [](const Made& a, const Made& b) { return a.when != b.when ? a.when < b.when : a.number < b.number; });
    std::vector<int> expected;
    for (const Made& timer : made) expected.push_back(timer.number);
    EXPECT_EQ(called, expected);
  });
}

// So many are cancelled that the loop takes them out of the heap at once; the others are called all the same.
TEST_P(TimersTest, AreCalledInOrderAfterMostWereCancelled) {
  std::mt19937 random(static_cast<unsigned>(GetParam()) + 1);
  run([&]() -> Coroutine<> {
    EventLoop loop = get_running_loop();
    const double soon = loop.time() + 0.02;
    std::vector<int> called;
    std::vector<int> expected;
    std::vector<TimerHandle> handles;
    for (int i = 0; i < GetParam(); ++i) {
      const double when = soon + static_cast<double>((i * 7919) % GetParam()) * 1e-6;
      handles.push_back(loop.call_at(when, [&called, i] { called.push_back(i); }));
    }
    for (int i = 0; i < GetParam(); ++i) {
      if (random() % 8 != 0) {
        handles[static_cast<std::size_t>(i)].cancel();
      } else {
        expected.push_back(i);
      }
    }
    std::sort(expected.begin(), expected.end(),
              [](int a, int b) { return (a * 7919) % GetParam() < (b * 7919) % GetParam(); });
    co_await sleep(0.05);
    EXPECT_EQ(called, expected);
  });
}

INSTANTIATE_TEST_SUITE_P(Sizes, TimersTest,
                         testing::Values(1, 2, 3, 4, 5, 6, 7, 16, 17, 20, 21, 22, 63, 64, 85, 86, 257, 1000, 5003));

}  // namespace
}  // namespace skein::asyncio
