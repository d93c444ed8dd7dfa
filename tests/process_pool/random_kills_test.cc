// Workers that are killed at any time, over mixed work, for a minute (ten in the long form): every call comes to its
// end, nobody waits for ever, and nothing is left behind.
#include <gtest/gtest.h>
#include <skein/futures.h>
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>
#include <skein/threading.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "multiprocessing/descendants.h"
#include "testing/repeat.h"

namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;
namespace threading = skein::threading;
using Clock = std::chrono::steady_clock;
using multiprocessing::OnWorkerLost;
using multiprocessing::WorkerLost;

namespace {

std::string mixed(int n) {
  switch (n % 8) {
    case 0:
      throw skein::ValueError(std::to_string(n));
    case 1:
      ::usleep(3000);
      return std::to_string(n);
    case 2:
      return std::string(300'000, 'x') + std::to_string(n);
    default:
      return std::to_string(n);
  }
}

// What the call of `n` may end with; false if it was lost.
template <class Get>
bool check(int n, Get get) {
  try {
    const std::string text = get();
    EXPECT_NE(n % 8, 0);
    EXPECT_TRUE(text.ends_with(std::to_string(n)));
    EXPECT_EQ(text.size() > 300'000, n % 8 == 2);
  } catch (const skein::ValueError& error) {
    EXPECT_EQ(n % 8, 0);
    EXPECT_EQ(std::string(error.what()), std::to_string(n));
  } catch (const WorkerLost& error) {
    EXPECT_EQ(error.exit_code(), -SIGKILL);
    return false;
  } catch (const futures::BrokenProcessPool&) {
    return false;
  } catch (const multiprocessing::ProcessError&) {  // The Pool has given up.
    return false;
  }
  return true;
}

// Submits one call. False if the pool takes none: then its policy is to break, or it has given up, which it may do only
// for workers that were killed before they had started.
template <class Submit>
bool takes(bool may_break, Submit submit) {
  std::string cause;
  try {
    submit();
    return true;
  } catch (const futures::BrokenProcessPool& error) {
    cause = error.cause();
  } catch (const multiprocessing::ProcessError& error) {
    cause = error.what();
  }
  EXPECT_TRUE(may_break || cause.ends_with("the third in a row that ended at its start")) << cause;
  return false;
}

// Kills one of this process's children now and then.
class Killer {
 public:
  explicit Killer(unsigned seed) : thread_([this, seed] { run(seed); }) { thread_.start(); }
  ~Killer() { stop(); }
  Killer(const Killer&) = delete;
  Killer& operator=(const Killer&) = delete;
  void stop() {
    stops_.store(true);
    thread_.join();
  }
  [[nodiscard]] int kills() const { return kills_.load(); }

 private:
  void run(unsigned seed) {
    std::mt19937 random(seed);
    while (!stops_.load()) {
      ::usleep(static_cast<useconds_t>(random() % 20'000));
      const auto children = multiprocessing::active_children();
      if (children.empty()) continue;
      children[random() % children.size()].kill();
      kills_.fetch_add(1);
    }
  }

  std::atomic<bool> stops_{false};
  std::atomic<int> kills_{0};
  threading::Thread thread_;
};

class RandomKills : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    SKEIN_FORKS();
    context_.emplace(multiprocessing::get_context(GetParam()));
    // What is made once is there.
    {
      futures::ProcessPoolExecutor executor({.max_workers = 1, .mp_context = *context_});
      EXPECT_EQ(executor.submit(mixed, 3).result(), "3");
    }
    descriptors_ = skein::testing::open_descriptors();
  }
  void TearDown() override {
    if (descriptors_.empty()) return;
    EXPECT_TRUE(multiprocessing::active_children().empty());
    EXPECT_EQ(skein::testing::open_descriptors().size(), descriptors_.size());
  }
  // A sixth of the minute.
  static Clock::duration span() { return std::chrono::milliseconds(skein::testing::repeat(10'000, 100'000)); }

  std::optional<multiprocessing::Context> context_;
  std::vector<int> descriptors_;
};

TEST_P(RandomKills, OfAnExecutor) {
  const auto end = Clock::now() + span();
  std::int64_t calls = 0;
  std::int64_t lost = 0;
  int kills = 0;
  int survivors = 0;
  for (unsigned round = 0; Clock::now() < end && !HasFailure(); ++round) {
    const auto policy = static_cast<OnWorkerLost>(round % 3);
    const bool may_break = policy == OnWorkerLost::kBreakPool;
    futures::ProcessPoolExecutor executor(
        {.max_workers = 3, .mp_context = *context_, .on_worker_lost = policy, .retries = 1000});
    std::vector<futures::Future<std::string>> all;
    {
      Killer killer(round);
      for (int n = 0; n < 300; ++n) {
        if (!takes(may_break, [&] { all.push_back(executor.submit(mixed, n)); })) break;
        if (n % 50 == 49) static_cast<void>(futures::wait(all, {.timeout = 10}));
      }
      killer.stop();
      kills += killer.kills();
    }
    const auto calm = Clock::now();
    const bool survived = takes(may_break, [&] { static_cast<void>(executor.submit(mixed, 3)); });
    survivors += survived && !may_break ? 1 : 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool known = check(static_cast<int>(i), [&] { return all[i].result(5); });
      if (policy == OnWorkerLost::kRunAgain && survived) {
        EXPECT_TRUE(known);
      }
      lost += known ? 0 : 1;
      EXPECT_TRUE(all[i].done());
    }
    EXPECT_LT(Clock::now() - calm, std::chrono::seconds(5));
    calls += static_cast<std::int64_t>(all.size());
  }
  EXPECT_GT(kills, 0);
  EXPECT_GT(survivors, 0);
  RecordProperty("calls", std::to_string(calls));
  RecordProperty("lost", std::to_string(lost));
  RecordProperty("kills", std::to_string(kills));
}

TEST_P(RandomKills, OfAPool) {
  const auto end = Clock::now() + span();
  int kills = 0;
  int survivors = 0;
  for (unsigned round = 0; Clock::now() < end && !HasFailure(); ++round) {
    const auto policy = round % 2 == 0 ? OnWorkerLost::kFailCall : OnWorkerLost::kRunAgain;
    multiprocessing::Pool pool({.processes = 3,
                                .maxtasksperchild = round % 4 == 3 ? 20 : 1'000'000,
                                .context = *context_,
                                .on_worker_lost = policy,
                                .retries = 1000});
    std::vector<multiprocessing::AsyncResult<std::string>> all;
    {
      Killer killer(round);
      for (int n = 0; n < 300; ++n) {
        if (!takes(false, [&] { all.push_back(pool.apply_async(mixed, n)); })) break;
        if (n % 50 == 49) all.back().wait(10);
      }
      killer.stop();
      kills += killer.kills();
    }
    const auto calm = Clock::now();
    const bool survived = takes(false, [&] { static_cast<void>(pool.apply_async(mixed, 3)); });
    survivors += survived ? 1 : 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool known = check(static_cast<int>(i), [&] { return all[i].get(5); });
      if (policy == OnWorkerLost::kRunAgain && survived) {
        EXPECT_TRUE(known);
      }
    }
    pool.close();
    pool.join();
    EXPECT_LT(Clock::now() - calm, std::chrono::seconds(5));
  }
  EXPECT_GT(kills, 0);
  EXPECT_GT(survivors, 0);
}

INSTANTIATE_TEST_SUITE_P(Methods, RandomKills, testing::Values("fork", "spawn", "forkserver"),
                         [](const testing::TestParamInfo<const char*>& given) { return std::string(given.param); });

}  // namespace
