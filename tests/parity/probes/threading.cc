// Calls every name of Python's threading with Python's signature.
#include <skein/contextvars.h>
#include <skein/threading.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "probe.h"

namespace threading = skein::threading;

// probe: threading.Barrier
void barrier() {
  const auto action = [] {};
  threading::Barrier plain(2);
  threading::Barrier positional(2, action, 0.5);
  threading::Barrier keyword(2, {.action = action, .timeout = 0.5});
}

// probe: threading.Barrier.abort
void barrier_abort(threading::Barrier& barrier) { barrier.abort(); }

// probe: threading.Barrier.broken
void barrier_broken(threading::Barrier& barrier) { returns<bool>(barrier.broken()); }

// probe: threading.Barrier.n_waiting
void barrier_n_waiting(threading::Barrier& barrier) { returns<std::int64_t>(barrier.n_waiting()); }

// probe: threading.Barrier.parties
void barrier_parties(threading::Barrier& barrier) { returns<std::int64_t>(barrier.parties()); }

// probe: threading.Barrier.reset
void barrier_reset(threading::Barrier& barrier) { barrier.reset(); }

// probe: threading.Barrier.wait
void barrier_wait(threading::Barrier& barrier) {
  returns<std::int64_t>(barrier.wait());
  returns<std::int64_t>(barrier.wait(0.5));
  returns<std::int64_t>(barrier.wait({.timeout = 0.5}));
}

// probe: threading.BrokenBarrierError
void broken_barrier_error() {
  static_assert(std::derived_from<threading::BrokenBarrierError, skein::RuntimeError>);
  try {
    throw threading::BrokenBarrierError();
  } catch (const threading::BrokenBarrierError& error) {
    returns<const char*>(error.what());
  }
}

// probe: threading.Semaphore
void semaphore() {
  threading::Semaphore plain;
  threading::Semaphore positional(2);
  threading::Semaphore keyword({.value = 2});
}

// probe: threading.{Semaphore,BoundedSemaphore}.acquire
void semaphore_acquire(threading::Semaphore& semaphore) {
  returns<bool>(semaphore.acquire());
  returns<bool>(semaphore.acquire(true, 0.5));
  returns<bool>(semaphore.acquire({.blocking = true, .timeout = 0.5}));
}

// probe: threading.{Semaphore,BoundedSemaphore}.release
void semaphore_release(threading::Semaphore& semaphore) {
  semaphore.release();
  semaphore.release(2);
  semaphore.release({.n = 2});
}

// probe: threading.BoundedSemaphore
void bounded_semaphore() {
  threading::BoundedSemaphore plain;
  threading::BoundedSemaphore positional(2);
  threading::BoundedSemaphore keyword({.value = 2});
}

// probe: threading.Condition
void condition(threading::Lock& lock, threading::RLock& rlock) {
  threading::Condition owning;
  threading::Condition over_lock(lock);
  threading::Condition over_rlock(rlock);
}

// probe: threading.Condition.notify
void condition_notify(threading::Condition& condition) {
  condition.notify();
  condition.notify(2);
  condition.notify({.n = 2});
}

// probe: threading.Condition.notify_all
void condition_notify_all(threading::Condition& condition) { condition.notify_all(); }

// probe: threading.Condition.wait
void condition_wait(threading::Condition& condition) {
  returns<bool>(condition.wait());
  returns<bool>(condition.wait(0.5));
  returns<bool>(condition.wait({.timeout = 0.5}));
}

// probe: threading.Condition.wait_for
void condition_wait_for(threading::Condition& condition) {
  const auto predicate = [] { return 7; };
  returns<int>(condition.wait_for(predicate));
  returns<int>(condition.wait_for(predicate, 0.5));
  returns<int>(condition.wait_for(predicate, {.timeout = 0.5}));
}

// probe: threading.Event
void event() { threading::Event event; }

// probe: threading.Event.clear
void event_clear(threading::Event& event) { event.clear(); }

// probe: threading.Event.is_set
void event_is_set(threading::Event& event) { returns<bool>(event.is_set()); }

// probe: threading.Event.set
void event_set(threading::Event& event) { event.set(); }

// probe: threading.Event.wait
void event_wait(threading::Event& event) {
  returns<bool>(event.wait());
  returns<bool>(event.wait(0.5));
  returns<bool>(event.wait({.timeout = 0.5}));
}

// probe: threading.Lock
void lock() { threading::Lock lock; }

// probe: threading.{Lock,RLock}.acquire
void lock_acquire(threading::Lock& lock) {
  returns<bool>(lock.acquire());
  returns<bool>(lock.acquire(true, 0.5));
  returns<bool>(lock.acquire({.blocking = true, .timeout = 0.5}));
}

// probe: threading.{Lock,RLock}.locked
void lock_locked(threading::Lock& lock) { returns<bool>(lock.locked()); }

// probe: threading.{Lock,RLock}.release
void lock_release(threading::Lock& lock) { lock.release(); }

// probe: threading.RLock
void rlock() { threading::RLock lock; }

// probe: threading.TIMEOUT_MAX
void timeout_max() { static_assert(threading::TIMEOUT_MAX > 1e9); }

// probe: threading.Thread
void thread() {
  threading::Thread nothing;
  threading::Thread target([](int, const std::string&) {}, 1, "x");
  threading::Thread keywords({.group = skein::None, .name = "name", .daemon = true}, [](int) {}, 1);
}

// probe: threading.Thread(context=)
void thread_context(skein::contextvars::Context& context) {
  threading::Thread thread({.context = context}, [] {});
}

// probe: threading.{Thread,Timer}.daemon
void thread_daemon(threading::Thread& thread) {
  returns<bool>(thread.daemon());
  thread.set_daemon(true);
}

// probe: threading.{Thread,Timer}.ident
void thread_ident(threading::Thread& thread) { returns<std::optional<std::uint64_t>>(thread.ident()); }

// probe: threading.{Thread,Timer}.is_alive
void thread_is_alive(threading::Thread& thread) { returns<bool>(thread.is_alive()); }

// probe: threading.{Thread,Timer}.join
void thread_join(threading::Thread& thread) {
  thread.join();
  thread.join(0.5);
  thread.join({.timeout = 0.5});
}

// probe: threading.{Thread,Timer}.name
void thread_name(threading::Thread& thread) {
  returns<std::string>(thread.name());
  thread.set_name("name");
}

// probe: threading.{Thread,Timer}.native_id
void thread_native_id(threading::Thread& thread) { returns<std::optional<std::uint64_t>>(thread.native_id()); }

// probe: threading.{Thread,Timer}.run
void thread_run(threading::Thread& thread) { thread.run(); }

// probe: threading.{Thread,Timer}.start
void thread_start(threading::Thread& thread) { thread.start(); }

// probe: threading.ThreadError
void thread_error() {
  static_assert(std::same_as<threading::ThreadError, skein::RuntimeError>);
  try {
    throw threading::ThreadError("text");
  } catch (const threading::ThreadError& error) {
    returns<const char*>(error.what());
  }
}

// probe: threading.Timer
void timer() {
  threading::Timer plain(0.5, [] {});
  threading::Timer with_args(0.5, [](int, const std::string&) {}, 1, "x");
}

// probe: threading.Timer.cancel
void timer_cancel(threading::Timer& thread) { thread.cancel(); }

// probe: threading.active_count
void active_count() { returns<std::size_t>(threading::active_count()); }

// probe: threading.current_thread
void current_thread() { returns<threading::ThreadHandle>(threading::current_thread()); }

// probe: threading.enumerate
void enumerate() { returns<std::vector<threading::ThreadHandle>>(threading::enumerate()); }

// probe: threading.excepthook
void excepthook(const threading::ExceptHookArgs& args) {
  threading::excepthook(args);
  threading::set_excepthook([](const threading::ExceptHookArgs& given) {
    returns<std::string>(given.exc_type);
    returns<std::exception_ptr>(given.exc_value);
    returns<threading::ThreadHandle>(given.thread);
  });
}

// probe: threading.get_ident
void get_ident() { returns<std::uint64_t>(threading::get_ident()); }

// probe: threading.get_native_id
void get_native_id() { returns<std::uint64_t>(threading::get_native_id()); }

// probe: threading.local
void local() {
  struct Data {
    int x = 0;
  };
  threading::local<Data> data;
  data->x = 1;
  returns<Data>(*data);
}

// probe: threading.main_thread
void main_thread() { returns<threading::ThreadHandle>(threading::main_thread()); }

// probe: threading.stack_size
void stack_size() {
  returns<std::size_t>(threading::stack_size());
  returns<std::size_t>(threading::stack_size(1 << 20));
}
