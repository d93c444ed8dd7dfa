#include <skein/core/internal/block_cache.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <utility>

namespace skein::inline v0::internal {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SKEIN_BLOCKS_ARE_THE_HEAPS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SKEIN_BLOCKS_ARE_THE_HEAPS 1
#endif
#endif

namespace blocks {

constinit thread_local std::array<Shelf, kClasses> t_shelves{};

#ifdef SKEIN_BLOCKS_ARE_THE_HEAPS

void* take_from_elsewhere(std::size_t size) { return ::operator new(size); }
void give_elsewhere(Block* block, std::size_t size) noexcept { ::operator delete(block, size); }

#else

namespace {

constexpr std::size_t kDepotBytes = 262'144;

Block* block_from_heap(std::size_t size_class) { return static_cast<Block*>(::operator new(bytes_of(size_class))); }
void block_to_heap(Block* block, std::size_t size_class) noexcept { ::operator delete(block, bytes_of(size_class)); }

void chain_to_heap(Block* first, std::size_t size_class) noexcept {
  while (first != nullptr) block_to_heap(std::exchange(first, first->next), size_class);
}

// What the threads share: batches of one size. Whoever finds `busy` set does without.
struct alignas(64) Depot {
  std::atomic<bool> busy{false};
  Block* batches = nullptr;
  std::uint32_t count = 0;

  // nullptr if there is none, or another thread is here.
  Block* take() noexcept {
    if (busy.exchange(true, std::memory_order_acquire)) return nullptr;
    Block* const batch = batches;
    if (batch != nullptr) {
      batches = batch->next_batch;
      --count;
    }
    busy.store(false, std::memory_order_release);
    return batch;
  }
  // False if there is no room, or another thread is here.
  bool give(Block* batch, std::size_t size_class) noexcept {
    if (busy.exchange(true, std::memory_order_acquire)) return false;
    const bool room = (count + 1) * kBatch * bytes_of(size_class) <= kDepotBytes;
    if (room) {
      batch->next_batch = batches;
      batches = batch;
      ++count;
    }
    busy.store(false, std::memory_order_release);
    return room;
  }
};
constinit std::array<Depot, kClasses> g_depots;

enum class Phase : std::uint8_t { kUnused, kOpen, kClosed };
[[gnu::tls_model("initial-exec")]] constinit thread_local Phase t_phase = Phase::kUnused;

struct Closer {
  Closer() noexcept {
    t_phase = Phase::kOpen;
    for (Shelf& shelf : t_shelves) shelf.room = kBatch;
  }
  Closer(const Closer&) = delete;
  Closer& operator=(const Closer&) = delete;
  ~Closer() {
    t_phase = Phase::kClosed;
    for (std::size_t i = 0; i < kClasses; ++i) {
      Shelf& shelf = t_shelves[i];
      if (shelf.spare != nullptr && !g_depots[i].give(shelf.spare, i)) chain_to_heap(shelf.spare, i);
      chain_to_heap(shelf.first, i);
      shelf = Shelf{};
    }
  }
};

// Whether the thread may keep blocks. Sees to it that they are given back.
bool open() noexcept {
  if (t_phase == Phase::kUnused) {
    static thread_local const Closer closer;
  }
  return t_phase == Phase::kOpen;
}

}  // namespace

void* take_from_elsewhere(std::size_t size) {
  const std::size_t size_class = class_of(size);
  Shelf& shelf = t_shelves[size_class];
  Block* batch = std::exchange(shelf.spare, nullptr);
  if (batch == nullptr && open()) batch = g_depots[size_class].take();
  if (batch == nullptr) return block_from_heap(size_class);
  shelf.first = batch->next;
  shelf.room = 1;
  return batch;
}

// The shelf is full, or the thread keeps nothing.
void give_elsewhere(Block* block, std::size_t size) noexcept {
  const std::size_t size_class = class_of(size);
  if (!open()) {
    block_to_heap(block, size_class);
    return;
  }
  Shelf& shelf = t_shelves[size_class];
  if (shelf.room == 0) {
    if (shelf.spare != nullptr && !g_depots[size_class].give(shelf.spare, size_class)) {
      chain_to_heap(shelf.spare, size_class);
    }
    shelf.spare = std::exchange(shelf.first, nullptr);
    shelf.room = kBatch;
  }
  block->next = shelf.first;
  shelf.first = block;
  --shelf.room;
}

#endif

}  // namespace blocks

}  // namespace skein::inline v0::internal
