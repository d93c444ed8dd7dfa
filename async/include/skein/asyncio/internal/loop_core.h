// skein/asyncio/internal/loop_core.h - the event loop without its handle.
#ifndef SKEIN_ASYNCIO_INTERNAL_LOOP_CORE_H_
#define SKEIN_ASYNCIO_INTERNAL_LOOP_CORE_H_

#include <skein/asyncio/internal/ready.h>
#include <skein/asyncio/internal/task_core.h>
#include <skein/core/export.h>
#include <skein/core/internal/block_cache.h>
#include <skein/core/internal/context_slot.h>
#include <skein/core/internal/reference_count.h>
#include <skein/core/timeout.h>

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace skein::inline v0::asyncio {
class AnyTask;
}  // namespace skein::inline v0::asyncio

namespace skein::inline v0::internal {

// A node that the loop queues when its time has come.
struct Timer : ReadyNode {
  Timer(const ReadyKind& which, std::int64_t when_ns) noexcept : ReadyNode(which), when(when_ns) {}
  const std::int64_t when;   // On CLOCK_MONOTONIC, in nanoseconds.
  std::uint64_t number = 0;  // The order in which they were put into the heap.
  bool cancelled = false;    // Discarded when it leaves the heap.
  bool scheduled = false;    // In the heap.
};

// A callback of the user's: what a Handle refers to. Counted by handles and by the queue that it is in.
class SKEIN_API Callback : public InBlock, public Timer {
 public:
  // One reference: the queue's.
  explicit Callback(std::int64_t when_ns = 0) noexcept : Timer(kKind, when_ns) {}

  void share() noexcept { references_.add(); }
  void drop() noexcept {
    if (references_.drop()) delete this;
  }
  // Drops what it would call, too, unless it is running.
  void cancel();
  [[nodiscard]] virtual std::string describe() const;

  ContextSlot context;
  LoopCore* loop = nullptr;  // While it is queued in one.
  double when_seconds = 0;   // A timer's, as it was given.

 protected:
  virtual ~Callback() = default;
  virtual void call() = 0;
  // Destroys the callable.
  virtual void clear() noexcept = 0;

 private:
  friend class LoopImpl;
  static void run_node(ReadyNode* node);
  static void discard_node(ReadyNode* node) noexcept;
  static constexpr ReadyKind kKind{&Callback::run_node, &Callback::discard_node};
  ReferenceCount references_{1};
  bool running_ = false;
};

template <class F>
class CallbackOf final : public Callback {
 public:
  template <class G>
  explicit CallbackOf(G&& function, std::int64_t when_ns = 0) : Callback(when_ns) {
    ::new (static_cast<void*>(&place_.function)) F(std::forward<G>(function));
  }

 private:
  ~CallbackOf() override { clear(); }
  void call() override { static_cast<void>(std::invoke(place_.function)); }
  void clear() noexcept override {
    if (std::exchange(held_, false)) std::destroy_at(&place_.function);
  }
  union Place {
    Place() noexcept {}
    ~Place() {}
    F function;
  };
  Place place_;
  bool held_ = true;
};

class LoopImpl;

// What every await needs, inline; the rest is in LoopImpl (src/loop.h).
class SKEIN_API LoopCore {
 public:
  LoopCore(const LoopCore&) = delete;
  LoopCore& operator=(const LoopCore&) = delete;

  // The one that runs in this thread. Errors: RuntimeError ("no running event loop").
  static LoopCore& running() {
    if (t_running.loop == nullptr) [[unlikely]]
      throw_none();
    return *t_running.loop;
  }

  // The loop's thread only. Errors of push: RuntimeError ("Event loop is closed"; "Non-thread-safe operation invoked on
  // an event loop other than the current one").
  void push(ReadyNode& node) {
    if (closed_ || t_running.loop != this) [[unlikely]]
      check_push();
    ready_.push_back(node);
  }
  void push(ReadyList& nodes) {
    if (closed_ || t_running.loop != this) [[unlikely]]
      check_push();
    ready_.append(nodes);
  }
  // Any thread. Errors: RuntimeError ("Event loop is closed"); then the node is the caller's still.
  void push_threadsafe(ReadyNode& node);
  void schedule(Timer& timer);
  // A timer that was marked as cancelled while it is in the heap.
  void timer_cancelled() noexcept;

  [[nodiscard]] bool closed() const noexcept { return closed_; }
  // Errors: RuntimeError ("Event loop is closed").
  void require_open() const {
    if (closed_) [[unlikely]]
      throw_closed();
  }
  [[nodiscard]] LoopAnchor& anchor() const noexcept { return *anchor_; }
  [[nodiscard]] LoopImpl& impl() noexcept;
  [[nodiscard]] bool has_task_factory() const noexcept { return has_task_factory_; }
  std::uint64_t next_task_number() noexcept;
  // The loop's time, in nanoseconds, and the time after a delay. Never: the largest number.
  [[nodiscard]] std::int64_t now_ns() const noexcept;
  [[nodiscard]] std::int64_t due_after(Timeout delay) const noexcept;
  // Something runs elsewhere that will come to the loop: time that is not real stands still. Loop's thread only.
  void expect_from_elsewhere(int count) noexcept { expected_ += count; }
  // The oldest first.
  [[nodiscard]] std::vector<asyncio::AnyTask> pending_tasks();

  void share() noexcept { references_.add(); }
  void drop() noexcept;

 protected:
  LoopCore();
  ~LoopCore();
  [[noreturn]] static void throw_none();
  [[noreturn]] static void throw_closed();
  void check_push();

  friend class LoopTask;
  ReadyList ready_;
  LoopTask* tasks_ = nullptr;  // Those that are pending, the newest first.
  LoopAnchor* anchor_;
  bool closed_ = false;
  bool has_task_factory_ = false;
  int expected_ = 0;
  ReferenceCount references_{1};
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_ASYNCIO_INTERNAL_LOOP_CORE_H_
