// skein/multiprocessing/barrier.h - a place where a fixed number of processes wait for each other. Python:
// multiprocessing.Barrier.
#ifndef SKEIN_MULTIPROCESSING_BARRIER_H_
#define SKEIN_MULTIPROCESSING_BARRIER_H_

#include <skein/core/callable.h>
#include <skein/core/errors.h>
#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/condition.h>
#include <skein/multiprocessing/internal/held_block.h>
#include <skein/multiprocessing/internal/shared_block.h>
#include <skein/threading/barrier.h>

#include <concepts>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <utility>

namespace skein::inline v0::multiprocessing {

// A handle: copies, in other processes too, are of one barrier. A party is a thread, of whichever process.
//
// Threads:  any member, from any thread of any process that has the barrier, at any time.
// Lifetime: of the last handle, in whichever process.
// Ordering: what each party did before wait() is visible to all after it.
// Cost:     a lock and a notification a round; who waits for long looks at the lock every 50 ms.
// Death:    a party that is killed while it waits has arrived, as in Python; its place is given up when its round is
//           over, so that the next round is not held up. One that is killed while it runs the action, or in the middle
//           of one of the barrier's own steps, breaks the barrier: within 200 ms everybody gets BrokenBarrierError,
//           until reset(). A party that is killed before it comes is missed: wait with a timeout.
class SKEIN_API Barrier {
 public:
  // The keyword arguments of Barrier, after `parties`.
  struct Options {
    Callable action = None;
    Timeout timeout = None;
  };
  // The keyword arguments of Barrier.wait.
  struct WaitOptions {
    Timeout timeout = None;
  };

  // For `parties`. `action`, if any, is called by one of them when all have come, before any goes on, with the
  // barrier's lock held; by the copy that this party has, which fork() made. `timeout` is what wait() uses when it is
  // given none.
  // Errors: ValueError ("parties must be > 0"; CPython accepts zero, and waits for ever); OverflowError past 2^20;
  // OSError if there is no memory or no descriptor.
  explicit Barrier(std::int64_t parties, Callable action = None, Timeout timeout = None);
  Barrier(std::int64_t parties, Options options) : Barrier(parties, std::move(options.action), options.timeout) {}
  // For what fills it by load(). Until then it must not be used.
  explicit Barrier(internal::Unpickled empty) noexcept : changed_(empty) {}

  // Waits for the others. Returns a number from 0 to parties - 1, another one for each of a round.
  // If `timeout` (monotonic, counted from when this round begins to fill; None: the barrier's own) passes first, the
  // barrier breaks for everybody. Zero or less: breaks it unless this is the last to come.
  // Errors: threading::BrokenBarrierError if it is broken, or gets broken or reset while waiting; what the action
  // throws, in the party that runs it, while the others get BrokenBarrierError. ValueError if `timeout` is NaN.
  std::int64_t wait(Timeout timeout = None) const { return wait_until(timeout, nullptr); }
  std::int64_t wait(WaitOptions options) const { return wait_until(options.timeout, nullptr); }
  // The same; a requested stop breaks the barrier like a timeout.
  template <std::same_as<std::stop_token> S>
  std::int64_t wait(S stop, Timeout timeout = None) const {
    return wait_until(timeout, &stop);
  }

  // Back to empty and unbroken; who waits now gets BrokenBarrierError.
  void reset() const;
  // Breaks it: who waits now or later gets BrokenBarrierError, until reset(). Broken already: stays so.
  void abort() const;

  // How many have to come.
  [[nodiscard]] std::int64_t parties() const noexcept { return parties_; }
  // How many wait at this moment, those included who were killed meanwhile; zero while a round ends.
  [[nodiscard]] std::int64_t n_waiting() const noexcept;
  [[nodiscard]] bool broken() const noexcept;

  // Whether both are of one barrier.
  friend bool operator==(const Barrier& a, const Barrier& b) noexcept { return a.block_ == b.block_; }

  // For pickle, while a process is being started.
  // Errors: TypeError if it has an action, which only fork() can give to another process; RuntimeError if no process is
  // being started.
  template <class Archive>
  void save(Archive& archive) const {
    if (action_ != nullptr) throw_action_stays();
    changed_.save(archive);
    const internal::BlockAddress address = block_.pack();
    archive(address);
  }
  template <class Archive>
  void load(Archive& archive) {
    changed_.load(archive);
    internal::BlockAddress address;
    archive(address);
    unpack(address);
  }
  // The same, for a process that is started with one: a Barrier without its parties is none, so it has no default
  // constructor.
  template <class Archive, class Construct>
  static void load_and_construct(Archive& archive, Construct& construct) {
    construct(internal::Unpickled());
    construct->load(archive);
  }

 private:
  class Visit;
  enum class Phase : std::uint32_t;

  [[noreturn]] static void throw_action_stays();
  std::int64_t wait_until(Timeout timeout, const std::stop_token* stop) const;
  void unpack(const internal::BlockAddress& address);
  // All with the lock held.
  void come_in() const;
  void break_if_recovered() const;
  void change_to(Phase phase) const;
  void run_action() const;

  Condition changed_;
  internal::SharedBlock block_;
  std::int64_t parties_ = 0;
  std::shared_ptr<Callable> action_;
};

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_BARRIER_H_
