// The blocks of large items: see queue_state.h.
#include <skein/core/internal/fault.h>

#include <fcntl.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>

#include "queue_state.h"

namespace skein::inline v0::multiprocessing::internal {

namespace {

// So many free blocks keep their memory whatever their size is, and others while all have less than this.
constexpr int kKeptBlocks = 2;
constexpr std::uint64_t kKeptBytes = std::uint64_t{16} << 20;
// Of that many items since the last one in it: then a free block gives its memory back.
constexpr std::uint32_t kUselessAfter = 64;
// Who waits longer for a lock does without a block.
constexpr std::int64_t kPatienceNs = 10'000'000;

// Rounded up by an eighth at the most, so that an item finds room where one of about its size was.
std::uint64_t rounded(std::uint64_t pages) noexcept {
  const std::uint64_t step = std::max<std::uint64_t>(std::bit_floor(pages) / 8, 1);
  return std::min((pages + step - 1) / step * step, BlockExtent::kMostPages);
}

}  // namespace

// ---- what a put and a get have of it ----

void ItemBlock::give_back() noexcept { state_->give_back(number_); }

QueueItem::QueueItem(const QueueCore& core) noexcept : Sink(small_), state_(*core.state_) {}
QueueItem::~QueueItem() = default;

void QueueItem::grow(std::size_t more) {
  const std::size_t used = size();
  if (more > std::numeric_limits<std::size_t>::max() / 4 - used) throw std::length_error("a pickle is too long");
  const std::size_t needed = used + more;
  const std::size_t wanted = std::max(needed, 2 * capacity());
  if (needed > QueueState::kBlockFrom && !without_block_) {
    // The first block is as large as it must be: mostly that is the end of it.
    if (std::optional<ItemBlock> block = state_.take_block(block_ ? wanted : needed)) {
      move_to(block->room());
      block_ = std::move(*block);
      heap_.reset();
      return;
    }
    without_block_ = true;
  }
  auto larger = std::make_unique_for_overwrite<std::byte[]>(wanted);
  move_to({larger.get(), wanted});
  heap_ = std::move(larger);
  block_ = ItemBlock();
}

// ---- blocks ----

std::optional<ItemBlock> QueueState::take_block(std::size_t size) {
  const std::uint64_t pages = (size + BlockExtent::kPage - 1) / BlockExtent::kPage;
  if (pages > BlockExtent::kMostPages) return std::nullopt;
  std::optional<std::uint32_t> number = take_free_block(pages);
  if (!number) {
    QueueControl& shared = control();
    const Held putting(shared, shared.putting, slice_of(Deadline(), kPatienceNs));
    if (!putting) return std::nullopt;
    SKEIN_FAULT("queue.block.locked");
    if (look_is_due(shared.looked)) {
      const Held getting(shared, shared.getting, slice_of(Deadline(), kPatienceNs));
      if (getting) reclaim_blocks();
    }
    number = take_free_block(pages);
    if (!number) number = make_block(rounded(pages));
    if (!number) return std::nullopt;
  }
  SKEIN_FAULT("queue.block.taken");
  ItemBlock taken(*this, *number, {});
  const auto extent = BlockExtent::of(control().block[*number].extent.load());
  const Mapped& mapped = map(block_sides_[*number], extent.place(), extent.size(), true);
  taken.forget();
  return ItemBlock(*this, *number, {mapped.base, mapped.size});
}

// The smallest free one of at least so many pages. Needs no lock: the word decides.
std::optional<std::uint32_t> QueueState::take_free_block(std::uint64_t pages) noexcept {
  QueueControl& shared = control();
  for (;;) {
    std::optional<std::uint32_t> best;
    std::uint64_t best_extent = 0;
    for (std::uint32_t i = 0; i < QueueControl::kBlocks; ++i) {
      if (shared.block[i].holder.load() != 0) continue;
      const std::uint64_t extent = shared.block[i].extent.load();
      const std::uint64_t there = BlockExtent::of(extent).pages;
      if (there < pages || (best && there >= BlockExtent::of(best_extent).pages)) continue;
      best = i;
      best_extent = extent;
    }
    if (!best) return std::nullopt;
    QueueBlock& block = shared.block[*best];
    std::uint64_t free = 0;
    if (!block.holder.compare_exchange_strong(free, block_of_this_process())) continue;
    if (block.extent.load() == best_extent) return best;
    block.holder.store(0);  // It was another's meanwhile.
  }
}

// With `putting`. None if all are in use, or there is no memory: then the item goes into the ring, or fails there.
std::optional<std::uint32_t> QueueState::make_block(std::uint64_t pages) {
  QueueControl& shared = control();
  const std::uint64_t mine = block_of_this_process();
  // One without memory, else the free one with the least, which is too small.
  std::optional<std::uint32_t> number;
  std::uint64_t least = 0;
  for (std::uint32_t i = 0; i < QueueControl::kBlocks; ++i) {
    const std::uint64_t there = BlockExtent::of(shared.block[i].extent.load()).pages;
    if (shared.block[i].holder.load() != 0 || (number && there >= least)) continue;
    number = i;
    least = there;
  }
  if (!number) return std::nullopt;
  const BlockExtent made{.first_page = next_place() / BlockExtent::kPage, .pages = pages};
  if (made.first_page >= BlockExtent::kMostPlaces) return std::nullopt;
  QueueBlock& block = shared.block[*number];
  std::uint64_t free = 0;
  if (!block.holder.compare_exchange_strong(free, mine)) return std::nullopt;
  if (block.extent.load() != 0) empty_block(block);
  // Killed here: the next one takes the same place.
  if (!reserve(made)) {
    block.holder.store(0);
    return std::nullopt;
  }
  SKEIN_FAULT("queue.block.reserved");
  block.last.store(ends_of(shared.tail.load()).count);
  shared.has_blocks.store(1);
  block.extent.store(made.word());
  SKEIN_FAULT("queue.block.made");
  return number;
}

void QueueState::give_back(std::uint32_t number) noexcept {
  QueueControl& shared = control();
  QueueBlock& block = shared.block[number];
  // Not in a process that was forked meanwhile.
  if (block.holder.load() != block_of_this_process()) return;
  int others = 0;
  std::uint64_t size = BlockExtent::of(block.extent.load()).size();
  for (const QueueBlock& other : shared.block) {
    const std::uint64_t extent = other.extent.load();
    if (extent == 0 || other.holder.load() != 0) continue;
    ++others;
    size += BlockExtent::of(extent).size();
  }
  if (others >= kKeptBlocks && size > kKeptBytes) empty_block(block);
  SKEIN_FAULT("queue.block.done");
  block.holder.store(0);
}

// By who has it. Nobody may have it with memory that is not reserved: the extent tells, and if this one is killed in
// between, who finds that reserves the memory again.
void QueueState::empty_block(QueueBlock& block) const noexcept {
  const auto extent = BlockExtent::of(block.extent.load());
  // If this does not work, it is memory that stays.
  static_cast<void>(::fallocate(memory_.number(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                static_cast<off_t>(extent.place()), static_cast<off_t>(extent.size())));
  SKEIN_FAULT("queue.block.emptied");
  block.extent.store(0);
}

bool QueueState::reserve(const BlockExtent& extent) const noexcept {
  return ::posix_fallocate(memory_.number(), static_cast<off_t>(extent.place()), static_cast<off_t>(extent.size())) ==
         0;
}

// What the dead had. With both locks, so that nobody who lives is between a block's word and the queue's.
void QueueState::reclaim_blocks() noexcept {
  QueueControl& shared = control();
  const std::uint64_t mine = block_of_this_process();
  const Ends head = ends_of(shared.head.load());
  const std::uint32_t items = ends_of(shared.tail.load()).count - head.count;
  for (QueueBlock& block : shared.block) {
    std::uint64_t holder = block.holder.load();
    if (holder == 0 || holder == mine) continue;
    if ((holder & kMarksAnItem) == kMarksAnItem) {
      // Taken by now, or never put.
      if (static_cast<std::uint32_t>(holder) - head.count >= items) block.holder.store(0);
      continue;
    }
    const Identity process{.pid = static_cast<std::uint32_t>(holder >> 32),
                           .started = static_cast<std::uint32_t>(holder)};
    if (!gone(process) || !block.holder.compare_exchange_strong(holder, mine)) continue;
    SKEIN_FAULT("queue.block.reclaimed");
    const std::uint64_t extent = block.extent.load();
    if (extent != 0 && !reserve(BlockExtent::of(extent))) empty_block(block);
    block.holder.store(0);
  }
}

// With `putting`, now and then.
void QueueState::trim_blocks(std::uint32_t count) noexcept {
  QueueControl& shared = control();
  bool left = false;
  for (QueueBlock& block : shared.block) {
    std::uint64_t free = 0;
    if (block.extent.load() == 0) continue;
    if (count - block.last.load() < kUselessAfter ||
        !block.holder.compare_exchange_strong(free, block_of_this_process())) {
      left = true;
      continue;
    }
    empty_block(block);
    block.holder.store(0);
  }
  if (!left) shared.has_blocks.store(0);
}

// Behind all rings and blocks. With `putting`.
std::uint64_t QueueState::next_place() const {
  const QueueControl& shared = control();
  const QueueRing last = ring(shared.rings.load() - 1);
  std::uint64_t place = last.place + ring_size(last);  // Each lies behind the one before.
  for (const QueueBlock& block : shared.block) {
    const auto extent = BlockExtent::of(block.extent.load());
    if (extent.pages != 0) place = std::max(place, extent.place() + extent.size());
  }
  return place;
}

}  // namespace skein::inline v0::multiprocessing::internal
