#include <gtest/gtest.h>
#include <skein/core/park.h>
#include <skein/core/spin.h>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <stop_token>
#include <vector>

#include "testing/child.h"
#include "testing/party.h"
#include "testing/repeat.h"
#include "testing/signal_storm.h"

namespace skein::inline v0::internal {
namespace {

using testing::eventually;
using testing::now;
using testing::Parties;
using testing::Party;
using testing::run_scenario;
using testing::SignalStorm;

constexpr int kAll = std::numeric_limits<int>::max();

class Park : public ::testing::Test {
 protected:
  Atomic<std::uint32_t> word_{7};
};

// ---- states ----

TEST_F(Park, ReturnsAtOnceIfTheWordDiffers) {
  const double start = now();
  EXPECT_TRUE(park(&word_, 6, Deadline()));
  EXPECT_TRUE(park(&word_, 6, Deadline(Timeout(100))));
  EXPECT_LT(now() - start, 20);
}

TEST_F(Park, SleepsUntilItIsWoken) {
  Party sleeper([&] { EXPECT_TRUE(park(&word_, 7, Deadline())); });
  EXPECT_TRUE(sleeper.blocks());
  word_.store(8);
  EXPECT_TRUE(sleeper.blocks()) << "a change alone wakes nobody";
  unpark(&word_, 1);
  sleeper.join();
}

TEST_F(Park, WakesAsManyAsAsked) {
  std::atomic<int> woken{0};
  std::vector<std::unique_ptr<Party>> sleepers;
  for (int i = 0; i < 5; ++i) {
    sleepers.push_back(std::make_unique<Party>([&] {
      while (word_.load() == 7 && !park(&word_, 7, Deadline())) {
      }
      woken.fetch_add(1);
    }));
  }
  for (auto& sleeper : sleepers) EXPECT_TRUE(sleeper->blocks());
  const auto asleep = [&] {
    int count = 0;
    for (auto& sleeper : sleepers) count += sleeper->done() ? 0 : 1;
    return count;
  };
  unpark(&word_, 2);
  EXPECT_TRUE(eventually([&] { return woken.load() == 2 && asleep() == 3; }));
  for (auto& sleeper : sleepers) {
    if (!sleeper->done()) {
      EXPECT_TRUE(sleeper->blocks());
    }
  }
  EXPECT_EQ(woken.load(), 2);
  unpark(&word_, kAll);
  EXPECT_TRUE(eventually([&] { return woken.load() == 5; }));
}

TEST_F(Park, AWakeUpForNobodyIsNotKept) {
  unpark(&word_, kAll);
  EXPECT_FALSE(park(&word_, 7, Deadline(Timeout(0.01))));
}

TEST_F(Park, OtherWordsSleepersStay) {
  Atomic<std::uint32_t> other{7};
  Party sleeper([&] { EXPECT_TRUE(park(&other, 7, Deadline())); });
  EXPECT_TRUE(sleeper.blocks());
  unpark(&word_, kAll);
  EXPECT_TRUE(sleeper.blocks());
  unpark(&other, 1);
}

// A waker may be late: the word that it means can be gone by then.
TEST_F(Park, WakingAtAnAddressThatIsGoneDoesNothing) {
  void* const page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(page, MAP_FAILED);
  ASSERT_EQ(::munmap(page, 4096), 0);
  errno = 0;
  unpark(page, kAll);
  unpark(page, 1, Scope::kShared);
  EXPECT_EQ(errno, 0);
}

TEST_F(Park, LeavesErrnoAlone) {
  errno = 42;
  EXPECT_TRUE(park(&word_, 6, Deadline()));
  EXPECT_FALSE(park(&word_, 7, Deadline(Timeout(0.001))));
  unpark(&word_, 1);
  EXPECT_EQ(errno, 42);
}

// ---- deadlines ----

TEST_F(Park, EndsNotBeforeItsDeadline) {
  for (const double seconds : {0.0001, 0.003, 0.05}) {
    const double start = now();
    EXPECT_FALSE(park(&word_, 7, Deadline(Timeout(seconds))));
    EXPECT_GE(now() - start, seconds);
    EXPECT_LT(now() - start, seconds + 10);
  }
}

TEST_F(Park, ADeadlineInThePastEndsAtOnce) {
  EXPECT_FALSE(park(&word_, 7, Deadline(Timeout(0))));
  EXPECT_FALSE(park(&word_, 7, Deadline(Timeout(-5))));
  EXPECT_FALSE(park(&word_, 7, Deadline::at(1)));
  EXPECT_FALSE(park(&word_, 7, Deadline::at(-1))) << "a negative time is not what the kernel takes";
  EXPECT_FALSE(park(&word_, 7, Deadline::at(std::numeric_limits<std::int64_t>::min())));
}

TEST_F(Park, ADistantDeadlineIsNotImmediate) {
  for (const Deadline deadline :
       {Deadline(), Deadline(Timeout(9e9)), Deadline::at(std::numeric_limits<std::int64_t>::max() - 1)}) {
    Party sleeper([&] { EXPECT_TRUE(park(&word_, 7, deadline)); });
    EXPECT_TRUE(sleeper.blocks());
    unpark(&word_, 1);
  }
}

// T5: the sleep goes on after a signal, to the same deadline.
TEST_F(Park, T5_SignalsNeitherEndNorStretchIt) {
  double shortest = 1e9;
  for (int attempt = 0; attempt < 5 && shortest > 0.35; ++attempt) {
    SignalStorm storm(testing::this_tid());
    const double start = now();
    EXPECT_FALSE(park(&word_, 7, Deadline(Timeout(0.3))));
    EXPECT_GE(now() - start, 0.3);
    EXPECT_GT(SignalStorm::hits(), 50);
    shortest = std::min(shortest, now() - start);
  }
  EXPECT_LE(shortest, 0.35);
}

TEST_F(Park, T5_SignalsDoNotWakeASleeperWithoutADeadline) {
  std::atomic<bool> woken{false};
  Party sleeper([&] {
    EXPECT_TRUE(park(&word_, 7, Deadline()));
    woken.store(true);
  });
  EXPECT_TRUE(sleeper.blocks());
  {
    SignalStorm storm(sleeper.tid());
    EXPECT_TRUE(eventually([] { return SignalStorm::hits() >= 100; }));
    EXPECT_FALSE(woken.load());
  }
  unpark(&word_, 1);
  sleeper.join();
  EXPECT_TRUE(woken.load());
}

// ---- between processes ----

TEST_F(Park, WakesASleeperInAnotherProcess) {
  SKEIN_FORKS();
  void* const page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(page, MAP_FAILED);
  auto* const words = new (page) Atomic<std::uint32_t>[2]{};
  Party waker([words] {
    while (words[1].load() == 0) ::sched_yield();
    while (!testing::is_process_asleep(words[1].load())) ::sched_yield();
    words[0].store(1);
    unpark(&words[0], 1, Scope::kShared);
  });
  const testing::Outcome outcome = testing::run_forked([words] {
    words[1].store(static_cast<std::uint32_t>(::getpid()));
    while (words[0].load() == 0) park(&words[0], 0, Deadline(), Scope::kShared);
    return 0;
  });
  EXPECT_TRUE(outcome.good()) << outcome;
  waker.join();
  ::munmap(page, 4096);
}

// ---- waiters and their list ----

TEST(Waiter, IsWokenByANotification) {
  SpinHistory history;
  Waiter waiter;
  Party notifier([&] { waiter.notify(); });
  EXPECT_TRUE(waiter.wait(history, {}));
}

TEST(Waiter, KnowsANotificationThatCameFirst) {
  SpinHistory history;
  Waiter waiter;
  waiter.notify();
  EXPECT_TRUE(waiter.wait(history, {.deadline = Deadline(Timeout(0))}));
  waiter.wait_notified();
}

TEST(Waiter, GivesUpAtItsDeadline) {
  SpinHistory history;
  Waiter waiter;
  const double start = now();
  EXPECT_FALSE(waiter.wait(history, {.deadline = Deadline(Timeout(0.02))}));
  EXPECT_GE(now() - start, 0.02);
}

TEST(Waiter, GivesUpWhenStopped) {
  set_spin_budget(std::chrono::nanoseconds(0));
  std::stop_source source;
  const std::stop_token token = source.get_token();
  Party waiting([&] {
    SpinHistory history;
    Waiter waiter;
    EXPECT_FALSE(waiter.wait(history, {.deadline = Deadline(), .stop = &token}));
  });
  EXPECT_TRUE(waiting.blocks());
  source.request_stop();
  waiting.join();
}

TEST(Waiter, IsNotTouchedAfterTheNotificationThatFreesIt) {
  // The waiter lives on the stack of the thread that it stands for, which goes on at once. ASan watches.
  const auto rounds = testing::repeat(20'000);
  std::atomic<Waiter*> published{nullptr};
  Party waiting([&] {
    SpinHistory history;
    for (std::int64_t i = 0; i < rounds; ++i) {
      auto waiter = std::make_unique<Waiter>();
      published.store(waiter.get());
      EXPECT_TRUE(waiter->wait(history, {}));
    }
  });
  for (std::int64_t i = 0; i < rounds; ++i) {
    Waiter* waiter = nullptr;
    while ((waiter = published.exchange(nullptr)) == nullptr) ::sched_yield();
    waiter->notify();
  }
}

TEST(WaiterList, IsFirstInFirstOut) {
  WaiterList list;
  Waiter a;
  Waiter b;
  Waiter c;
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.pop_front(), nullptr);
  list.push_back(a);
  list.push_back(b);
  list.push_back(c);
  EXPECT_FALSE(list.empty());
  EXPECT_EQ(list.pop_front(), &a);
  EXPECT_EQ(list.pop_front(), &b);
  EXPECT_EQ(list.pop_front(), &c);
  EXPECT_EQ(list.pop_front(), nullptr);
}

TEST(WaiterList, LetsAnyoneLeaveOnce) {
  WaiterList list;
  Waiter a;
  Waiter b;
  Waiter c;
  for (Waiter* waiter : {&a, &b, &c}) list.push_back(*waiter);
  EXPECT_TRUE(list.remove(b));
  EXPECT_FALSE(list.remove(b));
  EXPECT_TRUE(list.remove(a));
  EXPECT_EQ(list.pop_front(), &c);
  EXPECT_FALSE(list.remove(c)) << "the notifier has it";
  EXPECT_TRUE(list.empty());
}

TEST(WaiterList, WhoIsTakenHasLeft) {
  WaiterList list;
  Waiter a;
  Waiter b;
  list.push_back(a);
  list.push_back(b);
  WaiterList taken = list.take_all();
  EXPECT_TRUE(list.empty());
  EXPECT_FALSE(list.remove(a));
  EXPECT_FALSE(list.remove(b));
  taken.notify_taken();
  SpinHistory history;
  EXPECT_TRUE(a.wait(history, {.deadline = Deadline(Timeout(0))}));
  EXPECT_TRUE(b.wait(history, {.deadline = Deadline(Timeout(0))}));
}

// Who waited stayed in the parent, with the stack that the waiter is on.
TEST(WaiterList, IsEmptyInAForkedChild) {
  SKEIN_FORKS();
  WaiterList list;
  Waiter a;
  static_cast<void>(thread_token());
  list.push_back(a);
  const testing::Outcome outcome = testing::run_forked([&list] {
    if (!list.empty() || list.pop_front() != nullptr) return 1;
    Waiter of_the_child;
    list.push_back(of_the_child);
    return list.pop_front() == &of_the_child && list.empty() ? 0 : 2;
  });
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_EQ(list.pop_front(), &a);
}

// ---- a thread's token ----

TEST(ThreadToken, IsTheSameForAThreadAndAnotherForEachOther) {
  const std::uint32_t mine = thread_token();
  EXPECT_NE(mine, 0U);
  EXPECT_EQ(thread_token(), mine);
  std::vector<std::uint32_t> tokens(8);
  std::atomic<int> here{0};
  {
    Parties others(8, [&](int i) {
      tokens[static_cast<std::size_t>(i)] = thread_token();
      here.fetch_add(1);
      while (here.load() < 8) ::sched_yield();  // All alive at once.
    });
  }
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    EXPECT_NE(tokens[i], mine);
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(tokens[i], tokens[j]);
  }
}

TEST(ThreadToken, OfAnEndedThreadIsNotSoonUsedAgain) {
  std::uint32_t ended = 0;
  Party([&] { ended = thread_token(); }).join();
  for (int i = 0; i < 100; ++i) {
    std::uint32_t next = 0;
    Party([&] { next = thread_token(); }).join();
    EXPECT_NE(next, ended);
  }
}

TEST(ThreadToken, StaysInsideItsBitsHoweverManyThreadsThereWere) {
  std::uint32_t highest = 0;
  for (int i = 0; i < 3000; ++i) {
    Party([&] { highest = std::max(highest, thread_token()); }).join();
  }
  EXPECT_LT(highest, 2000U) << "numbers of ended threads come again";
}

// What a fork must know is there when the library is loaded. Made by whichever thread locks first, it was in the making
// when another thread forked, about once in 1500 times, and the child waited for ever.
SKEIN_SCENARIO(forks_before_it_locks) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(fork_count() == 1 ? 0 : 1);
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}
TEST(ThreadToken, TheForkHandlersAreThereBeforeTheFirstLock) {
  const testing::Outcome outcome = run_scenario("forks_before_it_locks");
  EXPECT_TRUE(outcome.good()) << outcome;
}

TEST(ThreadToken, TellsWhomAForkLeftBehind) {
  SKEIN_FORKS();
  const std::uint32_t mine = thread_token();
  std::atomic<std::uint32_t> other{0};
  std::atomic<bool> over{false};
  Party party([&] {
    other.store(thread_token());
    while (!over.load()) ::sched_yield();
  });
  ASSERT_TRUE(eventually([&] { return other.load() != 0; }));
  EXPECT_FALSE(left_behind_by_fork(other.load()));
  const std::uint32_t forks = fork_count();
  const testing::Outcome outcome = testing::run_forked([&] {
    if (thread_token() != mine) return 1;
    if (left_behind_by_fork(mine)) return 2;
    if (!left_behind_by_fork(other.load())) return 3;
    if (fork_count() != forks + 1) return 4;
    std::uint32_t fresh = 0;
    Party([&] { fresh = thread_token(); }).join();
    if (fresh == mine || left_behind_by_fork(fresh)) return 5;
    return 0;
  });
  over.store(true);
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_EQ(fork_count(), forks) << "this process was not forked off";
}

}  // namespace
}  // namespace skein::inline v0::internal
