// A queue between processes: what lies in shared memory, and what a process has of it.
//
// The items' bytes lie in a ring of lines of 64 bytes, each item behind a word with its size. All that says which items
// there are is two words, `tail` and `head`, of which each holds a count of items and a place:
//
//   putter  holds `putting`. Copies the item to the tail's place, and publishes it by ONE store of `tail`.
//   getter  holds `getting`. Copies the item at the head's place out, and takes it by ONE store of `head`.
//
// Killed before that store, nothing has happened: an item that was being put is not there, one that was being got is
// there for the next. Killed after it, all has; an item taken by then is gone with the dead. The number of items, of
// those put so far and of those got so far come out of the same words, so that none of them is ever wrong.
//
// When an item does not fit, the putter makes another ring in the same file, twice as large, and puts it there; getters
// empty the old ring first, and give its memory back. When a large ring has been empty for some time, the next one is
// small again. A ring is made by ONE store, too, of the count of rings. So an unbounded queue grows as long as there is
// memory, which is reserved beforehand: its lack is an OSError of that put.
//
// A large item does not lie in the ring, but in a block of its own in the same file. The putter pickles into the block,
// outside of the locks, and puts a line into the ring that names it; the getter takes the line and unpickles out of the
// block, outside of the locks again. So it is copied once on either side, and blocks are kept for the next items, for
// new memory costs more than a copy. A block's word says who has it:
//
//   0            nobody
//   a process    that one: it is pickling, unpickling, or giving the memory back
//   an item      the queue, for the item of that number
//
// Process to item comes before the store of `tail`, with `putting`; item to process after the store of `head`, with
// `getting`. Who finds no block looks, with both locks, for those whose process is gone, and for those of an item that
// is not in the queue: between the two steps somebody was killed. When no block is to be had, an item goes into the
// ring. Memory is given back when there are more free blocks than some, or one has been of no use for some time.
//
// A block's extent, place and size in one word, is stored when its memory is reserved, and set to 0 when that has been
// given back; rings and blocks take the place behind all others, with `putting`.
#ifndef SKEIN_MULTIPROCESSING_SRC_QUEUE_STATE_H_
#define SKEIN_MULTIPROCESSING_SRC_QUEUE_STATE_H_

#include <skein/core/internal/platform.h>
#include <skein/core/park.h>
#include <skein/core/spin.h>
#include <skein/multiprocessing/internal/descriptor.h>
#include <skein/multiprocessing/internal/queue_core.h>
#include <skein/multiprocessing/internal/shared_block.h>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

#include "lock_word.h"

namespace skein::inline v0::multiprocessing::internal {

// Of the one file; of lines, whose numbers are counted modulo 2^32.
struct QueueRing {
  std::uint64_t place;      // In the file; a multiple of a page.
  std::uint32_t start;      // The line that its first item begins at.
  std::uint32_t log_lines;  // How many lines, a power of two. Line n lies at n modulo that.
};

// In shared memory.
struct QueueBlock {
  skein::internal::Atomic<std::uint64_t> holder;
  skein::internal::Atomic<std::uint64_t> extent;  // In pages: the place times 2^24, and how many. 0: no memory.
  skein::internal::Atomic<std::uint32_t> last;    // The number of the last item that lay here.
};

struct BlockExtent {
  static constexpr std::uint64_t kPage = 4096;
  static constexpr int kPagesBits = 24;
  static constexpr std::uint64_t kMostPages = (std::uint64_t{1} << kPagesBits) - 1;
  static constexpr std::uint64_t kMostPlaces = std::uint64_t{1} << (64 - kPagesBits);

  std::uint64_t first_page = 0;
  std::uint64_t pages = 0;

  static constexpr BlockExtent of(std::uint64_t word) noexcept { return {word >> kPagesBits, word & kMostPages}; }
  [[nodiscard]] constexpr std::uint64_t word() const noexcept { return first_page << kPagesBits | pages; }
  [[nodiscard]] constexpr std::uint64_t place() const noexcept { return first_page * kPage; }
  [[nodiscard]] constexpr std::uint64_t size() const noexcept { return pages * kPage; }
};

// The words of a block. No process has the number that marks an item's.
constexpr std::uint64_t kMarksAnItem = std::uint64_t{0xffff'ffff} << 32;
constexpr std::uint64_t block_of_item(std::uint32_t count) noexcept { return kMarksAnItem | count; }
inline std::uint64_t block_of_this_process() noexcept {
  const Identity mine = self();
  return (std::uint64_t{mine.pid} << 32) | mine.started;
}

// In shared memory.
struct QueueControl {
  static constexpr std::size_t kRings = 64;  // More than are ever in use at once, since each is twice the one before.
  static constexpr std::size_t kBlocks = 64;

  std::uint64_t type;
  std::int64_t maxsize;

  alignas(64) LockWord putting;
  skein::internal::Atomic<std::uint64_t> tail;  // High half: how many items were put. Low half: the line behind them.
  skein::internal::Atomic<std::uint32_t> rings;
  skein::internal::Atomic<std::uint32_t> calm;  // How many small items in a row found a large ring empty.
  alignas(64) LockWord getting;
  skein::internal::Atomic<std::uint64_t> head;    // As `tail`, of those that were got.
  skein::internal::Atomic<std::uint32_t> oldest;  // The number of the ring that `head` is in, or the one before it.
  alignas(64) Sleepers getters;
  Sleepers putters;
  Sleepers joiners;
  skein::internal::Atomic<std::uint32_t> shut;       // 1: gently, 2: at once.
  skein::internal::Atomic<std::uint32_t> done;       // How many tasks.
  skein::internal::Atomic<std::uint32_t> ends;       // How often the last task was done.
  skein::internal::Atomic<std::uint32_t> takeovers;  // How often somebody died in a put or a get.
  alignas(64) std::array<QueueRing, kRings> ring;    // Number n is at n modulo kRings.
  std::array<QueueBlock, kBlocks> block;
  skein::internal::Atomic<std::uint32_t> has_blocks;  // 0: no block has memory.
  skein::internal::Atomic<std::uint32_t> looked;      // Milliseconds: when somebody looked for blocks of the dead.
};

class QueueState {
 public:
  using Outcome = QueueCore::Outcome;
  using Request = skein::internal::QueueRequest;

  QueueState(std::int64_t maxsize, std::uint64_t type);
  QueueState(const QueueAddress& address, std::uint64_t type);
  ~QueueState();
  QueueState(const QueueState&) = delete;
  QueueState& operator=(const QueueState&) = delete;
  [[nodiscard]] QueueAddress pack() const;

  Outcome put(QueueItem& item, const Request& request);
  Outcome get(QueueBytes& item, const Request& request);
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] bool is_full() const noexcept {
    return control().maxsize > 0 && size() >= static_cast<std::uint64_t>(control().maxsize);
  }
  bool task_done();
  bool join(const Request& request);
  void shut_down(bool immediate);
  [[nodiscard]] QueueControl& control() const noexcept { return *static_cast<QueueControl*>(block_.data()); }

  // ---- blocks: queue_blocks.cc ----

  // Shorter items lie in the ring.
  static constexpr std::size_t kBlockFrom = std::size_t{64} * 1024;
  // A block of at least so many bytes. Empty: there is none, or no memory for it.
  std::optional<ItemBlock> take_block(std::size_t size);
  void give_back(std::uint32_t number) noexcept;

  // Not 0: closed, in that many forks' process.
  std::atomic<std::uint64_t> closed_in{0};
  std::atomic<bool> closed_for_good{false};

 private:
  // A ring or block as this process maps it. Each side has its ring, in use under its lock alone; a block's is used by
  // who has the block.
  struct Mapped {
    std::uint64_t place;
    std::byte* base;
    std::size_t size;
    ~Mapped();
  };
  using Side = skein::internal::Atomic<const Mapped*>;
  struct Ends {
    std::uint32_t count;
    std::uint32_t line;
    [[nodiscard]] std::uint64_t word() const noexcept { return (std::uint64_t{count} << 32) | line; }
  };
  static Ends ends_of(std::uint64_t word) noexcept {
    return {static_cast<std::uint32_t>(word >> 32), static_cast<std::uint32_t>(word)};
  }
  // One of the locks.
  class Held {
   public:
    Held(QueueControl& control, LockWord& lock, Deadline deadline)
        : lock_(lock), got_(acquire(lock, {.deadline = deadline})) {
      if (got_ && is_recovered(lock)) control.takeovers.fetch_add(1);
    }
    ~Held() {
      if (got_) release(lock_);
    }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    explicit operator bool() const noexcept { return got_; }

   private:
    LockWord& lock_;
    const bool got_;
  };
  static constexpr std::size_t kLineSize = 64;

  [[nodiscard]] QueueRing ring(std::uint32_t number) const;
  const Mapped& map(Side& side, std::uint64_t place, std::size_t size, bool whole);
  const Mapped& map(Side& side, const QueueRing& ring) { return map(side, ring.place, ring_size(ring), false); }
  static std::size_t ring_size(const QueueRing& ring) noexcept { return kLineSize << ring.log_lines; }
  [[nodiscard]] std::uint64_t next_place() const;
  [[nodiscard]] bool has_place(Ends tail) const noexcept;
  [[nodiscard]] std::uint32_t ring_for(Ends tail, std::uint32_t lines);
  std::uint32_t make_ring(std::uint32_t line, std::uint32_t log_lines, bool first);
  [[nodiscard]] std::uint32_t ring_of_head(Ends head);
  void write(QueueItem& item);
  std::optional<std::uint32_t> take_free_block(std::uint64_t pages) noexcept;
  std::optional<std::uint32_t> make_block(std::uint64_t pages);
  void reclaim_blocks() noexcept;
  void trim_blocks(std::uint32_t count) noexcept;
  void empty_block(QueueBlock& block) const noexcept;
  [[nodiscard]] bool reserve(const BlockExtent& extent) const noexcept;
  void read(QueueBytes& item, Ends head);
  static void copy_out(const Mapped& from, std::size_t begin, std::size_t size, QueueBytes& item);
  [[nodiscard]] std::int32_t unfinished(std::uint32_t done) const noexcept;
  template <class Condition>
  static bool wait(Sleepers& sleepers, skein::internal::SpinHistory& history, const skein::internal::Until& until,
                   Condition condition);

  SharedBlock block_;
  Descriptor memory_;
  Side putting_side_{nullptr};
  Side getting_side_{nullptr};
  std::array<Side, QueueControl::kBlocks> block_sides_{};
  skein::internal::SpinHistory getter_history_;
  skein::internal::SpinHistory putter_history_;
  skein::internal::SpinHistory joiner_history_;
};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_QUEUE_STATE_H_
