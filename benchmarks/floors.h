// benchmarks/floors.h - the least code that does the job, for each job.
//
// No type erasure, no errors, no timeouts, no cancellation, no fairness beyond
// what the algorithm gives by itself. A floor is what skein is compared with,
// not what anybody should use.
#ifndef SKEIN_BENCHMARKS_FLOORS_H_
#define SKEIN_BENCHMARKS_FLOORS_H_

#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "harness.h"

namespace bench::floors {

using Word = std::atomic<std::uint32_t>;
static_assert(sizeof(Word) == 4);

inline void futex_wait(Word& word, std::uint32_t seen) {
  syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, seen, nullptr, nullptr, 0);
}

inline void futex_wake(Word& word, int count) {
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, count, nullptr, nullptr, 0);
}

// A wait step for floors that spin: short pauses, then the CPU is offered to
// whoever shares it, so that a spin floor also works on one core.
class Spinner {
 public:
  void step() {
    if (++round_ < 16) {
      pause();
    } else {
      round_ = 0;
      sched_yield();
    }
  }

 private:
  int round_ = 0;
};

// 0 free, 1 taken, 2 taken and somebody may sleep. A thread takes the lock as 2
// only if it has slept itself, so a lock that is merely hot makes no system
// calls; always taking 2 after a failed first try costs about twice as much.
class FutexLock {
 public:
  void lock() {
    std::uint32_t seen = 0;
    if (!state_.compare_exchange_strong(seen, 1, std::memory_order_acquire)) {
      lock_slowly(seen);
    }
  }
  void unlock() {
    if (state_.exchange(0, std::memory_order_release) == 2) {
      futex_wake(state_, 1);
    }
  }

 private:
  [[gnu::noinline]] void lock_slowly(std::uint32_t seen) {
    std::uint32_t mine = 1;
    for (;;) {
      if (seen == 0) {
        if (state_.compare_exchange_weak(seen, mine, std::memory_order_acquire)) return;
        continue;
      }
      if (seen == 1 && !state_.compare_exchange_weak(seen, 2)) continue;
      futex_wait(state_, 2);
      mine = 2;
      seen = state_.load(std::memory_order_relaxed);
    }
  }

  Word state_{0};
};

class SpinLock {
 public:
  void lock() {
    Spinner spinner;
    while (taken_.exchange(true, std::memory_order_acquire)) {
      while (taken_.load(std::memory_order_relaxed)) spinner.step();
    }
  }
  void unlock() { taken_.store(false, std::memory_order_release); }

 private:
  std::atomic<bool> taken_{false};
};

// An owner word and a depth over a FutexLock.
class FutexRLock {
 public:
  void lock() {
    const void* const me = &identity_;
    if (owner_.load(std::memory_order_relaxed) != me) {
      lock_.lock();
      owner_.store(me, std::memory_order_relaxed);
    }
    ++depth_;
  }
  void unlock() {
    if (--depth_ == 0) {
      owner_.store(nullptr, std::memory_order_relaxed);
      lock_.unlock();
    }
  }

 private:
  static inline thread_local char identity_ = 0;
  FutexLock lock_;
  std::atomic<const void*> owner_{nullptr};
  std::uint32_t depth_ = 0;
};

// A count and a number of sleepers: two locked steps a pair, a system call only
// when somebody sleeps.
class FutexSemaphore {
 public:
  explicit FutexSemaphore(std::uint32_t count) : count_(count) {}
  void acquire() {
    std::uint32_t seen = count_.load(std::memory_order_relaxed);
    for (;;) {
      if (seen == 0) {
        sleepers_.fetch_add(1);
        futex_wait(count_, 0);
        sleepers_.fetch_sub(1);
        seen = count_.load();
      } else if (count_.compare_exchange_weak(seen, seen - 1)) {
        return;
      }
    }
  }
  void release() {
    count_.fetch_add(1);
    if (sleepers_.load() != 0) futex_wake(count_, 1);
  }

 private:
  Word count_;
  Word sleepers_{0};
};

// One setter, one waiter; await() also lowers the flag.
class SpinEvent {
 public:
  void signal() { raised_.store(true, std::memory_order_release); }
  void await() {
    Spinner spinner;
    while (!raised_.load(std::memory_order_acquire)) spinner.step();
    raised_.store(false, std::memory_order_relaxed);
  }

 private:
  alignas(kCacheLine) std::atomic<bool> raised_{false};
};

// The same with a sleep in place of the spin. 0 lowered, 1 raised, 2 lowered and
// the waiter sleeps.
class ParkEvent {
 public:
  void signal() {
    if (state_.exchange(1, std::memory_order_release) == 2) futex_wake(state_, 1);
  }
  void await() {
    while (state_.load(std::memory_order_acquire) != 1) {
      std::uint32_t lowered = 0;
      if (state_.compare_exchange_strong(lowered, 2) || lowered == 2) futex_wait(state_, 2);
    }
    state_.store(0, std::memory_order_relaxed);
  }

 private:
  alignas(kCacheLine) Word state_{0};
};

// Raw room for one item.
template <class T>
struct Cell {
  alignas(T) std::byte room[sizeof(T)];
  T* item() { return std::launder(reinterpret_cast<T*>(room)); }
};

// One producer, one consumer, a ring of a power of two; each side keeps a copy of
// the other side's index and looks at the real one only when the copy says
// "full" or "empty". Waiting is spinning.
template <class T>
class SpscRing {
 public:
  explicit SpscRing(std::size_t capacity) : mask_(capacity - 1), cells_(new Cell<T>[capacity]) {}

  void put(T item) {
    const std::size_t at = tail_.load(std::memory_order_relaxed);
    Spinner spinner;
    while (at - head_copy_ > mask_) {
      head_copy_ = head_.load(std::memory_order_acquire);
      if (at - head_copy_ > mask_) spinner.step();
    }
    new (cells_[at & mask_].room) T(std::move(item));
    tail_.store(at + 1, std::memory_order_release);
  }

  T get() {
    const std::size_t at = head_.load(std::memory_order_relaxed);
    Spinner spinner;
    while (at == tail_copy_) {
      tail_copy_ = tail_.load(std::memory_order_acquire);
      if (at == tail_copy_) spinner.step();
    }
    T* const stored = cells_[at & mask_].item();
    T item = std::move(*stored);
    stored->~T();
    head_.store(at + 1, std::memory_order_release);
    return item;
  }

 private:
  const std::size_t mask_;
  const std::unique_ptr<Cell<T>[]> cells_;
  alignas(kCacheLine) std::atomic<std::size_t> tail_{0};
  std::size_t head_copy_ = 0;
  alignas(kCacheLine) std::atomic<std::size_t> head_{0};
  std::size_t tail_copy_ = 0;
};

// A cell of a ring for many producers and many consumers. Turn 2n: to be filled for
// the n-th time; 2n + 1: to be emptied.
template <class T>
struct alignas(kCacheLine) TurnCell {
  std::atomic<std::uint64_t> turn{0};
  Cell<T> cell;

  bool is(std::uint64_t wanted) const { return turn.load(std::memory_order_acquire) == wanted; }
  void fill(T&& item, std::uint64_t at) {
    new (cell.room) T(std::move(item));
    turn.store(at + 1, std::memory_order_release);
  }
  T empty(std::uint64_t at) {
    T* const stored = cell.item();
    T item = std::move(*stored);
    stored->~T();
    turn.store(at + 1, std::memory_order_release);
    return item;
  }
};

// The ticket ring as rigtorp's MPMCQueue has it, and as the targets mean it: any
// capacity, so that cell and turn of a ticket are found by division; a ticket is
// taken only when its cell is ready; who finds it not ready yields. FIFO by ticket.
template <class T>
class RigtorpRing {
 public:
  explicit RigtorpRing(std::size_t capacity) : capacity_(capacity), cells_(new TurnCell<T>[capacity]) {}

  void put(T item) {
    const std::uint64_t ticket = take_ticket(tail_, 0);
    cells_[ticket % capacity_].fill(std::move(item), 2 * (ticket / capacity_));
  }

  T get() {
    const std::uint64_t ticket = take_ticket(head_, 1);
    return cells_[ticket % capacity_].empty(2 * (ticket / capacity_) + 1);
  }

 private:
  std::uint64_t take_ticket(std::atomic<std::uint64_t>& next, std::uint64_t side) {
    std::uint64_t ticket = next.load(std::memory_order_acquire);
    for (;;) {
      if (cells_[ticket % capacity_].is(2 * (ticket / capacity_) + side)) {
        if (next.compare_exchange_strong(ticket, ticket + 1)) return ticket;
        continue;
      }
      const std::uint64_t before = ticket;
      ticket = next.load(std::memory_order_acquire);
      if (ticket == before) sched_yield();
    }
  }

  const std::uint64_t capacity_;
  const std::unique_ptr<TurnCell<T>[]> cells_;
  alignas(kCacheLine) std::atomic<std::uint64_t> tail_{0};
  alignas(kCacheLine) std::atomic<std::uint64_t> head_{0};
};

// The same with less code: a capacity that is a power of two, and a ticket taken
// unseen by one fetch-and-add, which nobody could take back (so no timeouts). Who
// finds the cell not ready does `kPauses` short pauses, then yields.
template <class T, int kPauses>
class TicketRing {
 public:
  explicit TicketRing(std::size_t capacity)
      : mask_(capacity - 1), shift_(__builtin_ctzll(capacity)), cells_(new TurnCell<T>[capacity]) {}

  void put(T item) {
    const std::uint64_t ticket = tail_.fetch_add(1);
    TurnCell<T>& cell = cells_[ticket & mask_];
    await(cell, 2 * (ticket >> shift_));
    cell.fill(std::move(item), 2 * (ticket >> shift_));
  }

  T get() {
    const std::uint64_t ticket = head_.fetch_add(1);
    TurnCell<T>& cell = cells_[ticket & mask_];
    await(cell, 2 * (ticket >> shift_) + 1);
    return cell.empty(2 * (ticket >> shift_) + 1);
  }

 private:
  static void await(const TurnCell<T>& cell, std::uint64_t wanted) {
    while (!cell.is(wanted)) {
      for (int i = 0; i < kPauses; ++i) {
        pause();
        if (cell.is(wanted)) return;
      }
      sched_yield();
    }
  }

  const std::uint64_t mask_;
  const int shift_;
  const std::unique_ptr<TurnCell<T>[]> cells_;
  alignas(kCacheLine) std::atomic<std::uint64_t> tail_{0};
  alignas(kCacheLine) std::atomic<std::uint64_t> head_{0};
};

// The plain futex park, as a queue: one producer, one consumer; a getter that
// finds nothing sleeps at once, and a putter wakes it only if it sleeps. This is
// what the CPU guard rows compare with.
template <class T>
class ParkRing {
 public:
  explicit ParkRing(std::size_t capacity)
      : mask_(static_cast<std::uint32_t>(capacity - 1)), cells_(new Cell<T>[capacity]) {}

  // The caller sees to it that the ring is never full.
  void put(T item) {
    const std::uint32_t at = tail_.load(std::memory_order_relaxed);
    new (cells_[at & mask_].room) T(std::move(item));
    tail_.store(at + 1);
    if (asleep_.load() != 0) futex_wake(tail_, 1);
  }

  T get() {
    while (head_ == tail_.load()) {
      asleep_.store(1);
      futex_wait(tail_, head_);
      asleep_.store(0);
    }
    T* const stored = cells_[head_ & mask_].item();
    T item = std::move(*stored);
    stored->~T();
    ++head_;
    return item;
  }

 private:
  const std::uint32_t mask_;
  const std::unique_ptr<Cell<T>[]> cells_;
  alignas(kCacheLine) Word tail_{0};
  Word asleep_{0};
  alignas(kCacheLine) std::uint32_t head_ = 0;
};

}  // namespace bench::floors

#endif  // SKEIN_BENCHMARKS_FLOORS_H_
