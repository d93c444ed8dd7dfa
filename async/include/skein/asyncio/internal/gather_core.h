// skein/asyncio/internal/gather_core.h - a future that waits for others.
#ifndef SKEIN_ASYNCIO_INTERNAL_GATHER_CORE_H_
#define SKEIN_ASYNCIO_INTERNAL_GATHER_CORE_H_

#include <skein/asyncio/internal/future_core.h>
#include <skein/asyncio/internal/ready.h>
#include <skein/core/export.h>
#include <skein/futures/internal/core.h>

#include <cstddef>
#include <deque>
#include <exception>
#include <vector>

namespace skein::inline v0::internal {

// The exception of a future that is done, CancelledError if it was cancelled, nullptr if it has a result. Counts as
// asked.
SKEIN_API std::exception_ptr error_or_cancelled(LoopFuture& future);

// The loop that all of them belong to; the running one of none. Errors: ValueError if there are two.
SKEIN_API LoopCore& loop_of_all(const std::vector<CoreRef<LoopFuture>>& futures);

// Python: _GatheringFuture and the callback in gather().
class SKEIN_API GatherCore : public LoopFuture {
 public:
  // Registers with each of them once.
  void begin(const std::vector<CoreRef<LoopFuture>>& children);
  // Cancels the children, and when they are done this.
  bool cancel(CancelMessage message) override;

 protected:
  GatherCore(LoopCore& loop, bool return_exceptions);
  ~GatherCore() override;

  [[nodiscard]] std::size_t size() const noexcept { return children_.size(); }
  // Done, all of them, when collect() is called.
  [[nodiscard]] LoopFuture& child(std::size_t i) const noexcept;
  // Makes the result.
  virtual void collect() = 0;

 private:
  struct Child final : ReadyNode {
    explicit Child(GatherCore& owner, LoopFuture& child) noexcept : ReadyNode(kKind), outer(&owner), future(&child) {}
    static void run(ReadyNode* node);
    static void discard(ReadyNode* node) noexcept;
    static void settled(ReadyNode* node, LoopFuture& future) noexcept;
    static constexpr ReadyKind kKind{&Child::run, &Child::discard, &Child::settled};

    GatherCore* outer;         // Holds a reference to it while it is registered or queued.
    LoopFuture* future;        // nullptr: it went without an end.
    CoreRef<LoopFuture> held;  // From when it is done: until then it holds this, not the other way round.
  };
  void child_done(Child& child);

  std::vector<Child*> children_;  // In the order of the call: one may stand there twice.
  std::deque<Child> places_;
  std::size_t finished_ = 0;
  const bool return_exceptions_;
  bool cancel_requested_ = false;
};

inline LoopFuture& GatherCore::child(std::size_t i) const noexcept { return *children_[i]->future; }

}  // namespace skein::inline v0::internal

#endif  // SKEIN_ASYNCIO_INTERNAL_GATHER_CORE_H_
