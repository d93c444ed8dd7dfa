// P30: signals neither end nor stretch a wait of any primitive, nor wake one without limit.
#include <gtest/gtest.h>
#include <skein/multiprocessing/barrier.h>
#include <skein/multiprocessing/bounded_semaphore.h>
#include <skein/multiprocessing/condition.h>
#include <skein/multiprocessing/event.h>
#include <skein/multiprocessing/lock.h>
#include <skein/multiprocessing/rlock.h>
#include <skein/multiprocessing/semaphore.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "multiprocessing/processes.h"
#include "testing/party.h"
#include "testing/signal_storm.h"

namespace skein {
namespace {

using testing::eventually;
using testing::now;
using testing::Party;
using testing::SignalStorm;

// A call that waits, and what lets it through.
struct Scene {
  std::function<bool(Timeout)> call;  // Whether it came through in time.
  std::function<void()> let_through;
};
struct Call {
  const char* name;
  Scene (*make)();
};
void PrintTo(const Call& call, std::ostream* stream) { *stream << call.name; }

template <class L>
Scene of_lock(L lock) {
  // Held by another thread, which releases it.
  auto go = std::make_shared<std::atomic<bool>>(false);
  auto holds = std::make_shared<std::atomic<bool>>(false);
  auto holder = std::make_shared<Party>([lock, go, holds] {
    lock.acquire();
    holds->store(true);
    while (!go->load()) ::usleep(200);
    lock.release();
  });
  EXPECT_TRUE(eventually([&] { return holds->load(); }));
  // The holder is let go and joined with the last of these two.
  const std::shared_ptr<void> end(nullptr, [go, holder](void*) { go->store(true); });
  return {[lock, end](Timeout timeout) { return lock.acquire(true, timeout); }, [go, end] { go->store(true); }};
}

const std::vector<Call>& calls() {
  static const std::vector<Call> all{
      {"Lock", [] { return of_lock(multiprocessing::Lock()); }},
      {"RLock", [] { return of_lock(multiprocessing::RLock()); }},
      {"Condition_acquire", [] { return of_lock(multiprocessing::Condition()); }},
      {"Semaphore",
       [] {
         const multiprocessing::Semaphore semaphore(0);
         return Scene{[=](Timeout timeout) { return semaphore.acquire(true, timeout); }, [=] { semaphore.release(); }};
       }},
      {"Semaphore_recoverable",
       [] {
         const multiprocessing::Semaphore semaphore({.value = 0, .recover = true});
         return Scene{[=](Timeout timeout) { return semaphore.acquire(true, timeout); }, [=] { semaphore.release(); }};
       }},
      {"Event",
       [] {
         const multiprocessing::Event event;
         return Scene{[=](Timeout timeout) { return event.wait(timeout); }, [=] { event.set(); }};
       }},
      {"Condition",
       [] {
         const multiprocessing::Condition condition;
         return Scene{[=](Timeout timeout) {
                        const std::scoped_lock guard(condition);
                        return condition.wait(timeout);
                      },
                      [=] {
                        const std::scoped_lock guard(condition);
                        condition.notify();
                      }};
       }},
      {"Condition_wait_for",
       [] {
         const multiprocessing::Condition condition;
         auto now_true = std::make_shared<std::atomic<bool>>(false);
         return Scene{[=](Timeout timeout) {
                        const std::scoped_lock guard(condition);
                        return condition.wait_for([&] { return now_true->load(); }, timeout);
                      },
                      [=] {
                        const std::scoped_lock guard(condition);
                        now_true->store(true);
                        condition.notify();
                      }};
       }},
      {"Barrier",
       [] {
         const multiprocessing::Barrier barrier(2);
         return Scene{[=](Timeout timeout) {
                        try {
                          barrier.wait(timeout);
                          return true;
                        } catch (const threading::BrokenBarrierError&) {
                          return false;
                        }
                      },
                      [=] { barrier.wait(); }};
       }},
  };
  return all;
}

class SignalFaults : public ::testing::TestWithParam<Call> {
 protected:
  static void SetUpTestSuite() { static_cast<void>(spin_budget()); }  // Measured now, not in the middle of a wait.
};
INSTANTIATE_TEST_SUITE_P(EveryWait, SignalFaults, ::testing::ValuesIn(calls()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST_P(SignalFaults, P30_SignalsNeitherEndNorStretchTheWait) {
  double shortest = 1e9;
  for (int attempt = 0; attempt < 10 && shortest > 0.17; ++attempt) {  // Once undisturbed by the rest of the machine.
    const Scene scene = GetParam().make();
    SignalStorm storm(testing::this_tid());
    const double start = now();
    EXPECT_FALSE(scene.call(0.12));  // No multiple of a slice.
    const double seconds = now() - start;
    EXPECT_GE(seconds, 0.12);
    EXPECT_GT(SignalStorm::hits(), 30);
    shortest = std::min(shortest, seconds);
  }
  EXPECT_LE(shortest, 0.17);
}

TEST_P(SignalFaults, P30_SignalsDoNotWakeAWaitWithoutLimit) {
  const Scene scene = GetParam().make();
  Party waiting([&] { EXPECT_TRUE(scene.call(None)); });
  ASSERT_TRUE(waiting.blocks());
  SignalStorm storm(waiting.tid());
  EXPECT_TRUE(eventually([] { return SignalStorm::hits() >= 100; }));
  EXPECT_FALSE(waiting.done());
  scene.let_through();
  EXPECT_TRUE(eventually([&] { return waiting.done(); }));
}

TEST_P(SignalFaults, T7_LimitsThatAreNone) {
  for (const Timeout timeout : {Timeout(1e300), Timeout(std::numeric_limits<double>::infinity()),
                                Timeout(std::chrono::hours::max()), Timeout(std::chrono::nanoseconds::max())}) {
    const Scene scene = GetParam().make();
    Party waiting([&] { EXPECT_TRUE(scene.call(timeout)); });
    EXPECT_TRUE(waiting.blocks()) << "it did not wait";
    scene.let_through();
    EXPECT_TRUE(eventually([&] { return waiting.done(); }));
  }
}

}  // namespace
}  // namespace skein
