// skein/threading/internal/guard.h - std::scoped_lock for one Lock, with the annotations that -Wthread-safety reads.
#ifndef SKEIN_THREADING_INTERNAL_GUARD_H_
#define SKEIN_THREADING_INTERNAL_GUARD_H_

#include <skein/core/thread_safety.h>
#include <skein/threading/lock.h>

namespace skein::inline v0::internal {

class SKEIN_SCOPED_CAPABILITY Guard {
 public:
  explicit Guard(threading::Lock& lock) SKEIN_ACQUIRE(lock) : lock_(lock) { lock.lock(); }
  ~Guard() SKEIN_RELEASE() { lock_.unlock(); }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

 private:
  threading::Lock& lock_;
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_THREADING_INTERNAL_GUARD_H_
