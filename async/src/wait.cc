#include <skein/asyncio/errors.h>
#include <skein/asyncio/gather.h>
#include <skein/asyncio/timeouts.h>
#include <skein/asyncio/wait.h>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "loop.h"
#include "names.h"

namespace skein::inline v0 {

namespace internal {
namespace {

// What wait() leaves with each future.
struct Completion {
  struct State {
    asyncio::Future<void> waiter;
    std::size_t left;
    asyncio::ReturnWhen return_when;
    std::optional<asyncio::TimerHandle> timer;
  };
  std::shared_ptr<State> state;

  bool operator==(const Completion&) const = default;
  void operator()(const asyncio::AnyFuture& future) const {
    --state->left;
    const bool enough =
        state->left == 0 || state->return_when == asyncio::FIRST_COMPLETED ||
        (state->return_when == asyncio::FIRST_EXCEPTION && !future.cancelled() && future.exception() != nullptr);
    if (!enough) return;
    if (auto& timer = state->timer) timer->cancel();
    if (!state->waiter.done()) state->waiter.set_result();
  }
};

}  // namespace

// NOLINTNEXTLINE(performance-unnecessary-value-param): the frame keeps it.
asyncio::Coroutine<> wait_until(std::vector<asyncio::AnyFuture> each, asyncio::WaitOptions options) {
  if (each.empty()) throw ValueError("Set of Tasks/Futures is empty.");
  const Completion completion{std::make_shared<Completion::State>(
      Completion::State{asyncio::Future<void>(), each.size(), options.return_when, std::nullopt})};
  Completion::State& state = *completion.state;
  if (!options.timeout.unlimited()) {
    state.timer = asyncio::get_running_loop().call_later(options.timeout, [waiter = state.waiter]() mutable {
      if (!waiter.done()) waiter.set_result();
    });
  }
  for (const asyncio::AnyFuture& future : each) future.add_done_callback(completion);
  std::exception_ptr error;
  try {
    co_await state.waiter;
  } catch (...) {
    error = std::current_exception();
  }
  if (state.timer) state.timer->cancel();
  for (const asyncio::AnyFuture& future : each) future.remove_done_callback(completion);
  if (error != nullptr) std::rethrow_exception(error);
}

// Python: _cancel_and_wait. Cancelled itself, it goes at once.
asyncio::Coroutine<> cancel_and_wait(asyncio::AnyFuture future) {
  asyncio::Future<void> waiter;
  future.add_done_callback([waiter](const asyncio::AnyFuture& /*done*/) mutable {
    if (!waiter.done()) waiter.set_result();
  });
  future.cancel();
  co_await waiter;
}

void report_shielded(const asyncio::AnyFuture& inner) {
  if (inner.cancelled()) return;
  const std::exception_ptr error = inner.exception();
  if (error == nullptr) return;
  report_from_callback(LoopAccess::core(inner).loop(),
                       {.message = exception_repr(error) + " in shielded future", .exception = error, .future = inner});
}

}  // namespace internal

namespace asyncio {

// ---- Timeout ----

Timeout::Timeout(Timeout&& other) noexcept : when_(other.when_) {}
Timeout::~Timeout() { disarm(); }

Timeout timeout(skein::Timeout delay) {
  const EventLoop loop = get_running_loop();
  if (delay.unlimited()) return Timeout(std::nullopt);
  return Timeout(loop.time() + std::chrono::duration<double>(delay.span()).count());
}

void Timeout::disarm() noexcept {
  if (handle_.has_value()) handle_->cancel();
  handle_.reset();
}

void Timeout::arm() {
  disarm();
  if (!when_.has_value()) return;
  EventLoop loop = get_running_loop();
  if (*when_ <= loop.time()) {
    handle_ = loop.call_soon([this] { on_timeout(); });
  } else {
    handle_ = loop.call_at(*when_, [this] { on_timeout(); });
  }
}

void Timeout::on_timeout() {
  if (task_) task_->cancel();
  state_ = State::kExpiring;
  handle_.reset();
}

void Timeout::reschedule(std::optional<double> when) {
  if (state_ == State::kCreated) throw RuntimeError("Timeout has not been entered");
  if (state_ != State::kEntered) {
    static constexpr const char* kNames[] = {"created", "active", "expiring", "expired", "finished"};
    throw RuntimeError(std::string("Cannot change state of ") + kNames[static_cast<int>(state_)] + " Timeout");
  }
  when_ = when;
  arm();
}

void Timeout::enter() {
  if (state_ != State::kCreated) throw RuntimeError("Timeout has already been entered");
  task_ = current_task();
  if (!task_.has_value()) throw RuntimeError("Timeout should be used inside a task");
  state_ = State::kEntered;
  cancelling_ = task_->cancelling();
  arm();
}

void Timeout::leave(const std::exception_ptr& error) {
  disarm();
  if (state_ == State::kEntered) {
    state_ = State::kExited;
    return;
  }
  if (state_ != State::kExpiring) return;
  state_ = State::kExpired;
  // More cancels than there were: somebody else wants the task to end, too.
  if (!task_ || task_->uncancel() > cancelling_ || error == nullptr) return;
  try {
    std::rethrow_exception(error);
  } catch (const CancelledError&) {
  } catch (...) {
    return;
  }
  throw TimeoutError();
}

Coroutine<Timeout&> Timeout::aenter() {
  enter();
  co_return *this;
}

Coroutine<bool> Timeout::aexit(std::exception_ptr error) {
  leave(error);
  co_return false;
}

}  // namespace asyncio
}  // namespace skein::inline v0
