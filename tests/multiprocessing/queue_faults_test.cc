// Rows P4, P12, P14, P18, P21, P30, P35 and S6 of the fault table, as far as queues go, and queues between processes.
// What a kill in the middle of something does: queue_kill_matrix_test.cc.
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/multiprocessing/internal/parcel.h>
#include <skein/multiprocessing/joinable_queue.h>
#include <skein/multiprocessing/simple_queue.h>

#include <sys/resource.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <deque>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "multiprocessing/processes.h"
#include "queue_state.h"
#include "testing/party.h"
#include "testing/repeat.h"
#include "testing/signal_storm.h"

namespace skein::multiprocessing {
namespace {

using testing::Child;
using testing::descriptor_count;
using testing::now;
using testing::Party;
using testing::repeat;

struct Fragile {
  std::string bytes;
  bool when_put = false;
  bool when_got = false;

  template <class Archive>
  void save(Archive& archive) const {
    archive(bytes, when_got);
    if (when_put) throw ValueError("not this one");
  }
  template <class Archive>
  void load(Archive& archive) {
    archive(bytes, when_got);
    if (when_got) throw ValueError("not this one");
  }
};

// Is not read before it is told to.
struct Paused {
  std::string bytes;

  static inline std::atomic<int> g_begun{0};
  static inline std::atomic<bool> g_goes_on{false};

  template <class Archive>
  void save(Archive& archive) const {
    archive(bytes);
  }
  template <class Archive>
  void load(Archive& archive) {
    g_begun.fetch_add(1);
    while (!g_goes_on.load()) ::sched_yield();
    archive(bytes);
  }
};

struct Ticket {
  int from = 0;
  int number = 0;
};

TEST(QueueFaults, P4_ManyProcessesLoseNothingAndKeepTheirOrder) {
  SKEIN_FORKS();
  const JoinableQueue<Ticket> q(16);
  const Queue<std::vector<Ticket>> results;
  constexpr int kEach = 3;
  const int items = static_cast<int>(repeat(2000));
  std::deque<Child> children;
  for (int from = 0; from < kEach; ++from) {
    children.emplace_back([&, from] {
      for (int i = 0; i < items; ++i) q.put(Ticket{from, i});
      return 0;
    });
    children.emplace_back([&] {
      std::vector<Ticket> got;
      for (const Ticket& ticket : q.consume()) {
        got.push_back(ticket);
        q.task_done();
      }
      results.put(got);
      return 0;
    });
  }
  for (std::size_t i = 0; i < children.size(); i += 2) EXPECT_EQ(children[i].wait(), 0);
  q.join();
  EXPECT_TRUE(q.empty());
  q.shutdown();
  std::array<std::vector<bool>, kEach> seen;
  for (auto& each : seen) each.resize(static_cast<std::size_t>(items));
  for (int taker = 0; taker < kEach; ++taker) {
    std::array<int, kEach> last{-1, -1, -1};
    for (const Ticket& ticket : results.get(true, 20)) {
      const auto from = static_cast<std::size_t>(ticket.from);
      EXPECT_GT(ticket.number, last[from]);
      last[from] = ticket.number;
      EXPECT_FALSE(seen[from][static_cast<std::size_t>(ticket.number)]);
      seen[from][static_cast<std::size_t>(ticket.number)] = true;
    }
  }
  for (const auto& each : seen) EXPECT_EQ(std::count(each.begin(), each.end(), true), items);
  for (auto& child : children) EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(q.recovered(), 0U);
}

// Strictly first in, first out, whoever puts.
TEST(QueueFaults, TheOrderIsThatOfTheReturns) {
  SKEIN_FORKS();
  const SimpleQueue<int> q;
  for (int i = 0; i < 20; ++i) {
    Child child([&] {
      q.put(i);
      return 0;
    });
    EXPECT_EQ(child.wait(), 0);
  }
  for (int i = 0; i < 20; ++i) EXPECT_EQ(q.get(), i);
}

TEST(QueueFaults, P12_AnItemLargerThanAnyRing) {
  const Queue<std::vector<std::byte>> q(2);
  std::vector<std::byte> large(30'000'001);
  large.back() = std::byte{5};
  q.put({});
  q.put(large);
  EXPECT_TRUE(q.full());
  EXPECT_TRUE(q.get().empty());
  EXPECT_TRUE(q.get() == large);
}

TEST(QueueFaults, NoRoomIsAnErrorAndLeavesTheQueueAsItWas) {
  SKEIN_FORKS();
  Child child([] {
    const Queue<std::string> q;
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = 1 << 20, .rlim_max = 1 << 20};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
    q.put("before");
    try {
      q.put(std::string(4 << 20, 'x'));
      return 2;
    } catch (const OSError& error) {
      if (error.code().value() != EFBIG) return 3;
    }
    q.put("after");
    return q.get() == "before" && q.get() == "after" && q.empty() ? 0 : 4;
  });
  EXPECT_EQ(child.wait(), 0);
}

// ---- blocks of large items ----

// What the queues of this process have of the machine's memory. (One queue in each of these tests.)
std::int64_t memory_of_queues() {
  std::int64_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code none;
    const std::string name = std::filesystem::read_symlink(entry.path(), none).string();
    struct stat status{};
    if (!name.starts_with("/memfd:skein-queue") || ::stat(entry.path().c_str(), &status) != 0) continue;
    bytes += std::int64_t{status.st_blocks} * 512;
  }
  return bytes;
}

std::string large_item(int number) {
  return std::to_string(number) + std::string(static_cast<std::size_t>(200'000 + number * 10), 'x');
}

// More than there are blocks: then they lie in the ring, and still come in their order.
TEST(QueueFaults, MoreLargeItemsThanBlocks) {
  const Queue<std::string> q;
  constexpr int kMany = 2 * static_cast<int>(internal::QueueControl::kBlocks) + 3;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < kMany; ++i) {
      q.put(large_item(i));
      q.put(std::to_string(i));
    }
    for (int i = 0; i < kMany; ++i) {
      ASSERT_TRUE(q.get() == large_item(i)) << i;
      ASSERT_EQ(q.get(), std::to_string(i));
    }
  }
}

// Blocks go from hand to hand, among the threads of a process, too.
TEST(QueueFaults, LargeItemsOfManyThreads) {
  const Queue<std::string> q(5);
  const int items = static_cast<int>(repeat(100));
  constexpr int kEach = 3;
  std::array<std::atomic<int>, kEach> got{};
  std::deque<Party> parties;
  for (int each = 0; each < kEach; ++each) {
    parties.emplace_back([&] {
      for (int i = 0; i < items; ++i) q.put(large_item(i));
    });
    parties.emplace_back([&, each] {
      for (int i = 0; i < items; ++i) {
        const std::string item = q.get();
        EXPECT_TRUE(item == large_item(std::stoi(item.substr(0, item.find('x')))));
        got[static_cast<std::size_t>(each)].fetch_add(1);
      }
    });
  }
  for (Party& party : parties) party.join();
  for (const auto& each : got) EXPECT_EQ(each.load(), items);
  EXPECT_TRUE(q.empty());
}

// A block is its getter's when the put that handed it over has not even returned.
TEST(QueueFaults, ABlockIsNotWrittenToWhileItIsRead) {
  if (!skein::internal::has_fault_points()) GTEST_SKIP() << "this build has no fault points";
  const Queue<Paused> q;
  const std::string first(1'000'000, '1');
  const std::string second(1'000'000, '2');
  std::string got;
  skein::internal::arm_faults("queue.put.told=sleep:100@1");  // The getter comes first.
  Party getter([&] { got = q.get().bytes; });
  EXPECT_TRUE(getter.blocks());
  q.put({first});
  while (Paused::g_begun.load() == 0) ::sched_yield();
  q.put({second});
  Paused::g_goes_on.store(true);
  getter.join();
  skein::internal::arm_faults("");
  EXPECT_TRUE(got == first);
  EXPECT_TRUE(q.get().bytes == second);
}

// Its size is known only when it has been pickled: it moves from here to the heap, and from block to block.
TEST(QueueFaults, AnItemThatGrowsWhileItIsPickled) {
  const SimpleQueue<std::vector<std::string>> q;
  for (const std::size_t count : {3U, 200U, 3'000U, 20'000U, 100'000U}) {
    std::vector<std::string> item;
    for (std::size_t i = 0; i < count; ++i) item.push_back(std::to_string(i) + std::string(i % 90, 'z'));
    q.put(item);
    q.put({"after"});
    EXPECT_TRUE(q.get() == item) << count;
    EXPECT_EQ(q.get().at(0), "after");
  }
}

TEST(QueueFaults, MemoryOfLargeItemsIsKeptForTheNextAndGivenBackInTheEnd) {
  const Queue<std::string> q;
  const std::string large(8 << 20, 'x');
  const std::int64_t least = memory_of_queues();
  for (int i = 0; i < 100; ++i) {
    q.put(large);
    ASSERT_TRUE(q.get() == large);
    ASSERT_LE(memory_of_queues(), least + 10'000'000);
  }
  EXPECT_GE(memory_of_queues(), least + static_cast<std::int64_t>(large.size()));
  for (int i = 0; i < 10; ++i) q.put(large);
  EXPECT_GE(memory_of_queues(), least + 10 * static_cast<std::int64_t>(large.size()));
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(q.get() == large);
  EXPECT_LE(memory_of_queues(), least + 30'000'000);
  for (int i = 0; i < 200; ++i) {
    q.put("small");
    EXPECT_EQ(q.get(), "small");
  }
  EXPECT_LE(memory_of_queues(), least + 100'000);
  q.put(large);
  EXPECT_TRUE(q.get() == large);
}

// What does not come into the queue leaves no block behind, nor what cannot be pickled to its end.
TEST(QueueFaults, ALargeItemThatIsNotPutOrNotReadLeavesItsBlock) {
  const Queue<Fragile> q(1);
  const std::int64_t least = memory_of_queues();
  for (int i = 0; i < 100; ++i) {
    EXPECT_THROW(q.put(Fragile{std::string(1 << 20, 'x'), true, false}), ValueError);
    q.put(Fragile{std::string(1 << 20, 'x'), false, true});
    EXPECT_THROW(q.put(Fragile{std::string(1 << 20, 'x'), false, false}, true, 0.0001), queue::Full);
    EXPECT_THROW(static_cast<void>(q.get()), ValueError);
  }
  EXPECT_LE(memory_of_queues(), least + 4'000'000);
}

TEST(QueueFaults, P4_BlocksOfTheDeadAreUsedAgain) {
  SKEIN_FORKS();
  if (!skein::internal::has_fault_points()) GTEST_SKIP() << "this build has no fault points";
  const Queue<std::string> q;
  for (const char* const point : {"queue.block.taken", "queue.put.handed", "queue.get.taken", "queue.get.held",
                                  "queue.block.done", "queue.block.reserved"}) {
    for (int i = 0; i < 20; ++i) {
      Child child(
          [&] {
            q.put(large_item(i));
            return q.get() == large_item(i) ? 0 : 1;
          },
          std::string(point) + "=kill");
      const int status = child.wait();
      EXPECT_TRUE(status == -SIGKILL || status == 0) << status;  // It made no block, if one was free.
      while (q.try_get()) continue;
      for (int j = 0; j < 2; ++j) q.put(large_item(j));
      for (int j = 0; j < 2; ++j) ASSERT_TRUE(q.get() == large_item(j)) << point;
    }
  }
  EXPECT_LE(memory_of_queues(), 24 * 250'000);
}

// ---- what lies in shared memory is not believed ----

internal::QueueControl* g_control = nullptr;

TEST(QueueFaults, P14_S6_DamagedMemoryIsAnErrorAtTheWorst) {
  std::mt19937_64 random(1);
  std::int64_t errors = 0;
  const std::int64_t rounds = repeat(3000, 100'000);
  for (std::int64_t i = 0; i < rounds; ++i) {
    const Queue<std::string> q;
    q.put(std::string(random() % 100, 'x'));
    if (random() % 2 == 0) q.put(std::string(random() % 2 == 0 ? 50'000 : 100'000, 'y'));
    q.put(std::string(random() % 100, 'x'));
    // The last one that was made.
    internal::for_each_block(internal::BlockKind::kQueue,
                             [](void* data, std::size_t) { g_control = static_cast<internal::QueueControl*>(data); });
    auto& control = *g_control;
    switch (random() % 6) {
      case 0:
        control.tail.store(control.tail.load() ^ (std::uint64_t{1} << random() % 64));
        break;
      case 1:
        control.head.store(random() % 2 == 0 ? random() : control.head.load() + random() % 4);
        break;
      case 2:
        control.rings.store(static_cast<std::uint32_t>(random() % 2 == 0 ? random() : random() % 5));
        break;
      case 3:
        control.oldest.store(static_cast<std::uint32_t>(random() % 2 == 0 ? random() : random() % 5));
        break;
      case 4: {
        auto& block = control.block[random() % 2];
        auto& word = random() % 2 == 0 ? block.extent : block.holder;
        word.store(word.load() ^ (std::uint64_t{1} << random() % 64));
        break;
      }
      default: {
        std::array<std::uint64_t, 2> words{};
        auto& ring = control.ring[random() % 2];
        std::memcpy(words.data(), &ring, sizeof ring);
        words[random() % 2] ^= std::uint64_t{1} << random() % 64;
        std::memcpy(&ring, words.data(), sizeof ring);
      }
    }
    try {
      for (int item = 0; item < 4; ++item) static_cast<void>(q.try_get());
      q.put("z");
      static_cast<void>(q.try_get());
    } catch (const std::exception&) {
      ++errors;
    }
  }
  EXPECT_GT(errors, rounds / 50);
}

// ---- resources ----

TEST(QueueFaults, P18_AtTheLimitOfDescriptorsNothingIsLeftOpen) {
  {
    const Queue<int> first;
  }  // The segment of small blocks stays.
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
      const Queue<int> q;
      q.put(1);
      EXPECT_EQ(q.get(), 1);
      ++made;
    } catch (const OSError& error) {
      // Before anything else: UBSan needs a descriptor to look at the error.
      ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
      EXPECT_EQ(error.code().value(), EMFILE);
      ++refused;
    }
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
    EXPECT_LE(descriptor_count(), before + 1) << most;
  }
  EXPECT_GE(refused, 1);
  EXPECT_GE(made, 1);
}

TEST(QueueFaults, P30_SignalsNeitherEndNorLengthenAWait) {
  const Queue<int> q(1);
  const testing::SignalStorm storm(testing::this_tid());
  const double began = now();
  EXPECT_THROW(q.get(true, 0.2), queue::Empty);
  q.put(1);
  EXPECT_THROW(q.put(2, true, 0.2), queue::Full);
  EXPECT_GE(now() - began, 0.4);
  EXPECT_LT(now() - began, 3);
}

// ---- deaths ----

// Whoever reads goes on, for as long as it wants to: a queue has no end that the last writer's death would be.
TEST(QueueFaults, P21_AReaderWhoseWritersDied) {
  SKEIN_FORKS();
  const Queue<int> q;
  {
    std::deque<Child> writers;
    for (int i = 0; i < 4; ++i) {
      writers.emplace_back([&]() -> int {
        for (;;) q.put(1);
      });
    }
    while (q.qsize() < 1000) ::sched_yield();
    for (auto& writer : writers) writer.kill();
    for (auto& writer : writers) EXPECT_EQ(writer.wait(), -SIGKILL);
  }
  const double began = now();
  const std::size_t left = q.qsize();
  for (std::size_t i = 0; i < left; ++i) ASSERT_EQ(q.get(true, 5), 1);
  EXPECT_THROW(q.get(true, 0.05), queue::Empty);
  q.put(2);
  EXPECT_EQ(q.get(true, 5), 2);
  EXPECT_LT(now() - began, 10);
  EXPECT_LE(q.recovered(), 4U);
}

TEST(QueueFaults, P4_ADeadOnesLockIsTakenOverAndToldOf) {
  SKEIN_FORKS();
  if (!skein::internal::has_fault_points()) GTEST_SKIP() << "this build has no fault points";
  const Queue<int> q;
  for (int i = 0; i < 5; ++i) {
    Child child(
        [&] {
          q.put(1);
          return 0;
        },
        "queue.put.copied=kill");
    EXPECT_EQ(child.wait(), -SIGKILL);
    const double began = now();
    q.put(i);
    EXPECT_LT(now() - began, 1);
    EXPECT_EQ(q.recovered(), static_cast<std::uint64_t>(i) + 1);
    EXPECT_EQ(q.get(), i);
    EXPECT_TRUE(q.empty());
  }
}

// ---- other builds and types ----

TEST(QueueFaults, P35_AQueueOfOtherItemsIsRefused) {
  const Queue<int> q;
  EXPECT_THROW(static_cast<void>(pickle::dumps(q)), std::exception);  // No process is being started.
  internal::Parcel parcel;
  {
    const internal::Packing packing(parcel);
    parcel.bytes = pickle::dumps(q);
  }
  const internal::Unpacking unpacking(parcel);
  const auto copy = pickle::loads<Queue<int>>(parcel.bytes);
  copy.put(7);
  EXPECT_EQ(q.get(), 7);
  EXPECT_ANY_THROW(static_cast<void>(pickle::loads<Queue<long>>(parcel.bytes)));
  // Also if the pickle says nothing of it.
  internal::QueueCore core(0, 1);
  internal::Parcel other;
  {
    const internal::Packing packing(other);
    const internal::QueueAddress address = core.pack();
    const internal::Unpacking inner(other);
    EXPECT_THROW(core.unpack(address, 2), RuntimeError);
  }
}

}  // namespace
}  // namespace skein::multiprocessing
