// skein/asyncio/internal/frame.h - what every coroutine frame has.
#ifndef SKEIN_ASYNCIO_INTERNAL_FRAME_H_
#define SKEIN_ASYNCIO_INTERNAL_FRAME_H_

#include <skein/core/export.h>
#include <skein/core/internal/block_cache.h>

#include <coroutine>
#include <cstddef>
#include <exception>
#include <source_location>
#include <utility>

namespace skein::inline v0::internal {

class LoopTask;
class CoroutineOwner;

// The first base of every promise. Frames that await one another form a chain, from the leaf, which is suspended in
// something that is no coroutine, to the root, which belongs to a task.
struct FrameBase {
  static void* operator new(std::size_t size) { return take_block(size); }
  static void operator delete(void* frame, std::size_t size) noexcept { give_block(frame, size); }

  FrameBase* parent = nullptr;      // Who awaits it; nullptr: nobody, or it is a root.
  CoroutineOwner* owner = nullptr;  // The object that holds it while it is awaited.
  std::source_location function;    // The function that it is a call of.
  std::source_location where;       // Its last co_await.
  std::exception_ptr error;         // What left it.
  bool started = false;
  bool returned = false;          // There is a result, in the promise.
  bool stands_for_child = false;  // The house's own, around a coroutine of the user's: only that one is shown.
  bool noted = false;             // note_origin() has been here.
};

// All promises derive from FrameBase first and are aligned no more than a frame, so the frame's address follows.
inline std::coroutine_handle<> handle_of(FrameBase& frame) noexcept {
  return std::coroutine_handle<FrameBase>::from_promise(frame);
}

// Owns a frame.
class SKEIN_API CoroutineOwner {
 public:
  explicit CoroutineOwner(FrameBase* frame) noexcept : frame_(frame) {}
  CoroutineOwner(CoroutineOwner&& other) noexcept : frame_(other.frame_) { other.frame_ = nullptr; }
  CoroutineOwner& operator=(CoroutineOwner&& other) noexcept;
  ~CoroutineOwner() {
    if (frame_ != nullptr) destroy();
  }

  [[nodiscard]] FrameBase* frame() const noexcept { return frame_; }
  [[nodiscard]] FrameBase* release() noexcept {
    FrameBase* const frame = frame_;
    frame_ = nullptr;
    return frame;
  }
  // Its frame is being destroyed by somebody else.
  void forget() noexcept { frame_ = nullptr; }
  // Errors: RuntimeError ("cannot reuse already awaited coroutine") if it was awaited or given away.
  FrameBase& start() {
    if (frame_ == nullptr || frame_->started) [[unlikely]]
      throw_used();
    frame_->started = true;
    return *frame_;
  }

 private:
  [[noreturn]] static void throw_used();
  void destroy() noexcept {
    FrameBase* const frame = std::exchange(frame_, nullptr);
    if (!frame->started) [[unlikely]]
      report_never_awaited(*frame);
    handle_of(*frame).destroy();
  }
  static void report_never_awaited(const FrameBase& frame) noexcept;

  FrameBase* frame_;
};

// Debug mode: keeps where the coroutine was called, for the report that it was never awaited.
SKEIN_API void note_origin(FrameBase& frame) noexcept;

// Destroys the suspended chain that ends in `leaf`, from there outwards, as an exception would, and without recursion.
SKEIN_API void destroy_chain(FrameBase* leaf) noexcept;

}  // namespace skein::inline v0::internal

#endif  // SKEIN_ASYNCIO_INTERNAL_FRAME_H_
