// connection::wait over connections, sentinels and plain descriptors.
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/multiprocessing/connection_wait.h>
#include <skein/multiprocessing/pipe.h>

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "multiprocessing/processes.h"
#include "testing/party.h"
#include "testing/repeat.h"
#include "testing/signal_storm.h"

namespace skein::multiprocessing {
namespace {

using connection::wait;
using connection::Waitable;
using testing::Child;
using testing::now;
using testing::Party;
using testing::repeat;
using Connections = std::vector<Connection>;
using Objects = std::vector<Waitable>;

TEST(ConnectionWait, ReturnsThoseThatAreReadyInTheOrderOfTheList) {
  const auto [a, b] = Pipe();
  const auto [c, d] = Pipe();
  const auto [r, w] = Pipe(false);
  EXPECT_EQ(wait(Connections{a, c, r}, 0), Connections{});
  w.send_bytes("");
  b.send_bytes("x");
  EXPECT_EQ(wait(Connections{r, c, a}), (Connections{r, a}));
  EXPECT_EQ(wait(Connections{a, c, r}, 0), (Connections{a, r}));
  EXPECT_EQ(wait(Connections{c}, -1), Connections{});
  static_cast<void>(a.recv_bytes());
  d.close();
  EXPECT_EQ(wait(Connections{a, c, r}, None), (Connections{c, r}));
}

TEST(ConnectionWait, TakesDescriptorsToo) {
  const auto [a, b] = Pipe();
  std::array<int, 2> plain{};
  ASSERT_EQ(::pipe(plain.data()), 0);
  EXPECT_EQ(wait({a, plain[0]}, 0.01), Objects{});
  ASSERT_EQ(::write(plain[1], "x", 1), 1);
  EXPECT_EQ(wait({a, plain[0]}), Objects{plain[0]});
  b.send_bytes("x");
  const Objects both = wait({plain[0], a});
  ASSERT_EQ(both, (Objects{plain[0], a}));
  EXPECT_EQ(both[0].get<int>(), plain[0]);
  EXPECT_EQ(both[1].get<Connection>(), a);
  EXPECT_FALSE(both[1].is<int>());
  EXPECT_THROW(static_cast<void>(both[1].get<int>()), TypeError);
  ::close(plain[0]);
  ::close(plain[1]);
}

TEST(ConnectionWait, TheEndThatSendsIsReadyWhenNobodyReceives) {
  const auto [r, w] = Pipe(false);
  EXPECT_EQ(wait(Connections{w}, 0), Connections{});
  r.close();
  EXPECT_EQ(wait(Connections{w}), Connections{w});
}

TEST(ConnectionWait, RefusesWhatIsClosedOrTwiceInTheList) {
  const auto [a, b] = Pipe();
  EXPECT_THROW(static_cast<void>(wait(Connections{a, b, a}, 0)), KeyError);
  EXPECT_THROW(static_cast<void>(wait({0, a, 0}, 0)), KeyError);
  EXPECT_EQ(wait(Connections{}, 0), Connections{});
  b.close();
  EXPECT_THROW(static_cast<void>(wait(Connections{a, b}, 0)), HandleError);
}

TEST(ConnectionWait, WaitsItsTimeAndNoLess) {
  const auto [a, b] = Pipe();
  const double began = now();
  EXPECT_TRUE(wait(Connections{a, b}, 0.12).empty());
  EXPECT_GE(now() - began, 0.12);
  EXPECT_LT(now() - began, 5);
}

TEST(ConnectionWait, TakesItsTimeoutByKeyword) {
  const auto [a, b] = Pipe();
  const double began = now();
  EXPECT_TRUE(wait(Connections{a, b}, {.timeout = 0.05}).empty());
  EXPECT_TRUE(wait({a, b}, {.timeout = 0.05}).empty());
  EXPECT_TRUE(wait(Objects{a, b}, {.timeout = 0.05}).empty());
  EXPECT_GE(now() - began, 0.15);
  b.send_bytes("x");
  EXPECT_EQ(wait(Connections{a, b}, {.timeout = None}), Connections{a});
}

TEST(ConnectionWait, P30_SignalsNeitherEndNorLengthenIt) {
  const auto [a, b] = Pipe();
  const testing::SignalStorm storm(testing::this_tid());
  const double began = now();
  EXPECT_TRUE(wait(Connections{a}, 0.2).empty());
  EXPECT_FALSE(a.poll(0.2));
  EXPECT_GE(now() - began, 0.4);
  EXPECT_LT(now() - began, 3);
}

TEST(ConnectionWait, ASleeperIsWokenByAMessageAndByTheEnd) {
  std::vector<double> waits;
  for (int round = 0; round < 21; ++round) {
    const auto [a, b] = Pipe();
    const auto [c, d] = Pipe();
    Connections ready;
    Party waiter([&] { ready = wait(Connections{a, c}); });
    ASSERT_TRUE(waiter.blocks());
    const double began = now();
    if (round % 2 == 0) {
      d.send_bytes("x");
    } else {
      d.close();
    }
    waiter.join();
    EXPECT_EQ(ready, Connections{c});
    EXPECT_LT(now() - began, 5);
    if (round % 2 == 0) waits.push_back(now() - began);
  }
  // By the bell, not by its looking now and then.
  std::sort(waits.begin(), waits.end());
  EXPECT_LT(waits[5], 0.02);
}

TEST(ConnectionWait, CloseByAnotherThreadIsAnError) {
  const auto [a, b] = Pipe();
  bool threw = false;
  Party waiter([&] {
    try {
      static_cast<void>(wait(Connections{a}));
    } catch (const HandleError&) {
      threw = true;
    }
  });
  ASSERT_TRUE(waiter.blocks());
  a.close();
  waiter.join();
  EXPECT_TRUE(threw);
  EXPECT_THROW(b.send_bytes("x"), BrokenPipeError);
}

// Two wait for one connection, and a third takes the messages: each must be told of each.
TEST(ConnectionWait, NoMessageIsMissedInARace) {
  const auto [a, b] = Pipe();
  const std::int64_t messages = repeat(5000);
  std::atomic<std::int64_t> got{0};
  std::atomic<double> longest{0};
  {
    std::vector<std::unique_ptr<Party>> receivers;
    for (int i = 0; i < 2; ++i) {
      receivers.push_back(std::make_unique<Party>([&] {
        for (;;) {
          const double began = now();
          if (wait(Connections{b}, 10).empty()) ADD_FAILURE() << "not told";
          longest = std::max(longest.load(), now() - began);
          try {
            if (b.poll()) {
              // The other one may be faster; so not recv_bytes() for ever.
              if (got.load() >= messages) return;
              const auto message = b.recv_bytes();
              if (message.size() == 1) return;
              ++got;
            }
          } catch (const EOFError&) {
            return;
          }
        }
      }));
    }
    for (std::int64_t i = 0; i < messages; ++i) {
      a.send_bytes("xx");
      if (i % 5 == 0) {
        while (got.load() < i) ::sched_yield();
      }
    }
    while (got.load() < messages) ::sched_yield();
    a.close();
  }
  EXPECT_EQ(got.load(), messages);
  EXPECT_LT(longest.load(), 5);
}

TEST(ConnectionWait, IsToldOfADeathAndOfASentinel) {
  SKEIN_FORKS();
  const auto [a, b] = Pipe();
  Child child([&]() -> int {
    a.close();
    for (;;) ::pause();
  });
  b.close();
  const int sentinel = static_cast<int>(::syscall(SYS_pidfd_open, child.pid(), 0));
  EXPECT_TRUE(wait({a, sentinel}, 0.01).empty());
  const double began = now();
  child.kill();
  Objects ready;
  while (ready.size() < 2 && now() - began < 5) ready = wait({a, sentinel});
  EXPECT_EQ(ready, (Objects{a, sentinel}));
  ::close(sentinel);
}

}  // namespace
}  // namespace skein::multiprocessing
