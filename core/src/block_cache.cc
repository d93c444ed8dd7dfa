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

#ifdef SKEIN_BLOCKS_ARE_THE_HEAPS

void* take_block(std::size_t size) { return ::operator new(size); }
void give_block(void* block, std::size_t size) noexcept { ::operator delete(block, size); }

#else

namespace {

constexpr std::size_t kStep = 16;  // Sizes are rounded up to a multiple of it.
constexpr std::size_t kClasses = kLargestBlock / kStep;
constexpr std::uint32_t kBatch = 32;
constexpr std::size_t kDepotBytes = 262'144;

// What a free block holds.
struct Block {
  Block* next;        // In its batch, or in a thread's list.
  Block* next_batch;  // In the depot, of the first of a batch.
};
static_assert(sizeof(Block) <= kStep);

constexpr std::size_t class_of(std::size_t size) noexcept { return size == 0 ? 0 : (size - 1) / kStep; }
constexpr std::size_t bytes_of(std::size_t size_class) noexcept { return (size_class + 1) * kStep; }

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

// A thread's own. `spare` is a full batch or empty, so that a thread that gives and takes around a limit does not go to
// the depot each time.
struct Shelf {
  Block* first = nullptr;
  Block* spare = nullptr;
  std::uint32_t count = 0;  // Without the spare ones.
};
enum class Phase : std::uint8_t { kUnused, kOpen, kClosed };
struct Cache {
  std::array<Shelf, kClasses> shelves{};
  Phase phase = Phase::kUnused;
};
// Initial-exec: see t_thread_token. Trivially destructible, because destructors of other thread-locals come here.
[[gnu::tls_model("initial-exec")]] constinit thread_local Cache t_cache;

struct Closer {
  Closer() noexcept { t_cache.phase = Phase::kOpen; }
  Closer(const Closer&) = delete;
  Closer& operator=(const Closer&) = delete;
  ~Closer() {
    t_cache.phase = Phase::kClosed;
    for (std::size_t i = 0; i < kClasses; ++i) {
      Shelf& shelf = t_cache.shelves[i];
      if (shelf.spare != nullptr && !g_depots[i].give(shelf.spare, i)) chain_to_heap(shelf.spare, i);
      chain_to_heap(shelf.first, i);
      shelf = Shelf{};
    }
  }
};

// Whether the thread may keep blocks. Sees to it that they are given back.
bool open() noexcept {
  if (t_cache.phase == Phase::kUnused) {
    static thread_local const Closer closer;
  }
  return t_cache.phase == Phase::kOpen;
}

[[gnu::noinline]] void* take_from_elsewhere(std::size_t size_class) {
  Shelf& shelf = t_cache.shelves[size_class];
  Block* batch = std::exchange(shelf.spare, nullptr);
  if (batch == nullptr && open()) batch = g_depots[size_class].take();
  if (batch == nullptr) return block_from_heap(size_class);
  shelf.first = batch->next;
  shelf.count = kBatch - 1;
  return batch;
}

// The shelf is full, or not there.
[[gnu::noinline]] void give_elsewhere(Block* block, std::size_t size_class) noexcept {
  if (!open()) {
    block_to_heap(block, size_class);
    return;
  }
  Shelf& shelf = t_cache.shelves[size_class];
  if (shelf.count == kBatch) {
    if (shelf.spare != nullptr && !g_depots[size_class].give(shelf.spare, size_class)) {
      chain_to_heap(shelf.spare, size_class);
    }
    shelf.spare = std::exchange(shelf.first, nullptr);
    shelf.count = 0;
  }
  block->next = shelf.first;
  shelf.first = block;
  ++shelf.count;
}

}  // namespace

void* take_block(std::size_t size) {
  if (size > kLargestBlock) [[unlikely]]
    return ::operator new(size);
  Shelf& shelf = t_cache.shelves[class_of(size)];
  Block* const block = shelf.first;
  if (block == nullptr) [[unlikely]]
    return take_from_elsewhere(class_of(size));
  shelf.first = block->next;
  --shelf.count;
  return block;
}

void give_block(void* memory, std::size_t size) noexcept {
  if (size > kLargestBlock) [[unlikely]] {
    ::operator delete(memory, size);
    return;
  }
  auto* const block = static_cast<Block*>(memory);
  Shelf& shelf = t_cache.shelves[class_of(size)];
  if (shelf.count == kBatch || t_cache.phase != Phase::kOpen) [[unlikely]] {
    give_elsewhere(block, class_of(size));
    return;
  }
  block->next = shelf.first;
  shelf.first = block;
  ++shelf.count;
}

#endif

}  // namespace skein::inline v0::internal
