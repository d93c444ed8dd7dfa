// What the kill matrices share: children that tell how far they got, items that tell whether they are whole, the table.
//
// What must hold each time: nobody else waits longer than 5 s; no item is lost or doubled but the one in the dead one's
// hands; no process and no descriptor is left. 20 kills for each step, 1000 in the long form.
#ifndef SKEIN_TESTS_MULTIPROCESSING_CHANNEL_KILLS_H_
#define SKEIN_TESTS_MULTIPROCESSING_CHANNEL_KILLS_H_

#include <gtest/gtest.h>
#include <skein/core/internal/fault.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <functional>
#include <map>
#include <new>
#include <string>
#include <vector>

#include "multiprocessing/forked.h"
#include "testing/party.h"
#include "testing/repeat.h"

namespace skein::testing {

inline constexpr double kLimit = 5;
inline constexpr int kItems = 60;

// What a child tells even if it is killed.
struct Progress {
  std::atomic<int> begun{0};
  std::atomic<int> ended{0};
};
class SharedProgress {
 public:
  SharedProgress()
      : place_(::mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)),
        progress_(new(place_) Progress) {}
  ~SharedProgress() { ::munmap(place_, sizeof(Progress)); }
  SharedProgress(const SharedProgress&) = delete;
  SharedProgress& operator=(const SharedProgress&) = delete;
  Progress* operator->() const { return progress_; }

 private:
  void* place_;
  Progress* progress_;
};

// An item's bytes say which it is and that they are whole; some need a larger ring, or come in parts.
inline std::string item(int number) {
  const std::size_t size = number % 7 == 6 ? 90'000U : static_cast<std::size_t>(number * 37 % 300);
  return std::to_string(number) + ":" + std::string(size, static_cast<char>('a' + number % 26));
}
inline int number_of(const std::string& text) {
  const int number = std::stoi(text);
  return item(number) == text ? number : -1;
}

// One round: what was seen, in words. Fails the test itself.
using Round = std::function<std::string(const std::string& fault)>;

class KillMatrix : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!testing::kForkIsTestable) GTEST_SKIP() << "TSan does not follow a fork";
    if (!skein::internal::has_fault_points()) GTEST_SKIP() << "this build has no fault points";
  }
  static void run(const char* what, const std::vector<const char*>& points, const Round& round) {
    const int rounds = testing::nightly() ? 1000 : 20;
    for (const char* const point : points) {
      const int before = open_descriptors();
      std::map<std::string, int> seen;
      double worst = 0;
      for (int i = 0; i < rounds; ++i) {
        const double began = now();
        ++seen[round(std::string(point) + "=kill@" + std::to_string(1 + i % 9))];
        worst = std::max(worst, now() - began);
        if (HasFailure()) FAIL() << what << ", " << point << ", round " << i;
      }
      EXPECT_LE(open_descriptors(), before + 1) << point;
      EXPECT_LT(worst, 2 * kLimit) << point;
      std::string words;
      for (const auto& [word, count] : seen) words += (words.empty() ? "" : "; ") + std::to_string(count) + " " + word;
      std::printf("%-16s %-28s %5.0f ms  %s\n", what, point, worst * 1000, words.c_str());
      EXPECT_LT(seen["not reached"], rounds) << point << ": no round got there";
    }
  }
};

}  // namespace skein::testing

#endif  // SKEIN_TESTS_MULTIPROCESSING_CHANNEL_KILLS_H_
