// The behaviour suites of the queues between threads, on those between processes (within one process), and what is
// different with the latter.
#include "queue/contract.h"

#include <gmock/gmock.h>

#include <skein/multiprocessing/errors.h>
#include <skein/multiprocessing/joinable_queue.h>
#include <skein/multiprocessing/queue.h>
#include <skein/multiprocessing/simple_queue.h>

#include <unistd.h>
#include <cereal/access.hpp>

#include <string>
#include <vector>

#include "multiprocessing/processes.h"

// How the suites' items travel.
namespace skein::testing {

template <class Archive>
void save(Archive& archive, const Quiet& item) {
  archive(item.value);
}
template <class Archive>
void save(Archive& archive, const MoveOnly& item) {
  archive(*item.value);
}

}  // namespace skein::testing

template <>
struct cereal::LoadAndConstruct<skein::testing::Quiet> {
  template <class Archive>
  static void load_and_construct(Archive& archive, cereal::construct<skein::testing::Quiet>& construct) {
    int value = 0;
    archive(value);
    construct(value);
  }
};
template <>
struct cereal::LoadAndConstruct<skein::testing::MoveOnly> {
  template <class Archive>
  static void load_and_construct(Archive& archive, cereal::construct<skein::testing::MoveOnly>& construct) {
    int value = 0;
    archive(value);
    construct(value);
  }
};

namespace skein::testing {

struct ProcessQueueFlavour {
  static constexpr const char* kName = "Queue";
  template <class T>
  using Of = multiprocessing::Queue<T>;
  using Party = testing::Party;
  static constexpr Order kOrder = Order::kFirstFirst;
  static constexpr bool kBounded = true;
  static constexpr bool kPickles = true;
  static constexpr bool kNegativeOnlyLooks = true;
};
struct ProcessJoinableQueueFlavour : ProcessQueueFlavour {
  static constexpr const char* kName = "JoinableQueue";
  template <class T>
  using Of = multiprocessing::JoinableQueue<T>;
};

using ProcessQueues = ::testing::Types<ProcessQueueFlavour, ProcessJoinableQueueFlavour>;
using ProcessTaskQueues = ::testing::Types<ProcessJoinableQueueFlavour>;

INSTANTIATE_TYPED_TEST_SUITE_P(Processes, QueueContract, ProcessQueues, FlavourNames);
INSTANTIATE_TYPED_TEST_SUITE_P(Processes, TaskQueueContract, ProcessTaskQueues, FlavourNames);

namespace {

template <class E, class F>
std::string message_of(F call) {
  try {
    call();
  } catch (const E& error) {
    return error.what();
  }
  return "no error";
}

TEST(ProcessQueue, ClosedItIsAValueErrorHereAndNotInAForkedChild) {
  const multiprocessing::Queue<int> q;
  q.put(1);
  EXPECT_THAT(message_of<multiprocessing::AssertionError>([&] { q.join_thread(); }),
              ::testing::EndsWith("> not closed"));
  q.cancel_join_thread();
  q.close();
  q.close();
  EXPECT_THAT(message_of<ValueError>([&] { q.put(2); }), ::testing::StartsWith("Queue <"));
  EXPECT_THAT(message_of<ValueError>([&] { static_cast<void>(q.get()); }), ::testing::EndsWith("> is closed"));
  EXPECT_THROW(static_cast<void>(q.try_get()), ValueError);
  EXPECT_THROW(static_cast<void>(q.try_put(1)), ValueError);
  q.join_thread();
  EXPECT_EQ(q.qsize(), 1U);
  const multiprocessing::Queue<int> copy = q;
  EXPECT_EQ(copy, q);
  EXPECT_THROW(copy.put(1), ValueError);
  if (!kForkIsTestable) return;
  Child child([&] { return q.get(); });
  EXPECT_EQ(child.wait(), 1);
}

TEST(ProcessQueue, AJoinableOneIsClosedAsWell) {
  const multiprocessing::JoinableQueue<int> q;
  q.put(1);
  EXPECT_THROW(q.join_thread(), multiprocessing::AssertionError);
  q.cancel_join_thread();
  EXPECT_EQ(q.get(), 1);
  q.close();
  EXPECT_THROW(q.put(2), ValueError);
  q.join_thread();
  q.task_done();
  q.join();
  EXPECT_TRUE(q.empty());
}

TEST(ProcessQueue, SimpleQueuePutsAndGets) {
  const multiprocessing::SimpleQueue<std::string> q;
  EXPECT_TRUE(q.empty());
  q.put("a");
  q.put(std::string(100'000, 'b'));
  EXPECT_FALSE(q.empty());
  EXPECT_EQ(q.get(), "a");
  EXPECT_EQ(q.try_get()->size(), 100'000U);
  EXPECT_EQ(q.try_get(), std::nullopt);
  Party getter([&] { EXPECT_EQ(q.get(), "late"); });
  ASSERT_TRUE(getter.blocks());
  q.put("late");
  getter.join();
  q.close();
  q.close();
  EXPECT_EQ(message_of<OSError>([&] { q.put("x"); }), "handle is closed");
  EXPECT_EQ(message_of<OSError>([&] { static_cast<void>(q.get()); }), "handle is closed");
  EXPECT_EQ(message_of<OSError>([&] { static_cast<void>(q.empty()); }), "handle is closed");
}

TEST(ProcessQueue, GrowsAndShrinksWithItsItems) {
  const multiprocessing::Queue<std::string> q;
  std::size_t next = 0;
  const auto item = [](std::size_t i) { return std::string(1 + i * 7919 % 5000, static_cast<char>('a' + i % 26)); };
  // Many, none, some very large ones, and small ones for so long that it goes back to a small ring.
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < 2000; ++i) q.put(item(i));
    for (next = 0; next < 2000; ++next) ASSERT_EQ(q.get(), item(next));
    q.put(std::string(9'000'000, 'x'));
    q.put("between");
    q.put(std::string(20'000'000, 'y'));
    EXPECT_EQ(q.get().size(), 9'000'000U);
    EXPECT_EQ(q.get(), "between");
    EXPECT_EQ(q.get().size(), 20'000'000U);
    for (std::size_t i = 0; i < 500; ++i) {
      q.put(item(i % 5));
      ASSERT_EQ(q.get(), item(i % 5));
    }
  }
  EXPECT_TRUE(q.empty());
}

// What cannot be pickled or unpickled.
struct Choosy {
  int value = 0;
  template <class Archive>
  void save(Archive& archive) const {
    if (value == 1) throw Boom();
    archive(value);
  }
  template <class Archive>
  void load(Archive& archive) {
    archive(value);
    if (value == 2) throw Boom();
  }
};

TEST(ProcessQueue, AFailureToPickleLeavesItUntouchedAndOneToUnpickleLosesThatItem) {
  const multiprocessing::JoinableQueue<Choosy> q;
  EXPECT_ANY_THROW(q.put(Choosy{1}));
  EXPECT_TRUE(q.empty());
  for (const int value : {0, 2, 3}) q.put(Choosy{value});
  EXPECT_EQ(q.get().value, 0);
  EXPECT_ANY_THROW(static_cast<void>(q.get()));
  EXPECT_EQ(q.qsize(), 1U);
  EXPECT_EQ(q.get().value, 3);
  for (int i = 0; i < 3; ++i) q.task_done();
  q.join();
}

TEST(ProcessQueue, ItsDescriptorsAndMemoryGoWithIt) {
  const std::int64_t before = descriptor_count();
  for (int i = 0; i < 50; ++i) {
    const multiprocessing::Queue<int> q;
    q.put(i);
    EXPECT_EQ(q.get(), i);
  }
  EXPECT_LE(descriptor_count(), before + 1);  // The segment that small blocks are taken from.
}

}  // namespace
}  // namespace skein::testing
