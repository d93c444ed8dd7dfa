#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/threading.h>
#include <skein/time.h>

#include <pthread.h>
#include <sys/resource.h>

#include <atomic>
#include <cstdio>
#include <fstream>
#include <memory>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include "testing/child.h"
#include "testing/party.h"

namespace skein::threading {
namespace {

using ::testing::ElementsAre;
using testing::eventually;
using ::testing::HasSubstr;
using testing::now;
using testing::Outcome;
using testing::run_scenario;

// What `call` throws: its type is asserted, its text given back.
template <class E, class F>
std::string text_of(F call) {
  try {
    call();
  } catch (const E& error) {
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

// A thread that runs until it is let go.
struct Gate {
  Event reached;
  Event open;
  void pass() {
    reached.set();
    open.wait();
  }
};

// ---- running ----

TEST(ThreadTest, RunsTheTargetWithItsArguments) {
  int sum = 0;
  std::string text;
  Thread t(
      [&](int a, const std::string& b) {
        sum = a;
        text = b;
      },
      1, "x");
  t.start();
  t.join();
  EXPECT_EQ(sum, 1);
  EXPECT_EQ(text, "x");
}

struct Counter {
  void increase(int by) { value += by; }
  int value = 0;
};

TEST(ThreadTest, CallsABoundMethodAsStdInvokeDoes) {
  Counter counter;
  Thread t(&Counter::increase, &counter, 10);
  t.start();
  t.join();
  EXPECT_EQ(counter.value, 10);
}

TEST(ThreadTest, PassesReferencesByStdRefAndOwnsMoveOnlyArguments) {
  int seen = 0;
  Thread t([](int& out, std::unique_ptr<int> in) { out = *in; }, std::ref(seen), std::make_unique<int>(7));
  t.start();
  t.join();
  EXPECT_EQ(seen, 7);
}

TEST(ThreadTest, DestroysTheTargetAndItsArgumentsBeforeJoinReturns) {
  auto held = std::make_shared<int>(1);
  Thread t([](const std::shared_ptr<int>&) {}, held);
  EXPECT_EQ(held.use_count(), 2);
  t.start();
  t.join();
  EXPECT_EQ(held.use_count(), 1);
}

TEST(ThreadTest, OneWithoutATargetStartsAndEnds) {
  Thread t;
  t.start();
  t.join();
  EXPECT_FALSE(t.is_alive());
}

TEST(ThreadTest, RunCallsTheTargetInTheCallingThreadOnce) {
  int calls = 0;
  std::uint64_t where = 0;
  Thread t([&] {
    ++calls;
    where = get_ident();
  });
  t.run();
  t.run();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(where, get_ident());
}

TEST(ThreadTest, WhatWasDoneBeforeStartIsVisibleAndSoIsWhatTheThreadDidAfterJoin) {
  std::vector<int> data{1};
  Thread t([&] { data.push_back(data.front() + 1); });
  data.front() = 5;
  t.start();
  t.join();
  EXPECT_THAT(data, ElementsAre(5, 6));
}

TEST(ThreadTest, RunsInTheContextItIsGivenAndInAnEmptyOneOtherwise) {
  contextvars::ContextVar<int> var("var", 0);
  contextvars::Context context;
  context.run([&] { var.set(5); });
  var.set(3);
  int inside = -1;
  int without = -1;
  Thread with({.context = context}, [&] { inside = var.get(); });
  Thread plain([&] { without = var.get(); });
  with.start();
  plain.start();
  with.join();
  plain.join();
  EXPECT_EQ(inside, 5);
  EXPECT_EQ(without, 0);
}

// ---- states ----

TEST(ThreadTest, IsAliveFromStartUntilItsEnd) {
  Gate gate;
  Thread t([&] { gate.pass(); });
  EXPECT_FALSE(t.is_alive());
  EXPECT_EQ(t.ident(), std::nullopt);
  EXPECT_EQ(t.native_id(), std::nullopt);
  t.start();
  EXPECT_TRUE(t.is_alive());
  EXPECT_TRUE(t.ident().has_value());
  EXPECT_TRUE(t.native_id().has_value());
  gate.open.set();
  t.join();
  EXPECT_FALSE(t.is_alive());
  EXPECT_TRUE(t.ident().has_value());
}

TEST(ThreadTest, NumbersAreThoseThatTheThreadSeesItself) {
  std::uint64_t ident = 0;
  std::uint64_t native = 0;
  Thread t([&] {
    ident = get_ident();
    native = get_native_id();
  });
  t.start();
  t.join();
  EXPECT_EQ(t.ident(), ident);
  EXPECT_EQ(t.native_id(), native);
  EXPECT_NE(ident, get_ident());
}

TEST(ThreadTest, NamesCountUpUnlessGiven) {
  const auto number = [](const Thread& t) { return std::stoi(t.name().substr(7)); };
  Thread a;
  Thread named({.name = "mine"});
  Thread b;
  EXPECT_THAT(a.name(), ::testing::StartsWith("Thread-"));
  EXPECT_EQ(named.name(), "mine");
  EXPECT_EQ(number(b), number(a) + 1);
  named.set_name("yours");
  EXPECT_EQ(named.name(), "yours");
}

std::string system_name(std::uint64_t native_id) {
  std::ifstream file("/proc/self/task/" + std::to_string(native_id) + "/comm");
  std::string name;
  std::getline(file, name);
  return name;
}

TEST(ThreadTest, TheSystemSeesTheFirstFifteenBytesOfTheName) {
  Gate gate;
  Thread t({.name = "a-name-of-twenty-byt"}, [&] { gate.pass(); });
  t.start();
  gate.reached.wait();
  EXPECT_EQ(system_name(*t.native_id()), "a-name-of-twent");
  t.set_name("later");
  EXPECT_EQ(system_name(*t.native_id()), "later");
  t.set_name("fourteen-bytes\xc3\xa9");  // The two bytes of one letter are not torn apart.
  EXPECT_EQ(system_name(*t.native_id()), "fourteen-bytes");
  gate.open.set();
}

TEST(ThreadTest, DaemonIsInheritedFromTheThreadThatMakesIt) {
  EXPECT_FALSE(Thread().daemon());
  bool child_of_daemon = false;
  bool told_otherwise = true;
  Thread d({.daemon = true}, [&] {
    child_of_daemon = Thread().daemon();
    told_otherwise = Thread({.daemon = false}).daemon();
  });
  d.start();
  d.join();
  EXPECT_TRUE(child_of_daemon);
  EXPECT_FALSE(told_otherwise);
}

TEST(ThreadTest, DaemonCannotBeChangedOnceStarted) {
  Gate gate;
  Thread t([&] { gate.pass(); });
  t.set_daemon(true);
  EXPECT_TRUE(t.daemon());
  t.set_daemon(false);
  t.start();
  EXPECT_EQ(text_of<RuntimeError>([&] { t.set_daemon(true); }), "cannot set daemon status of active thread");
  EXPECT_FALSE(t.daemon());
  gate.open.set();
  t.join();
  EXPECT_EQ(text_of<RuntimeError>([&] { t.set_daemon(true); }), "cannot set daemon status of active thread");
}

TEST(ThreadTest, AMovedFromOneReportsItself) {
  Thread t;
  Thread other = std::move(t);
  // NOLINTBEGIN(bugprone-use-after-move)
  EXPECT_EQ(text_of<RuntimeError>([&] { t.start(); }), "Thread.__init__() not called");
  EXPECT_EQ(text_of<RuntimeError>([&] { t.join(); }), "Thread.__init__() not called");
  EXPECT_EQ(text_of<RuntimeError>([&] { static_cast<void>(t.name()); }), "Thread.__init__() not called");
  EXPECT_EQ(text_of<RuntimeError>([&] { static_cast<void>(t.is_alive()); }), "Thread.__init__() not called");
  // NOLINTEND(bugprone-use-after-move)
  other.start();
  other.join();
}

// ---- join ----

TEST(ThreadTest, JoinWithATimeoutReturnsWhetherOrNotItHasEnded) {
  Gate gate;
  Thread t([&] { gate.pass(); });
  t.start();
  const double start = now();
  t.join(0.05);
  EXPECT_GE(now() - start, 0.05);
  EXPECT_TRUE(t.is_alive());
  t.join(-5);
  t.join(0);
  t.join({.timeout = 0.01});
  t.join(std::chrono::milliseconds(1));
  EXPECT_TRUE(t.is_alive());
  gate.open.set();
  t.join(None);
  EXPECT_FALSE(t.is_alive());
  t.join();
  t.join(0);
}

TEST(ThreadTest, JoinGivesUpWhenAStopIsRequested) {
  Gate gate;
  Thread t([&] { gate.pass(); });
  t.start();
  std::stop_source stop;
  testing::Party joiner([&] { t.join(stop.get_token()); });
  EXPECT_TRUE(joiner.blocks());
  stop.request_stop();
  joiner.join();
  EXPECT_TRUE(t.is_alive());
  gate.open.set();
  t.join(stop.get_token());
  t.join();
}

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

// ---- who is there ----

TEST(ThreadTest, CurrentThreadIsTheThreadItself) {
  bool same = false;
  Thread t([&] { same = current_thread() == t; });
  t.start();
  t.join();
  EXPECT_TRUE(same);
  EXPECT_FALSE(current_thread() == t);
}

TEST(ThreadTest, MainThreadIsTheOneThatRunsMain) {
  EXPECT_EQ(current_thread(), main_thread());
  EXPECT_EQ(main_thread().name(), "MainThread");
  EXPECT_FALSE(main_thread().daemon());
  EXPECT_TRUE(main_thread().is_alive());
  EXPECT_EQ(main_thread().ident(), get_ident());
  bool same = true;
  Thread t([&] { same = current_thread() == main_thread(); });
  t.start();
  t.join();
  EXPECT_FALSE(same);
}

TEST(ThreadTest, EnumerateGivesTheLivingInTheOrderOfTheirStart) {
  Gate a;
  Gate b;
  Thread first({.name = "first"}, [&] { a.pass(); });
  Thread never({.name = "never"}, [] {});
  Thread second({.name = "second", .daemon = true}, [&] { b.pass(); });
  second.start();
  first.start();
  EXPECT_EQ(enumerate(), (std::vector<ThreadHandle>{main_thread(), second, first}));
  EXPECT_EQ(active_count(), 3U);
  b.open.set();
  second.join();
  EXPECT_EQ(enumerate(), (std::vector<ThreadHandle>{main_thread(), first}));
  a.open.set();
  first.join();
}

TEST(ThreadTest, AHandleOutlivesItsThreadAndCanBeAKey) {
  std::optional<ThreadHandle> handle;
  Thread([&] { handle = current_thread(); }).start();
  EXPECT_TRUE(eventually([] { return active_count() == 1; }));
  ASSERT_TRUE(handle.has_value());
  handle->join();
  EXPECT_FALSE(handle->is_alive());
  EXPECT_THAT(handle->name(), ::testing::StartsWith("Thread-"));
  const std::unordered_set<ThreadHandle> keys{*handle, main_thread(), *handle};
  EXPECT_EQ(keys.size(), 2U);
}

TEST(ThreadTest, AForeignThreadHasADummyHandle) {
  std::optional<ThreadHandle> dummy;
  Event asked;
  Event go;
  std::thread foreign([&] {
    dummy = current_thread();
    EXPECT_EQ(current_thread(), *dummy);
    asked.set();
    go.wait();
  });
  asked.wait();
  EXPECT_THAT(dummy->name(), ::testing::StartsWith("Dummy-"));
  EXPECT_TRUE(dummy->daemon());
  EXPECT_TRUE(dummy->is_alive());
  EXPECT_EQ(enumerate(), (std::vector<ThreadHandle>{main_thread(), *dummy}));
  EXPECT_EQ(text_of<RuntimeError>([&] { dummy->join(); }), "cannot join a dummy thread");
  go.set();
  foreign.join();
  EXPECT_FALSE(dummy->is_alive());
  EXPECT_EQ(enumerate(), (std::vector<ThreadHandle>{main_thread()}));
}

// ---- stack size ----

TEST(ThreadTest, StackSizeIsWhatThreadsGet) {
  EXPECT_EQ(stack_size(), 0U);
  EXPECT_EQ(stack_size(1 << 20), 0U);
  std::size_t got = 0;
  Thread t([&] {
    pthread_attr_t attributes;
    ASSERT_EQ(::pthread_getattr_np(::pthread_self(), &attributes), 0);
    ::pthread_attr_getstacksize(&attributes, &got);
    ::pthread_attr_destroy(&attributes);
  });
  t.start();
  t.join();
  EXPECT_EQ(got, std::size_t{1 << 20});
  EXPECT_EQ(stack_size(0), std::size_t{1 << 20});
  EXPECT_EQ(stack_size(), 0U);
}

TEST(ThreadTest, StackSizesThatCannotBeAreRefused) {
  EXPECT_THROW(stack_size(-1), ValueError);
  EXPECT_THROW(stack_size(1), ValueError);
  EXPECT_THROW(stack_size(32 * 1024 - 1), ValueError);
  EXPECT_EQ(stack_size(), 0U);
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
