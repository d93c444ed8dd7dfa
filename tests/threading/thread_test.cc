// Thread: running, states, join, who is there, stack sizes. What becomes of one that is let go is in
// thread_lifetime_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/contextvars.h>
#include <skein/core/errors.h>
#include <skein/threading.h>

#include <pthread.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include "testing/party.h"
#include "threading/helpers.h"

namespace skein::threading {
namespace {

using ::testing::ElementsAre;
using testing::eventually;
using testing::Gate;
using testing::now;
using testing::text_of;

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

}  // namespace
}  // namespace skein::threading
