// skein/queue/internal/core.h - what all queues are inside: counting, waiting, shutting down. Knows no items.
#ifndef SKEIN_QUEUE_INTERNAL_CORE_H_
#define SKEIN_QUEUE_INTERNAL_CORE_H_

#include <skein/core/export.h>
#include <skein/core/park.h>
#include <skein/core/spin.h>
#include <skein/core/thread_safety.h>
#include <skein/core/timeout.h>
#include <skein/threading/lock.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <stop_token>

namespace skein::inline v0::internal {

// How long a put or get may take.
struct QueueRequest {
  bool block = true;
  Timeout timeout = None;
  const std::stop_token* stop = nullptr;
};

// One short lock guards everything, the items of the typed shell included: so FIFO, maxsize, the answers of full(),
// empty() and qsize(), and the count of unfinished tasks are exact by construction. Who must wait stands in a list
// and waits on a word of its own; every put notifies one getter, every get one putter, outside the lock.
//
// A shell's put is: begin_put(), store the item, end_put(); its get: begin_get(), take the item, end_get(). Between
// begin and end the lock is held. Whoever can't go through with it calls leave_put() or leave_get() in place of end.
class SKEIN_API QueueCore {
 public:
  enum class Outcome { kReady, kNotInTime, kShutDown, kNegativeTimeout };

  explicit QueueCore(std::int64_t maxsize) noexcept : maxsize_(maxsize) {}
  // Whoever waits gets ShutDown; returns when the last of them has left.
  ~QueueCore();
  QueueCore(const QueueCore&) = delete;
  QueueCore& operator=(const QueueCore&) = delete;

  // kReady: the lock is held and there is an item.
  Outcome begin_get() SKEIN_NO_THREAD_SAFETY_ANALYSIS {
    enter();
    if (size_ != 0) [[likely]]
      return Outcome::kReady;
    return wait_for_item({});
  }
  Outcome begin_get(const QueueRequest& request);
  // One item less; gives the lock back.
  void end_get() SKEIN_NO_THREAD_SAFETY_ANALYSIS {
    --size_;
    count_turn();
    Waiter* const next = maxsize_ > 0 ? putters_.waiters.pop_front() : nullptr;
    lock_.unlock();
    if (next != nullptr) next->notify();
  }

  // kReady: the lock is held and there is a free place.
  Outcome begin_put() SKEIN_NO_THREAD_SAFETY_ANALYSIS {
    enter();
    if (!shut_down_ && (maxsize_ <= 0 || size_ < static_cast<std::uint64_t>(maxsize_))) [[likely]]
      return Outcome::kReady;
    return wait_for_place({});
  }
  Outcome begin_put(const QueueRequest& request);
  // One item and one unfinished task more; gives the lock back.
  void end_put() SKEIN_NO_THREAD_SAFETY_ANALYSIS {
    ++size_;
    ++unfinished_;
    count_turn();
    Waiter* const next = getters_.waiters.pop_front();
    lock_.unlock();
    if (next != nullptr) next->notify();
  }

  // The place that the caller leaves free, or the item that it leaves, is for the next who waits: the caller may have
  // been woken for it, and then nobody else was.
  void leave_put() noexcept SKEIN_NO_THREAD_SAFETY_ANALYSIS {
    Waiter* const next = putters_.waiters.pop_front();
    lock_.unlock();
    if (next != nullptr) next->notify();
  }
  void leave_get() noexcept SKEIN_NO_THREAD_SAFETY_ANALYSIS {
    Waiter* const next = getters_.waiters.pop_front();
    lock_.unlock();
    if (next != nullptr) next->notify();
  }

  // Begins a shutdown and holds the lock: of an immediate one the items are gone from here on, and the shell takes
  // them out to destroy them later. Then end_shutdown().
  void begin_shutdown(bool immediate);
  void end_shutdown();
  // As begin_shutdown(true), for the shell's destructor. False in a forked child if another thread was just using the
  // queue when the process was forked: the lock is not held then and never will be, and the items may be anyhow.
  [[nodiscard]] bool begin_destruction() noexcept;

  // The lock alone, to look after the shell's storage.
  void lock_items() SKEIN_NO_THREAD_SAFETY_ANALYSIS { lock_.lock(); }
  void unlock_items() noexcept SKEIN_NO_THREAD_SAFETY_ANALYSIS { lock_.unlock(); }

  // False if it was called too often.
  [[nodiscard]] bool task_done();
  // Waits for the unfinished tasks. False if time ran out or a stop was requested first.
  bool join(const Until& until);

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool is_shut_down() const;
  [[nodiscard]] std::int64_t maxsize() const noexcept { return maxsize_; }

  // Throws what `outcome` is for a put or a get; kReady is not to be asked.
  [[noreturn]] static void throw_for_get(Outcome outcome);
  [[noreturn]] static void throw_for_put(Outcome outcome);
  [[noreturn]] static void throw_too_many_done();

 private:
  // With the lock held, and holding it afterwards if kReady.
  Outcome wait_for_item(const QueueRequest& request);
  Outcome wait_for_place(const QueueRequest& request);
  [[nodiscard]] bool has_place() const noexcept {
    return maxsize_ <= 0 || size_ < static_cast<std::uint64_t>(maxsize_);
  }
  void enter() SKEIN_NO_THREAD_SAFETY_ANALYSIS {
    if (!lock_.try_lock()) [[unlikely]]
      enter_slow();
  }
  void enter_slow();
  // Relaxed: read without the lock only to guess, see enter_slow().
  void count_turn() noexcept { turns_.store(turns_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed); }

  // What the getters, the putters and the joiners each wait in.
  struct Line {
    WaiterList waiters;
    SpinHistory spins;
    LingerHistory lingers;
  };
  // Gives the lock up, waits in `line` to be notified, takes the lock again. False if time ran out or a stop was
  // requested and nobody had notified.
  bool wait_in(Line& line, const Until& until);
  // How many puts or gets could go through now, of those who wait in `line`.
  [[nodiscard]] std::uint64_t ready_for(const Line& line) const noexcept {
    return &line == &getters_ ? size_ : static_cast<std::uint64_t>(maxsize_) - size_;
  }

  mutable threading::Lock lock_;
  const std::int64_t maxsize_;
  std::uint64_t size_ = 0;
  std::uint64_t unfinished_ = 0;
  std::uint32_t waiting_ = 0;  // Threads in any of the lists, or on their way out of it.
  std::uint32_t forks_ = fork_count();
  bool shut_down_ = false;
  bool left_behind_ = false;             // See begin_destruction().
  std::atomic<std::uint64_t> turns_{0};  // Puts and gets that went through.
  LingerHistory conflicts_;
  Line getters_;
  Line putters_;
  Line joiners_;
  WaiterList destroyer_;
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_QUEUE_INTERNAL_CORE_H_
