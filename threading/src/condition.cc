#include <skein/core/errors.h>
#include <skein/threading/condition.h>

#include <skein/threading/internal/guard.h>

namespace skein::inline v0::threading {

using internal::Guard;
using internal::Until;
using internal::Waiter;
using internal::WaiterList;

bool Condition::wait_until(const Until& until) {
  if (!owned()) throw RuntimeError("cannot wait on un-acquired lock");
  Waiter waiter;
  {
    // Into the list before the lock is given up, so that no notification from then on passes this waiter by.
    Guard guard(list_lock_);
    waiters_.push_back(waiter);
  }
  std::uint64_t depth = 0;
  if (lock_ != nullptr) {
    lock_->release();
  } else {
    depth = rlock_->release_all();
  }

  bool notified = waiter.wait(history_, until);
  if (!notified) {
    bool left = false;
    {
      Guard guard(list_lock_);
      left = waiters_.remove(waiter);
    }
    if (!left) {
      // A notifier had picked this waiter just before its time ran out: then it counts as notified.
      waiter.wait_notified();
      notified = true;
    }
  }

  if (lock_ != nullptr) {
    lock_->acquire();
  } else {
    rlock_->acquire_all(depth);
  }
  return notified;
}

void Condition::notify(std::int64_t n) {
  if (!owned()) throw RuntimeError("cannot notify on un-acquired lock");
  for (; n > 0; --n) {
    Waiter* waiter = nullptr;
    {
      Guard guard(list_lock_);
      waiter = waiters_.pop_front();
    }
    if (waiter == nullptr) return;
    waiter->notify();
  }
}

void Condition::notify_all() {
  if (!owned()) throw RuntimeError("cannot notify on un-acquired lock");
  WaiterList all;
  {
    Guard guard(list_lock_);
    all = waiters_.take_all();
  }
  all.notify_taken();
}

}  // namespace skein::inline v0::threading
