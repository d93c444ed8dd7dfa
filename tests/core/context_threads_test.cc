// Contexts and threads: each has one of its own, they share and pass them on, and a forked child keeps them.
#include <gtest/gtest.h>
#include <skein/contextvars.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <latch>
#include <semaphore>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/contextvars_helpers.h"

namespace contextvars = skein::contextvars;
using contextvars::Context;
using contextvars::ContextVar;
using contextvars::copy_context;
using skein::testing::Counted;
using skein::testing::kRounds;
using skein::testing::kSanitized;

namespace {

// ---- threads ----

TEST(ContextThreadTest, AThreadStartsWithAnEmptyContextOfItsOwn) {
  const ContextVar<int> var("var");
  var.set(10);
  std::thread([&] {
    EXPECT_EQ(var.get(-1), -1);
    EXPECT_EQ(copy_context().size(), 0u);
    var.set(11);
    EXPECT_EQ(copy_context().size(), 1u);
  }).join();
  EXPECT_EQ(var.get(), 10);
}

TEST(ContextThreadTest, WhatAThreadHasSetGoesWhenItEnds) {
  const ContextVar<Counted> var("var");
  std::thread([&] {
    var.set(Counted(1));
    EXPECT_EQ(Counted::live, 1);
  }).join();
  EXPECT_EQ(Counted::live, 0);
}

TEST(ContextThreadTest, AValueMaySetVariablesWhileItsThreadEnds) {
  static const ContextVar<Counted> late("late");
  static std::atomic<int> seen{-2};
  struct SetsAtTheEnd {
    bool armed;
    explicit SetsAtTheEnd(bool a) : armed(a) {}
    SetsAtTheEnd(SetsAtTheEnd&& other) noexcept : armed(std::exchange(other.armed, false)) {}
    ~SetsAtTheEnd() {
      if (!armed) return;
      seen = late.get(Counted(-1)).number;
      late.set(Counted(2));
    }
  };
  const ContextVar<SetsAtTheEnd> var("var");
  std::thread([&] {
    late.set(Counted(1));
    var.set(SetsAtTheEnd(true));
  }).join();
  EXPECT_EQ(seen, -1) << "the thread's context is gone by then";
  EXPECT_EQ(Counted::live, 0) << "and so is the one that the destructor made";
}

TEST(ContextThreadTest, AThreadLocalMaySetVariablesWhileItsThreadEnds) {
  static const ContextVar<Counted> var("var");
  struct AtTheEnd {
    ~AtTheEnd() { var.set(Counted(2)); }
    void touch() const {}
  };
  std::thread([&] {
    thread_local const AtTheEnd at_the_end;
    at_the_end.touch();
    var.set(Counted(1));  // Its context is made later, and so goes earlier, than at_the_end.
  }).join();
  EXPECT_EQ(Counted::live, 0);
}

TEST(ContextThreadTest, AContextMovesFromThreadToThread) {
  const ContextVar<int> var("var", 0);
  const Context context;
  for (int i = 1; i <= 10; ++i) {
    std::thread([&] { context.run([&] { var.set(var.get() + 1); }); }).join();
    EXPECT_EQ(context[var], i);
  }
}

// Others read and copy a context while a thread in it sets and resets: each sees a state that was
// there. For TSan too.
TEST(ContextThreadTest, CanBeReadAndCopiedWhileAThreadIsInIt) {
  const Context context;
  const ContextVar<std::string> first("first");
  const ContextVar<std::string> second("second");
  std::vector<ContextVar<int>> others;
  for (int i = 0; i < 40; ++i) others.emplace_back("other");
  context.run([&] {
    for (const auto& other : others) other.set(0);
    first.set("0");
    second.set("0");
  });
  std::atomic<bool> done{false};
  std::latch ready(3);
  std::vector<std::jthread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&, i] {
      ready.arrive_and_wait();
      int last = 0;
      while (!done.load()) {
        const Context copy = i == 0 ? context.copy() : context;
        const int b = std::stoi(copy[second]);  // Written second, so read first.
        const int a = std::stoi(copy[first]);
        EXPECT_LE(b, a);
        EXPECT_LE(last, b);
        if (i == 0) {
          EXPECT_LE(a - b, 1);
        }
        last = b;
        const std::size_t size = context.size();
        EXPECT_TRUE(size == 42 || size == 43) << size;
        EXPECT_TRUE(copy.contains(others.back()));
      }
    });
  }
  ready.arrive_and_wait();
  context.run([&] {
    const ContextVar<int> coming_and_going("coming_and_going");
    for (int i = 1; i <= kRounds; ++i) {
      first.set(std::to_string(i));
      second.set(std::to_string(i));
      coming_and_going.reset(coming_and_going.set(i));
    }
  });
  done = true;
}

TEST(ContextThreadTest, ManyThreadsShareCopiesOfOneContext) {
  const ContextVar<int> var("var", 0);
  const Context shared;
  shared.run([&] { var.set(5); });
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < kRounds / 20; ++round) {
        const Context own = shared.copy();
        own.run([&] {
          var.set(var.get() + 1);
          ContextVar<int>("more").set(1);
        });
        ASSERT_EQ(own[var], 6);
        ASSERT_EQ(own.size(), 2u);
      }
    });
  }
  threads.clear();
  EXPECT_EQ(shared[var], 5);
  EXPECT_EQ(shared.size(), 1u);
}

// ---- fork ----

TEST(ContextForkTest, TheChildHasTheForkingThreadsContextAndMayUseThoseThatOthersUsed) {
  if (kSanitized) GTEST_SKIP() << "sanitizers do not follow a fork beside threads";
  const ContextVar<int> var("var", 0);
  var.set(1);
  const Context busy;
  busy.run([&] { var.set(7); });
  std::atomic<bool> done{false};
  std::binary_semaphore running{0};
  std::jthread worker([&] {
    busy.run([&] {
      running.release();
      while (!done.load()) var.set(7);
    });
  });
  struct Finish {
    ~Finish() { done = true; }
    std::atomic<bool>& done;
  };
  const Finish finish{done};  // Before the worker is joined, however this ends.
  running.acquire();
  for (int round = 0; round < 50; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      // Reading `busy` takes the lock that the worker may have held.
      ::alarm(10);
      const bool good = var.get() == 1 && busy[var] == 7 && busy.copy().run([&] { return var.get(); }) == 7;
      ::_exit(good ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
  }
}

}  // namespace
