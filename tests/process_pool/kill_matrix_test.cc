// Every step of a worker, killed, under both faces of the worker engine: each call comes to one end, the pool goes on
// as its policy says, and nothing is left. The engine's own matrix has the rest (tests/multiprocessing).
#include <gtest/gtest.h>
#include <skein/core/internal/fault.h>
#include <skein/futures.h>
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

#include "multiprocessing/descendants.h"
#include "testing/repeat.h"

namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;
using multiprocessing::OnWorkerLost;
using multiprocessing::WorkerLost;

namespace {

constexpr std::array kPoints{"engine.worker.sleeps", "engine.worker.taken",   "engine.worker.called",
                             "engine.worker.writes", "engine.worker.written", "engine.worker.done",
                             "engine.worker.rings"};

// In one worker only: who gets the token.
void arm_one(const std::string& token, const std::string& faults) {
  if (::unlink(token.c_str()) == 0) skein::internal::arm_faults(faults);
}

std::vector<int> work(int n) {
  std::vector<int> all(n % 3 == 0 ? 2000U : 2U);
  std::iota(all.begin(), all.end(), n);
  return all;
}

constexpr int kCalls = 40;

// What became of the calls.
struct Ends {
  int results = 0;
  int lost = 0;
  int broken = 0;

  template <class Get>
  void count(int n, Get get) {
    try {
      EXPECT_EQ(get(), work(n));
      ++results;
    } catch (const WorkerLost& error) {
      EXPECT_EQ(error.exit_code(), -SIGKILL);
      ++lost;
    } catch (const futures::BrokenProcessPool& error) {
      EXPECT_NE(error.cause().find("SIGKILL"), std::string::npos) << error.cause();
      ++broken;
    }
  }
};

struct Given {
  multiprocessing::Context context;
  OnWorkerLost policy;
  std::string token;
  std::string fault;
};

std::vector<int> work_and_nap(int n) {
  if (n % 4 == 3) ::usleep(2000);  // Longer than anybody spins.
  return work(n);
}

Ends by_submit(const Given& given) {
  Ends ends;
  futures::ProcessPoolExecutor executor({.max_workers = 2, .mp_context = given.context, .on_worker_lost = given.policy},
                                        arm_one, given.token, given.fault);
  std::vector<futures::Future<std::vector<int>>> all;
  for (int n = 0; n < kCalls; ++n) {
    try {
      all.push_back(executor.submit(work_and_nap, n));
    } catch (const futures::BrokenProcessPool&) {
      break;
    }
    if (n % 4 == 3) static_cast<void>(futures::wait(all));
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    ends.count(static_cast<int>(i), [&] { return all[i].result(5); });
    EXPECT_TRUE(all[i].done());
    EXPECT_FALSE(all[i].cancelled());
  }
  return ends;
}

Ends by_map(const Given& given) {
  Ends ends;
  futures::ProcessPoolExecutor executor({.max_workers = 2, .mp_context = given.context, .on_worker_lost = given.policy},
                                        arm_one, given.token, given.fault);
  std::vector<int> numbers(kCalls);
  std::iota(numbers.begin(), numbers.end(), 0);
  try {
    int n = 0;
    for (const std::vector<int>& result : executor.map({.timeout = 20, .chunksize = 4}, work_and_nap, numbers)) {
      ends.count(n++, [&] { return result; });
    }
  } catch (...) {  // The rest of them went with it.
    const auto error = std::current_exception();
    ends.count(0, [&]() -> std::vector<int> { std::rethrow_exception(error); });
  }
  return ends;
}

Ends by_apply(const Given& given) {
  Ends ends;
  multiprocessing::Pool pool({.processes = 2, .context = given.context, .on_worker_lost = given.policy}, arm_one,
                             given.token, given.fault);
  std::vector<multiprocessing::AsyncResult<std::vector<int>>> all;
  for (int n = 0; n < kCalls; ++n) {
    all.push_back(pool.apply_async(work_and_nap, n));
    if (n % 4 == 3) all.back().wait(5);
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    ends.count(static_cast<int>(i), [&] { return all[i].get(5); });
    EXPECT_TRUE(all[i].ready());
  }
  pool.close();
  pool.join();
  return ends;
}

Ends by_imap(const Given& given) {
  Ends ends;
  multiprocessing::Pool pool({.processes = 2, .context = given.context, .on_worker_lost = given.policy}, arm_one,
                             given.token, given.fault);
  std::vector<int> numbers(kCalls);
  std::iota(numbers.begin(), numbers.end(), 0);
  auto results = pool.imap(work_and_nap, numbers);
  for (int n = 0; n < kCalls; ++n) {
    ends.count(n, [&] { return results.next(5).value(); });
  }
  return ends;
}

struct Face {
  const char* name;
  Ends (*run)(const Given& given);
  bool is_pool;
};
constexpr std::array kFaces{Face{"submit", by_submit, false}, Face{"map", by_map, false}, Face{"apply", by_apply, true},
                            Face{"imap", by_imap, true}};

class PoolKillMatrix : public testing::TestWithParam<std::tuple<int, const char*, const char*>> {};

TEST_P(PoolKillMatrix, NobodyHangsAndNothingIsLeft) {
  SKEIN_FORKS();
  const Face& face = kFaces[static_cast<std::size_t>(std::get<0>(GetParam()))];
  const std::string point = std::get<2>(GetParam());
  const std::string token = testing::TempDir() + "pool_kill_" + std::to_string(::getpid());
  for (const OnWorkerLost policy : {OnWorkerLost::kBreakPool, OnWorkerLost::kFailCall, OnWorkerLost::kRunAgain}) {
    if (face.is_pool && policy == OnWorkerLost::kBreakPool) continue;  // Its error has no cause to look at.
    for (int count = 1; count <= (skein::testing::nightly() ? 50 : 2); ++count) {
      SCOPED_TRACE(std::to_string(static_cast<int>(policy)) + ", " + std::to_string(count));
      std::ofstream(token).put('x');
      const auto began = std::chrono::steady_clock::now();
      const Ends ends = face.run({multiprocessing::get_context(std::get<1>(GetParam())), policy, token,
                                  point + "=kill@" + std::to_string(count)});
      EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
      EXPECT_LE(ends.lost, policy == OnWorkerLost::kFailCall ? 1 : 0);
      if (policy != OnWorkerLost::kBreakPool) {
        EXPECT_EQ(ends.broken, 0);
      }
      if (policy == OnWorkerLost::kRunAgain) {
        EXPECT_EQ(ends.results, kCalls);
      }
      EXPECT_TRUE(multiprocessing::active_children().empty());
      ::unlink(token.c_str());
    }
  }
}

std::string name_of_case(const testing::TestParamInfo<PoolKillMatrix::ParamType>& info) {
  return std::string(kFaces[static_cast<std::size_t>(std::get<0>(info.param))].name) + '_' + std::get<1>(info.param) +
         '_' + std::string(std::get<2>(info.param)).substr(std::string("engine.worker.").size());
}
INSTANTIATE_TEST_SUITE_P(Steps, PoolKillMatrix,
                         testing::Combine(testing::Values(0, 1, 2, 3), testing::Values("fork", "spawn", "forkserver"),
                                          testing::ValuesIn(kPoints)),
                         name_of_case);

}  // namespace
