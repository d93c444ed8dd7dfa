#include <skein/asyncio/event_loop.h>
#include <skein/asyncio/internal/frame.h>
#include <skein/core/errors.h>
#include <skein/core/internal/describe.h>

#include <string>
#include <utility>

#include "loop.h"
#include "names.h"

namespace skein::inline v0::internal {

CoroutineOwner& CoroutineOwner::operator=(CoroutineOwner&& other) noexcept {
  if (this != &other) {
    if (frame_ != nullptr) destroy();
    frame_ = other.release();
  }
  return *this;
}

void CoroutineOwner::throw_used() { throw RuntimeError("cannot reuse already awaited coroutine"); }

void CoroutineOwner::destroy() noexcept {
  FrameBase* const frame = std::exchange(frame_, nullptr);
  if (!frame->started) {
    report_to(t_running.loop, {.message = "coroutine '" + function_name(frame->function) + "' was never awaited"});
  }
  handle_of(*frame).destroy();
}

void destroy_chain(FrameBase* leaf) noexcept {
  while (leaf != nullptr) {
    FrameBase* const parent = leaf->parent;
    if (leaf->owner != nullptr) leaf->owner->forget();
    handle_of(*leaf).destroy();
    leaf = parent;
  }
}

}  // namespace skein::inline v0::internal
