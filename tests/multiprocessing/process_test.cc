// Process, with each start method.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/multiprocessing.h>
#include <skein/time.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "multiprocessing/descendants.h"
#include "multiprocessing/mailbox.h"
#include "multiprocessing/methods.h"
#include "testing/child.h"
#include "testing/repeat.h"

namespace multiprocessing = skein::multiprocessing;
using multiprocessing::AssertionError;
using skein::SystemExit;
using skein::ValueError;
using skein::testing::Mailbox;
using testing::ElementsAre;
using testing::Eq;
using testing::HasSubstr;

namespace {

class ProcessTest : public skein::testing::MethodTest {};
SKEIN_TEST_ALL_METHODS(ProcessTest);

void exit_with_sum(int a, int b) { throw SystemExit(a + b); }
void exit_with_length(const std::string& text, const char* more) {
  throw SystemExit(static_cast<int>(text.size() + std::string(more).size()));
}

TEST_P(ProcessTest, CallsAFunctionWithItsArguments) {
  auto p = context().Process(exit_with_sum, 3, 4);
  EXPECT_EQ(p.exitcode(), std::nullopt);
  p.start();
  p.join();
  EXPECT_EQ(p.exitcode(), 7);
  auto q = context().Process(exit_with_length, "four", "to");
  q.start();
  q.join();
  EXPECT_EQ(q.exitcode(), 6);
}

TEST_P(ProcessTest, CallsALambdaAndAFunctionObject) {
  auto p = context().Process([](int code) { throw SystemExit(code); }, 5);
  p.start();
  p.join();
  EXPECT_EQ(p.exitcode(), 5);

  struct Adder {
    int more = 0;
    void operator()(int code) const { throw SystemExit(code + more); }
  };
  auto q = context().Process(Adder{2}, 5);
  q.start();
  q.join();
  EXPECT_EQ(q.exitcode(), 7);
}

struct Counter {
  int value = 0;
  void exit_with(int more) const { throw SystemExit(value + more); }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(value);
  }
};

TEST_P(ProcessTest, CallsABoundMethodOfACopy) {
  auto p = context().Process(&Counter::exit_with, Counter{40}, 2);
  p.start();
  p.join();
  EXPECT_EQ(p.exitcode(), 42);
}

void call(void (*function)(int, int), std::vector<int> numbers) { function(numbers[0], numbers[1]); }

TEST_P(ProcessTest, AFunctionPointerMayBeAnArgument) {
  auto p = context().Process(call, exit_with_sum, std::vector<int>{20, 3});
  p.start();
  p.join();
  EXPECT_EQ(p.exitcode(), 23);
}

TEST_P(ProcessTest, SharedMemoryIsShared) {
  const Mailbox box;
  auto p = context().Process([](const Mailbox& mine) { mine.set(0, 17); }, box);
  p.start();
  p.join();
  EXPECT_EQ(p.exitcode(), 0);
  EXPECT_EQ(box.get(0), 17U);
}

TEST_P(ProcessTest, StatesOfAProcess) {
  const Mailbox box;
  auto p = context().Process(
      [](const Mailbox& mine) {
        mine.set(0);
        static_cast<void>(mine.wait(1));
      },
      box);
  EXPECT_FALSE(p.is_alive());
  EXPECT_EQ(p.pid(), std::nullopt);
  EXPECT_THROW(p.join(), AssertionError);
  EXPECT_THROW(p.terminate(), AssertionError);
  EXPECT_THROW(static_cast<void>(p.sentinel()), ValueError);
  p.start();
  ASSERT_TRUE(box.wait(0));
  EXPECT_TRUE(p.is_alive());
  EXPECT_GT(p.pid().value_or(0), 0);
  EXPECT_NE(p.pid(), ::getpid());
  EXPECT_EQ(p.exitcode(), std::nullopt);
  EXPECT_THROW(p.start(), AssertionError);
  EXPECT_THROW(p.set_daemon(true), AssertionError);
  EXPECT_THROW(p.close(), ValueError);
  EXPECT_THAT(multiprocessing::active_children(), ElementsAre(Eq<multiprocessing::ProcessHandle>(p)));
  p.join(0.01);
  EXPECT_TRUE(p.is_alive());
  box.set(1);
  p.join();
  EXPECT_FALSE(p.is_alive());
  EXPECT_EQ(p.exitcode(), 0);
  EXPECT_THROW(p.start(), AssertionError);
  EXPECT_THAT(multiprocessing::active_children(), ElementsAre());
  p.close();
  p.close();
  EXPECT_THROW(p.join(), ValueError);
  EXPECT_THROW(static_cast<void>(p.exitcode()), ValueError);
  EXPECT_THROW(static_cast<void>(p.is_alive()), ValueError);
}

void sleep_for_ever(const Mailbox& box) {
  box.set(0);
  for (;;) ::pause();
}

TEST_P(ProcessTest, TerminateAndKill) {
  for (const int signal : {SIGTERM, SIGKILL}) {
    const Mailbox box;
    auto p = context().Process(sleep_for_ever, box);
    p.start();
    ASSERT_TRUE(box.wait(0));
    if (signal == SIGTERM) p.terminate();
    if (signal == SIGKILL) p.kill();
    p.join();
    EXPECT_EQ(p.exitcode(), -signal);
    p.terminate();  // Nothing happens.
    p.kill();
  }
}

TEST_P(ProcessTest, InterruptIsSigint) {
  const Mailbox box;
  auto p = context().Process(sleep_for_ever, box);
  p.start();
  ASSERT_TRUE(box.wait(0));
  p.interrupt();
  p.join();
  EXPECT_EQ(p.exitcode(), -SIGINT);
}

TEST_P(ProcessTest, AnUncaughtExceptionIsReportedAndIsExitCodeOne) {
  const skein::testing::Outcome outcome =
      skein::testing::run_scenario("throws", {.environment = {"METHOD=" + GetParam()}});
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_EQ(outcome.err, "Process Thrower:\nstd::runtime_error: on purpose\n");
}
SKEIN_SCENARIO(throws) {
  auto p = multiprocessing::get_context(std::getenv("METHOD")).Process({.name = "Thrower"}, [] {
    throw std::runtime_error("on purpose");
  });
  p.start();
  p.join();
  return p.exitcode() == 1 ? 0 : 1;
}

// Each process object of this process has the next number.
int number_of(const std::string& name) { return std::stoi(name.substr(name.find('-') + 1)); }

struct Facts {
  static void check(const std::string& name, int parent, const std::string& method, const std::string& first,
                    const Mailbox& box) {
    const multiprocessing::ProcessHandle self = multiprocessing::current_process();
    box.set(0, self.name() == name && self.pid() == ::getpid() && self.is_alive() ? 1 : 2);
    const auto mine = multiprocessing::parent_process();
    box.set(1, mine.has_value() && mine->pid() == parent && mine->name() == "MainProcess" && mine->is_alive() ? 1 : 2);
    box.set(2, multiprocessing::active_children().empty() ? 1 : 2);
    box.set(3, multiprocessing::get_start_method() == method ? 1 : 2);
    multiprocessing::Process child([] {});
    box.set(4, child.name() == first ? 1 : 2);
    child.start();
    child.join();
    box.set(5, child.exitcode() == 0 ? 1 : 2);
  }
};

TEST_P(ProcessTest, WhoTheChildIs) {
  const Mailbox box;
  EXPECT_EQ(multiprocessing::parent_process(), std::nullopt);
  const int number = number_of(multiprocessing::Process().name()) + 1;
  auto p = context().Process({.name = "somebody"}, Facts::check, std::string("somebody"), ::getpid(), GetParam(),
                             "Process-" + std::to_string(number) + ":1", box);
  p.start();
  p.join();
  EXPECT_EQ(p.exitcode(), 0);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(box.get(i), 1U) << i;
}

class Worker : public multiprocessing::Process {
 public:
  Worker() = default;
  Worker(Mailbox box, int value) : box_(std::move(box)), value_(value) {}
  void run() override { box_.set(0, static_cast<std::uint32_t>(value_)); }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(box_, value_);
  }

 private:
  Mailbox box_;
  int value_ = 0;
};

TEST_P(ProcessTest, ASubclassRunsItsOwnRun) {
  const Mailbox box;
  const int number = number_of(multiprocessing::Process().name()) + 1;
  auto worker = context().make<Worker>(box, 9);
  EXPECT_EQ(worker->name(), "Worker-" + std::to_string(number));
  worker->start();
  const multiprocessing::ProcessHandle handle = *worker;
  worker.reset();
  handle.join();
  EXPECT_EQ(handle.exitcode(), 0);
  EXPECT_EQ(box.get(0), 9U);
}

class WithATarget : public multiprocessing::Process {
 public:
  WithATarget() : Process(exit_with_sum, 1, 2) {}
  void run() override {
    try {
      Process::run();
    } catch (const SystemExit& exit) {
      throw SystemExit(exit.code() + 10);
    }
  }
};

TEST_P(ProcessTest, ASubclassMayHaveATarget) {
  auto p = context().make<WithATarget>();
  p->start();
  p->join();
  EXPECT_EQ(p->exitcode(), 13);
}

TEST_P(ProcessTest, ASubclassNeedsMake) {
  WithATarget p;
  EXPECT_THROW(p.start(), skein::RuntimeError);
}

class NotPortable : public multiprocessing::Process {
 public:
  explicit NotPortable(int value) : value_(value) {}
  void run() override { throw SystemExit(value_); }

 private:
  int value_;
};

TEST_P(ProcessTest, WhatCannotTravelIsATypeErrorButWithFork) {
  auto p = context().make<NotPortable>(3);
  int local = 4;
  auto q = context().Process([&local] { throw SystemExit(local); });
  if (GetParam() == "fork") {
    p->start();
    p->join();
    EXPECT_EQ(p->exitcode(), 3);
    q.start();
    q.join();
    EXPECT_EQ(q.exitcode(), 4);
    return;
  }
  try {
    p->start();
    FAIL() << "it travelled";
  } catch (const skein::TypeError& error) {
    EXPECT_THAT(error.what(), HasSubstr("NotPortable"));
    EXPECT_THAT(error.what(), HasSubstr("serialize"));
  }
  EXPECT_THROW(q.start(), skein::TypeError);
  EXPECT_FALSE(q.is_alive());
}

TEST_P(ProcessTest, ADaemonMayNotHaveChildren) {
  const Mailbox box;
  auto p = context().Process(
      {.daemon = true},
      [](const Mailbox& mine) {
        multiprocessing::Process child([] {});
        try {
          child.start();
        } catch (const AssertionError& error) {
          mine.set(0, std::string(error.what()) == "daemonic processes are not allowed to have children" ? 1 : 2);
        }
        mine.set(1, child.daemon() ? 1 : 2);
      },
      box);
  EXPECT_TRUE(p.daemon());
  p.start();
  p.join();
  EXPECT_EQ(p.exitcode(), 0);
  EXPECT_EQ(box.get(0), 1U);
  EXPECT_EQ(box.get(1), 1U);
}

TEST_P(ProcessTest, WhoseExitCodeWasSeenIsNotKeptAnyMore) {
  const auto one = [] {
    auto p = context().Process([] {});
    p.start();
    static_cast<void>(multiprocessing::connection::wait({p.sentinel()}));
    while (!p.exitcode().has_value()) std::this_thread::yield();
  };
  one();  // The fork server is there.
  EXPECT_TRUE(multiprocessing::active_children().empty());
  const auto before = skein::testing::open_descriptors();
  one();
  EXPECT_EQ(skein::testing::open_descriptors(), before);
}

TEST_P(ProcessTest, MovesAndIsLetGoWithoutWaiting) {
  const Mailbox box;
  std::vector<multiprocessing::Process> all;
  for (int i = 0; i < 3; ++i) {
    all.push_back(context().Process(
        [](const Mailbox& mine) {
          mine.add(0);
          static_cast<void>(mine.wait(1));
          mine.add(2);
        },
        box));
    all.back().start();
  }
  ASSERT_TRUE(box.wait(0, 3));
  all.clear();  // Does not wait.
  std::vector<multiprocessing::ProcessHandle> active = multiprocessing::active_children();
  EXPECT_EQ(active.size(), 3U);
  box.set(1);
  for (const auto& one : active) one.join();
  EXPECT_EQ(box.get(2), 3U);
  EXPECT_TRUE(multiprocessing::active_children().empty());
}

}  // namespace
