// Scenes that a seed decides, for row A4 of the fault table: tasks that wait, tasks that give, and a driver that
// cancels some of them. Whatever the seed says, nothing is lost, nothing is there twice, and nobody is left behind.
#ifndef SKEIN_TESTS_ASYNC_SEEDS_H_
#define SKEIN_TESTS_ASYNC_SEEDS_H_

#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "async/helpers.h"
#include "testing/repeat.h"

namespace skein::testing {

// More rounds than anything here needs to come to rest.
inline constexpr int kRest = 300;

template <class T>
std::string text(const T& thing) {
  std::ostringstream stream;
  stream << thing;
  return stream.str();
}

// One run by one seed.
struct Scene {
  explicit Scene(std::uint32_t seed) : random(seed) {}
  // 0 to `bound` - 1.
  int draw(int bound) { return static_cast<int>(random() % static_cast<unsigned>(bound)); }
  bool coin() { return draw(2) == 0; }
  // Nothing, or some rounds.
  [[nodiscard]] asyncio::Coroutine<> pause() { return rounds(std::max(0, draw(5) - 1)); }

  // Who is inside of what only `most` may be in.
  void enter() {
    if (++inside > most) ++violations;
  }
  void leave() { --inside; }

  std::mt19937 random;
  std::vector<asyncio::Task<void>> tasks;
  int alive = 0;
  int inside = 0;
  int most = 1;
  int violations = 0;
  bool over = false;
};

// Cancels at random, does `act` in between, and then lets everybody come to an end.
template <class Act>
asyncio::Coroutine<> drive(Scene& scene, Act act) {
  co_await asyncio::sleep(0);  // One that is cancelled before it has begun never does.
  for (int steps = 1 + scene.draw(30); steps > 0; --steps) {
    co_await scene.pause();
    // Both in one step, in either order.
    const bool cancel_first = scene.coin();
    const auto cancel = [&scene] {
      for (int i = scene.draw(3); i > 0; --i) {
        scene.tasks[static_cast<std::size_t>(scene.draw(static_cast<int>(scene.tasks.size())))].cancel();
      }
    };
    if (cancel_first) cancel();
    co_await act();
    if (!cancel_first) cancel();
  }
  scene.over = true;
}

inline asyncio::Coroutine<> finish(Scene& scene) {
  const auto all_done = [&scene] {
    return std::all_of(scene.tasks.begin(), scene.tasks.end(), [](const auto& task) { return task.done(); });
  };
  for (int i = 0; i < kRest && !all_done(); ++i) co_await asyncio::sleep(0);
  EXPECT_TRUE(all_done()) << "somebody waits for ever";
  for (auto& task : scene.tasks) {
    task.cancel();
    try {
      co_await task;
    } catch (const asyncio::CancelledError&) {
    }
  }
  EXPECT_EQ(scene.inside, 0);
  EXPECT_EQ(scene.violations, 0);
  EXPECT_EQ(scene.alive, 0) << "what was in a frame is still there, or went twice";
}

// Runs `play(scene)` for every seed; stops at the first that fails.
template <class Play>
void for_all_seeds(Play play) {
  for (std::int64_t seed = 1; seed <= repeat(200, 10'000); ++seed) {
    const ::testing::ScopedTrace trace(__FILE__, __LINE__, "seed " + std::to_string(seed));
    Scene scene(static_cast<std::uint32_t>(seed));
    asyncio::run(play, std::ref(scene));
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace skein::testing

#endif  // SKEIN_TESTS_ASYNC_SEEDS_H_
