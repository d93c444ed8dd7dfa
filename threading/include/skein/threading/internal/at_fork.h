// skein/threading/internal/at_fork.h - locks that no fork leaves held.
#ifndef SKEIN_THREADING_INTERNAL_AT_FORK_H_
#define SKEIN_THREADING_INTERNAL_AT_FORK_H_

#include <skein/core/internal/platform.h>

#include <pthread.h>

namespace skein::inline v0::internal {

// From now on a fork waits for the lock of `owner()` and gives it back in both processes, so that in the child it is
// free and what it guards is whole. To be called once, best when the library is loaded: a thread that is in the middle
// of this call when another one forks would come too late. Whoever holds the lock must not wait for another such lock.
template <auto owner>
void hold_lock_at_fork() {
  // The thread tokens' own handlers come first, so that before a fork they run last: a thread that has never used skein
  // takes its token for this lock.
  static_cast<void>(thread_token());
  ::pthread_atfork([] { owner().lock.acquire(); }, [] { owner().lock.release(); }, [] { owner().lock.release(); });
}

}  // namespace skein::inline v0::internal

#endif  // SKEIN_THREADING_INTERNAL_AT_FORK_H_
