#include <skein/asyncio/errors.h>
#include <skein/asyncio/internal/gather_core.h>
#include <skein/asyncio/internal/loop_core.h>
#include <skein/core/errors.h>

#include <algorithm>
#include <utility>

#include "loop.h"

namespace skein::inline v0::internal {

std::exception_ptr error_or_cancelled(LoopFuture& future) {
  try {
    future.check_result();
    return nullptr;
  } catch (...) {
    return std::current_exception();
  }
}

GatherCore::GatherCore(LoopCore& loop, bool return_exceptions)
    : LoopFuture(loop, 1), return_exceptions_(return_exceptions) {}

GatherCore::~GatherCore() = default;

LoopCore& loop_of_all(const std::vector<CoreRef<LoopFuture>>& futures) {
  if (futures.empty()) return LoopCore::running();
  LoopCore* const loop = futures.front()->loop();
  for (const auto& future : futures) {
    if (future->loop() != loop || loop == nullptr) throw_other_loop();
  }
  return *loop;
}

void GatherCore::begin(const std::vector<CoreRef<LoopFuture>>& children) {
  if (children.empty()) {
    collect();
    finish();
    return;
  }
  children_.reserve(children.size());
  {
    struct Marks {  // Taken away also if memory runs out on the way.
      ~Marks() {
        for (const auto& each : of) each->set_mark(false);
      }
      const std::vector<CoreRef<LoopFuture>>& of;
    } const marks{children};
    for (const auto& each : children) {
      if (each->set_mark(true)) {  // It stands there twice.
        children_.push_back(*std::find_if(children_.begin(), children_.end(),
                                          [&](const Child* child) { return child->future == each.get(); }));
      } else {
        children_.push_back(&places_.emplace_back(*this, *each));
      }
    }
  }
  // As in CPython: those that are done are looked at when all have been registered.
  for (Child& place : places_) {
    share();
    if (place.future->done()) {
      place.held = CoreRef<LoopFuture>::share(place.future);
    } else {
      place.future->when_done(place);
    }
  }
  for (Child& place : places_) {
    if (place.held) Child::run(&place);
  }
}

void GatherCore::Child::run(ReadyNode* node) {
  auto* const self = static_cast<Child*>(node);
  const auto outer = CoreRef<LoopFuture>::adopt(self->outer);
  self->outer->child_done(*self);
}

void GatherCore::Child::discard(ReadyNode* node) noexcept {
  auto* const self = static_cast<Child*>(node);
  if (!self->held) self->future = nullptr;
  self->outer->drop();
}

void GatherCore::Child::settled(ReadyNode* node, LoopFuture& future) noexcept {
  static_cast<Child*>(node)->held = CoreRef<LoopFuture>::share(&future);
}

void GatherCore::child_done(Child& child) {
  ++finished_;
  LoopFuture& future = *child.future;
  if (done()) {
    future.mark_read();
    return;
  }
  if (!return_exceptions_) {
    if (std::exception_ptr error = error_or_cancelled(future)) {
      fail(std::move(error));
      return;
    }
  }
  if (finished_ != places_.size()) return;
  try {
    if (cancel_requested_) {
      // Whatever the children made of it: the cancellation is not swallowed.
      if (future.cancelled()) {
        fail(error_or_cancelled(future));
      } else {
        fail(std::make_exception_ptr(asyncio::CancelledError()));
      }
      return;
    }
    collect();
  } catch (...) {
    fail(std::current_exception());
    return;
  }
  finish();
}

bool GatherCore::cancel(CancelMessage message) {
  if (done()) return false;
  bool any = false;
  // A child's cancel() may end this future's life's work, but not its life: whoever cancels it has it.
  for (Child* const child : children_) {
    if (child->future != nullptr && child->future->cancel(message)) any = true;
  }
  if (any) cancel_requested_ = true;
  return any;
}

}  // namespace skein::inline v0::internal
