#include <skein/asyncio/event_loop.h>
#include <skein/asyncio/gather.h>
#include <skein/asyncio/generators.h>
#include <skein/core/internal/block_cache.h>

#include <cstddef>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "loop.h"

namespace skein::inline v0::internal {

// ---- the loop's list ----

void GeneratorCore::enter_list() noexcept {
  if (t_running.loop == nullptr) return;  // In a forked child, whose loop will not ask for it.
  LoopCore& loop = *t_running.loop;
  anchor_ = &loop.anchor();
  generation_ = anchor_->generation;
  next_ = loop.impl().generators;
  if (next_ != nullptr) next_->previous_ = this;
  loop.impl().generators = this;
}

void GeneratorCore::leave_list() noexcept {
  LoopAnchor* const anchor = std::exchange(anchor_, nullptr);
  if (anchor == nullptr) return;
  if (next_ != nullptr) next_->previous_ = previous_;
  if (previous_ != nullptr) {
    previous_->next_ = next_;
  } else if (anchor->generation == generation_) {  // The loop is there.
    anchor->loop->impl().generators = next_;
  }
  previous_ = next_ = nullptr;
}

std::vector<CoreRef<GeneratorCore>> GeneratorCore::all_of(LoopCore& loop) {
  std::vector<CoreRef<GeneratorCore>> all;
  for (GeneratorCore* core = loop.impl().generators; core != nullptr; core = core->next_) {
    all.push_back(CoreRef<GeneratorCore>::share(core));
  }
  return all;
}

// ---- life ----

namespace {

constexpr std::size_t kFrameAlignment = __STDCPP_DEFAULT_NEW_ALIGNMENT__;
static_assert(alignof(GeneratorCore) <= kFrameAlignment);
constexpr std::size_t kCoreSize = (sizeof(GeneratorCore) + kFrameAlignment - 1) / kFrameAlignment * kFrameAlignment;

}  // namespace

void* GeneratorCore::new_frame(std::size_t size) {
  const std::size_t whole = kCoreSize + size;
  void* const block = take_block(whole);
  ::new (block) GeneratorCore(whole);
  return static_cast<std::byte*>(block) + kCoreSize;
}

GeneratorCore& GeneratorCore::of_frame(void* frame) noexcept {
  return *std::launder(reinterpret_cast<GeneratorCore*>(static_cast<std::byte*>(frame) - kCoreSize));
}

void GeneratorCore::delete_frame(void* frame) noexcept {
  GeneratorCore& core = of_frame(frame);
  if (!core.bound_) core.destroy();
}

CoreRef<GeneratorCore> GeneratorCore::bind(FrameBase& frame) noexcept {
  GeneratorCore& core = of_frame(handle_of(frame).address());
  core.bound_ = true;
  core.owner_ = CoroutineOwner(&frame);
  return CoreRef<GeneratorCore>::adopt(&core);
}

GeneratorCore::~GeneratorCore() { leave_list(); }

void GeneratorCore::destroy() noexcept {
  const std::size_t size = size_;
  this->~GeneratorCore();
  give_block(this, size);
}

void GeneratorCore::end() noexcept {
  leave_list();
  const CoroutineOwner gone(owner_.release());
}

void GeneratorCore::abandon() noexcept {
  if (!running()) end();
}

bool GeneratorCore::end_without_running() noexcept {
  if (begun_ && !ended()) return false;
  end();
  return true;
}

// ---- running ----

std::coroutine_handle<> GeneratorCore::resume(FrameBase& caller, std::exception_ptr thrown, const char* what) {
  if (running()) throw RuntimeError(std::string(what) + ": asynchronous generator is already running");
  if (!begun_) {
    begun_ = true;
    enter_list();
  }
  running_ = true;
  thrown_ = std::move(thrown);
  FrameBase& frame = *owner_.frame();
  frame.parent = &caller;
  frame.owner = &owner_;
  return handle_of(frame);
}

void GeneratorCore::throw_reused(bool throws) {
  throw RuntimeError(std::string("cannot reuse already awaited ") +
                     (throws ? "aclose()/athrow()" : "__anext__()/asend()"));
}

std::coroutine_handle<> GeneratorCore::yielded() noexcept {
  return handle_of(*std::exchange(owner_.frame()->parent, nullptr));
}

bool GeneratorCore::resumed() {
  running_ = false;
  if (!handle_of(*owner_.frame()).done()) return true;
  const std::exception_ptr error = std::move(owner_.frame()->error);
  end();
  if (error != nullptr) std::rethrow_exception(error);
  return false;
}

namespace {

// Throws GeneratorExit in. True if it yielded.
class CloseAwaiter {
 public:
  using skein_awaiter = void;
  explicit CloseAwaiter(GeneratorCore& core) noexcept : core_(core) {}
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class P>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<P> caller) {
    return core_.resume(caller.promise(), std::make_exception_ptr(asyncio::GeneratorExit()), "aclose()");
  }
  bool await_resume() { return core_.resumed(); }

 private:
  GeneratorCore& core_;
};

asyncio::Coroutine<> close_it(CoreRef<GeneratorCore> core) {
  if (!core->running() && core->end_without_running()) co_return;
  bool yielded = false;
  try {
    yielded = co_await CloseAwaiter(*core);
  } catch (const asyncio::GeneratorExit&) {
  }
  if (yielded) throw RuntimeError("async generator ignored GeneratorExit");
}

}  // namespace

asyncio::Coroutine<> GeneratorCore::close() { return close_it(CoreRef<GeneratorCore>::share(this)); }

}  // namespace skein::inline v0::internal

namespace skein::inline v0::asyncio {

Coroutine<> EventLoop::shutdown_asyncgens() {
  std::vector<Coroutine<>> closing;
  for (const auto& generator : internal::GeneratorCore::all_of(core())) closing.push_back(generator->close());
  if (closing.empty()) co_return;
  const auto outcomes = co_await gather(return_exceptions, std::move(closing));
  for (const auto& outcome : outcomes) {
    if (outcome) continue;
    call_exception_handler(
        {.message = "an error occurred during closing of asynchronous generator", .exception = outcome.exception()});
  }
}

}  // namespace skein::inline v0::asyncio
