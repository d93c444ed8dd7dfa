// Rows P13 to P17 and P35 of the table of faults, for named shared memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/multiprocessing/errors.h>
#include <skein/multiprocessing/shared_memory.h>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <functional>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "block_record.h"
#include "multiprocessing/shm_folder.h"
#include "testing/party.h"
#include "testing/repeat.h"
#include "testing/signal_storm.h"

namespace skein::multiprocessing::shared_memory {
namespace {

using Item = ShareableItem;
using skein::testing::errno_of;
using skein::testing::kForkIsTestable;
using skein::testing::repeat;
using skein::testing::run_scenario;
using skein::testing::run_stranger;
using skein::testing::shm_exists;
using skein::testing::shm_names;
using skein::testing::shm_path;

class SharedMemoryFaults : public skein::testing::ShmTest {};

// P13

// In a mount namespace of its own, with a /dev/shm of so many bytes. 77: not allowed here.
int with_small_folder(const char* size, const std::function<int()>& body) {
  const uid_t user = ::geteuid();
  if (::unshare(CLONE_NEWNS) != 0) {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return 77;
    std::ofstream("/proc/self/uid_map") << user << ' ' << user << " 1";
  }
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return 77;
  if (::mount("none", "/dev/shm", "tmpfs", 0, (std::string("size=") + size).c_str()) != 0) return 77;
  return body();
}

SKEIN_SCENARIO(fills_the_folder) {
  return with_small_folder("1m", [] {
    const auto files = [] { return std::distance(std::filesystem::directory_iterator("/dev/shm"), {}); };
    if (errno_of([] { SharedMemory(None, true, 2 << 20); }) != ENOSPC) return 1;
    if (files() != 0) return 2;
    const SharedMemory half(None, true, 512 << 10);
    if (errno_of([] { SharedMemory("skt_full", true, 600 << 10); }) != ENOSPC) return 3;
    if (errno_of([] { ShareableList({std::string(600 << 10, 'x')}); }) != ENOSPC) return 4;
    if (files() != 1) return 5;
    // What was reserved for those that failed is free again, and what was made is there to the last byte.
    const SharedMemory rest(None, true, 400 << 10);
    std::memset(half.buf().data(), 1, half.size());
    std::memset(rest.buf().data(), 1, rest.size());
    half.unlink();
    rest.unlink();
    return 0;
  });
}
TEST_F(SharedMemoryFaults, P13_AFullFolderIsAnErrorAtCreation) {
  const auto outcome = run_scenario("fills_the_folder");
  if (outcome.status == 77) GTEST_SKIP() << "no mount of one's own is allowed here";
  EXPECT_TRUE(outcome.good()) << outcome;
}

TEST_F(SharedMemoryFaults, P30_SignalsDoNotKeepMemoryFromBeingReserved) {
  {
    const skein::testing::SignalStorm storm(skein::testing::this_tid());
    const SharedMemory block(None, true, std::int64_t{192} << 20);
    block.buf().back() = std::byte{1};
    if (skein::testing::kForkIsTestable) {  // TSan keeps signals back until a call of its own.
      EXPECT_GT(skein::testing::SignalStorm::hits(), 0);
    }
    block.unlink();
  }
  // Newer kernels (6.18) go on when a signal comes; so this pretends.
  if (!skein::internal::has_fault_points()) GTEST_SKIP() << "a build without fault points";
  skein::internal::arm_faults("memory.reserving=eintr@2");
  const SharedMemory block(None, true, std::int64_t{64} << 20);
  block.unlink();
}

// P14: what another process may have written over the record, or made of the file.

void overwrite(const std::string& name, off_t from_end, const void* bytes, std::size_t size) {
  const int file = ::open(shm_path(name).c_str(), O_RDWR | O_CLOEXEC);
  struct stat status{};
  ::fstat(file, &status);
  EXPECT_EQ(::pwrite(file, bytes, size, status.st_size - from_end), static_cast<ssize_t>(size));
  ::close(file);
}

TEST_F(SharedMemoryFaults, P14_ADamagedRecordIsRefused) {
  const SharedMemory block("skt_damaged", true, 100);
  std::mt19937 random(14);
  int refused = 0;
  int foreign = 0;
  const auto record = internal::make_record(100, true);
  const std::int64_t rounds = repeat(2'000, 100'000);
  for (std::int64_t i = 0; i < rounds; ++i) {
    auto damaged = std::bit_cast<std::array<unsigned char, sizeof(record)>>(record);
    damaged[random() % damaged.size()] ^= static_cast<unsigned char>(1 + random() % 255);
    overwrite("skt_damaged", sizeof(damaged), damaged.data(), damaged.size());
    try {
      const SharedMemory attached("skt_damaged");
      // Without its magic it is anybody's file; between record and version are bytes that mean nothing.
      if (attached.size() == 184) {
        ++foreign;
      } else {
        ASSERT_EQ(attached.size(), 100U);
      }
      ASSERT_EQ(std::to_integer<int>(attached.buf().back()) | 255, 255);  // It is there to be read.
    } catch (const RuntimeError&) {
      ++refused;
    }
    prune();
    ASSERT_TRUE(shm_exists("skt_damaged"));
  }
  EXPECT_GT(refused, rounds / 2);
  EXPECT_GT(foreign, 0);
  block.unlink();
}

TEST_F(SharedMemoryFaults, P14_SizesThatDoNotFitAreRefused) {
  const SharedMemory block("skt_longer", true, 100);
  // The whole record, moved by a page: its size fits to the file no more.
  const int file = ::open(shm_path("skt_longer").c_str(), O_RDWR | O_CLOEXEC);
  const auto record = internal::make_record(100, true);
  ASSERT_EQ(::ftruncate(file, 4096), 0);
  ASSERT_EQ(::pwrite(file, &record, sizeof(record), 4096 - sizeof(record)), static_cast<ssize_t>(sizeof(record)));
  ::close(file);
  EXPECT_THROW(SharedMemory("skt_longer"), RuntimeError);
  block.unlink();
}

// P15: whatever is wrong with an attach, the block stays.

TEST_F(SharedMemoryFaults, P15_AnAttachThatFailsUnlinksNothing) {
  const SharedMemory owner("skt_p15", true, 64 << 20);
  owner.buf()[0] = std::byte{1};
  const auto still_there = [&] {
    EXPECT_TRUE(shm_exists("skt_p15"));
    EXPECT_EQ(SharedMemory("skt_p15").buf()[0], std::byte{1});
  };
  if (kForkIsTestable) {
    // No address space.
    const auto poor = run_stranger([] {
      long pages = 0;
      std::ifstream("/proc/self/statm") >> pages;
      const auto now = static_cast<rlim_t>(pages) * 4096;
      const rlimit limit{now + (16 << 20), now + (16 << 20)};
      if (::setrlimit(RLIMIT_AS, &limit) != 0) return 1;
      return errno_of([] { SharedMemory("skt_p15"); }) == ENOMEM ? 0 : 2;
    });
    EXPECT_TRUE(poor.good()) << poor;
    still_there();
    // No descriptor.
    const auto out_of_descriptors = run_stranger([] {
      // UBSan takes a descriptor when it meets a type for the first time: so one error before, and one looked at later.
      if (errno_of([] { SharedMemory("skt_missing"); }) != ENOENT) return 3;
      rlimit before{};
      ::getrlimit(RLIMIT_NOFILE, &before);
      const rlimit limit{3, before.rlim_max};
      if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) return 1;
      std::exception_ptr error;
      try {
        const SharedMemory attached("skt_p15");
      } catch (...) {
        error = std::current_exception();
      }
      ::setrlimit(RLIMIT_NOFILE, &before);
      return error != nullptr && errno_of([&error] { std::rethrow_exception(error); }) == EMFILE ? 0 : 2;
    });
    EXPECT_TRUE(out_of_descriptors.good()) << out_of_descriptors;
    still_there();
    if (::geteuid() == 0) {
      const auto other_user = run_stranger([] {
        if (::setuid(65534) != 0) return 1;
        prune();
        return errno_of([] { SharedMemory("skt_p15"); }) == EACCES ? 0 : 2;
      });
      EXPECT_TRUE(other_user.good()) << other_user;
      still_there();
    }
  }
  ASSERT_EQ(::chmod(shm_path("skt_p15").c_str(), 0640), 0);
  EXPECT_EQ(errno_of([] { SharedMemory("skt_p15"); }), EACCES);
  ASSERT_EQ(::chmod(shm_path("skt_p15").c_str(), 0600), 0);
  still_there();
  owner.unlink();
  // An empty file, as CPython's creator leaves for an instant.
  ::close(::open(shm_path("skt_p15").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
  EXPECT_THROW(SharedMemory("skt_p15"), ValueError);
  EXPECT_TRUE(shm_exists("skt_p15"));
  ::unlink(shm_path("skt_p15").c_str());
}

TEST_F(SharedMemoryFaults, P15_AThrowAnywhereLeavesNothing) {
  if (!skein::internal::has_fault_points()) GTEST_SKIP() << "a build without fault points";
  const SharedMemory there("skt_there", true, 10);
  for (const char* const point : {"memory.made", "memory.sized", "memory.mapped", "memory.reserved", "memory.recorded",
                                  "memory.named", "memory.opened", "memory.attached"}) {
    SCOPED_TRACE(point);
    const auto names = shm_names();
    const auto descriptors = skein::testing::descriptor_count();
    skein::internal::arm_faults(std::string(point) + "=throw");
    EXPECT_THROW(
        {
          SharedMemory("skt_new", true, 10);
          SharedMemory("skt_there");
        },
        skein::internal::FaultError);
    skein::internal::arm_faults("");
    // There only if it is the second that failed.
    EXPECT_EQ(shm_exists("skt_new"),
              std::string_view(point) == "memory.opened" || std::string_view(point) == "memory.attached");
    if (shm_exists("skt_new")) SharedMemory("skt_new").unlink();
    EXPECT_EQ(shm_names(), names);
    EXPECT_EQ(skein::testing::descriptor_count(), descriptors);
  }
  there.unlink();
}

// P16. Texts and numbers are those of the triple shared_memory_errors.

TEST_F(SharedMemoryFaults, P16_ATableOfBadInput) {
  const std::string nul("a\0b", 3);
  EXPECT_THROW(SharedMemory("skt_missing"), FileNotFoundError);
  EXPECT_THROW(SharedMemory(SharedMemory::Options{}), ValueError);
  EXPECT_THROW(SharedMemory({.create = true}), ValueError);
  EXPECT_THROW(SharedMemory({.create = true, .size = -1}), ValueError);
  EXPECT_THROW(SharedMemory("skt_x", false, -1), ValueError);
  EXPECT_THROW(SharedMemory{nul}, ValueError);
  EXPECT_THROW(SharedMemory(nul, true, 1), ValueError);
  for (const bool create : {true, false}) {
    const auto code = [create](const std::string& name) { return errno_of([&] { SharedMemory(name, create, 1); }); };
    EXPECT_EQ(code("a/b"), EINVAL);
    EXPECT_EQ(code(""), EINVAL);
    EXPECT_EQ(code("/"), EINVAL);
    EXPECT_EQ(code("."), create ? EEXIST : EINVAL);
    EXPECT_EQ(code(std::string(300, 'x')), EINVAL);
    EXPECT_EQ(code(std::string(256, 'x')), ENAMETOOLONG);
  }
  const SharedMemory longest(std::string(255, 'x'), true, 1);
  longest.unlink();
  for (const std::int64_t size : {std::int64_t{1} << 47, std::int64_t{1} << 62, std::int64_t{0x7fff'ffff'ffff'ffff}}) {
    EXPECT_EQ(errno_of([&] { SharedMemory("skt_huge", true, size); }), ENOMEM) << size;
  }
  const SharedMemory one("skt_twice", true, 1);
  EXPECT_THROW(SharedMemory("skt_twice", true, 1), FileExistsError);
  EXPECT_THROW(SharedMemory("/skt_twice", true, 1), FileExistsError);
  EXPECT_EQ(SharedMemory("//skt_twice").name(), "//skt_twice");
  one.unlink();
  EXPECT_THROW(one.unlink(), FileNotFoundError);
}

// P17

struct KilledAt {
  const char* point;
  std::function<void()> work;
};

TEST_F(SharedMemoryFaults, P17_KilledAtEachStep) {
  SKEIN_FORKS();
  if (!skein::internal::has_fault_points()) GTEST_SKIP() << "a build without fault points";
  const auto create = [] { SharedMemory("skt_killed", true, 100'000); };
  const auto list = [] { ShareableList({1, "two"}, {.name = "skt_killed"}); };
  const auto attach = [] { SharedMemory("skt_other"); };
  const std::vector<KilledAt> matrix = {
      {"memory.made", create},
      {"memory.sized", create},
      {"memory.mapped", create},
      {"memory.reserved", create},
      {"memory.recorded", create},
      {"memory.named", create},
      {"list.filled", list},
      {"memory.opened", attach},
      {"memory.attached", attach},
      {"memory.unlinking", [] { SharedMemory("skt_killed", true, 10).unlink(); }},
      {"memory.pruning", [] { prune(); }},
      {"list.formatted", [] { ShareableList({.name = "skt_list"})[0] = "new"; }},
      {"list.coded", [] { ShareableList({.name = "skt_list"})[0] = 5; }},
  };
  const SharedMemory other("skt_other", true, 10);
  const ShareableList items({"old text", 2}, {.name = "skt_list"});
  const auto names = shm_names();
  const auto descriptors = skein::testing::descriptor_count();
  std::printf("%-18s %-52s %s\n", "killed at", "what others see", "slowest, s");
  for (const auto& [point, work] : matrix) {
    SCOPED_TRACE(point);
    double slowest = 0;
    std::set<std::string> seen;
    for (std::int64_t i = 0; i < repeat(20, 1'000); ++i) {
      if (std::string_view(point) == "memory.pruning") {
        const auto dead = run_stranger([] {
          const SharedMemory left("skt_killed", true, 10);
          ::kill(::getpid(), SIGKILL);
          return 0;
        });
        ASSERT_EQ(dead.status, -SIGKILL);
      }
      const auto killed = run_stranger([&] {
        skein::internal::arm_faults(std::string(point) + "=kill");
        work();
        return 0;
      });
      ASSERT_EQ(killed.status, -SIGKILL) << killed;
      const double before = skein::testing::now();
      std::string what;
      if (shm_names() == names) {
        what = "nothing was made";
        EXPECT_THROW(SharedMemory("skt_killed"), FileNotFoundError);
      } else {
        // There is a whole block, which prune() takes.
        ASSERT_EQ(SharedMemory("skt_killed").size(), std::string_view(point) == "memory.named" ? 100'000U : 10U);
        prune();
        what = "a whole block, gone by prune()";
      }
      SharedMemory("skt_killed", true, 10).unlink();  // The name is free.
      try {
        const Item item = items[0];
        if (!(item == Item("old text"))) what = "that item mixed, the list readable";
        EXPECT_EQ(items[1], 2);
      } catch (const RuntimeError&) {
        what = "that item refused as damaged, the others readable";
        EXPECT_EQ(items[1], 2);
      }
      items[0] = "old text";
      slowest = std::max(slowest, skein::testing::now() - before);
      seen.insert(what);
      ASSERT_EQ(shm_names(), names);
    }
    EXPECT_LT(slowest, 5);
    for (const auto& what : seen) std::printf("%-18s %-52s %.4f\n", point, what.c_str(), slowest);
  }
  EXPECT_EQ(skein::testing::descriptor_count(), descriptors);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);  // No zombie.
  items.shm().unlink();
  other.unlink();
}

TEST_F(SharedMemoryFaults, P17_OpenersNeverWaitForACreatorThatStands) {
  SKEIN_FORKS();
  if (!skein::internal::has_fault_points()) GTEST_SKIP() << "a build without fault points";
  for (const char* const point : {"memory.made", "memory.reserved", "memory.recorded", "memory.named"}) {
    const pid_t child = ::fork();
    if (child == 0) {
      skein::internal::arm_faults(std::string(point) + "=stop");
      const SharedMemory block("skt_stopped", true, 100);
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, WUNTRACED), child);
    ASSERT_TRUE(WIFSTOPPED(status));
    if (std::string_view(point) == "memory.named") {
      EXPECT_EQ(SharedMemory("skt_stopped").size(), 100U);
      EXPECT_TRUE(prune().empty());  // It stands, but it lives.
      SharedMemory("skt_stopped").unlink();
    } else {
      EXPECT_THROW(SharedMemory("skt_stopped"), FileNotFoundError);
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
  }
}

// P35

TEST_F(SharedMemoryFaults, P35_AnotherFormatIsRefusedAndLeftAlone) {
  const SharedMemory block("skt_format", true, 100);
  block.close();
  const std::uint32_t next = internal::kBlockFormat + 1;
  overwrite("skt_format", 12, &next, sizeof(next));
  try {
    SharedMemory attached("skt_format");
    FAIL() << "attached";
  } catch (const RuntimeError& error) {
    EXPECT_STREQ(error.what(),
                 "the shared memory '/skt_format' has format 2, of another version of skein; this one reads format 1");
  }
  EXPECT_TRUE(prune().empty());
  EXPECT_TRUE(shm_exists("skt_format"));
  block.unlink();
}

}  // namespace
}  // namespace skein::multiprocessing::shared_memory
