// What the kill matrices of pipes and queues share: items that say whether they are whole, and how far a victim got.
#ifndef SKEIN_TESTS_MULTIPROCESSING_KILL_CHANNEL_H_
#define SKEIN_TESTS_MULTIPROCESSING_KILL_CHANNEL_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "multiprocessing/kill_matrix.h"
#include "multiprocessing/methods.h"

namespace skein::testing {

inline constexpr int kItems = 60;

// What a victim tells even if it is killed.
struct Progress {
  std::atomic<int> begun{0};
  std::atomic<int> ended{0};
};
using SharedProgress = Shared<Progress>;

// An item's bytes say which it is and that they are whole; some need a larger ring, or a block of their own, or come in
// parts.
inline std::string item(int number) {
  const std::size_t large = number % 2 == 0 ? 30'000U : 90'000U;
  const std::size_t size = number % 7 == 6 ? large : static_cast<std::size_t>(number * 37 % 300);
  return std::to_string(number) + ":" + std::string(size, static_cast<char>('a' + number % 26));
}
inline int number_of(const std::string& text) {
  const int number = std::stoi(text);
  return item(number) == text ? number : -1;
}

// With GetParam(): the start method.
class KillMatrix : public Kills, public ::testing::WithParamInterface<std::string> {
 protected:
  static constexpr int kPasses = 9;

  void SetUp() override { begin(GetParam()); }
  // The kill comes at one of the first passes through the point.
  static void run(const char* what, const std::vector<const char*>& points,
                  const std::function<std::string(const std::string& fault)>& round) {
    Kills::run(what, points, [&round](const std::string& point, std::int64_t number) {
      return Seen{round(point + "=kill@" + std::to_string(1 + number % kPasses))};
    });
  }
  // At the first one.
  static void run_first(const char* what, const std::vector<const char*>& points,
                        const std::function<std::string(const std::string& fault)>& round) {
    Kills::run(what, points, [&round](const std::string& point, std::int64_t) { return Seen{round(point + "=kill")}; });
  }
};
SKEIN_TEST_ALL_METHODS(KillMatrix);

}  // namespace skein::testing

#endif  // SKEIN_TESTS_MULTIPROCESSING_KILL_CHANNEL_H_
