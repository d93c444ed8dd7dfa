#include <skein/asyncio/event_loop.h>
#include <skein/asyncio/internal/frame.h>
#include <skein/core/errors.h>
#include <skein/core/internal/describe.h>

#include <string>
#include <unordered_map>
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

namespace {

// Debug mode: where the coroutines were called that have not begun, and those that began since, until their frame is
// used again.
thread_local std::unordered_map<const FrameBase*, std::string> t_origins;

std::string take_origin(const FrameBase& frame) {
  if (!frame.noted) return {};  // What is noted there is of another frame, in whose place this one is.
  const auto found = t_origins.find(&frame);
  if (found == t_origins.end()) return {};
  std::string text = std::move(found->second);
  t_origins.erase(found);
  return text;
}

}  // namespace

void CoroutineOwner::report_never_awaited(const FrameBase& frame) noexcept {
  report_to(t_running.loop,
            {.message = "coroutine '" + function_name(frame.function) + "' was never awaited" + take_origin(frame)});
}

void note_origin(FrameBase& frame) noexcept {
  if (t_running.task == nullptr) return;
  try {
    std::string text = "\nCoroutine created at (most recent call last)";
    for (const FrameBase* const caller : t_running.task->stack()) {
      text += "\n  File \"" + std::string(caller->where.file_name()) + "\", after line " +
              std::to_string(caller->where.line()) + ", in " + function_name(caller->function);
    }
    t_origins[&frame] = std::move(text);
    frame.noted = true;
  } catch (...) {  // Out of memory: then without.
  }
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
