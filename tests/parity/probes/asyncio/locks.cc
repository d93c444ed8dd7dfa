// Calls the names of Python's asyncio with Python's signatures: what tasks wait by.
#include <skein/asyncio.h>

#include <concepts>
#include <cstdint>
#include <exception>

#include "probe.h"

namespace asyncio = skein::asyncio;

// probe: asyncio.Lock
void lock() { asyncio::Lock made; }

// probe: asyncio.{Lock,Semaphore,BoundedSemaphore}.acquire
asyncio::Coroutine<> lock_acquire(asyncio::Lock& made) { returns<bool>(co_await made.acquire()); }

// probe: asyncio.{Lock,Semaphore,BoundedSemaphore}.locked
void lock_locked(asyncio::Lock& made) { returns<bool>(made.locked()); }

// probe: asyncio.{Lock,Semaphore,BoundedSemaphore}.release
void lock_release(asyncio::Lock& made) { made.release(); }

// probe: asyncio.Event
void event() { asyncio::Event made; }

// probe: asyncio.Event.clear
void event_clear(asyncio::Event& made) { made.clear(); }

// probe: asyncio.Event.is_set
void event_is_set(asyncio::Event& made) { returns<bool>(made.is_set()); }

// probe: asyncio.Event.set
void event_set(asyncio::Event& made) { made.set(); }

// probe: asyncio.Event.wait
asyncio::Coroutine<> event_wait(asyncio::Event& made) { returns<bool>(co_await made.wait()); }

// probe: asyncio.Condition
void condition(asyncio::Lock& lock) {
  asyncio::Condition own;
  asyncio::Condition over(lock);
}

// probe: asyncio.Condition.notify
void condition_notify(asyncio::Condition& made) {
  made.notify();
  made.notify(2);
}

// probe: asyncio.Condition.notify_all
void condition_notify_all(asyncio::Condition& made) { made.notify_all(); }

// probe: asyncio.Condition.wait
asyncio::Coroutine<> condition_wait(asyncio::Condition& made) { returns<bool>(co_await made.wait()); }

// probe: asyncio.Condition.wait_for
asyncio::Coroutine<> condition_wait_for(asyncio::Condition& made) {
  returns<bool>(co_await made.wait_for([] { return true; }));
  returns<int>(co_await made.wait_for([] { return 5; }));
}

// probe: asyncio.Semaphore
void semaphore() {
  asyncio::Semaphore one;
  asyncio::Semaphore several(5);
}

// probe: asyncio.BoundedSemaphore
void bounded_semaphore() {
  asyncio::BoundedSemaphore one;
  asyncio::BoundedSemaphore several(5);
}

// probe: asyncio.Barrier
void barrier() { asyncio::Barrier made(2); }

// probe: asyncio.Barrier.abort
asyncio::Coroutine<> barrier_abort(asyncio::Barrier& made) { co_await made.abort(); }

// probe: asyncio.Barrier.broken
void barrier_broken(asyncio::Barrier& made) { returns<bool>(made.broken()); }

// probe: asyncio.Barrier.n_waiting
void barrier_n_waiting(asyncio::Barrier& made) { returns<std::int64_t>(made.n_waiting()); }

// probe: asyncio.Barrier.parties
void barrier_parties(asyncio::Barrier& made) { returns<std::int64_t>(made.parties()); }

// probe: asyncio.Barrier.reset
asyncio::Coroutine<> barrier_reset(asyncio::Barrier& made) { co_await made.reset(); }

// probe: asyncio.Barrier.wait
asyncio::Coroutine<> barrier_wait(asyncio::Barrier& made) { returns<std::int64_t>(co_await made.wait()); }

// probe: asyncio.BrokenBarrierError
void broken_barrier_error() {
  static_assert(std::derived_from<asyncio::BrokenBarrierError, std::exception>);
  try {
    throw asyncio::BrokenBarrierError("why");
  } catch (const asyncio::BrokenBarrierError& error) {
    returns<const char*>(error.what());
  }
}
