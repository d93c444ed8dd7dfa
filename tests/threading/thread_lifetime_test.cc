// How long a Thread lives: who owns it, objects of derived classes, and the end of the process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/threading.h>
#include <skein/time.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "testing/child.h"
#include "testing/party.h"
#include "threading/helpers.h"

namespace skein::threading {
namespace {

using testing::eventually;
using testing::Gate;
using ::testing::HasSubstr;
using testing::Outcome;
using testing::run_scenario;
using testing::text_of;

// ---- ownership ----

TEST(ThreadTest, AVectorOfThreadsGrowsWhileTheyRun) {
  std::atomic<int> ran{0};
  std::vector<Thread> threads;
  for (int i = 0; i < 20; ++i) {
    threads.emplace_back([&] { ran.fetch_add(1); });
    threads.back().start();
  }
  for (Thread& t : threads) t.join();
  EXPECT_EQ(ran.load(), 20);
}

TEST(ThreadTest, TheDestructorJoins) {
  std::atomic<bool> ended{false};
  Gate gate;
  testing::Party opener([&] {
    gate.reached.wait();
    gate.open.set();
  });
  {
    Thread t([&] {
      gate.pass();
      ended.store(true);
    });
    t.start();
  }
  EXPECT_TRUE(ended.load());
}

TEST(ThreadTest, AssigningToARunningOneJoinsItFirst) {
  std::atomic<bool> ended{false};
  Gate gate;
  Thread t([&] {
    gate.pass();
    ended.store(true);
  });
  t.start();
  gate.open.set();
  t = Thread();
  EXPECT_TRUE(ended.load());
}

TEST(ThreadTest, ATemporaryIsLetGo) {
  Gate gate;
  std::atomic<bool> ended{false};
  Thread([&] {
    gate.pass();
    ended.store(true);
  }).start();
  gate.reached.wait();  // Here only because the temporary's destructor did not wait.
  EXPECT_FALSE(ended.load());
  gate.open.set();
  EXPECT_TRUE(eventually([&] { return active_count() == 1; }));
  EXPECT_TRUE(ended.load());
}

TEST(ThreadTest, ANamedDaemonIsLetGo) {
  auto gate = std::make_shared<Gate>();
  {
    Thread t({.daemon = true}, [gate] { gate->pass(); });
    t.start();
    gate->reached.wait();
  }
  EXPECT_EQ(active_count(), 2U);
  gate->open.set();
  EXPECT_TRUE(eventually([] { return active_count() == 1; }));
}

// ---- derived classes ----

class Worker : public Thread {
 public:
  explicit Worker(Gate* gate = nullptr, std::atomic<int>* alive = nullptr) : gate_(gate), alive_(alive) {
    if (alive_ != nullptr) alive_->fetch_add(1);
  }
  ~Worker() override {
    if (alive_ != nullptr) alive_->fetch_sub(1);
  }
  void run() override {
    if (gate_ != nullptr) gate_->pass();
    result = 42;
  }
  int result = 0;

 private:
  Gate* gate_;
  std::atomic<int>* alive_;
};

TEST(ThreadTest, ADerivedClassRunsItsOwnRun) {
  auto worker = make<Worker>();
  worker->start();
  worker->join();
  EXPECT_EQ(worker->result, 42);
}

TEST(ThreadTest, ARunningDerivedObjectLivesOnWhenItsHandleIsDropped) {
  Gate gate;
  std::atomic<int> alive{0};
  auto worker = make<Worker>(&gate, &alive);
  worker->start();
  gate.reached.wait();
  worker.reset();
  EXPECT_EQ(alive.load(), 1);
  gate.open.set();
  EXPECT_TRUE(eventually([] { return active_count() == 1; }));
  EXPECT_EQ(alive.load(), 0);
}

TEST(ThreadTest, ADerivedObjectThatMakeDidNotMakeIsRefused) {
  Worker worker;
  EXPECT_THAT(text_of<RuntimeError>([&] { worker.start(); }), HasSubstr("threading::make<T>"));
  EXPECT_FALSE(worker.is_alive());
  worker.run();  // In this thread it may.
  EXPECT_EQ(worker.result, 42);
}

// ---- the end of the process ----

struct Announced {
  ~Announced() {
    std::printf("statics die\n");
    std::fflush(stdout);
  }
} g_announced;

SKEIN_SCENARIO(let_go_threads_are_joined_before_statics_die) {
  Thread([] {
    time::sleep(0.1);
    // Started while the process is on its way out.
    Thread([] {
      time::sleep(0.05);
      std::printf("second ends\n");
    }).start();
    std::printf("first ends\n");
  }).start();
  return 0;
}

TEST(ThreadTest, LetGoThreadsAreJoinedBeforeStaticsDie) {
  const Outcome outcome = run_scenario("let_go_threads_are_joined_before_statics_die");
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_EQ(outcome.out, "first ends\nsecond ends\nstatics die\n");
}

SKEIN_SCENARIO(exit_is_called_by_another_thread) {
  Event never;
  Thread([] {
    time::sleep(0.05);
    std::printf("other ends\n");
  }).start();
  Thread([] { std::exit(3); }).start();
  never.wait();
  return 0;
}

TEST(ThreadTest, ExitMayBeCalledByAnotherThread) {
  const Outcome outcome = run_scenario("exit_is_called_by_another_thread");
  EXPECT_EQ(outcome.status, 3) << outcome;
  EXPECT_EQ(outcome.out, "other ends\nstatics die\n");
}

SKEIN_SCENARIO(a_thread_waits_for_main) {
  Thread([] {
    main_thread().join();
    std::printf("main has ended: %d\n", main_thread().is_alive() ? 0 : 1);
  }).start();
  return 0;
}

TEST(ThreadTest, AThreadMayWaitForMain) {
  const Outcome outcome = run_scenario("a_thread_waits_for_main");
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_EQ(outcome.out, "main has ended: 1\nstatics die\n");
}

SKEIN_SCENARIO(starts_a_thread_when_all_is_over) {
  static struct Late {
    ~Late() {
      try {
        Thread([] { std::printf("ran\n"); }).start();
      } catch (const RuntimeError& error) {
        std::printf("%s\n", error.what());
      }
    }
  } late;
  return 0;
}

TEST(ThreadTest, NoThreadStartsOnceTheProcessHasEnded) {
  const Outcome outcome = run_scenario("starts_a_thread_when_all_is_over");
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_THAT(outcome.out, HasSubstr("can't create new thread at interpreter shutdown"));
}

}  // namespace
}  // namespace skein::threading
