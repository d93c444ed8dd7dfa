// Blocks that are used again: what a thread keeps, what goes to others, what goes back to the heap.
#include <gtest/gtest.h>
#include <skein/core/internal/block_cache.h>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <thread>
#include <utility>
#include <vector>

#include "testing/allocation.h"
#include "testing/party.h"
#include "testing/repeat.h"

namespace skein::internal {
namespace {

using skein::testing::allocations;
using skein::testing::bytes_in_use;
using skein::testing::fail_allocation;
using skein::testing::Parties;
using skein::testing::Party;
using skein::testing::repeat;

// The limits that the header tells.
constexpr std::int64_t kBatch = 32;
constexpr std::int64_t kDepotBytes = 256 * 1024;

// `body` in a thread of its own, which has nothing on its shelves yet.
template <class Body>
void in_new_thread(Body body) {
  std::thread(std::move(body)).join();
}

std::vector<void*> take_many(std::int64_t count, std::size_t size) {
  std::vector<void*> blocks;
  blocks.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) blocks.push_back(take_block(size));
  return blocks;
}

void give_many(const std::vector<void*>& blocks, std::size_t size) {
  for (void* const block : blocks) give_block(block, size);
}

TEST(BlockCache, EverySizeIsAlignedAndWhollyItsOwners) {
  std::vector<std::pair<void*, std::size_t>> blocks;
  for (std::size_t size = 0; size <= kLargestBlock + 100; ++size) {
    void* const block = take_block(size);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % __STDCPP_DEFAULT_NEW_ALIGNMENT__, 0U);
    std::memset(block, static_cast<int>(size % 251), size);
    blocks.emplace_back(block, size);
  }
  for (const auto& [block, size] : blocks) {
    const auto* const bytes = static_cast<const unsigned char*>(block);
    EXPECT_TRUE(std::all_of(bytes, bytes + size, [&](unsigned char byte) { return byte == size % 251; })) << size;
    give_block(block, size);
  }
}

TEST(BlockCache, GivesTheSameBlockAgainWithoutTheHeap) {
  in_new_thread([] {
    void* const first = take_block(76);
    give_block(first, 76);
    const std::int64_t before = allocations();
    for (int i = 0; i < 1000; ++i) {
      void* const again = take_block(88);  // Rounded up to the same.
      EXPECT_EQ(again, first);
      give_block(again, 88);
    }
    EXPECT_EQ(allocations(), before);
  });
}

TEST(BlockCache, LargeOnesAreTheHeaps) {
  const std::int64_t before = bytes_in_use();
  void* const large = take_block(kLargestBlock + 1);
  EXPECT_GT(bytes_in_use(), before);
  give_block(large, kLargestBlock + 1);
  EXPECT_EQ(bytes_in_use(), before);
}

TEST(BlockCache, AFailureOfTheHeapIsTheCallers) {
  in_new_thread([] {
    constexpr std::size_t kSize = 1008;  // No other case leaves any of these.
    void* const kept = take_block(kSize);
    fail_allocation(1);
    EXPECT_THROW(static_cast<void>(take_block(kSize)), std::bad_alloc);
    void* const next = take_block(kSize);
    EXPECT_NE(next, kept);
    give_block(next, kSize);
    give_block(kept, kSize);
  });
}

TEST(BlockCache, AThreadKeepsTwoBatchesAndTheDepotItsBytes) {
  constexpr std::size_t kSize = 512;
  const std::int64_t before = bytes_in_use();
  in_new_thread([&] {
    give_many(take_many(10'000, kSize), kSize);
    const auto limit = kDepotBytes + 2 * kBatch * static_cast<std::int64_t>(kSize);
    EXPECT_LE(bytes_in_use() - before, limit + limit / 8);  // The heap's own rounding, and the vector's.
  });
  // The thread's have gone back to the heap, or by the batch to the depot.
  EXPECT_LE(bytes_in_use() - before, kDepotBytes + kDepotBytes / 16);
  for (int i = 0; i < 100; ++i) in_new_thread([] { give_many(take_many(kBatch + 1, kSize), kSize); });
  EXPECT_LE(bytes_in_use() - before, kDepotBytes + kDepotBytes / 16);
}

// What one thread frees another one gets, without the heap.
TEST(BlockCache, AStreamFromOneThreadToAnotherComesRound) {
  constexpr std::size_t kSize = 224;
  constexpr std::int64_t kAtATime = 500;
  in_new_thread([] {
    std::int64_t of_the_heap = 0;
    for (int round = 0; round < 100; ++round) {
      const std::int64_t before = allocations();
      std::vector<void*> blocks = take_many(kAtATime, kSize);
      if (round >= 10) of_the_heap += allocations() - before - 1;  // One is the vector's.
      in_new_thread([&] { give_many(blocks, kSize); });
    }
    // A thread that ends gives its last, incomplete batch to the heap.
    EXPECT_LE(of_the_heap, 90 * kBatch);
  });
}

// Its destructor comes after the cache's own, since it was made first.
struct Late {
  ~Late() {
    if (block != nullptr) give_block(block, 96);
    give_block(take_block(96), 96);
  }
  void* block = nullptr;
};

TEST(BlockCache, ServesDestructorsThatComeAfterItsOwn) {
  const std::int64_t before = bytes_in_use();
  for (int i = 0; i < 10; ++i) {
    in_new_thread([] {
      static thread_local Late late;
      late.block = nullptr;  // Makes it.
      give_block(take_block(96), 96);
      late.block = take_block(96);
    });
  }
  EXPECT_EQ(bytes_in_use(), before);
}

struct alignas(128) Wide : InBlock {
  std::array<char, 128> bytes{};
};
struct Narrow : InBlock {
  virtual ~Narrow() = default;
  std::array<char, 40> bytes{};
};
struct Larger final : Narrow {
  std::array<char, 300> more{};
};

TEST(BlockCache, AsABaseClassKeepsSizesAndAlignmentsApart) {
  const auto wide = std::make_unique<Wide>();
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(wide.get()) % 128, 0U);
  in_new_thread([] {
    std::unique_ptr<Narrow> larger = std::make_unique<Larger>();
    const void* const place = larger.get();
    larger.reset();  // By the base's pointer, with the size of the whole.
    const auto narrow = std::make_unique<Narrow>();
    EXPECT_NE(static_cast<const void*>(narrow.get()), place);
    const auto again = std::make_unique<Larger>();
    EXPECT_EQ(static_cast<const void*>(again.get()), place);
  });
}

// Each block has one owner at a time.
TEST(BlockCache, NoBlockHasTwoOwners) {
  constexpr int kThreads = 4;
  constexpr std::size_t kSize = 48;
  struct Shared {
    std::mutex lock;
    std::vector<std::uint64_t*> blocks;
  } shared;
  std::atomic<std::int64_t> wrong{0};
  const std::int64_t rounds = repeat(20'000);
  Parties parties(kThreads, [&](int which) {
    std::vector<std::uint64_t*> mine;
    for (std::int64_t i = 0; i < rounds; ++i) {
      auto* const block = static_cast<std::uint64_t*>(take_block(kSize));
      const auto mark = static_cast<std::uint64_t>(which) << 32U | static_cast<std::uint64_t>(i);
      block[0] = mark;
      block[5] = mark;
      mine.push_back(block);
      if (mine.size() < 100) continue;
      for (std::uint64_t* const each : mine)
        wrong.fetch_add(each[0] == each[5] && each[0] >> 32U == std::uint64_t(which) ? 0 : 1);
      {
        const std::scoped_lock guard(shared.lock);  // The others free these.
        std::swap(mine, shared.blocks);
      }
      for (std::uint64_t* const each : mine) give_block(each, kSize);
      mine.clear();
    }
    for (std::uint64_t* const each : mine) give_block(each, kSize);
  });
  parties.join();
  for (std::uint64_t* const each : shared.blocks) give_block(each, kSize);
  EXPECT_EQ(wrong.load(), 0);
}

// A fork takes no account of who is at the depot.
TEST(BlockCache, WorksInAForkedChild) {
  constexpr std::size_t kSize = 64;
  std::atomic<bool> over{false};
  Party other([&] {
    while (!over.load()) give_many(take_many(4 * kBatch, kSize), kSize);
  });
  for (std::int64_t i = 0; i < repeat(50); ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      for (int k = 0; k < 10; ++k) give_many(take_many(4 * kBatch, kSize), kSize);
      ::_exit(0);
    }
    int status = -1;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  over.store(true);
}

}  // namespace
}  // namespace skein::internal
