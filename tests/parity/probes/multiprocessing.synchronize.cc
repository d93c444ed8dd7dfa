// Calls every name of Python's multiprocessing.synchronize with Python's signature.
#include <skein/multiprocessing.h>

#include <cstdint>

#include "probe.h"

namespace synchronize = skein::multiprocessing::synchronize;

// probe: multiprocessing.synchronize.BoundedSemaphore
void bounded_semaphore() {
  synchronize::BoundedSemaphore plain;
  synchronize::BoundedSemaphore positional(2);
  synchronize::BoundedSemaphore keyword({.value = 2});
}

// probe: multiprocessing.synchronize.BoundedSemaphore.get_value
void bounded_semaphore_get_value(const synchronize::BoundedSemaphore& semaphore) {
  returns<std::int64_t>(semaphore.get_value());
}

// probe: multiprocessing.synchronize.Condition
void condition(const synchronize::Lock& lock, const synchronize::RLock& rlock) {
  synchronize::Condition owning;
  synchronize::Condition over_lock(lock);
  synchronize::Condition over_rlock(rlock);
}

// probe: multiprocessing.synchronize.Condition.notify
void condition_notify(const synchronize::Condition& condition) {
  condition.notify();
  condition.notify(2);
  condition.notify({.n = 2});
}

// probe: multiprocessing.synchronize.Condition.notify_all
void condition_notify_all(const synchronize::Condition& condition) { condition.notify_all(); }

// probe: multiprocessing.synchronize.Condition.wait
void condition_wait(const synchronize::Condition& condition) {
  returns<bool>(condition.wait());
  returns<bool>(condition.wait(0.5));
  returns<bool>(condition.wait({.timeout = 0.5}));
}

// probe: multiprocessing.synchronize.Condition.wait_for
void condition_wait_for(const synchronize::Condition& condition) {
  const auto predicate = [] { return 7; };
  returns<int>(condition.wait_for(predicate));
  returns<int>(condition.wait_for(predicate, 0.5));
  returns<int>(condition.wait_for(predicate, {.timeout = 0.5}));
}

// probe: multiprocessing.synchronize.Event
void event() { synchronize::Event event; }

// probe: multiprocessing.synchronize.Event.clear
void event_clear(const synchronize::Event& event) { event.clear(); }

// probe: multiprocessing.synchronize.Event.is_set
void event_is_set(const synchronize::Event& event) { returns<bool>(event.is_set()); }

// probe: multiprocessing.synchronize.Event.set
void event_set(const synchronize::Event& event) { event.set(); }

// probe: multiprocessing.synchronize.Event.wait
void event_wait(const synchronize::Event& event) {
  returns<bool>(event.wait());
  returns<bool>(event.wait(0.5));
  returns<bool>(event.wait({.timeout = 0.5}));
}

// probe: multiprocessing.synchronize.Lock
void lock() { synchronize::Lock lock; }

// probe: multiprocessing.synchronize.RLock
void rlock() { synchronize::RLock lock; }

// probe: multiprocessing.synchronize.Semaphore
void semaphore() {
  synchronize::Semaphore plain;
  synchronize::Semaphore positional(2);
  synchronize::Semaphore keyword({.value = 2});
}

// probe: multiprocessing.synchronize.Semaphore.get_value
void semaphore_get_value(const synchronize::Semaphore& semaphore) { returns<std::int64_t>(semaphore.get_value()); }
