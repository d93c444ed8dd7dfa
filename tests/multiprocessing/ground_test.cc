// What the primitives stand on: shared blocks, and who a process is.
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing/internal/parcel.h>
#include <skein/multiprocessing/internal/shared_block.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "identity.h"
#include "multiprocessing/processes.h"
#include "testing/child.h"
#include "testing/repeat.h"

namespace skein {
namespace {

using multiprocessing::internal::BlockAddress;
using multiprocessing::internal::BlockKind;
using multiprocessing::internal::Identity;
using multiprocessing::internal::Packing;
using multiprocessing::internal::Parcel;
using multiprocessing::internal::SharedBlock;
using multiprocessing::internal::Unpacking;
using testing::Child;
using testing::Common;
using testing::Counter;
using testing::descriptor_count;
using testing::raised;
using testing::repeat;

// ---- shared blocks ----

Parcel packed(const SharedBlock& block) {
  Parcel parcel;
  const Packing packing(parcel);
  const BlockAddress address = block.pack();
  parcel.bytes.resize(sizeof(address));
  std::memcpy(parcel.bytes.data(), &address, sizeof(address));
  return parcel;
}
BlockAddress address_in(const Parcel& parcel) {
  BlockAddress address;
  std::memcpy(&address, parcel.bytes.data(), sizeof(address));
  return address;
}
SharedBlock unpacked(const Parcel& parcel, const BlockAddress& address, BlockKind kind) {
  const Unpacking unpacking(parcel);
  return SharedBlock::unpack(address, kind);
}

TEST(SharedBlockTest, IsZeroedAndAlignedAndShared) {
  SKEIN_FORKS();
  for (const std::size_t size : {std::size_t{1}, std::size_t{64}, std::size_t{4096}, std::size_t{1} << 20}) {
    for (const std::size_t alignment : {std::size_t{16}, std::size_t{64}, std::size_t{4096}}) {
      const SharedBlock block(BlockKind::kValue, size, alignment);
      auto* const bytes = static_cast<unsigned char*>(block.data());
      EXPECT_EQ(block.size(), size);
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(bytes) % alignment, 0U);
      EXPECT_TRUE(std::all_of(bytes, bytes + size, [](unsigned char byte) { return byte == 0; }));
      Child child([&] { bytes[size - 1] = 42; });
      EXPECT_EQ(child.wait(), 0);
      EXPECT_EQ(bytes[size - 1], 42);
    }
  }
  EXPECT_THROW(SharedBlock(BlockKind::kValue, 8, 3), ValueError);
  EXPECT_THROW(SharedBlock(BlockKind::kValue, 8, 8192), ValueError);
  EXPECT_THROW(SharedBlock(BlockKind::kValue, std::size_t{1} << 50), OverflowError);
}

TEST(SharedBlockTest, BlocksOfAChildLieElsewhereThanThoseOfItsParent) {
  SKEIN_FORKS();
  const SharedBlock before(BlockKind::kValue, 8);
  Common<Counter> child_made;
  Child child([&] {
    const SharedBlock block(BlockKind::kValue, 8);
    block.as<std::int64_t>() = 1;
    child_made->store(1);
    while (child_made->load() == 1) ::usleep(100);
    return block.as<std::int64_t>() == 1 ? 0 : 1;
  });
  ASSERT_TRUE(raised(*child_made));
  const SharedBlock block(BlockKind::kValue, 8);
  block.as<std::int64_t>() = 2;
  child_made->store(2);
  EXPECT_EQ(child.wait(), 0);
}

TEST(SharedBlockTest, UnpackFindsTheSameBlock) {
  const SharedBlock block(BlockKind::kValue, 24);
  const Parcel parcel = packed(block);
  EXPECT_EQ(unpacked(parcel, address_in(parcel), BlockKind::kValue), block);
  // Two of one segment need one descriptor.
  Parcel both;
  {
    const Packing packing(both);
    static_cast<void>(block.pack());
    static_cast<void>(block.pack());
  }
  EXPECT_EQ(both.descriptors.size(), 1U);
}

// Everything that can be wrong with an address, as a table.
TEST(SharedBlockTest, UnpackRefusesWhatDoesNotFit) {
  const SharedBlock block(BlockKind::kValue, 24);
  const Parcel parcel = packed(block);
  const BlockAddress good = address_in(parcel);
  const std::vector<void (*)(BlockAddress&)> wrongs{
      [](BlockAddress& a) { a.segment[0] ^= 1; },
      [](BlockAddress& a) { a.offset += 1; },
      [](BlockAddress& a) { a.offset += 64; },
      [](BlockAddress& a) { a.offset = 0; },
      [](BlockAddress& a) { a.offset = ~std::uint64_t{63}; },
      [](BlockAddress& a) { a.size += 1; },
      [](BlockAddress& a) { a.size = ~std::uint64_t{0}; },
      [](BlockAddress& a) { a.kind = BlockKind::kLock; },
      [](BlockAddress& a) { a.descriptor = 1; },
      [](BlockAddress& a) { a.descriptor = ~std::uint32_t{0}; },
  };
  for (const auto& wrong : wrongs) {
    BlockAddress address = good;
    wrong(address);
    EXPECT_THROW(unpacked(parcel, address, BlockKind::kValue), RuntimeError);
  }
  EXPECT_THROW(unpacked(parcel, good, BlockKind::kLock), RuntimeError);
  EXPECT_THROW(static_cast<void>(SharedBlock::unpack(good, BlockKind::kValue)), RuntimeError);  // No parcel.
  EXPECT_NO_THROW(unpacked(parcel, good, BlockKind::kValue));
}

TEST(SharedBlockTest, UnpackRefusesOtherDescriptors) {
  const SharedBlock block(BlockKind::kValue, 24);
  BlockAddress address = address_in(packed(block));
  address.segment[0] ^= 1;  // Else the segment that is mapped already is found.
  const auto refused = [&](int number) {
    Parcel parcel;
    parcel.descriptors.emplace_back(number);
    address.descriptor = 0;
    EXPECT_THROW(unpacked(parcel, address, BlockKind::kValue), RuntimeError);
  };
  std::array<int, 2> pipe_ends{};
  ASSERT_EQ(::pipe2(pipe_ends.data(), O_CLOEXEC), 0);
  refused(pipe_ends[0]);
  refused(pipe_ends[1]);
  refused(::open("/dev/null", O_RDWR | O_CLOEXEC));
  refused(::memfd_create("empty", MFD_CLOEXEC));
  const int unsealed = ::memfd_create("unsealed", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  ASSERT_EQ(::ftruncate(unsealed, 32768), 0);
  refused(unsealed);
  const int zeroes = ::memfd_create("zeroes", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  ASSERT_EQ(::ftruncate(zeroes, 32768), 0);
  ASSERT_EQ(::fcntl(zeroes, F_ADD_SEALS, F_SEAL_SHRINK), 0);
  refused(zeroes);
}

TEST(SharedBlockTest, DescriptorsAndMappingsAreGivenBack) {
  const std::int64_t before = descriptor_count();
  for (int i = 0; i < 20; ++i) {
    const SharedBlock large(BlockKind::kValue, 100'000);
    const SharedBlock copy = large;  // NOLINT(performance-unnecessary-copy-initialization)
    const Parcel parcel = packed(copy);
    EXPECT_EQ(descriptor_count(), before + 2);
  }
  EXPECT_EQ(descriptor_count(), before);
}

// ---- S1: anonymous, sealed ----

std::string link_of(int descriptor) {
  std::array<char, 200> text{};
  const ssize_t size =
      ::readlink(("/proc/self/fd/" + std::to_string(descriptor)).c_str(), text.data(), text.size() - 1);
  return {text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

TEST(SharedBlockFaults, S1_MemoryIsAnonymousAndSealed) {
  const testing::SharedNames names;
  const SharedBlock block(BlockKind::kValue, 100'000);
  EXPECT_TRUE(names.none_is_left());
  const Parcel parcel = packed(block);
  ASSERT_EQ(parcel.descriptors.size(), 1U);
  const int descriptor = parcel.descriptors[0].number();
  EXPECT_TRUE(link_of(descriptor).starts_with("/memfd:")) << link_of(descriptor);
  struct stat status{};
  ASSERT_EQ(::fstat(descriptor, &status), 0);
  EXPECT_EQ(status.st_nlink, 0U);  // No name anywhere.
  constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
  EXPECT_EQ(::fcntl(descriptor, F_GET_SEALS) & kSeals, kSeals);
  EXPECT_NE(::ftruncate(descriptor, 4096), 0);
  EXPECT_NE(::ftruncate(descriptor, 1 << 20), 0);
  EXPECT_NE(::fcntl(descriptor, F_GETFD) & FD_CLOEXEC, 0);  // S7.
}

// P13, P14: the pages are there. (What a peer can do to them is what S6 is about.)
TEST(SharedBlockFaults, P14_APeerCannotTakeThePagesAway) {
  SKEIN_FORKS();
  const SharedBlock block(BlockKind::kValue, 100'000);
  const Parcel parcel = packed(block);
  const int descriptor = parcel.descriptors[0].number();
  Child peer([&] {
    return ::ftruncate(descriptor, 0) != 0 && errno == EPERM &&
                   ::fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096) == 0
               ? 0
               : 1;
  });
  EXPECT_EQ(peer.wait(), 0);
  // Even with the header wiped out nothing is dereferenced.
  EXPECT_THROW(static_cast<void>(packed(block)), RuntimeError);
  static_cast<unsigned char*>(block.data())[99'999] = 1;
}

// ---- S2: random names ----

TEST(SharedBlockFaults, S2_NamesDoNotRepeatAcrossForks) {
  SKEIN_FORKS();
  constexpr int kChildren = 4;
  const auto each = static_cast<std::size_t>(repeat(500, 25'000));
  using Name = std::array<std::uint64_t, 2>;
  struct Names {
    std::array<std::array<Name, 25'000>, kChildren> of;
  };
  Common<Names> names;
  std::vector<Child> children;
  for (std::size_t i = 0; i < kChildren; ++i) {
    children.emplace_back([&] {
      for (std::size_t k = 0; k < each; ++k) {
        const SharedBlock block(BlockKind::kValue, 5000);
        names->of[i][k] = address_in(packed(block)).segment;
      }
    });
  }
  for (Child& child : children) ASSERT_EQ(child.wait(), 0);
  std::set<Name> all;
  std::set<std::uint64_t> halves;
  for (std::size_t i = 0; i < kChildren; ++i) {
    for (std::size_t k = 0; k < each; ++k) {
      all.insert(names->of[i][k]);
      halves.insert(names->of[i][k][0]);
    }
  }
  EXPECT_EQ(all.size(), kChildren * each);
  EXPECT_EQ(halves.size(), kChildren * each);
}

// ---- S6: the header is copied once, then checked ----

TEST(SharedBlockFaults, S6_AWriterCannotLeadReadersOutOfTheSegment) {
  if (!testing::kForkIsTestable) GTEST_SKIP() << "TSan: a race on purpose";
  constexpr std::size_t kSize = 200;
  const SharedBlock block(BlockKind::kValue, kSize);
  auto* const header = static_cast<unsigned char*>(block.data()) - 16;
  std::array<unsigned char, 16> good{};
  std::memcpy(good.data(), header, good.size());
  const Parcel parcel = packed(block);
  const BlockAddress address = address_in(parcel);
  std::atomic<bool> end{false};
  // One byte at a time, as a peer would that races with the check; and now and then the truth.
  std::thread writer([&] {
    std::minstd_rand random(1);
    auto* const bytes = reinterpret_cast<std::atomic<unsigned char>*>(header);
    while (!end.load()) {
      const std::size_t at = random() % 16;
      bytes[at].store(static_cast<unsigned char>(random()), std::memory_order_relaxed);
      for (std::size_t i = 0; i < 16; ++i) bytes[i].store(good[i], std::memory_order_relaxed);
    }
  });
  std::int64_t found = 0;
  std::int64_t refused = 0;
  const std::int64_t rounds = repeat(100'000);
  std::minstd_rand random(2);
  for (std::int64_t i = 0; i < rounds; ++i) {
    BlockAddress asked = address;
    if (i % 4 == 0) asked.size = random();
    if (i % 8 == 0) asked.offset += random() % 65536;
    try {
      const SharedBlock got = unpacked(parcel, asked, BlockKind::kValue);
      ++found;
      const auto* const data = static_cast<const unsigned char*>(got.data());
      const auto* const base = header - address.offset;
      ASSERT_GE(data, base);
      ASSERT_LE(data + got.size(), base + 32768);
    } catch (const RuntimeError&) {
      ++refused;
    }
    if (i % 16 == 0) {
      multiprocessing::internal::for_each_block(BlockKind::kValue, [](void* data, std::size_t size) {
        if (size != 0) {  // Both ends can be read.
          static_cast<void>(static_cast<volatile unsigned char*>(data)[0]);
          static_cast<void>(static_cast<volatile unsigned char*>(data)[size - 1]);
        }
      });
    }
  }
  end.store(true);
  writer.join();
  std::printf("found %lld, refused %lld\n", static_cast<long long>(found), static_cast<long long>(refused));
  EXPECT_GT(found, 0);
  EXPECT_GT(refused, 0);
}

// ---- P15, P18: what cannot be had ----

TEST(SharedBlockFaults, P15_AFailedAttachHarmsNobody) {
  SKEIN_FORKS();
  if (testing::kRepeatPercent < 100) GTEST_SKIP() << "the sanitizer needs the address space that is taken away here";
  std::optional<SharedBlock> block(std::in_place, BlockKind::kValue, std::size_t{1} << 20);
  block->as<std::int64_t>() = 7;
  const Parcel parcel = packed(*block);
  const BlockAddress address = address_in(parcel);
  Child child([&] {
    block.reset();  // Unmapped here.
    const std::int64_t before = descriptor_count();
    rlimit old{};
    ::getrlimit(RLIMIT_AS, &old);
    const rlimit none{1, old.rlim_max};
    ::setrlimit(RLIMIT_AS, &none);
    int code = 0;
    try {
      static_cast<void>(unpacked(parcel, address, BlockKind::kValue));
    } catch (const OSError& error) {
      code = error.code().value();
    }
    ::setrlimit(RLIMIT_AS, &old);
    if (code != ENOMEM) return 1;
    if (descriptor_count() != before) return 2;
    return unpacked(parcel, address, BlockKind::kValue).as<std::int64_t>() == 7 ? 0 : 3;
  });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(block->as<std::int64_t>(), 7);
}

TEST(SharedBlockFaults, P18_WithoutDescriptorsOrRoomItIsAnErrorAndNothingStaysOpen) {
  SKEIN_FORKS();
  if (testing::kRepeatPercent < 100) GTEST_SKIP() << "UBSan looks at objects through a pipe, which cannot be had here";
  Child child([] {
    const std::int64_t before = descriptor_count();
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = static_cast<rlim_t>(before) + 20;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    {
      std::vector<SharedBlock> blocks;
      int code = 0;
      while (code == 0 && blocks.size() < 100) {
        try {
          blocks.emplace_back(BlockKind::kValue, 5000);
        } catch (const OSError& error) {
          code = error.code().value();
        }
      }
      if (code != EMFILE || blocks.size() < 10) return 1;
      blocks.pop_back();
      blocks.emplace_back(BlockKind::kValue, 5000);  // One came free.
      Parcel parcel;
      try {
        const Packing packing(parcel);
        static_cast<void>(blocks.front().pack());
        return 2;
      } catch (const OSError&) {
        if (!parcel.descriptors.empty()) return 3;
      }
    }
    if (descriptor_count() != before) return 4;
    // No room: at once, not at the first touch.
    const rlimit small{1 << 20, RLIM_INFINITY};
    ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &small);
    try {
      const SharedBlock block(BlockKind::kValue, std::size_t{8} << 20);
      return 5;
    } catch (const OSError&) {
    }
    return descriptor_count() == before ? 0 : 6;
  });
  EXPECT_EQ(child.wait(), 0);
}

// Each call that makes a segment fails in turn.
TEST(SharedBlockFaults, P18_AFailureHalfWayLeavesNothingOpen) {
  SKEIN_FORKS();
  if (!internal::has_fault_points()) GTEST_SKIP() << "this build has no fault points";
  for (const char* point : {"segment.made", "segment.sized"}) {
    Child child([&] {
      const std::int64_t before = descriptor_count();
      internal::arm_faults(std::string(point) + "=throw@1");
      try {
        const SharedBlock block(BlockKind::kValue, 5000);
        return 1;
      } catch (const internal::FaultError&) {
      }
      if (descriptor_count() != before) return 2;
      const SharedBlock block(BlockKind::kValue, 5000);
      return block ? 0 : 3;
    });
    EXPECT_EQ(child.wait(), 0) << point;
  }
}

// ---- identity ----

TEST(IdentityTest, IsThePidAndTheStartAndChangesWithAFork) {
  SKEIN_FORKS();
  const Identity me = multiprocessing::internal::self();
  EXPECT_EQ(me.pid, static_cast<std::uint32_t>(::getpid()));
  EXPECT_NE(me.started, 0U);
  EXPECT_EQ(multiprocessing::internal::self(), me);
  EXPECT_FALSE(multiprocessing::internal::gone(me));
  Child child([&] {
    const Identity mine = multiprocessing::internal::self();
    const bool good = mine.pid == static_cast<std::uint32_t>(::getpid()) && mine != me &&
                      !multiprocessing::internal::gone(me) && !multiprocessing::internal::gone(mine);
    return good ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(IdentityTest, AProcessIsGoneOnceItIsDeadWhetherWaitedForOrNot) {
  SKEIN_FORKS();
  Common<std::array<std::uint32_t, 2>> of_child;
  Common<Counter> up;
  Child child([&] {
    const Identity mine = multiprocessing::internal::self();
    *of_child = {mine.pid, mine.started};
    up->store(1);
    testing::stay();
  });
  ASSERT_TRUE(raised(*up));
  const Identity other{(*of_child)[0], (*of_child)[1]};
  EXPECT_FALSE(multiprocessing::internal::gone(other));
  child.signal(SIGSTOP);
  EXPECT_FALSE(multiprocessing::internal::gone(other));
  // The same number, started at another time: the one that is meant is gone.
  EXPECT_TRUE(multiprocessing::internal::gone({other.pid, other.started - 1}));
  EXPECT_FALSE(multiprocessing::internal::gone({other.pid, 0}));
  child.kill_and_see();
  EXPECT_TRUE(multiprocessing::internal::gone(other));
  child.wait();
  EXPECT_TRUE(multiprocessing::internal::gone(other));
  EXPECT_FALSE(multiprocessing::internal::gone({}));
}

// It is asked in the middle of calls whose errno matters.
TEST(IdentityTest, LeavesErrnoAlone) {
  errno = 77;
  static_cast<void>(multiprocessing::internal::self());
  static_cast<void>(multiprocessing::internal::gone({(1U << 22) - 1, 1}));
  EXPECT_EQ(errno, 77);
}

}  // namespace
}  // namespace skein
