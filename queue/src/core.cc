#include <skein/core/errors.h>
#include <skein/queue/errors.h>
#include <skein/queue/internal/core.h>
#include <skein/threading/internal/guard.h>

namespace skein::inline v0 {

namespace queue {

Empty::~Empty() = default;
Full::~Full() = default;
ShutDown::~ShutDown() = default;

}  // namespace queue

namespace internal {

// The thread safety analysis cannot follow a lock that one member takes and another gives back; the begin/end pairs
// of this class do so on purpose.
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wthread-safety-analysis"
#endif

using Outcome = QueueCore::Outcome;

namespace {
// So many that waiting for them was worth it.
constexpr std::uint64_t kMany = 4;
}  // namespace

QueueCore::~QueueCore() {
  if (left_behind_) return;
  lock_.lock();
  if (forks_ != fork_count()) waiting_ = 0;  // Those who waited stayed in the parent.
  if (waiting_ == 0) {
    lock_.unlock();
    return;
  }
  shut_down_ = true;
  size_ = 0;
  WaiterList getters = getters_.waiters.take_all();
  WaiterList putters = putters_.waiters.take_all();
  unfinished_ = 0;
  WaiterList joiners = joiners_.waiters.take_all();
  Waiter last_one_left;
  destroyer_.push_back(last_one_left);
  lock_.unlock();
  getters.notify_taken();
  putters.notify_taken();
  joiners.notify_taken();
  last_one_left.wait_notified();
  // The last one notified with the lock held; it is done with the queue when it has given the lock back.
  lock_.lock();
  lock_.unlock();
}

void QueueCore::enter_slow() {
  if (!conflicts_.worth_trying()) {
    lock_.lock();
    return;
  }
  const std::uint64_t before = turns_.load(std::memory_order_relaxed);
  linger();
  lock_.lock();
  conflicts_.learn(turns_.load(std::memory_order_relaxed) - before >= kMany);
}

Outcome QueueCore::begin_get(const QueueRequest& request) {
  enter();
  // The order of the checks is CPython's.
  if (size_ == 0 && shut_down_) {
    lock_.unlock();
    return Outcome::kShutDown;
  }
  if (request.block && request.timeout.negative()) {
    lock_.unlock();
    return Outcome::kNegativeTimeout;
  }
  return size_ != 0 ? Outcome::kReady : wait_for_item(request);
}

Outcome QueueCore::wait_for_item(const QueueRequest& request) {
  const Until until{.deadline = request.block ? Deadline(request.timeout) : Deadline::at(0), .stop = request.stop};
  bool in_time = until.deadline.ns() != 0;
  for (;;) {
    if (size_ != 0) return Outcome::kReady;
    if (shut_down_) {
      lock_.unlock();
      return Outcome::kShutDown;
    }
    if (!in_time || until.stopped()) {
      lock_.unlock();
      return Outcome::kNotInTime;
    }
    in_time = wait_in(getters_, until);
  }
}

Outcome QueueCore::begin_put(const QueueRequest& request) {
  enter();
  if (shut_down_) {
    lock_.unlock();
    return Outcome::kShutDown;
  }
  if (maxsize_ > 0 && request.block && request.timeout.negative()) {
    lock_.unlock();
    return Outcome::kNegativeTimeout;
  }
  return has_place() ? Outcome::kReady : wait_for_place(request);
}

Outcome QueueCore::wait_for_place(const QueueRequest& request) {
  const Until until{.deadline = request.block ? Deadline(request.timeout) : Deadline::at(0), .stop = request.stop};
  bool in_time = until.deadline.ns() != 0;
  for (;;) {
    if (shut_down_) {
      lock_.unlock();
      return Outcome::kShutDown;
    }
    if (has_place()) return Outcome::kReady;
    if (!in_time || until.stopped()) {
      lock_.unlock();
      return Outcome::kNotInTime;
    }
    in_time = wait_in(putters_, until);
  }
}

bool QueueCore::wait_in(Line& line, const Until& until) {
  if (forks_ != fork_count()) {
    forks_ = fork_count();
    waiting_ = 0;
  }
  Waiter waiter;
  line.waiters.push_back(waiter);
  ++waiting_;
  const bool lingers = &line != &joiners_ && line.lingers.worth_trying();
  lock_.unlock();
  bool notified = waiter.wait(line.spins, until);
  if (notified && lingers) linger();
  lock_.lock();
  if (!notified && !line.waiters.remove(waiter)) {
    // A notifier has picked this waiter: what it announced is looked for, whatever the time.
    lock_.unlock();
    waiter.wait_notified();
    lock_.lock();
    notified = true;
  }
  if (lingers) line.lingers.learn(ready_for(line) >= kMany);
  if (--waiting_ == 0) {
    if (Waiter* const destroyer = destroyer_.pop_front()) destroyer->notify();
  }
  return notified;
}

void QueueCore::begin_shutdown(bool immediate) {
  lock_.lock();
  shut_down_ = true;
  if (immediate) {
    unfinished_ -= unfinished_ < size_ ? unfinished_ : size_;
    size_ = 0;
  }
}

bool QueueCore::begin_destruction() noexcept {
  try {
    begin_shutdown(true);
    return true;
  } catch (const RuntimeError&) {
    left_behind_ = true;
    return false;
  }
}

void QueueCore::end_shutdown() {
  WaiterList getters = getters_.waiters.take_all();
  WaiterList putters = putters_.waiters.take_all();
  WaiterList joiners;
  if (unfinished_ == 0) joiners = joiners_.waiters.take_all();
  lock_.unlock();
  getters.notify_taken();
  putters.notify_taken();
  joiners.notify_taken();
}

bool QueueCore::task_done() {
  WaiterList joiners;
  {
    Guard guard(lock_);
    if (unfinished_ == 0) return false;
    if (--unfinished_ == 0) joiners = joiners_.waiters.take_all();
  }
  joiners.notify_taken();
  return true;
}

bool QueueCore::join(const Until& until) {
  Guard guard(lock_);
  bool in_time = true;
  while (unfinished_ != 0) {
    if (!in_time || until.deadline.ns() == 0 || until.stopped()) return false;
    in_time = wait_in(joiners_, until);
  }
  return true;
}

std::size_t QueueCore::size() const {
  Guard guard(lock_);
  return size_;
}

bool QueueCore::is_shut_down() const {
  Guard guard(lock_);
  return shut_down_;
}

void QueueCore::throw_for_get(Outcome outcome) {
  if (outcome == Outcome::kShutDown) throw queue::ShutDown();
  if (outcome == Outcome::kNegativeTimeout) throw ValueError("'timeout' must be a non-negative number");
  throw queue::Empty();
}

void QueueCore::throw_for_put(Outcome outcome) {
  if (outcome == Outcome::kShutDown) throw queue::ShutDown();
  if (outcome == Outcome::kNegativeTimeout) throw ValueError("'timeout' must be a non-negative number");
  throw queue::Full();
}

void QueueCore::throw_too_many_done() { throw ValueError("task_done() called too many times"); }

}  // namespace internal
}  // namespace skein::inline v0
