// Rows S1, S2, S6 and S8 of the table of faults, for named shared memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/multiprocessing/errors.h>
#include <skein/multiprocessing/shared_memory.h>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstring>
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
using skein::testing::repeat;
using skein::testing::run_scenario;
using skein::testing::run_stranger;
using skein::testing::shm_exists;
using skein::testing::shm_names;
using skein::testing::shm_path;

class SharedMemorySafety : public skein::testing::ShmTest {};

// S1

TEST_F(SharedMemorySafety, S1_BlocksAreTheUsersAloneAndNeverAdopted) {
  const mode_t mask = ::umask(0);
  const SharedMemory block("skt_s1", true, 100);
  ::umask(mask);
  struct stat status{};
  ASSERT_EQ(::stat(shm_path("skt_s1").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode, S_IFREG | 0600U);
  EXPECT_EQ(status.st_uid, ::geteuid());
  block.unlink();
  // Somebody was there first: with a file, a link to one, a pipe.
  const std::string path = shm_path("skt_s1");
  std::ofstream(path) << "theirs";
  EXPECT_THROW(SharedMemory("skt_s1", true, 100), FileExistsError);
  EXPECT_EQ(std::filesystem::file_size(path), 6U);
  if (::geteuid() == 0) {
    ::chmod(path.c_str(), 0600);
    ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
    EXPECT_EQ(errno_of([] { SharedMemory("skt_s1"); }), EACCES);
  }
  ::unlink(path.c_str());
  std::ofstream("/tmp/skt_s1_target") << "theirs";
  ASSERT_EQ(::symlink("/tmp/skt_s1_target", path.c_str()), 0);
  EXPECT_THROW(SharedMemory("skt_s1", true, 100), FileExistsError);
  EXPECT_NE(errno_of([] { SharedMemory("skt_s1"); }), 0);
  ::unlink(path.c_str());
  ::unlink("/tmp/skt_s1_target");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_NE(errno_of([] { SharedMemory("skt_s1"); }), 0);
  prune();
  EXPECT_TRUE(shm_exists("skt_s1"));
  ::unlink(path.c_str());
}

// S2

TEST_F(SharedMemorySafety, S2_NamesDoNotRepeatAcrossForks) {
  SKEIN_FORKS();
  constexpr int kEach = 25'000;
  const auto many = [] {
    std::string all;
    for (int i = 0; i < kEach; ++i) all += internal::random_name() + '\n';
    return all;
  };
  internal::random_name();  // What might be kept, is kept now.
  std::string all = many();
  for (int i = 0; i < 3; ++i) {
    const auto child = skein::testing::run_forked([&] {
      std::fputs(many().c_str(), stdout);
      return 0;
    });
    ASSERT_TRUE(child.good()) << child.err;
    all += child.out;
  }
  std::set<std::string> names;
  std::istringstream lines(all);
  for (std::string name; std::getline(lines, name);) {
    EXPECT_EQ(name.size(), 4U + 32U) << name;  // 128 bits.
    names.insert(name);
  }
  EXPECT_EQ(names.size(), 4U * kEach);
}

// S6

void read_all(const ShareableList& list) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    try {
      const Item item = list[static_cast<std::int64_t>(i)];
      static_cast<void>(item.repr());
    } catch (const RuntimeError&) {
    }
  }
}

TEST_F(SharedMemorySafety, S6_AListOfGarbageIsNeverReadOutside) {
  // Up to the last byte of its page, so that one byte more would be a SIGSEGV.
  const SharedMemory block("skt_garbage", true, 4096 - static_cast<std::int64_t>(sizeof(internal::BlockRecord)));
  std::mt19937_64 random(6);
  const ShareableList model({1, "two", 3.0, true, None, "sixth item", 7});
  std::int64_t accepted = 0;
  for (std::int64_t i = 0; i < repeat(20'000, 100'000); ++i) {
    std::memcpy(block.buf().data(), model.shm().buf().data(), model.shm().size());
    for (int changes = 0; changes < 3; ++changes) {
      const std::size_t at = random() % model.shm().size();
      constexpr std::array<std::uint64_t, 8> kNasty = {0,          1,          8,          4000,
                                                       4096 - 8UL, 1UL << 63U, ~0UL - 15U, 0x7fff'ffff'ffff'fff8};
      if (random() % 2 == 0) {
        block.buf()[at] = static_cast<std::byte>(random());
      } else {
        std::memcpy(block.buf().data() + at / 8 * 8, &kNasty[random() % kNasty.size()], 8);
      }
    }
    try {
      read_all(ShareableList({.name = "skt_garbage"}));
      ++accepted;
    } catch (const RuntimeError&) {
    }
  }
  EXPECT_GT(accepted, 0);
  model.shm().unlink();
  block.unlink();
}

TEST_F(SharedMemorySafety, S6_AWriterMeanwhileLeadsNobodyOutside) {
  SKEIN_FORKS();
  const ShareableList list({1, "two", 3.0, "a long item, of more than 16 bytes", 7});
  const pid_t writer = ::fork();
  if (writer == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // If this test crashes, too.
    std::mt19937_64 random(66);
    const auto memory = list.shm().buf();
    const std::vector<std::byte> good(memory.begin(), memory.end());
    for (;;) {
      const std::size_t at = random() % (memory.size() - 8);
      if (random() % 2 == 0) {
        std::memcpy(&memory[at / 8 * 8], "9999999s", 8);  // As a format: ten million bytes.
      } else {
        memory[at] = static_cast<std::byte>(random());
      }
      if (random() % 4 == 0) std::copy(good.begin(), good.end(), memory.begin());
    }
  }
  for (std::int64_t i = 0; i < repeat(20'000, 1'000'000); ++i) read_all(list);
  for (std::int64_t i = 0; i < repeat(2'000, 100'000); ++i) {
    try {
      read_all(ShareableList({.name = list.shm().name()}));
    } catch (const RuntimeError&) {
    }
  }
  ::kill(writer, SIGKILL);
  ::waitpid(writer, nullptr, 0);
  list.shm().unlink();
}

// S8: one block, two who unlink it, and a third who takes the name as soon as it is free.

TEST_F(SharedMemorySafety, S8_NobodyUnlinksALaterBlockOfThatName) {
  if (!skein::internal::has_fault_points()) GTEST_SKIP() << "a build without fault points";
  skein::internal::arm_faults("memory.unlinking=sleep:3");
  for (std::int64_t i = 0; i < repeat(30, 1'000); ++i) {
    const SharedMemory old("skt_s8", true, 10);
    const std::vector<SharedMemory> handles = {SharedMemory("skt_s8"), SharedMemory("skt_s8")};
    std::atomic<int> unlinked{0};
    SharedMemory next;
    skein::testing::Parties all(3, [&](int who) {
      if (who == 2) {
        while (next.name().empty()) {
          try {
            next = SharedMemory("skt_s8", true, 20);
          } catch (const FileExistsError&) {
            ::sched_yield();
          }
        }
        return;
      }
      try {
        handles[static_cast<std::size_t>(who)].unlink();
        ++unlinked;
      } catch (const FileNotFoundError&) {
      }
    });
    all.join();
    EXPECT_EQ(unlinked.load(), 1);
    ASSERT_TRUE(shm_exists("skt_s8")) << "the new block's name is gone, in round " << i;
    EXPECT_EQ(SharedMemory("skt_s8").size(), 20U);
    EXPECT_THROW(old.unlink(), FileNotFoundError);
    next.unlink();
  }
}

TEST_F(SharedMemorySafety, S8_PruneRacesWithWhoAttaches) {
  SKEIN_FORKS();
  if (!skein::internal::has_fault_points()) GTEST_SKIP() << "a build without fault points";
  int attached = 0;
  int refused = 0;
  for (std::int64_t i = 0; i < repeat(40, 1'000); ++i) {
    const auto dead = run_stranger([] {
      const SharedMemory block("skt_race", true, 10);
      ::kill(::getpid(), SIGKILL);
      return 0;
    });
    ASSERT_EQ(dead.status, -SIGKILL);
    skein::internal::arm_faults(i % 2 == 0 ? "memory.pruning=sleep:1" : "memory.opened=sleep:1");
    std::vector<std::string> pruned;
    SharedMemory mine;
    skein::testing::Parties both(2, [&](int who) {
      if (who == 0) {
        pruned = prune();
        return;
      }
      try {
        mine = SharedMemory("skt_race");
      } catch (const FileNotFoundError&) {
      }
    });
    both.join();
    skein::internal::arm_faults("");
    // Who got in has a block with a name; who did not, sees none.
    if (mine.name().empty()) {
      ++refused;
      prune();  // Refused by the lock, while prune() found the block open: it is taken now.
      EXPECT_FALSE(shm_exists("skt_race"));
    } else {
      ++attached;
      EXPECT_TRUE(shm_exists("skt_race")) << "pruned under who had attached";
      EXPECT_TRUE(pruned.empty());
      mine.unlink();
    }
  }
  std::printf("attached %d times, pruned %d times\n", attached, refused);
}

}  // namespace
}  // namespace skein::multiprocessing::shared_memory
