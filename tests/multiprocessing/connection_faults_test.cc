// Rows P11, P12, P14, P18, P30, P34, P35 and S6 of the fault table, as far as pipes go. P4 and P21: queue_kill_matrix.
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/multiprocessing/internal/parcel.h>
#include <skein/multiprocessing/internal/shared_block.h>
#include <skein/multiprocessing/pipe.h>

#include <sys/mman.h>
#include <sys/resource.h>

#include <atomic>
#include <cstring>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "channel.h"
#include "multiprocessing/processes.h"
#include "testing/party.h"
#include "testing/repeat.h"
#include "testing/signal_storm.h"

namespace skein::multiprocessing {
namespace {

using internal::Ring;
using testing::Child;
using testing::descriptor_count;
using testing::now;
using testing::Party;
using testing::repeat;

std::vector<std::byte> pattern(std::size_t size) {
  std::vector<std::byte> bytes(size);
  std::uint32_t x = 7;
  for (auto& byte : bytes) byte = static_cast<std::byte>((x = x * 1664525 + 1013904223) >> 24);
  return bytes;
}

// Pages that are zero and cost nothing until they are written.
class Pages {
 public:
  explicit Pages(std::size_t size)
      : size_(size),
        place_(::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {}
  ~Pages() { ::munmap(place_, size_); }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  [[nodiscard]] std::span<std::byte> bytes() const { return {static_cast<std::byte*>(place_), size_}; }

 private:
  std::size_t size_;
  void* place_;
};

TEST(ConnectionFaults, P11_PayloadsOfAllSizes) {
  const auto [a, b] = Pipe();
  constexpr std::size_t kRing = internal::kRoom;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, kRing - 1, kRing, kRing + 1, 64 * kRing + 7, std::size_t{64} * 1024 * 1024}) {
    const auto sent = pattern(size);
    Party sender([&] { a.send_bytes(sent); });
    EXPECT_TRUE(b.recv_bytes() == sent) << size;
  }
}

TEST(ConnectionFaults, P11_BothSidesSendMuchAtOnce) {
  const auto [a, b] = Pipe();
  const auto sent = pattern(std::size_t{16} * 1024 * 1024);
  Party there([&] { a.send_bytes(sent); });
  Party back([&] { b.send_bytes(sent); });
  Party receiver([&] { EXPECT_TRUE(b.recv_bytes() == sent); });
  EXPECT_TRUE(a.recv_bytes() == sent);
}

TEST(ConnectionFaults, P11_MoreThanTwoGigabytes) {
  const auto [a, b] = Pipe();
  // More than any message: refused before anything is sent.
  const std::byte one{};
  const std::span<const std::byte> impossible(&one, (std::size_t{1} << 46) + 1);
  EXPECT_THROW(a.send_bytes(impossible), OverflowError);
  EXPECT_FALSE(b.poll());
  if (!testing::nightly()) GTEST_SKIP() << "2 GiB in the long form only";
  const Pages sent((std::size_t{1} << 31) + 5);
  const Pages room(sent.bytes().size());
  sent.bytes().back() = std::byte{9};
  Party sender([&] { a.send_bytes(sent.bytes()); });
  EXPECT_EQ(b.recv_bytes_into(room.bytes()), sent.bytes().size());
  EXPECT_EQ(room.bytes().back(), std::byte{9});
}

TEST(ConnectionFaults, P12_NoMessageIsWrittenOverAnother) {
  const auto [r, w] = Pipe(false);
  const auto sent = pattern(100'000);
  Party sender([&] {
    for (std::size_t i = 0; i < 3000; ++i) w.send_bytes(sent, 0, i * 61 % sent.size());
  });
  for (std::size_t i = 0; i < 3000; ++i) {
    const auto got = r.recv_bytes();
    ASSERT_EQ(got.size(), i * 61 % sent.size());
    ASSERT_TRUE(std::equal(got.begin(), got.end(), sent.begin())) << i;
  }
}

// ---- what lies in shared memory is not believed ----

std::vector<Ring*> g_rings;
std::vector<Ring*> rings() {
  g_rings.clear();
  internal::for_each_block(internal::BlockKind::kRing, [](void* data, std::size_t size) {
    for (std::size_t at = 0; at + sizeof(Ring) <= size; at += sizeof(Ring)) {
      g_rings.push_back(reinterpret_cast<Ring*>(static_cast<std::byte*>(data) + at));
    }
  });
  return g_rings;
}

// A word of a ring that is no lock and no sleeper's flag: those decide who waits, not what is read.
skein::internal::Atomic<std::uint64_t>& any_word(Ring& ring, std::mt19937_64& random) {
  switch (random() % 8) {
    case 0:
      return ring.head;
    case 1:
      return ring.tail;
    case 2:
      return random() % 2 == 0 ? ring.room_tail : ring.known_room_head;
    case 3:
      return ring.known_head;
    default: {
      auto& slot = ring.slots[random() % 8];
      const std::size_t word = random() % 4;
      return word == 0 ? slot.header : slot.words[word - 1];
    }
  }
}
std::uint64_t any_value(std::uint64_t before, std::mt19937_64& random) {
  switch (random() % 4) {
    case 0:
      return random();
    case 1:
      return before ^ (std::uint64_t{1} << random() % 64);
    case 2:
      return before + random() % 5 - 2;
    default:
      return (before & 0xffff'ffff'0000'0000) | random() % 70'000;
  }
}

// A header that says much, and in itself makes sense.
void claim_much(internal::Slot& slot, std::mt19937_64& random) {
  const std::uint64_t size = random() % 2 == 0 ? random() % (std::uint64_t{1} << 32) : random() % 300'000;
  slot.words[1].store(size);
  slot.header.store((std::uint64_t{1} << 34) | (std::uint64_t{3} << 32) | size);
}

TEST(ConnectionFaults, P14_P34_DamagedMemoryIsAnErrorAtTheWorst) {
  std::mt19937_64 random(1);
  std::int64_t errors = 0;
  const std::int64_t rounds = repeat(3000, 100'000);
  for (std::int64_t i = 0; i < rounds; ++i) {
    const auto [r, w] = Pipe(false);
    Ring& ring = *rings().at(0);
    for (const std::size_t size : {5U, 60U, 3000U}) w.send_bytes(std::string(size, 'x'));
    for (std::uint64_t change = 0; change <= random() % 3; ++change) {
      auto& word = any_word(ring, random);
      word.store(any_value(word.load(), random));
    }
    const bool claims = i % 5 == 0;
    if (claims) claim_much(ring.slots[random() % 3], random);
    try {
      // A message in parts that never come is noticed, too, but after a slice.
      for (int message = 0; message < 5 && r.poll(); ++message) {
        EXPECT_LE(r.recv_bytes().size(), std::size_t{1} << 20);
      }
      // Sending into a full pipe waits, as it should; so only where there is room.
      if (!claims && ring.tail.load() - ring.head.load() < 100) w.send_bytes(std::string(60, 'y'), 0, 1);
    } catch (const OSError&) {
      ++errors;
    }
  }
  EXPECT_GT(errors, rounds / 50);
}

TEST(ConnectionFaults, S6_AWriterThatChangesItMeanwhile) {
  if (!testing::kForkIsTestable) GTEST_SKIP() << "TSan: a race on purpose";
  const auto [r, w] = Pipe(false);
  Ring& ring = *rings().at(0);
  std::atomic<bool> over{false};
  Party scribbler([&] {
    std::mt19937_64 random(2);
    while (!over) {
      auto& slot = ring.slots[random() % internal::kSlots];
      auto& word = random() % 3 == 0 ? slot.header : slot.words[random() % 3];
      word.store(any_value(word.load(), random));
      if (random() % 16 == 0) claim_much(slot, random);
    }
  });
  Party receiver([&] {
    for (;;) {
      try {
        static_cast<void>(r.recv_bytes());
      } catch (const HandleError& error) {
        if (std::string(error.what()) == "handle is closed") return;
      } catch (const std::exception&) {
        ring.head.fetch_add(1);
      }
    }
  });
  Party sender([&] {
    while (!over) {
      try {
        w.send_bytes("some message");
        w.send_bytes(std::string(2000, 'x'));
      } catch (const HandleError&) {
        return;
      } catch (const std::exception&) {
        ring.tail.fetch_add(1);
      }
    }
  });
  const double end = now() + (testing::nightly() ? 20 : 1);
  while (now() < end) ::sched_yield();
  over = true;
  w.close();
  r.close();
}

// ---- resources ----

TEST(ConnectionFaults, P18_AtTheLimitOfDescriptorsNothingIsLeftOpen) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const std::int64_t before = descriptor_count();
  int refused = 0;
  int made = 0;
  // From where not even the first one can be had (numbers below may be free).
  for (rlim_t most = 3; most < static_cast<rlim_t>(before) + 20; ++most) {
    const rlimit tight{.rlim_cur = most, .rlim_max = limit.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
    try {
      const auto [a, b] = Pipe();
      a.send_bytes("x");
      EXPECT_EQ(b.recv_bytes().size(), 1U);
      ++made;
    } catch (const OSError& error) {
      // Before anything else: UBSan needs a descriptor to look at the error.
      ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
      EXPECT_EQ(error.code().value(), EMFILE);
      ++refused;
    }
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
    EXPECT_EQ(descriptor_count(), before) << most;
  }
  EXPECT_GE(refused, 1);
  EXPECT_GE(made, 1);
}

TEST(ConnectionFaults, P30_SignalsDoNotEndAWait) {
  const auto [a, b] = Pipe();
  std::string got;
  Party receiver([&] {
    const testing::SignalStorm storm(testing::this_tid());
    got.resize(1);
    b.recv_bytes_into(got);
    b.send_bytes(std::string(1'000'000, 'x'));
  });
  ::usleep(200'000);
  a.send_bytes("x");
  ::usleep(100'000);
  EXPECT_EQ(a.recv_bytes().size(), 1'000'000U);
  receiver.join();
  EXPECT_EQ(got, "x");
}

// ---- other builds and types ----

TEST(ConnectionFaults, P35_AnotherTypeThanWasSentIsRefused) {
  const auto [a, b] = Pipe();
  a.send(5);
  EXPECT_ANY_THROW(static_cast<void>(b.recv<std::string>()));
  a.send_bytes("no pickle");
  EXPECT_ANY_THROW(static_cast<void>(b.recv<int>()));
  a.send(std::vector<std::string>{"x", "y"});
  EXPECT_EQ(b.recv<std::vector<std::string>>(), (std::vector<std::string>{"x", "y"}));
}

TEST(ConnectionFaults, P35_WhatIsNoEndOfAPipeIsRefused) {
  const auto [a, b] = Pipe();
  EXPECT_THROW(static_cast<void>(pickle::dumps(a)), std::exception);  // No process is being started.
  internal::Parcel parcel;
  {
    const internal::Packing packing(parcel);
    parcel.bytes = pickle::dumps(a);
  }
  internal::Unpacking unpacking(parcel);
  const auto copy = pickle::loads<Connection>(parcel.bytes);
  copy.send_bytes("from the copy");
  EXPECT_EQ(b.recv_bytes().size(), 13U);
  for (const bool duplex : {true, false}) {
    const auto [first, second] = internal::Channel::make(duplex);
    internal::Parcel other;
    const internal::Packing packing(other);
    const internal::PipeAddress address = second->pack();
    const internal::Unpacking inner(other);
    EXPECT_NO_THROW(static_cast<void>(internal::Channel::unpack(address)));
    for (int field = 0; field < 3; ++field) {
      internal::PipeAddress wrong = address;
      if (field == 0) wrong.readable ^= 1;
      if (field == 1) wrong.writable ^= 1;
      if (field == 2) wrong.block.size /= 2;
      EXPECT_THROW(static_cast<void>(internal::Channel::unpack(wrong)), RuntimeError) << duplex << field;
    }
  }
  std::mt19937_64 random(3);
  for (int i = 0; i < 2000; ++i) {
    auto damaged = parcel.bytes;
    damaged[random() % damaged.size()] ^= static_cast<std::byte>(1 + random() % 255);
    try {
      const auto end = pickle::loads<Connection>(damaged);
      EXPECT_TRUE(end.readable() && end.writable());
    } catch (const std::exception&) {
    }
  }
}

}  // namespace
}  // namespace skein::multiprocessing
