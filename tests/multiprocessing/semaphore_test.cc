#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/multiprocessing/bounded_semaphore.h>
#include <skein/multiprocessing/semaphore.h>

#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "multiprocessing/archive.h"
#include "multiprocessing/processes.h"
#include "testing/child.h"
#include "testing/repeat.h"

namespace skein {
namespace {

using multiprocessing::BoundedSemaphore;
using multiprocessing::Semaphore;
using testing::Child;
using testing::Common;
using testing::Counter;
using testing::eventually;
using testing::now;
using testing::Party;
using testing::raised;
using testing::repeat;

template <class S>
std::string refusal_of(const S& semaphore) {
  try {
    semaphore.release();
  } catch (const ValueError& error) {
    return error.what();
  }
  return "released";
}
constexpr const char* kTooMany = "semaphore or lock released too many times";

TEST(SemaphoreTest, CountsItsPermits) {
  for (const bool recover : {false, true}) {
    const Semaphore semaphore({.value = 2, .recover = recover});
    EXPECT_EQ(semaphore.get_value(), 2);
    EXPECT_TRUE(semaphore.acquire());
    EXPECT_TRUE(semaphore.acquire(false));
    EXPECT_FALSE(semaphore.acquire(false));
    EXPECT_TRUE(semaphore.locked());
    EXPECT_EQ(semaphore.get_value(), 0);
    for (int i = 0; i < 5; ++i) semaphore.release();  // Also more than there were at first.
    EXPECT_EQ(semaphore.get_value(), 5);
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(semaphore.acquire(true, 0));
    EXPECT_FALSE(semaphore.acquire(true, 0.01));
  }
  EXPECT_EQ(Semaphore().get_value(), 1);
  EXPECT_EQ(Semaphore(0).get_value(), 0);
}

TEST(SemaphoreTest, ValuesThatCannotBe) {
  try {
    Semaphore negative(-1);
    ADD_FAILURE();
  } catch (const OSError& error) {
    EXPECT_EQ(error.code().value(), EINVAL);
  }
  EXPECT_THROW(BoundedSemaphore(-1), OSError);
  EXPECT_THROW(Semaphore(Semaphore::kMax + 1), OverflowError);
  EXPECT_THROW(Semaphore({.value = Semaphore::kMostRecoverable + 1, .recover = true}), ValueError);
  const Semaphore full(Semaphore::kMax);
  EXPECT_EQ(full.get_value(), Semaphore::kMax);
  EXPECT_EQ(refusal_of(full), kTooMany);
  EXPECT_EQ(full.get_value(), Semaphore::kMax);
}

TEST(SemaphoreTest, ABoundedOneHasNeverMoreThanAtFirst) {
  for (const bool recover : {false, true}) {
    const BoundedSemaphore semaphore({.value = 2, .recover = recover});
    EXPECT_EQ(refusal_of(semaphore), kTooMany);
    semaphore.acquire();
    semaphore.release();
    EXPECT_EQ(refusal_of(semaphore), kTooMany);
    EXPECT_EQ(semaphore.get_value(), 2);
    const BoundedSemaphore none({.value = 0, .recover = recover});
    EXPECT_FALSE(none.acquire(false));
    EXPECT_EQ(refusal_of(none), kTooMany);
    EXPECT_EQ(none.get_value(), 0);
  }
  // A recoverable one that is not bounded has room for 256.
  const Semaphore roomy({.value = 0, .recover = true});
  for (int i = 0; i < 256; ++i) roomy.release();
  EXPECT_EQ(refusal_of(roomy), kTooMany);
  EXPECT_EQ(roomy.get_value(), 256);
}

TEST(SemaphoreTest, AnotherProcessWaitsForAPermit) {
  SKEIN_FORKS();
  for (const bool recover : {false, true}) {
    const Semaphore semaphore({.value = 0, .recover = recover});
    Common<Counter> got;
    std::vector<Child> children;
    for (int i = 0; i < 3; ++i) {
      children.emplace_back([&] {
        semaphore.acquire();
        got->fetch_add(1);
        // So that its permit is not one of the dead.
        const std::int64_t all = 3;
        return raised(*got, all) ? 0 : 1;
      });
    }
    for (const Child& child : children) EXPECT_TRUE(child.sleeps());
    EXPECT_EQ(got->load(), 0);
    for (std::int64_t i = 1; i <= 3; ++i) {
      semaphore.release();
      EXPECT_TRUE(raised(*got, i));
      EXPECT_EQ(got->load(), i);
    }
    for (Child& child : children) EXPECT_EQ(child.wait(), 0);
  }
}

TEST(SemaphoreTest, NoPermitIsLostOrMade) {
  SKEIN_FORKS();
  for (const bool recover : {false, true}) {
    const BoundedSemaphore semaphore({.value = 2, .recover = recover});
    Common<Counter> inside;
    Common<Counter> most;
    const std::int64_t rounds = repeat(20'000);
    std::vector<Child> children;
    for (int which = 0; which < 4; ++which) {
      children.emplace_back([&] {
        for (std::int64_t i = 0; i < rounds; ++i) {
          if (which % 2 == 0) {
            semaphore.acquire();
          } else {
            while (!semaphore.acquire(true, std::chrono::microseconds(30))) {
            }
          }
          const std::int64_t now_inside = inside->fetch_add(1) + 1;
          if (now_inside > most->load()) most->store(now_inside);
          inside->fetch_sub(1);
          semaphore.release();
        }
      });
    }
    for (Child& child : children) EXPECT_EQ(child.wait(), 0);
    EXPECT_LE(most->load(), 2);
    EXPECT_EQ(semaphore.get_value(), 2);
  }
}

TEST(SemaphoreTest, AStopEndsTheWait) {
  for (const bool recover : {false, true}) {
    const Semaphore semaphore({.value = 1, .recover = recover});
    std::stop_source stop;
    EXPECT_TRUE(semaphore.acquire(stop.get_token()));
    Party other([&] { EXPECT_FALSE(semaphore.acquire(stop.get_token())); });
    EXPECT_TRUE(other.blocks());
    stop.request_stop();
    other.join();
    semaphore.release();
    EXPECT_TRUE(semaphore.acquire(stop.get_token()));
  }
}

TEST(SemaphoreTest, TravelsInAParcel) {
  SKEIN_FORKS();
  for (const bool recover : {false, true}) {
    std::optional<BoundedSemaphore> semaphore(std::in_place, Semaphore::Options{.value = 3, .recover = recover});
    const multiprocessing::internal::Parcel parcel = testing::packed(*semaphore);
    EXPECT_EQ(testing::unpacked<BoundedSemaphore>(parcel), *semaphore);
    Child child([&] {
      semaphore.reset();
      const auto given = testing::unpacked<BoundedSemaphore>(parcel);
      if (given.get_value() != 3 || refusal_of(given) != kTooMany) return 1;
      given.acquire();
      return given.get_value() == 2 ? 0 : 2;
    });
    EXPECT_EQ(child.wait(), 0);
    EXPECT_EQ(semaphore->get_value(), 2);
  }
}

TEST(SemaphoreTest, WithRecoverReleaseGivesBackOnesOwnFirst) {
  SKEIN_FORKS();
  const Semaphore semaphore({.value = 2, .recover = true});
  Common<Counter> has;
  Child child([&] {
    semaphore.acquire();
    has->store(1);
    testing::stay();
  });
  EXPECT_TRUE(raised(*has));
  semaphore.acquire();
  semaphore.release();  // Mine: the child's is still in its name, and comes back with its death.
  EXPECT_EQ(semaphore.get_value(), 1);
  child.kill();
  child.wait();
  EXPECT_TRUE(semaphore.acquire(true, 5));
  EXPECT_TRUE(semaphore.acquire(true, 5));
  EXPECT_FALSE(semaphore.acquire(true, 0.1));
  // One may release what another has.
  semaphore.release();
  semaphore.release();
  Child other([&] {
    semaphore.acquire();
    has->store(2);
    testing::stay();
  });
  EXPECT_TRUE(raised(*has, 2));
  EXPECT_EQ(semaphore.get_value(), 1);
  semaphore.release();
  EXPECT_EQ(semaphore.get_value(), 2);
  other.kill();
  other.wait();
  EXPECT_TRUE(semaphore.acquire(false));
  EXPECT_TRUE(semaphore.acquire(false));
  EXPECT_FALSE(semaphore.acquire(true, 0.1));
}

// ---- P6: killed holding permits ----

// Four processes that have a permit each are killed.
void kill_four_holders(const Semaphore& semaphore) {
  std::vector<Child> holders;
  Common<Counter> holding;
  for (int i = 0; i < 4; ++i) {
    holders.emplace_back([&] {
      semaphore.acquire();
      holding->fetch_add(1);
      testing::stay();
    });
  }
  ASSERT_TRUE(raised(*holding, 4));
  for (const Child& holder : holders) holder.kill();
}

TEST(SemaphoreFaults, P6_AsInPythonThePermitsOfTheDeadAreGone) {
  SKEIN_FORKS();
  const Semaphore semaphore(4);
  kill_four_holders(semaphore);
  EXPECT_EQ(semaphore.get_value(), 0);
  EXPECT_FALSE(semaphore.acquire(true, 0.3));
  semaphore.release();
  EXPECT_TRUE(semaphore.acquire(true, 5));
}

TEST(SemaphoreFaults, P6_OnRequestThePermitsOfTheDeadComeBack) {
  SKEIN_FORKS();
  double worst = 0;
  for (std::int64_t i = 0; i < repeat(20, 250); ++i) {
    const Semaphore semaphore({.value = 4, .recover = true});
    kill_four_holders(semaphore);
    const double start = now();
    for (int k = 0; k < 4; ++k) ASSERT_TRUE(semaphore.acquire(true, 5)) << k;
    worst = std::max(worst, now() - start);
    ASSERT_FALSE(semaphore.acquire(true, i == 0 ? 0.2 : 0.001)) << "a permit came back twice";
  }
  std::printf("worst: %.1f ms\n", worst * 1000);
  EXPECT_LT(worst, 0.1);
}

TEST(SemaphoreFaults, P6_WhoWaitsAlreadyOrOnlyTriesGetsThePermitsOfTheDead) {
  SKEIN_FORKS();
  const Semaphore semaphore({.value = 1, .recover = true});
  double worst = 0;
  for (std::int64_t i = 0; i < repeat(20, 250); ++i) {
    Common<Counter> has;
    Child holder([&] {
      semaphore.acquire();
      has->store(1);
      testing::stay();
    });
    ASSERT_TRUE(raised(*has));
    std::atomic<double> got{0};
    Party waiting([&] {
      if (i % 2 == 0) {
        semaphore.acquire();
      } else {
        while (!semaphore.try_lock()) ::usleep(100);
      }
      got.store(now());
      semaphore.release();
    });
    if (i % 2 == 0) {
      ASSERT_TRUE(waiting.blocks());
    }
    ::usleep(static_cast<useconds_t>(i % 7 * 9000));
    const double start = now();
    holder.kill();
    waiting.join();
    worst = std::max(worst, got.load() - start);
  }
  std::printf("worst: %.1f ms\n", worst * 1000);
  EXPECT_LT(worst, 0.1);
}

// Every waiter that takes one finds its own: as many as died, and no more.
TEST(SemaphoreFaults, P6_NoPermitComesBackTwice) {
  SKEIN_FORKS();
  for (std::int64_t i = 0; i < repeat(10, 200); ++i) {
    const Semaphore semaphore({.value = 4, .recover = true});
    kill_four_holders(semaphore);
    Common<Counter> got;
    Common<Counter> done;
    std::vector<Child> takers;
    for (int k = 0; k < 6; ++k) {
      takers.emplace_back([&] {
        if (semaphore.acquire(true, 0.3)) got->fetch_add(1);
        done->fetch_add(1);
        return raised(*done, 6) ? 0 : 1;  // Nobody dies before all have tried.
      });
    }
    for (Child& taker : takers) EXPECT_EQ(taker.wait(), 0);
    ASSERT_EQ(got->load(), 4);
  }
}

TEST(SemaphoreFaults, P6_WhoEndsNormallyTakesItsPermitAlong) {
  SKEIN_FORKS();
  const BoundedSemaphore semaphore({.value = 2, .recover = true});
  const testing::Outcome ended = testing::run_forked([&] {
    semaphore.acquire();
    return 0;
  });
  ASSERT_TRUE(ended.good()) << ended;
  EXPECT_TRUE(semaphore.acquire());
  EXPECT_FALSE(semaphore.acquire(true, 0.2));
  semaphore.release();  // Its own.
  EXPECT_EQ(semaphore.get_value(), 1);
  semaphore.release();  // The one that was left.
  EXPECT_EQ(semaphore.get_value(), 2);
  EXPECT_EQ(refusal_of(semaphore), kTooMany);
}

TEST(SemaphoreFaults, P5_KilledSleepersTakeNoWakeUpAlong) {
  SKEIN_FORKS();
  for (const bool recover : {false, true}) {
    const Semaphore semaphore({.value = 0, .recover = recover});
    Common<Counter> got;
    std::vector<Child> doomed;
    for (int i = 0; i < 3; ++i) {
      doomed.emplace_back([&] { semaphore.acquire(); });
      EXPECT_TRUE(doomed.back().sleeps());
    }
    Child alive([&] {
      semaphore.acquire();
      got->store(1);
      return 0;
    });
    EXPECT_TRUE(alive.sleeps());
    doomed.clear();
    semaphore.release();
    EXPECT_EQ(alive.wait(5), 0);
    EXPECT_EQ(got->load(), 1);
  }
}

TEST(SemaphoreFaults, P37_APermitThatIsHeldStaysMapped) {
  SKEIN_FORKS();
  std::optional<Semaphore> semaphore(std::in_place, Semaphore::Options{.value = 1, .recover = true});
  const testing::Outcome ended = testing::run_forked([&] {
    semaphore->acquire();
    semaphore.reset();
    return 0;
  });
  ASSERT_TRUE(ended.good()) << ended;
  EXPECT_FALSE(semaphore->acquire(true, 0.2));  // Left, not recovered.
}

}  // namespace
}  // namespace skein
