#include <skein/core/errors.h>
#include <skein/threading/internal/guard.h>
#include <skein/threading/thread.h>
#include <skein/threading/timer.h>

#include <atomic>
#include <string>
#include <typeinfo>
#include <utility>

#include "thread_state.h"

namespace skein::inline v0 {

namespace internal {

namespace {
constinit std::atomic<std::size_t> g_stack_size{0};
}  // namespace

std::size_t thread_stack_size() noexcept { return g_stack_size.load(); }

}  // namespace internal

namespace threading {

using internal::Guard;
using internal::ThreadRegistry;
using internal::ThreadState;

std::size_t stack_size() noexcept { return internal::g_stack_size.exchange(0); }

std::size_t stack_size(std::int64_t size) {
  constexpr std::int64_t kLeast = 32 * 1024;  // As CPython.
  if (size < 0) throw ValueError("size must be 0 or a positive value");
  if (size != 0 && size < kLeast) throw ValueError("size not valid: " + std::to_string(size) + " bytes");
  return internal::g_stack_size.exchange(static_cast<std::size_t>(size));
}

Thread::Thread(ThreadOptions options) : Thread(std::move(options), Callable(), Bound{}) {}

Thread::Thread(ThreadOptions options, Callable target, Bound)
    : ThreadHandle(std::make_shared<ThreadState>(ThreadState::Kind::kStarted)) {
  state_->target = std::move(target);
  state_->context = std::move(options.context);
  const bool daemon = options.daemon.has_value() ? *options.daemon : current_thread().daemon();
  ThreadRegistry& registry = ThreadRegistry::instance();
  Guard guard(registry.lock);
  state_->daemon = daemon;
  state_->name = options.name.empty() ? "Thread-" + std::to_string(++registry.named) : std::move(options.name);
}

Thread::Thread(Thread&& other) noexcept : ThreadHandle(std::move(other.state_)) {}

Thread& Thread::operator=(Thread&& other) {
  if (this != &other) {
    release_thread();
    state_ = std::move(other.state_);
  }
  return *this;
}

Thread::~Thread() { release_thread(); }

void Thread::release_thread() {
  if (state_ == nullptr) return;
  bool wait = false;
  {
    Guard guard(ThreadRegistry::instance().lock);
    wait = state_->phase == ThreadState::Phase::kStarted && !state_->daemon && !state_->unowned;
  }
  if (wait && state_.get() != ThreadState::current_or_null()) {
    static_cast<void>(state_->join({}));
  } else {
    state_->let_go();
  }
}

void Thread::start() & { begin(false); }
void Thread::start() && { begin(true); }

void Thread::begin(bool let_go) {
  ThreadState& thread = state();
  std::shared_ptr<Thread> owner = self_.lock();
  if (owner == nullptr && typeid(*this) != typeid(Thread) && typeid(*this) != typeid(Timer)) {
    throw RuntimeError(
        "a class derived from threading::Thread must be made by threading::make<T>(...), so that the running thread "
        "can keep the object alive");
  }
  thread.start(std::move(owner), let_go);
}

void Thread::run() { state().call_target(); }

// ---- Timer ----

struct Timer::Shared {
  enum Decision : std::uint32_t { kOpen, kCancelled, kCalled };

  Shared(Timeout after, Callable to_call) : interval(after), function(std::move(to_call)) {}

  const Timeout interval;
  Callable function;
  Event finished;
  internal::Atomic<std::uint32_t> decision{kOpen};
};

Timer::Timer(Timeout interval, Callable function, Bound)
    : Timer(std::make_shared<Shared>(interval, std::move(function))) {}

Timer::Timer(std::shared_ptr<Shared> shared)
    : Thread({}, Callable([shared] {
               if (shared->finished.wait(shared->interval)) return;
               std::uint32_t open = Shared::kOpen;
               if (!shared->decision.compare_exchange_strong(open, Shared::kCalled)) return;
               Callable function = std::move(shared->function);
               function();
             }),
             Bound{}),
      shared_(std::move(shared)) {}

bool Timer::cancel() {
  if (shared_ == nullptr) throw RuntimeError("Thread.__init__() not called");
  std::uint32_t open = Shared::kOpen;
  const bool never = shared_->decision.compare_exchange_strong(open, Shared::kCancelled) || open == Shared::kCancelled;
  shared_->finished.set();
  return never;
}

}  // namespace threading
}  // namespace skein::inline v0
