// A positional flag takes exactly a bool: acquire(5) must not mean a timeout, nor acquire(true).
#include <skein/threading.h>

bool f(skein::threading::Lock& lock, skein::threading::RLock& rlock, skein::threading::Condition& condition,
       skein::threading::Semaphore& semaphore) {
#ifdef SKEIN_CONTROL
  return lock.acquire(true, 5) && rlock.acquire(true) && condition.acquire(false) && semaphore.acquire(true, 5);
#else
  return lock.acquire(5) && rlock.acquire(5) && condition.acquire(5) && semaphore.acquire(5);
#endif
}
