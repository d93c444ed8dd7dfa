#include <skein/asyncio/errors.h>
#include <skein/asyncio/event_loop.h>
#include <skein/asyncio/future.h>
#include <skein/core/internal/describe.h>

#include <cxxabi.h>

#include <optional>
#include <ostream>
#include <utility>

#include "loop.h"
#include "names.h"

namespace skein::inline v0 {

namespace internal {

// ---- life ----

LoopFuture::LoopFuture(LoopCore& loop, std::uint32_t references) noexcept
    : references_(references), generation_(loop.anchor().generation), anchor_(&loop.anchor()) {}

LoopFuture::~LoopFuture() {
  if (unread_) report_unread();  // A task has done so itself.
  discard_listeners();
}

void LoopFuture::discard_listeners() noexcept {
  while (!listeners_.empty()) {
    ReadyNode& node = listeners_.pop_front();
    node.kind.discard(&node);
  }
}

void LoopFuture::report_unread() noexcept {
  unread_ = false;
  report_to(loop(), {.message = "Future exception was never retrieved", .exception = error_});
}

// ---- transitions ----

void LoopFuture::settle(State state) {
  state_ = state;
  if (listeners_.empty()) return;
  LoopCore* const loop = this->loop();
  if (loop == nullptr || loop->closed()) {  // They are lost, as in CPython.
    discard_listeners();
    throw RuntimeError("Event loop is closed");
  }
  for (ReadyNode* node = listeners_.first(); node != nullptr; node = node->next) {
    if (node->kind.settled != nullptr) node->kind.settled(node, *this);
  }
  loop->push(listeners_);
}

void LoopFuture::keep_message(CancelMessage message) {
  if (message != nullptr) {
    extra().message = *message;
  } else if (extra_ != nullptr) {
    extra_->message.reset();
  }
}

bool LoopFuture::cancel(CancelMessage message) {
  unread_ = false;
  if (done()) return false;
  keep_message(message);
  settle(State::kCancelled);
  return true;
}

void LoopFuture::finish() { settle(State::kFinished); }

void LoopFuture::fail(std::exception_ptr error) {
  error_ = std::move(error);
  unread_ = true;
  settle(State::kFinished);
}

void LoopFuture::require_pending() const {
  if (done()) throw asyncio::InvalidStateError("invalid state");
}

void LoopFuture::throw_cancelled() const {
  if (const CancelMessage kept = message()) throw asyncio::CancelledError(*kept);
  throw asyncio::CancelledError();
}

void LoopFuture::throw_outcome() {
  if (state_ == State::kFinished) {
    unread_ = false;
    std::rethrow_exception(error_);
  }
  if (state_ == State::kCancelled) throw_cancelled();
  throw asyncio::InvalidStateError("Result is not set.");
}

std::exception_ptr LoopFuture::exception() {
  if (state_ == State::kCancelled) throw_cancelled();
  if (state_ == State::kPending) throw asyncio::InvalidStateError("Exception is not set.");
  unread_ = false;
  return error_;
}

void LoopFuture::queue_at_once(ReadyNode& node) {
  LoopCore* const loop = this->loop();
  if (loop == nullptr || loop->closed()) throw RuntimeError("Event loop is closed");
  if (node.kind.settled != nullptr) node.kind.settled(&node, *this);
  loop->push(node);
}

// ---- texts ----

std::string LoopFuture::describe_outcome() const {
  if (state_ != State::kFinished) return {};
  if (error_ != nullptr) return " exception=" + exception_repr(error_);
  return " result=" + describe_result();
}

std::string LoopFuture::describe() const {
  static constexpr const char* kNames[] = {"pending", "cancelled", "finished"};
  return std::string("<Future ") + kNames[static_cast<int>(state_)] + describe_outcome() + ">";
}

// ---- callbacks ----

void DoneCallback::add(std::unique_ptr<DoneCallback> callback, LoopFuture& future, ContextSlot in) {
  callback->context = std::move(in);
  future.when_done(*callback);
  static_cast<void>(callback.release());
}

std::size_t DoneCallback::remove(LoopFuture& future, const std::type_info& type, const void* function) {
  std::size_t removed = 0;
  ReadyNode* next = future.listeners().first();
  while (ReadyNode* const node = next) {
    next = node->next;
    if (&node->kind != &kKind) continue;
    auto* const callback = static_cast<DoneCallback*>(node);
    if (!callback->equals(type, function)) continue;
    future.forget(*node);
    delete callback;
    ++removed;
  }
  return removed;
}

void DoneCallback::discard_node(ReadyNode* node) noexcept { delete static_cast<DoneCallback*>(node); }

void DoneCallback::settled(ReadyNode* node, LoopFuture& future) noexcept {
  static_cast<DoneCallback*>(node)->future = CoreRef<LoopFuture>::share(&future);
}

void DoneCallback::run_node(ReadyNode* node) {
  const std::unique_ptr<DoneCallback> self(static_cast<DoneCallback*>(node));
  std::optional<ContextSlotEntry> entry;  // To the end of the report.
  try {
    entry.emplace(self->context);
    self->call();
  } catch (abi::__forced_unwind&) {
    throw;
  } catch (const KeyboardInterrupt&) {
    throw;
  } catch (const SystemExit&) {
    throw;
  } catch (...) {
    report_from_callback(self->future->loop(),
                         {.message = "Exception in callback", .exception = std::current_exception()});
  }
}

}  // namespace internal

namespace asyncio {

void AnyFuture::set_exception(std::exception_ptr exception) const {
  if (exception == nullptr) throw ValueError("the exception is null");
  internal::LoopFuture& future = core();
  if (future.as_task() != nullptr) throw RuntimeError("Task does not support set_exception operation");
  future.require_pending();
  future.fail(std::move(exception));
}

EventLoop AnyFuture::get_loop() const {
  internal::LoopCore* const loop = core().loop();
  if (loop == nullptr) throw RuntimeError("the future's event loop is gone");
  return EventLoop(internal::CoreRef<internal::LoopCore>::share(loop));
}

void AnyFuture::throw_empty() { throw RuntimeError("the future has been moved from"); }
void AnyFuture::throw_type(const std::type_info& is, const std::type_info& wanted) {
  throw TypeError("the future's result is of type " + internal::readable(is) + ", not " + internal::readable(wanted));
}

std::ostream& operator<<(std::ostream& stream, const AnyFuture& future) { return stream << future.core().describe(); }

}  // namespace asyncio
}  // namespace skein::inline v0
