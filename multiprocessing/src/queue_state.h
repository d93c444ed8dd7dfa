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

#include "holder_lock.h"

namespace skein::inline v0::multiprocessing::internal {

// Of the one file; of lines, whose numbers are counted modulo 2^32.
struct QueueRing {
  std::uint64_t place;      // In the file; a multiple of a page.
  std::uint32_t start;      // The line that its first item begins at.
  std::uint32_t log_lines;  // How many lines, a power of two. Line n lies at n modulo that.
};

// In shared memory.
struct QueueControl {
  static constexpr std::size_t kRings = 64;  // More than are ever in use at once, since each is twice the one before.

  std::uint64_t type;
  std::int64_t maxsize;

  alignas(64) HolderLock putting;
  skein::internal::Atomic<std::uint64_t> tail;  // High half: how many items were put. Low half: the line behind them.
  skein::internal::Atomic<std::uint32_t> rings;
  skein::internal::Atomic<std::uint32_t> calm;  // How many small items in a row found a large ring empty.
  alignas(64) HolderLock getting;
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

  Outcome put(std::span<const std::byte> item, const Request& request);
  Outcome get(QueueBytes& item, const Request& request);
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] bool is_full() const noexcept {
    return control().maxsize > 0 && size() >= static_cast<std::uint64_t>(control().maxsize);
  }
  bool task_done();
  bool join(const Request& request);
  void shut_down(bool immediate);
  [[nodiscard]] QueueControl& control() const noexcept { return *static_cast<QueueControl*>(block_.data()); }

  // Not 0: closed, in that many forks' process.
  std::atomic<std::uint64_t> closed_in{0};
  std::atomic<bool> closed_for_good{false};

 private:
  // A ring as this process maps it. Each side has its own, in use under its lock alone.
  struct Mapped {
    std::uint32_t number;
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
  class Held;

  [[nodiscard]] QueueRing ring(std::uint32_t number) const;
  const Mapped& map(Side& side, std::uint32_t number, const QueueRing& ring);
  [[nodiscard]] bool has_place(Ends tail) const noexcept;
  [[nodiscard]] std::uint32_t ring_for(Ends tail, std::uint32_t lines);
  std::uint32_t make_ring(std::uint32_t line, std::uint32_t log_lines, bool first);
  [[nodiscard]] std::uint32_t ring_of_head(Ends head);
  void write(std::span<const std::byte> item);
  void read(QueueBytes& item, Ends head);
  [[nodiscard]] std::int32_t unfinished(std::uint32_t done) const noexcept;
  template <class Condition>
  static bool wait(Sleepers& sleepers, skein::internal::SpinHistory& history, const skein::internal::Until& until,
                   Condition condition);

  SharedBlock block_;
  Descriptor memory_;
  Side putting_side_{nullptr};
  Side getting_side_{nullptr};
  skein::internal::SpinHistory put_lock_history_;
  skein::internal::SpinHistory get_lock_history_;
  skein::internal::SpinHistory getter_history_;
  skein::internal::SpinHistory putter_history_;
  skein::internal::SpinHistory joiner_history_;
};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_QUEUE_STATE_H_
