// A process that is forked while another thread is in the middle of something with a future: in the child, nobody will
// end that, and futures work all the same.
#include <gtest/gtest.h>
#include <skein/futures.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "futures/helpers.h"
#include "testing/child.h"
#include "testing/party.h"
#include "testing/repeat.h"

namespace skein {
namespace {

using futures::Future;
using testing::eventually;
using testing::Party;
using testing::repeat;
using testing::run_forked;

// While one lives, another thread calls `step` over and over.
class Busy {
 public:
  explicit Busy(std::function<void()> step)
      : party_([this, what = std::move(step)] {
          while (!over_.load()) {
            what();
            steps_.fetch_add(1);
          }
        }) {}
  ~Busy() { over_.store(true); }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

  [[nodiscard]] bool has_begun() {
    return eventually([this] { return steps_.load() > 0; });
  }

 private:
  std::atomic<bool> over_{false};
  std::atomic<std::int64_t> steps_{0};
  Party party_;  // The last: its thread uses the others.
};

TEST(FutureFork, CallbacksAreAddedAndCalledInTheChild) {
  SKEIN_FORKS();
  Busy busy([] {
    const std::vector<Future<int>> futures(200);
    for (const auto& future : futures) future.add_done_callback([](const Future<int>&) {});
  });
  ASSERT_TRUE(busy.has_begun());
  for (std::int64_t round = repeat(300); round > 0; --round) {
    const testing::Outcome child = run_forked([] {
      int calls = 0;
      std::vector<Future<int>> futures(500);
      for (auto& future : futures) future.add_done_callback([&](const Future<int>&) { ++calls; });
      for (auto& future : futures) future.set_result(1);
      return calls == 500 ? 0 : 1;
    });
    ASSERT_TRUE(child.good()) << child;
  }
}

TEST(FutureFork, StatsOfAPoolSayThatItHasNoThreadsInTheChild) {
  SKEIN_FORKS();
  futures::ThreadPoolExecutor executor(1);
  Busy busy([&] { executor.submit([] {}).result(); });
  ASSERT_TRUE(busy.has_begun());
  for (std::int64_t round = repeat(100); round > 0; --round) {
    const testing::Outcome child = run_forked([&] {
      const futures::PoolStats stats = executor.stats();
      return stats.threads == 0 && stats.queued == 0 && stats.running == 0 && stats.idle == 0 ? 0 : 1;
    });
    ASSERT_TRUE(child.good()) << child;
  }
}

TEST(FutureFork, ReportsAreHeardInTheChild) {
  SKEIN_FORKS();
  const testing::Reports reports;
  Busy busy([] { futures::set_report_hook([](const futures::Report&) {}); });
  ASSERT_TRUE(busy.has_begun());
  for (std::int64_t round = repeat(300); round > 0; --round) {
    const testing::Outcome child = run_forked([] {
      int heard = 0;
      futures::set_report_hook([&](const futures::Report&) { ++heard; });
      {
        Future<int>().set_exception(1);
      }
      futures::set_report_hook(nullptr);
      return heard == 1 ? 0 : 1;
    });
    ASSERT_TRUE(child.good()) << child;
  }
}

}  // namespace
}  // namespace skein
