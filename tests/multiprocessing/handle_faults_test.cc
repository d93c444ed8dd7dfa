// What holds for every handle: no descriptor or memory to make it with, and shared memory that somebody has written
// over.
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/multiprocessing/barrier.h>
#include <skein/multiprocessing/bounded_semaphore.h>
#include <skein/multiprocessing/condition.h>
#include <skein/multiprocessing/errors.h>
#include <skein/multiprocessing/event.h>
#include <skein/multiprocessing/lock.h>
#include <skein/multiprocessing/rlock.h>
#include <skein/multiprocessing/semaphore.h>
#include <sys/resource.h>

#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "multiprocessing/archive.h"
#include "multiprocessing/processes.h"
#include "testing/repeat.h"

namespace skein {
namespace {

using multiprocessing::Barrier;
using multiprocessing::BoundedSemaphore;
using multiprocessing::Condition;
using multiprocessing::Event;
using multiprocessing::Lock;
using multiprocessing::RLock;
using multiprocessing::Semaphore;
using multiprocessing::internal::BlockKind;
using multiprocessing::internal::Parcel;
using multiprocessing::internal::SharedBlock;
using testing::Child;
using testing::descriptor_count;
using testing::repeat;

template <class H>
struct Make {
  static H one() { return H(); }
};
template <>
struct Make<Barrier> {
  static Barrier one() { return Barrier(2); }
};

template <class H>
class HandleFaults : public ::testing::Test {};
using All = ::testing::Types<Lock, RLock, Semaphore, BoundedSemaphore, Event, Condition, Barrier>;
class Names {
 public:
  template <class H>
  static std::string GetName(int) {
    if (std::is_same_v<H, Lock>) return "Lock";
    if (std::is_same_v<H, RLock>) return "RLock";
    if (std::is_same_v<H, Semaphore>) return "Semaphore";
    if (std::is_same_v<H, BoundedSemaphore>) return "BoundedSemaphore";
    if (std::is_same_v<H, Event>) return "Event";
    if (std::is_same_v<H, Condition>) return "Condition";
    return "Barrier";
  }
};
TYPED_TEST_SUITE(HandleFaults, All, Names);

TYPED_TEST(HandleFaults, P18_WithoutDescriptorsItIsAnErrorAndNothingStaysOpen) {
  SKEIN_FORKS();
  if (testing::kRepeatPercent < 100) GTEST_SKIP() << "UBSan looks at objects through a pipe, which cannot be had here";
  Child child([] {
    const std::int64_t before = descriptor_count();
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = static_cast<rlim_t>(before) + 3;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    {
      std::vector<TypeParam> handles;
      int code = 0;
      while (code == 0 && handles.size() < 10'000) {
        try {
          handles.push_back(Make<TypeParam>::one());
        } catch (const OSError& error) {
          code = error.code().value();
        }
      }
      if (code != EMFILE || handles.empty()) return 1;
      const TypeParam copy = handles.back();  // Needs none.
      if (!(copy == handles.back())) return 2;
    }
    // Of the segments for small blocks one is kept for the next.
    return descriptor_count() <= before + 1 ? 0 : 3;
  });
  EXPECT_EQ(child.wait(), 0);
}

TYPED_TEST(HandleFaults, P15_WhatIsOfAnotherKindIsRefusedAndUnharmed) {
  const TypeParam handle = Make<TypeParam>::one();
  Parcel parcel = testing::packed(handle);
  // The address is last (of a Barrier or Condition their own), its kind the last word but one.
  ASSERT_GE(parcel.bytes.size(), sizeof(multiprocessing::internal::BlockAddress));
  multiprocessing::internal::BlockAddress address;
  auto* const at = parcel.bytes.data() + parcel.bytes.size() - sizeof(address);
  std::memcpy(&address, at, sizeof(address));
  for (const BlockKind kind : {BlockKind::kValue, BlockKind::kRing, static_cast<BlockKind>(0)}) {
    multiprocessing::internal::BlockAddress other = address;
    other.kind = kind;
    std::memcpy(at, &other, sizeof(other));
    EXPECT_THROW(testing::unpacked<TypeParam>(parcel), RuntimeError);
  }
  std::memcpy(at, &address, sizeof(address));
  EXPECT_EQ(testing::unpacked<TypeParam>(parcel), handle);
}

// ---- S6: garbage in the block leads nobody out of it, and every call comes back ----

SharedBlock block_of(const Parcel& parcel) {
  multiprocessing::internal::BlockAddress address;
  std::memcpy(&address, parcel.bytes.data() + parcel.bytes.size() - sizeof(address), sizeof(address));
  const multiprocessing::internal::Unpacking unpacking(parcel);
  return SharedBlock::unpack(address, address.kind);
}

constexpr double kShort = 0.00002;

void use(const Lock& lock) {
  static_cast<void>(lock.acquire(true, kShort));
  static_cast<void>(lock.recovered());
  lock.release();
}
void use(const RLock& lock) {
  static_cast<void>(lock.acquire(true, kShort));
  static_cast<void>(lock.locked());
  lock.release();
}
void use(const Semaphore& semaphore) {
  static_cast<void>(semaphore.acquire(true, kShort));
  static_cast<void>(semaphore.get_value());
  semaphore.release();
}
void use(const Event& event) {
  static_cast<void>(event.wait(kShort));
  event.set();
  event.clear();
}
void use(const Condition& condition) {
  if (!condition.acquire(true, kShort)) return;
  struct Release {
    ~Release() { condition.release(); }
    const Condition& condition;
  } const release{condition};
  condition.notify();
  static_cast<void>(condition.wait(kShort));
  condition.notify_all();
}
void use(const Barrier& barrier) {
  static_cast<void>(barrier.n_waiting());
  try {
    barrier.wait(kShort);
  } catch (const threading::BrokenBarrierError&) {
  }
  barrier.abort();
}
// A barrier that believes that a round ends waits for those in its places, who may be anybody.
bool is_safe(const Barrier& /*of*/, std::size_t at, std::uint32_t value) {
  return at != 0 || (value != 2 && value != 3);
}
template <class H>
bool is_safe(const H& /*of*/, std::size_t /*at*/, std::uint32_t /*value*/) {
  return true;
}

TYPED_TEST(HandleFaults, S6_GarbageInTheBlockLeadsNobodyOutOfIt) {
  std::minstd_rand random(5);
  const auto writes = [&](const TypeParam& handle, std::int64_t rounds) {
    const SharedBlock block = block_of(testing::packed(handle));
    auto* const words = static_cast<std::atomic<std::uint32_t>*>(block.data());
    for (std::int64_t i = 0; i < rounds; ++i) {
      const std::size_t at = random() % std::min<std::size_t>(block.size() / 4, i % 2 == 0 ? 12 : 4096);
      const std::uint32_t value = i % 3 == 0 ? static_cast<std::uint32_t>(random()) * 77 : random() % 4;
      if (!is_safe(handle, at, value)) continue;
      words[at].store(value);
      try {
        use(handle);
      } catch (const std::exception&) {  // Whatever it is: it is told.
      }
    }
    std::memset(block.data(), 0, block.size());
  };
  for (int i = 0; i < 10; ++i) writes(Make<TypeParam>::one(), repeat(200, 10'000));
}

TEST(SemaphoreFaults, S6_GarbageInTheWordsOfPermits) {
  std::minstd_rand random(6);
  const Semaphore semaphore({.value = 4, .recover = true});
  const SharedBlock block = block_of(testing::packed(semaphore));
  auto* const words = static_cast<std::atomic<std::uint32_t>*>(block.data());
  for (std::int64_t i = 0; i < repeat(2000, 100'000); ++i) {
    words[random() % (block.size() / 4)].store(i % 3 == 0 ? static_cast<std::uint32_t>(random()) * 77 : random() % 4);
    try {
      use(semaphore);
    } catch (const ValueError&) {
    }
  }
}

}  // namespace
}  // namespace skein
