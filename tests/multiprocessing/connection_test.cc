// Pipe and Connection within a process: what CPython's Lib/test/_test_multiprocessing.py asks of them (_TestConnection,
// _TestPoll), and what skein promises besides.
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing/connection.h>
#include <skein/multiprocessing/pipe.h>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "multiprocessing/descendants.h"
#include "multiprocessing/message_bytes.h"
#include "testing/party.h"
#include "testing/repeat.h"

namespace skein::multiprocessing {
namespace {

using testing::descriptor_count;
using testing::is_pattern;
using testing::now;
using testing::Party;
using testing::pattern;
using testing::repeat;
using testing::text;

template <class E, class F>
std::string message_of(F call) {
  try {
    call();
  } catch (const E& error) {
    return error.what();
  }
  return "no error";
}

TEST(Connection, CarriesMessagesBothWays) {
  const auto [a, b] = Pipe();
  a.send_bytes("to b");
  b.send_bytes("to a");
  b.send_bytes(std::vector<int>{1, 2});
  EXPECT_EQ(text(b.recv_bytes()), "to b");
  EXPECT_EQ(text(a.recv_bytes()), "to a");
  std::array<int, 4> room{};
  EXPECT_EQ(a.recv_bytes_into(room, sizeof(int)), 2 * sizeof(int));
  EXPECT_EQ(room, (std::array<int, 4>{0, 1, 2, 0}));
}

TEST(Connection, EachMessageIsWholeWhateverItsSize) {
  const auto [a, b] = Pipe();
  for (const std::size_t size : {0U, 1U, 7U, 8U, 55U, 56U, 57U, 64U, 65U, 32767U, 32768U, 32769U, 65536U}) {
    a.send_bytes(pattern(size));
    a.send_bytes("next");
    EXPECT_TRUE(is_pattern(b.recv_bytes(), size)) << size;
    EXPECT_EQ(text(b.recv_bytes()), "next") << size;
  }
}

// Without a receiver, as much fits in as in Python's.
TEST(Connection, BuffersSixtyFourKilobytes) {
  const auto [r, w] = Pipe(false);
  for (int i = 0; i < 16; ++i) w.send_bytes(pattern(4096, static_cast<unsigned>(i)));
  for (int i = 0; i < 16; ++i) EXPECT_TRUE(is_pattern(r.recv_bytes(), 4096, static_cast<unsigned>(i)));
}

TEST(Connection, AMessageGoesRoundTheRingManyTimes) {
  const auto [r, w] = Pipe(false);
  std::atomic<bool> wrong{false};
  Party receiver([&] {
    for (unsigned i = 0; i < 20'000; ++i) {
      if (!is_pattern(r.recv_bytes(), i * 37 % 3000, i)) wrong = true;
    }
  });
  for (unsigned i = 0; i < 20'000; ++i) w.send_bytes(pattern(i * 37 % 3000, i));
  receiver.join();
  EXPECT_FALSE(wrong);
}

TEST(Connection, AOneWayPipeGoesOneWay) {
  const auto [r, w] = Pipe({.duplex = false});
  EXPECT_TRUE(r.readable() && !r.writable() && !w.readable() && w.writable());
  EXPECT_EQ(message_of<OSError>([&] { r.send_bytes(""); }), "connection is read-only");
  EXPECT_EQ(message_of<OSError>([&] { static_cast<void>(w.recv_bytes()); }), "connection is write-only");
  EXPECT_EQ(message_of<OSError>([&] { static_cast<void>(w.poll()); }), "connection is write-only");
  w.send_bytes("x");
  EXPECT_EQ(text(r.recv_bytes()), "x");
}

TEST(Connection, CopiesAreOneEnd) {
  auto [a, b] = Pipe();
  const Connection copy = a;
  EXPECT_EQ(copy, a);
  EXPECT_FALSE(copy == b);
  EXPECT_EQ(std::hash<Connection>()(copy), std::hash<Connection>()(a));
  a = Connection();
  copy.send_bytes("still open");
  EXPECT_EQ(text(b.recv_bytes()), "still open");
  const Connection moved = std::move(b);  // NOLINT: moves share, too.
  b.close();                              // NOLINT(bugprone-use-after-move)
  EXPECT_TRUE(moved.closed());
}

TEST(Connection, AClosedOneSaysSo) {
  const auto [a, b] = Pipe();
  EXPECT_FALSE(a.closed());
  a.close();
  a.close();
  EXPECT_TRUE(a.closed());
  EXPECT_TRUE(a.readable() && a.writable());
  const auto says_so = [&](auto call) { return message_of<HandleError>(call) == "handle is closed"; };
  for (const Connection& end : {a, Connection()}) {
    EXPECT_TRUE(says_so([&] { end.send_bytes("x"); }));
    EXPECT_TRUE(says_so([&] { static_cast<void>(end.recv_bytes()); }));
    EXPECT_TRUE(says_so([&] { static_cast<void>(end.poll()); }));
    EXPECT_TRUE(says_so([&] { static_cast<void>(end.fileno()); }));
  }
}

TEST(Connection, TheEndComesAfterAllThatWasSent) {
  const auto [a, b] = Pipe();
  a.send_bytes("last");
  a.send_bytes(pattern(40'000));
  a.close();
  EXPECT_TRUE(b.poll());
  EXPECT_EQ(text(b.recv_bytes()), "last");
  EXPECT_TRUE(is_pattern(b.recv_bytes(), 40'000));
  EXPECT_TRUE(b.poll());
  EXPECT_TRUE(b.poll(None));
  EXPECT_EQ(message_of<EOFError>([&] { static_cast<void>(b.recv_bytes()); }), "");
  EXPECT_THROW(static_cast<void>(b.recv_bytes()), EOFError);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(message_of<BrokenPipeError>([&] { b.send_bytes("x"); }), "[Errno 32] Broken pipe");
}

TEST(Connection, ArgumentsAreCheckedAsInPython) {
  const auto [a, b] = Pipe();
  EXPECT_EQ(message_of<ValueError>([&] { a.send_bytes("abc", -1); }), "offset is negative");
  EXPECT_EQ(message_of<ValueError>([&] { a.send_bytes("abc", 4); }), "buffer length < offset");
  EXPECT_EQ(message_of<ValueError>([&] { a.send_bytes("abc", 1, -1); }), "size is negative");
  EXPECT_EQ(message_of<ValueError>([&] { a.send_bytes("abc", 1, 3); }), "buffer length < offset + size");
  EXPECT_EQ(message_of<ValueError>([&] { a.send_bytes("abc", 1, std::numeric_limits<std::int64_t>::max()); }),
            "buffer length < offset + size");
  EXPECT_FALSE(b.poll());
  a.send_bytes("abc", 3);
  a.send_bytes("abc", 1, 1);
  EXPECT_EQ(text(b.recv_bytes()), "");
  EXPECT_EQ(text(b.recv_bytes()), "b");
  EXPECT_EQ(message_of<ValueError>([&] { static_cast<void>(a.recv_bytes(-1)); }), "negative maxlength");
  std::array<char, 5> room{};
  EXPECT_EQ(message_of<ValueError>([&] { a.recv_bytes_into(room, -1); }), "negative offset");
  EXPECT_EQ(message_of<ValueError>([&] { a.recv_bytes_into(room, 6); }), "offset too large");
  EXPECT_THROW(static_cast<void>(a.poll(std::numeric_limits<double>::quiet_NaN())), ValueError);
}

TEST(Connection, TakesArgumentsByPositionAndByKeyword) {
  const auto [a, b] = Pipe({.duplex = true});
  a.send_bytes("abcd", 1, 2);
  a.send_bytes("abcd", {.size = 2});
  a.send_bytes("abcd", {.offset = 3});
  a.send_bytes("abcd", {.offset = 1, .size = None});
  EXPECT_TRUE(b.poll({.timeout = None}));
  EXPECT_EQ(text(b.recv_bytes({.maxlength = 2})), "bc");
  EXPECT_EQ(text(b.recv_bytes({.maxlength = None})), "ab");
  std::array<char, 5> room{'-', '-', '-', '-', '-'};
  EXPECT_EQ(b.recv_bytes_into(room, 4), 1U);
  EXPECT_EQ(b.recv_bytes_into(room, {.offset = 1}), 3U);
  EXPECT_EQ(std::string(room.data(), room.size()), "-bcdd");
  const double began = now();
  EXPECT_FALSE(b.poll({.timeout = 0.05}));
  EXPECT_GE(now() - began, 0.05);
  a.send_bytes("abc");
  EXPECT_EQ(message_of<OSError>([&] { static_cast<void>(b.recv_bytes({.maxlength = 2})); }), "bad message length");
}

TEST(Connection, ABufferThatIsTooShortGivesTheMessageAway) {
  const auto [a, b] = Pipe();
  std::array<char, 5> room{};
  for (const std::size_t size : {10U, 60U, 100'000U}) {
    const std::string sent(size, 'x');
    Party sender([&] { a.send_bytes(sent); });
    try {
      b.recv_bytes_into(room);
      ADD_FAILURE() << "it fitted";
    } catch (const BufferTooShort& error) {
      EXPECT_EQ(error.message(), sent);
    }
  }
  a.send_bytes("fits");
  EXPECT_EQ(b.recv_bytes_into(room), 4U);
}

TEST(Connection, AMessageThatIsTooLongIsRefusedForGood) {
  for (const std::size_t size : {10U, 60U, 60'000U}) {
    const auto [a, b] = Pipe();
    a.send_bytes(pattern(size));
    EXPECT_EQ(message_of<OSError>([&] { static_cast<void>(b.recv_bytes(5)); }), "bad message length");
    EXPECT_TRUE(!b.readable() && b.writable() && !b.closed());
    EXPECT_EQ(message_of<OSError>([&] { static_cast<void>(b.recv_bytes()); }), "connection is write-only");
    const auto [r, w] = Pipe(false);
    w.send_bytes(pattern(size));
    EXPECT_EQ(message_of<OSError>([&] { static_cast<void>(r.recv_bytes(5)); }), "bad message length");
    EXPECT_TRUE(r.closed());
  }
  const auto [a, b] = Pipe();
  a.send_bytes("12345");
  EXPECT_EQ(text(b.recv_bytes(5)), "12345");
}

TEST(Connection, PollWaitsItsTimeAndNoLess) {
  const auto [a, b] = Pipe();
  EXPECT_FALSE(b.poll());
  EXPECT_FALSE(b.poll(-1));
  const double began = now();
  EXPECT_FALSE(b.poll(0.12));
  EXPECT_GE(now() - began, 0.12);
  EXPECT_LT(now() - began, 5);
  for (const Timeout timeout : {Timeout(None), Timeout(20), Timeout(std::numeric_limits<double>::infinity())}) {
    bool ready = false;
    Party poller([&] { ready = b.poll(timeout); });
    ASSERT_TRUE(poller.blocks());
    a.send_bytes("x");
    poller.join();
    EXPECT_TRUE(ready);
    EXPECT_TRUE(b.poll());
    static_cast<void>(b.recv_bytes());
  }
}

TEST(Connection, ASleepingReceiverIsWoken) {
  const auto [a, b] = Pipe();
  for (int i = 0; i < 20; ++i) {
    std::string got;
    Party receiver([&] { got = text(b.recv_bytes()); });
    ASSERT_TRUE(receiver.blocks());
    const double began = now();
    a.send_bytes("x");
    receiver.join();
    EXPECT_EQ(got, "x");
    EXPECT_LT(now() - began, 5);
  }
}

// One is woken for a message; if that one only polls, the other must get it.
TEST(Connection, APollTakesNoReceiversWakeUpAway) {
  const auto [a, b] = Pipe();
  std::vector<double> waits;
  for (int i = 0; i < 11; ++i) {
    bool polled = false;
    Party poller([&] { polled = b.poll(20); });
    ASSERT_TRUE(poller.blocks());
    Party receiver([&] { EXPECT_EQ(text(b.recv_bytes()), "x"); });
    ASSERT_TRUE(receiver.blocks());
    const double began = now();
    a.send_bytes("x");
    receiver.join();
    waits.push_back(now() - began);
    a.send_bytes("y");
    poller.join();
    EXPECT_TRUE(polled);
    EXPECT_EQ(text(b.recv_bytes()), "y");
  }
  // Not by its looking now and then.
  std::sort(waits.begin(), waits.end());
  EXPECT_LT(waits[5], 0.02);
}

TEST(Connection, ASleepingSenderIsWoken) {
  const auto [r, w] = Pipe(false);
  Party sender([&] { w.send_bytes(std::string(1'000'000, 'x')); });
  ASSERT_TRUE(sender.blocks());
  EXPECT_EQ(r.recv_bytes().size(), 1'000'000U);
  // Of small ones, too.
  Party other([&] {
    for (int i = 0; i < 5000; ++i) w.send_bytes("x");
  });
  ASSERT_TRUE(other.blocks());
  for (int i = 0; i < 5000; ++i) ASSERT_EQ(text(r.recv_bytes()), "x");
}

TEST(Connection, CloseWakesWhoWaitsInOtherThreads) {
  for (int way = 0; way < 3; ++way) {
    const auto [a, b] = Pipe();
    std::string error;
    Party waiting([&] {
      error = message_of<HandleError>([&] {
        if (way == 0) static_cast<void>(b.recv_bytes());
        if (way == 1) static_cast<void>(b.poll(None));
        if (way == 2) b.send_bytes(std::string(1'000'000, 'x'));
      });
    });
    ASSERT_TRUE(waiting.blocks());
    b.close();
    waiting.join();
    EXPECT_EQ(error, "handle is closed");
    EXPECT_THROW(a.send_bytes("x"), BrokenPipeError);
  }
}

TEST(Connection, ManyThreadsSendAndReceiveWholeMessages) {
  const auto [a, b] = Pipe();
  constexpr unsigned kThreads = 4;
  const auto each = static_cast<unsigned>(repeat(2000));
  std::array<std::atomic<unsigned>, kThreads> got{};
  std::atomic<bool> wrong{false};
  {
    std::vector<std::unique_ptr<Party>> parties;
    for (unsigned t = 0; t < kThreads; ++t) {
      parties.push_back(std::make_unique<Party>([&, t] {
        for (unsigned i = 0; i < each; ++i) {
          // Now and then one that comes in parts.
          auto message = pattern(i % 64 == 0 ? 70'000 : 8 + i * 13 % 200, t);
          std::memcpy(message.data(), &t, sizeof t);
          a.send_bytes(message);
        }
      }));
      parties.push_back(std::make_unique<Party>([&] {
        for (unsigned i = 0; i < each; ++i) {
          const auto message = b.recv_bytes();
          unsigned from = kThreads;
          if (message.size() >= sizeof from) std::memcpy(&from, message.data(), sizeof from);
          if (from >= kThreads) {
            wrong = true;
            continue;
          }
          auto expected = pattern(message.size(), from);
          std::memcpy(expected.data(), &from, sizeof from);
          if (std::memcmp(expected.data(), message.data(), message.size()) != 0) wrong = true;
          ++got[from];
        }
      }));
    }
  }
  EXPECT_FALSE(wrong);
  for (const auto& count : got) EXPECT_EQ(count, each);
}

// ---- descriptors ----

bool is_readable(int descriptor, int milliseconds = 0) {
  pollfd one{.fd = descriptor, .events = POLLIN, .revents = 0};
  return ::poll(&one, 1, milliseconds) > 0;
}

TEST(Connection, ItsDescriptorIsReadableWhileThereIsAMessage) {
  const auto [a, b] = Pipe();
  a.send_bytes("before");
  const int descriptor = b.fileno();
  EXPECT_EQ(descriptor, b.fileno());
  EXPECT_TRUE(is_readable(descriptor));
  static_cast<void>(b.recv_bytes());
  EXPECT_FALSE(is_readable(descriptor));
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 3; ++i) a.send_bytes("x");
    for (int i = 0; i < 3; ++i) {
      EXPECT_TRUE(is_readable(descriptor));
      static_cast<void>(b.recv_bytes());
    }
    EXPECT_FALSE(is_readable(descriptor));
    EXPECT_FALSE(b.poll());
  }
  Party poller([&] { EXPECT_TRUE(is_readable(descriptor, 20'000)); });
  ASSERT_TRUE(poller.blocks());
  a.send_bytes("x");
  poller.join();
  static_cast<void>(b.recv_bytes());
  a.close();
  EXPECT_TRUE(is_readable(descriptor));
  EXPECT_THROW(static_cast<void>(b.recv_bytes()), EOFError);
}

TEST(Connection, APolledDescriptorLosesNoMessageInARace) {
  const auto [a, b] = Pipe();
  const int descriptor = b.fileno();
  const std::int64_t messages = repeat(20'000);
  Party sender([&] {
    for (std::int64_t i = 0; i < messages; ++i) {
      a.send_bytes("x");
      if (i % 7 == 0) ::sched_yield();
    }
  });
  for (std::int64_t i = 0; i < messages; ++i) {
    ASSERT_TRUE(is_readable(descriptor, 10'000)) << "not told of message " << i;
    ASSERT_EQ(text(b.recv_bytes()), "x");
  }
  sender.join();
}

TEST(Connection, S7_DescriptorsAreClosedOnExecAndWhenTheEndIs) {
  const std::int64_t before = descriptor_count();
  std::array<bool, 200> was_open{};
  for (int number = 0; number < 200; ++number)
    was_open.at(static_cast<std::size_t>(number)) = ::fcntl(number, F_GETFD) >= 0;
  {
    const auto [a, b] = Pipe();
    static_cast<void>(a.fileno());
    int made = 0;
    for (int number = 0; number < 200; ++number) {
      const int flags = ::fcntl(number, F_GETFD);
      if (flags < 0 || was_open.at(static_cast<std::size_t>(number))) continue;
      ++made;
      EXPECT_NE(flags & FD_CLOEXEC, 0) << number;
    }
    EXPECT_EQ(made, 8);  // Three an end, the memory, and the one that is watched.
    a.close();
    b.close();
    // But for that of the memory, which goes with the handles.
    EXPECT_LE(descriptor_count(), before + 1);
  }
  EXPECT_EQ(descriptor_count(), before);
}

// The bell's count is taken away when the last message is; one that comes just then must ring it again.
TEST(Connection, AMessageThatComesWhileTheBellIsSilencedRingsIt) {
  if (!skein::internal::has_fault_points()) GTEST_SKIP() << "this build has no fault points";
  const auto [a, b] = Pipe();
  const int descriptor = b.fileno();
  a.send_bytes("x");
  for (const char* const point : {"connection.bell.empty", "connection.bell.taken"}) {
    skein::internal::arm_faults(std::string(point) + "=sleep:200");
    Party receiver([&] { static_cast<void>(b.recv_bytes()); });
    ASSERT_TRUE(receiver.blocks());
    a.send_bytes("y");
    receiver.join();
    EXPECT_TRUE(is_readable(descriptor)) << point;
    skein::internal::arm_faults("");
  }
}

}  // namespace
}  // namespace skein::multiprocessing
