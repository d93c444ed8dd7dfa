// Every step of connections, with a SIGKILL in it: see kill_matrix.h. Rows P4, P21, P34.
#include <gtest/gtest.h>
#include <skein/multiprocessing/connection_wait.h>
#include <skein/multiprocessing/pipe.h>

#include <atomic>
#include <csignal>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "multiprocessing/kill_channel.h"
#include "multiprocessing/message_bytes.h"

namespace skein::multiprocessing {
namespace {

using testing::doomed;
using testing::item;
using testing::KillMatrix;
using testing::kItems;
using testing::kLimit;
using testing::now;
using testing::number_of;
using testing::Party;
using testing::SharedProgress;
using testing::text;
using testing::Victim;

void send_items(const Connection& w, const SharedProgress& progress) {
  for (int i = 0; i < kItems; ++i) {
    progress->begun = i + 1;
    w.send_bytes(item(i));
    progress->ended = i + 1;
  }
}

std::string killed_sending(const std::string& fault) {
  const auto [r, w] = Pipe(false);
  const SharedProgress progress;
  Victim child(doomed(
                   [](const Connection& its_r, const Connection& its_w, const SharedProgress& its_progress) {
                     its_r.close();
                     send_items(its_w, its_progress);
                   },
                   r, w, progress),
               fault);
  w.close();
  int next = 0;
  bool half = false;
  double told = 0;
  for (;;) {
    try {
      if (!r.poll(kLimit)) {
        ADD_FAILURE() << "neither a message nor the end";
        break;
      }
      EXPECT_EQ(number_of(text(r.recv_bytes())), next);
      ++next;
    } catch (const EOFError&) {
      break;
    } catch (const HandleError& error) {
      EXPECT_STREQ(error.what(), "got end of file during message");
      EXPECT_FALSE(half);
      half = true;
    }
    if (child.ends_within(0) && told == 0) told = now();
  }
  if (told != 0) {
    EXPECT_LT(now() - told, kLimit);
  }
  const int status = child.wait();
  EXPECT_TRUE(status == -SIGKILL || status == 0) << status;
  EXPECT_GE(next, progress->ended) << "lost";
  EXPECT_LE(next, progress->begun) << "made up";
  if (status == 0) return "not reached";
  return half ? "error in the middle, then the end" : "the end";
}

// The same while another process has that end open: no hang-up tells.
std::string killed_beside_another_sender(const std::string& fault) {
  const auto [r, w] = Pipe(false);
  const SharedProgress progress;
  Victim child(
      doomed([](const Connection& its_w, const SharedProgress& its_progress) { send_items(its_w, its_progress); }, w,
             progress),
      fault);
  int next = 0;
  bool half = false;
  bool last = false;
  Party sender([&] {
    EXPECT_TRUE(child.ends_within(20));
    w.send_bytes(item(1000));
  });
  while (!last) {
    try {
      if (!r.poll(kLimit)) {
        ADD_FAILURE() << "no message";
        break;
      }
      const int number = number_of(text(r.recv_bytes()));
      last = number == 1000;
      if (!last) {
        EXPECT_EQ(number, next++);
      }
    } catch (const HandleError& error) {
      EXPECT_STREQ(error.what(), "got end of file during message");
      EXPECT_FALSE(half);
      half = true;
    }
  }
  sender.join();
  const int status = child.wait();
  EXPECT_GE(next, progress->ended) << "lost";
  EXPECT_LE(next, progress->begun) << "made up";
  if (status == 0) return "not reached";
  return half ? "error in the middle, then the other's" : "the other's";
}

std::string killed_receiving(const std::string& fault, bool another) {
  const auto [a, b] = Pipe();
  const SharedProgress progress;
  Victim child(doomed(
                   [](const Connection& its_a, const Connection& its_b, const SharedProgress& its_progress) -> int {
                     its_a.close();
                     for (int i = 0; i < kItems; ++i) {
                       its_progress->begun = i + 1;
                       if (number_of(text(its_b.recv_bytes())) != i) return 1;
                       its_progress->ended = i + 1;
                     }
                     for (;;) ::pause();
                   },
                   a, b, progress),
               fault);
  if (!another) b.close();
  bool refused = false;
  std::atomic<bool> sent_all{false};
  Party sender([&] {
    try {
      for (int i = 0; i < kItems; ++i) a.send_bytes(item(i));
      if (another) a.send_bytes(item(1000));
    } catch (const BrokenPipeError&) {
      refused = true;
    }
    sent_all = true;
  });
  // Ends when it is killed, or when it has all.
  const double began = now();
  while (!child.ends_within(0) && progress->ended < kItems && now() - began < 20) ::sched_yield();
  const bool reached = progress->ended < kItems;
  if (!reached) child.kill();
  const int status = child.wait();
  EXPECT_EQ(status, -SIGKILL);
  const double death = now();
  if (!another) {
    sender.join();
    // Those that fitted in went into the void; then it is told.
    while (!refused && now() - death < kLimit) {
      try {
        a.send_bytes("x");
      } catch (const BrokenPipeError&) {
        refused = true;
      }
    }
    EXPECT_TRUE(refused);
    EXPECT_LT(now() - death, kLimit);
    return reached ? "broken pipe" : "not reached";
  }
  int next = progress->ended;
  int lost = 0;
  for (bool last = false; !last;) {
    if (!b.poll(kLimit)) {
      ADD_FAILURE() << "no message";
      break;
    }
    const int number = number_of(text(b.recv_bytes()));
    last = number == 1000;
    if (last) break;
    if (number == next + 1) ++lost;
    EXPECT_TRUE(number == next || number == next + 1) << number << " after " << next;
    next = number + 1;
  }
  sender.join();
  EXPECT_LE(lost + (next < kItems ? kItems - next : 0), 1);
  EXPECT_LT(now() - death, kLimit);
  if (!reached) return "not reached";
  if (fault.find("seen") != fault.npos || fault.find("copied") != fault.npos || fault.find(".locked") != fault.npos) {
    EXPECT_EQ(lost + (next < kItems ? kItems - next : 0), 0) << fault;
  }
  return lost != 0 || next < kItems ? "message gone with the dead" : "message still there";
}

const std::vector<const char*> kSendPoints = {"connection.send.locked",    "connection.send.copied",
                                              "connection.send.published", "connection.send.counted",
                                              "connection.send.unlocked",  "connection.send.between"};
const std::vector<const char*> kReceivePoints = {
    "connection.recv.seen", "connection.recv.copied", "connection.recv.taken", "connection.recv.locked",
    "connection.recv.part", "connection.recv.moved",  "connection.recv.told"};

TEST_P(KillMatrix, P4_Send) { run("send", kSendPoints, killed_sending); }
TEST_P(KillMatrix, P4_SendBesideAnother) { run("send, two", kSendPoints, killed_beside_another_sender); }
TEST_P(KillMatrix, P4_Receive) {
  run("recv", kReceivePoints, [](const std::string& fault) { return killed_receiving(fault, false); });
}
TEST_P(KillMatrix, P4_ReceiveBesideAnother) {
  run("recv, two", kReceivePoints, [](const std::string& fault) { return killed_receiving(fault, true); });
}

// A sender that is killed while the pipe is full or in the middle of a message, a receiver in one or before any.
TEST_P(KillMatrix, P4_TheRest) {
  run_first("send, full", {"connection.send.full"}, [](const std::string& fault) {
    const auto [r, w] = Pipe(false);
    Victim child(doomed(
                     [](const Connection& its_r, const Connection& its_w) {
                       its_r.close();
                       its_w.send_bytes(std::string(1'000'000, 'x'));
                     },
                     r, w),
                 fault);
    w.close();
    EXPECT_EQ(child.wait(), -SIGKILL);
    EXPECT_THROW(static_cast<void>(r.recv_bytes()), HandleError);
    EXPECT_THROW(static_cast<void>(r.recv_bytes()), EOFError);
    return std::string("error in the middle, then the end");
  });
  // This process has that end open, too, and sends nothing: no hang-up tells.
  run_first("send, idle", {"connection.send.between"}, [](const std::string& fault) {
    const auto [r, w] = Pipe(false);
    Victim child(doomed([](const Connection& its_w) { its_w.send_bytes(std::string(100'000, 'x')); }, w), fault);
    EXPECT_EQ(child.wait(), -SIGKILL);
    const double began = now();
    EXPECT_THROW(static_cast<void>(r.recv_bytes()), HandleError);
    EXPECT_LT(now() - began, kLimit);
    w.send_bytes("x");
    EXPECT_EQ(text(r.recv_bytes()), "x");
    return std::string("error in the middle, then the next");
  });
  run_first("poll after recv", {"connection.recv.moved"}, [](const std::string& fault) {
    const auto [r, w] = Pipe(false);
    Party sender([&] { w.send_bytes(std::string(100'000, 'x')); });
    Victim child(doomed([](const Connection& its_r) { static_cast<void>(its_r.recv_bytes()); }, r), fault);
    EXPECT_EQ(child.wait(), -SIGKILL);
    sender.join();
    // The rest of a message is none.
    const double began = now();
    EXPECT_FALSE(r.poll());
    EXPECT_TRUE(connection::wait(std::vector<Connection>{r}, 0).empty());
    EXPECT_LT(now() - began, kLimit);
    w.send_bytes("x");
    EXPECT_TRUE(r.poll());
    EXPECT_EQ(text(r.recv_bytes()), "x");
    return std::string("nothing, then the next");
  });
  run_first("recv, empty", {"connection.recv.sleeps"}, [](const std::string& fault) {
    const auto [r, w] = Pipe(false);
    Victim child(doomed([](const Connection& its_r) { static_cast<void>(its_r.recv_bytes()); }, r), fault);
    EXPECT_EQ(child.wait(), -SIGKILL);
    Party receiver([&] { EXPECT_EQ(text(r.recv_bytes()), "x"); });
    EXPECT_TRUE(receiver.blocks());
    w.send_bytes("x");
    receiver.join();
    return std::string("others are woken");
  });
}

// A sender that is killed at the bell, or after it has closed its end; a receiver in wait().
TEST_P(KillMatrix, P4_WaitAndClose) {
  run_first("wait", {"connection.send.unlocked", "connection.send.bell"}, [](const std::string& fault) {
    const auto [r, w] = Pipe(false);
    bool told = false;
    Party waiter([&] { told = connection::wait(std::vector<Connection>{r}, kLimit).size() == 1; });
    EXPECT_TRUE(waiter.blocks());
    Victim child(doomed([](const Connection& its_w) { its_w.send_bytes("x"); }, w), fault);
    EXPECT_EQ(child.wait(), -SIGKILL);  // And this process still has that end.
    waiter.join();
    EXPECT_TRUE(told);
    EXPECT_EQ(text(r.recv_bytes()), "x");
    return std::string("told");
  });
  run_first("wait, killed", {"connection.wait.armed", "connection.wait.woken", "connection.bell.taken"},
            [](const std::string& fault) {
              const auto [r, w] = Pipe(false);
              const bool bell = fault.starts_with("connection.bell");
              Victim child(
                  doomed(
                      [](const Connection& its_r, bool its_bell) {
                        if (its_bell) static_cast<void>(its_r.fileno());
                        static_cast<void>(connection::wait(std::vector<Connection>{its_r}, its_bell ? 5 : 0.02));
                        if (its_bell) static_cast<void>(its_r.recv_bytes());
                      },
                      r, bell),
                  fault);
              if (bell) w.send_bytes("y");
              EXPECT_EQ(child.wait(), -SIGKILL);
              bool told = false;
              Party waiter([&] { told = connection::wait(std::vector<Connection>{r}, kLimit).size() == 1; });
              if (!bell) {
                EXPECT_TRUE(waiter.blocks());
              }
              w.send_bytes("x");
              waiter.join();
              EXPECT_TRUE(told);
              static_cast<void>(r.recv_bytes());
              return std::string("others are told");
            });
  run_first("close", {"connection.close.closed"}, [](const std::string& fault) {
    const auto [r, w] = Pipe(false);
    bool ended = false;
    Party receiver([&] {
      try {
        static_cast<void>(r.recv_bytes());
      } catch (const EOFError&) {
        ended = true;
      }
    });
    EXPECT_TRUE(receiver.blocks());
    Victim child(doomed([](const Connection& its_w) { its_w.close(); }, w), fault);
    w.close();
    EXPECT_EQ(child.wait(), -SIGKILL);
    receiver.join();
    EXPECT_TRUE(ended);
    return std::string("the end");
  });
}

}  // namespace
}  // namespace skein::multiprocessing
