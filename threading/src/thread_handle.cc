#include <skein/core/errors.h>
#include <skein/threading/internal/guard.h>
#include <skein/threading/thread_handle.h>

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

#include "thread_state.h"

namespace skein::inline v0::threading {

using internal::Guard;
using internal::ThreadRegistry;
using internal::ThreadState;

ThreadState& ThreadHandle::state() const {
  if (state_ == nullptr) throw RuntimeError("Thread.__init__() not called");
  return *state_;
}

std::string ThreadHandle::name() const {
  ThreadState& thread = state();
  Guard guard(ThreadRegistry::instance().lock);
  return thread.name;
}

void ThreadHandle::set_name(std::string name) {
  ThreadState& thread = state();
  Guard guard(ThreadRegistry::instance().lock);
  thread.name = std::move(name);
  if (!thread.off_the_list && thread.phase == ThreadState::Phase::kStarted) {
    internal::set_system_name(thread.handle_, thread.name);
  }
}

bool ThreadHandle::daemon() const {
  ThreadState& thread = state();
  Guard guard(ThreadRegistry::instance().lock);
  return thread.daemon;
}

void ThreadHandle::set_daemon(bool daemon) {
  ThreadState& thread = state();
  Guard guard(ThreadRegistry::instance().lock);
  if (thread.phase != ThreadState::Phase::kInitial) {
    throw RuntimeError("cannot set daemon status of active thread");
  }
  thread.daemon = daemon;
}

std::optional<std::uint64_t> ThreadHandle::ident() const {
  ThreadState& thread = state();
  Guard guard(ThreadRegistry::instance().lock);
  return thread.ident;
}

std::optional<std::uint64_t> ThreadHandle::native_id() const {
  ThreadState& thread = state();
  Guard guard(ThreadRegistry::instance().lock);
  return thread.native_id;
}

bool ThreadHandle::is_alive() const {
  ThreadState& thread = state();
  Guard guard(ThreadRegistry::instance().lock);
  return thread.phase != ThreadState::Phase::kInitial && !thread.finished.is_set() && !thread.left_behind();
}

void ThreadHandle::join(Timeout timeout) { join_until(timeout, nullptr); }

void ThreadHandle::join_until(Timeout timeout, const std::stop_token* stop) {
  ThreadState& thread = state();
  {
    Guard guard(ThreadRegistry::instance().lock);
    if (thread.phase == ThreadState::Phase::kInitial) {
      throw RuntimeError("cannot join thread before it is started");
    }
  }
  if (thread.kind == ThreadState::Kind::kDummy) throw RuntimeError("cannot join a dummy thread");
  if (&thread == ThreadState::current_or_null()) throw RuntimeError("cannot join current thread");
  static_cast<void>(thread.join({.deadline = Deadline(timeout), .stop = stop}));
}

ThreadHandle current_thread() { return ThreadState::handle(ThreadState::current()); }

ThreadHandle main_thread() {
  ThreadRegistry& registry = ThreadRegistry::instance();
  {
    Guard guard(registry.lock);
    if (registry.main != nullptr) return ThreadState::handle(registry.main);
  }
  // In a child that was forked by a thread unknown to skein, or where another thread loaded the library.
  if (internal::on_first_thread()) return current_thread();
  throw RuntimeError("the main thread is not known: skein was not loaded by it");
}

std::vector<ThreadHandle> enumerate() {
  static_cast<void>(ThreadState::current());  // A foreign thread that asks is one of them.
  ThreadRegistry& registry = ThreadRegistry::instance();
  std::vector<ThreadHandle> all;
  Guard guard(registry.lock);
  all.reserve(registry.alive.size());
  for (const auto& state : registry.alive) all.push_back(ThreadState::handle(state));
  return all;
}

std::size_t active_count() {
  static_cast<void>(ThreadState::current());
  ThreadRegistry& registry = ThreadRegistry::instance();
  Guard guard(registry.lock);
  return registry.alive.size();
}

std::uint64_t get_ident() noexcept { return static_cast<std::uint64_t>(::pthread_self()); }

std::uint64_t get_native_id() noexcept { return static_cast<std::uint64_t>(::syscall(SYS_gettid)); }

}  // namespace skein::inline v0::threading
