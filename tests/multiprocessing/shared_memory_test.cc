#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/multiprocessing/shared_memory.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "multiprocessing/shm_folder.h"
#include "testing/party.h"
#include "testing/repeat.h"

namespace skein::multiprocessing::shared_memory {
namespace {

using skein::testing::run_forked;
using skein::testing::run_scenario;
using skein::testing::run_stranger;
using skein::testing::shm_exists;
using ::testing::HasSubstr;

class SharedMemoryTest : public skein::testing::ShmTest {};

TEST_F(SharedMemoryTest, ANewBlockIsZeroAndOfTheSizeAskedFor) {
  for (const std::int64_t size : {1, 7, 8, 4015, 4016, 4017, 4096, 100'000}) {
    const SharedMemory block({.create = true, .size = size});
    EXPECT_EQ(block.size(), static_cast<std::size_t>(size));
    ASSERT_EQ(block.buf().size(), block.size());
    EXPECT_TRUE(std::all_of(block.buf().begin(), block.buf().end(), [](std::byte b) { return b == std::byte{0}; }));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block.buf().data()) % 4096, 0U);
    block.buf().front() = block.buf().back() = std::byte{1};
    block.unlink();
  }
}

TEST_F(SharedMemoryTest, WhoAttachesSeesTheSameBytes) {
  const SharedMemory owner("skt_bytes", true, 10);
  owner.buf()[9] = std::byte{42};
  const SharedMemory other("skt_bytes");
  EXPECT_EQ(other.size(), 10U);
  EXPECT_EQ(other.buf()[9], std::byte{42});
  other.buf()[0] = std::byte{7};
  EXPECT_EQ(owner.buf()[0], std::byte{7});
  EXPECT_FALSE(owner == other);
  EXPECT_NE(owner.buf().data(), other.buf().data());
  owner.unlink();
}

TEST_F(SharedMemoryTest, TakesItsArgumentsByPositionAndByName) {
  const SharedMemory a(None, true, 3);
  const SharedMemory b({.name = "skt_named", .create = true, .size = 3, .track = false});
  const SharedMemory c("skt_named", false, 999);
  EXPECT_EQ(c.size(), 3U);
  EXPECT_EQ(b.repr(), "SharedMemory('skt_named', size=3)");
  a.unlink();
  b.unlink();
}

TEST_F(SharedMemoryTest, CopiesAreOneHandle) {
  const SharedMemory block(None, true, 3);
  const SharedMemory copy = block;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_TRUE(copy == block);
  block.close();
  EXPECT_TRUE(copy.buf().empty());
  EXPECT_EQ(copy.size(), 3U);
  EXPECT_EQ(copy.name(), block.name());
  copy.close();
  copy.unlink();
}

TEST_F(SharedMemoryTest, NeitherTheEndOfAHandleNorCloseUnlinks) {
  std::string name;
  {
    const SharedMemory owner(None, true, 3);
    name = owner.name();
    owner.buf()[0] = std::byte{9};
    {
      const SharedMemory attached(name);
    }
    owner.close();
  }
  const SharedMemory again(name);
  EXPECT_EQ(again.buf()[0], std::byte{9});
  again.unlink();
}

TEST_F(SharedMemoryTest, TheMemoryOutlivesItsName) {
  const SharedMemory owner(None, true, 3);
  const SharedMemory other(owner.name());
  other.unlink();
  EXPECT_THROW(SharedMemory{owner.name()}, FileNotFoundError);
  owner.buf()[1] = std::byte{5};
  EXPECT_EQ(other.buf()[1], std::byte{5});
}

TEST_F(SharedMemoryTest, AnEmptyHandleIsLikeAClosedOne) {
  const SharedMemory none;
  EXPECT_TRUE(none.buf().empty());
  EXPECT_EQ(none.size(), 0U);
  EXPECT_EQ(none.name(), "");
  none.close();
  none.unlink();
}

// As a serialiser would.
struct Archive {
  std::string text;
  void operator()(const std::string& value) { text = value; }
  void operator()(std::string& value) { value = text; }
};

TEST_F(SharedMemoryTest, TravelsAsItsName) {
  const SharedMemory block(None, true, 3);
  Archive archive;
  block.save(archive);
  SharedMemory other;
  other.load(archive);
  block.buf()[2] = std::byte{3};
  EXPECT_EQ(other.buf()[2], std::byte{3});
  const ShareableList list({1, "a"});
  list.save(archive);
  ShareableList second;
  second.load(archive);
  second[0] = 5;
  EXPECT_EQ(list[0], 5);
  list.shm().unlink();
  block.unlink();
}

TEST_F(SharedMemoryTest, ClosingFromTwoThreadsIsOneClose) {
  for (int round = 0; round < 200; ++round) {
    const SharedMemory block(None, true, 3);
    std::thread other([&block] { block.close(); });
    block.close();
    other.join();
    block.unlink();
  }
}

TEST_F(SharedMemoryTest, AForkedChildUsesTheBlockThatItsParentMade) {
  SKEIN_FORKS();
  const SharedMemory block(None, true, 3);
  const auto outcome = run_forked([&block] {
    block.buf()[0] = std::byte{8};
    block.close();
    return block.buf().empty() ? 0 : 1;
  });
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_EQ(block.buf()[0], std::byte{8});
  block.unlink();
}

// The end of a program.

SKEIN_SCENARIO(ends_with_a_tracked_block) {
  const SharedMemory closed({.name = "skt_closed", .create = true, .size = 3});
  closed.close();
  static const SharedMemory open({.name = "skt_open", .create = true, .size = 3});
  // Still open when all else is gone.
  skein::testing::skip_leak_check();
  const auto* const leaked = new SharedMemory({.name = "skt_leaked", .create = true, .size = 3});
  return leaked->size() == open.size() ? 0 : 1;
}
TEST_F(SharedMemoryTest, TheEndOfAProgramRemovesWhatItHasForgotten) {
  const auto outcome = run_scenario("ends_with_a_tracked_block");
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_FALSE(shm_exists("skt_closed"));
  EXPECT_FALSE(shm_exists("skt_open"));
  EXPECT_FALSE(shm_exists("skt_leaked"));
  EXPECT_THAT(outcome.err, HasSubstr("'/skt_open' was not unlinked"));
  EXPECT_THAT(outcome.err, HasSubstr("'/skt_closed' was not unlinked"));
}

SKEIN_SCENARIO(ends_with_an_untracked_block) {
  const SharedMemory block({.name = "skt_untracked", .create = true, .size = 3, .track = false});
  return 0;
}
TEST_F(SharedMemoryTest, ABlockThatIsNotTrackedStaysUntilItIsUnlinked) {
  const auto outcome = run_scenario("ends_with_an_untracked_block");
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_EQ(outcome.err, "");
  prune();
  const SharedMemory block("skt_untracked");
  block.unlink();
}

SKEIN_SCENARIO(attaches_and_ends) {
  const SharedMemory block("skt_others");
  block.buf()[0] = std::byte{1};
  return 0;
}
TEST_F(SharedMemoryTest, WhoHasOnlyAttachedRemovesNothing) {
  const SharedMemory block("skt_others", true, 3);
  block.close();
  const auto outcome = run_scenario("attaches_and_ends");
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_EQ(outcome.err, "");
  const SharedMemory again("skt_others");
  EXPECT_EQ(again.buf()[0], std::byte{1});
  again.unlink();
}

TEST_F(SharedMemoryTest, WhatAChildMadeStaysForItsFamily) {
  SKEIN_FORKS();
  const auto root = run_stranger([] {
    const auto child = run_forked([] {
      const SharedMemory block("skt_of_a_child", true, 3);
      block.buf()[0] = std::byte{4};
      return 0;
    });
    prune();  // The creator is dead, but its family lives.
    const SharedMemory block("skt_of_a_child");
    return child.good() && child.err.empty() && block.buf()[0] == std::byte{4} ? 0 : 1;
  });
  EXPECT_TRUE(root.good()) << root;
  EXPECT_FALSE(shm_exists("skt_of_a_child"));
  EXPECT_THAT(root.err, HasSubstr("'/skt_of_a_child' was not unlinked"));
}

TEST_F(SharedMemoryTest, WhatAChildStillUsesOutlivesTheParent) {
  SKEIN_FORKS();
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  int names[2];
  ASSERT_EQ(::pipe(names), 0);
  const auto root = run_stranger([&] {
    // Never closed here, so open until the end.
    const auto* const block = new SharedMemory("skt_inherited", true, 3);
    if (::fork() == 0) {
      ::close(ends[1]);
      ::close(STDERR_FILENO);
      ::close(STDOUT_FILENO);
      char c = 0;
      // Until the test lets go.
      static_cast<void>(::read(ends[0], &c, 1));
      ::_exit(static_cast<int>(block->size()));
    }
    return 0;
  });
  EXPECT_TRUE(root.good()) << root;
  ::close(names[1]);
  EXPECT_TRUE(prune().empty());
  EXPECT_TRUE(shm_exists("skt_inherited"));
  ::close(ends[0]);
  ::close(ends[1]);
  // Its end of `names` closes with it, and the block in the same instant or one later.
  char c = 0;
  EXPECT_EQ(::read(names[0], &c, 1), 0);
  ::close(names[0]);
  std::vector<std::string> pruned;
  EXPECT_TRUE(skein::testing::eventually([&pruned] {
    pruned = prune();
    return !pruned.empty();
  }));
  EXPECT_THAT(pruned, ::testing::ElementsAre("skt_inherited"));
}

// prune().

TEST_F(SharedMemoryTest, PruneTakesTheDeadsBlocksAlone) {
  SKEIN_FORKS();
  const SharedMemory mine("skt_mine", true, 3);
  mine.close();
  const auto dead = run_stranger([] {
    const SharedMemory a({.name = "skt_dead", .create = true, .size = 3});
    const SharedMemory b({.name = "skt_dead_used", .create = true, .size = 3});
    const SharedMemory c({.name = "skt_dead_kept", .create = true, .size = 3, .track = false});
    ::kill(::getpid(), SIGKILL);
    return 0;
  });
  EXPECT_EQ(dead.status, -SIGKILL);
  const int foreign = ::open("/dev/shm/skt_foreign", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  ASSERT_EQ(::ftruncate(foreign, 4096), 0);
  ::close(foreign);
  const SharedMemory used("skt_dead_used");
  EXPECT_THAT(prune(), ::testing::ElementsAre("skt_dead"));
  EXPECT_TRUE(prune().empty());
  used.close();
  EXPECT_THAT(prune(), ::testing::ElementsAre("skt_dead_used"));
  for (const char* const name : {"skt_mine", "skt_foreign", "skt_dead_kept"}) {
    EXPECT_TRUE(shm_exists(name)) << name;
    SharedMemory(name).unlink();
  }
}

TEST_F(SharedMemoryTest, PruneInTwoProcessesAtOnceRemovesEachBlockOnce) {
  SKEIN_FORKS();
  const auto dead = run_stranger([] {
    for (int i = 0; i < 50; ++i) const SharedMemory block("skt_many_" + std::to_string(i), true, 3);
    ::kill(::getpid(), SIGKILL);
    return 0;
  });
  EXPECT_EQ(dead.status, -SIGKILL);
  std::vector<std::string> first;
  std::vector<std::string> second;
  std::thread other([&second] { second = prune(); });
  first = prune();
  other.join();
  const auto last = prune();  // What one had locked while the other came by.
  EXPECT_EQ(first.size() + second.size() + last.size(), 50U);
}

}  // namespace
}  // namespace skein::multiprocessing::shared_memory
