#include <skein/core/errors.h>
#include <skein/threading/condition.h>

namespace skein::inline v0::threading {

using internal::Until;
using internal::Waiter;
using internal::WaiterList;

// Holds the lock of the list, which is forgotten in a forked child, so that there the lock may be taken over.
class SKEIN_SCOPED_CAPABILITY Condition::ListGuard {
 public:
  explicit ListGuard(Lock& lock) SKEIN_ACQUIRE(lock) SKEIN_NO_THREAD_SAFETY_ANALYSIS : lock_(lock) {
    lock.acquire_or_inherit();
  }
  ~ListGuard() SKEIN_RELEASE() { lock_.unlock(); }
  ListGuard(const ListGuard&) = delete;
  ListGuard& operator=(const ListGuard&) = delete;

 private:
  Lock& lock_;
};

bool Condition::wait_until(const Until& until) {
  if (!owned()) throw RuntimeError("cannot wait on un-acquired lock");
  Waiter waiter;
  {
    // Into the list before the lock is given up, so that no notification from then on passes this waiter by.
    ListGuard guard(list_lock_);
    waiters_.push_back(waiter);
  }
  std::uint64_t depth = 0;
  if (lock_ == nullptr) {
    depth = rlock_->release_all();
  } else {
    try {
      lock_->release();
    } catch (...) {  // Another thread has released it since.
      static_cast<void>(give_up(waiter));
      throw;
    }
  }

  // A notifier may pick this waiter just before its time runs out: then it counts as notified.
  const bool notified = waiter.wait(history_, until) || !give_up(waiter);

  if (lock_ != nullptr) {
    lock_->acquire();
  } else {
    rlock_->acquire_all(depth);
  }
  return notified;
}

bool Condition::give_up(Waiter& waiter) {
  {
    ListGuard guard(list_lock_);
    if (waiters_.remove(waiter)) return true;
  }
  waiter.wait_notified();
  return false;
}

void Condition::notify(std::int64_t n) {
  if (!owned()) throw RuntimeError("cannot notify on un-acquired lock");
  for (; n > 0; --n) {
    Waiter* waiter = nullptr;
    {
      ListGuard guard(list_lock_);
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
    ListGuard guard(list_lock_);
    all = waiters_.take_all();
  }
  all.notify_taken();
}

}  // namespace skein::inline v0::threading
