// skein/core/internal/context_slot.h - the context that a callback or a task runs in.
#ifndef SKEIN_CORE_INTERNAL_CONTEXT_SLOT_H_
#define SKEIN_CORE_INTERNAL_CONTEXT_SLOT_H_

#include <skein/core/context.h>
#include <skein/core/export.h>

#include <utility>

namespace skein::inline v0::internal {

class ContextSlotEntry;

// What the calling thread is in.
struct CurrentContext {
  ContextState* state = nullptr;  // nullptr while it has none, which stands for an empty one.
  ContextSlotEntry* entry =
      nullptr;  // Into whose slot a context goes that is made now; nullptr: it is the thread's own.
};
// Initial-exec: see t_thread_token.
[[gnu::tls_model("initial-exec")]] extern SKEIN_API constinit thread_local CurrentContext t_context;

// A place for a context, which is made only when something is set in it: most tasks of most programs never do, and to
// copy an empty context costs nothing.
//
// Threads:  one at a time.
class SKEIN_API ContextSlot {
 public:
  // An empty context of its own.
  ContextSlot() noexcept = default;
  // This very context.
  explicit ContextSlot(const contextvars::Context& context) noexcept;
  // A copy of the calling thread's current one.
  static ContextSlot copy_current() { return t_context.state == nullptr ? ContextSlot() : copy_of_current(); }

  // The context, for others to refer to. Made now if there is none, and then the one that the calling thread is in
  // where it has entered this slot, whatever it has entered since.
  [[nodiscard]] contextvars::Context context();

 private:
  friend class ContextSlotEntry;
  friend ContextState& current_context_state();
  static ContextSlot copy_of_current();
  explicit ContextSlot(Ref<ContextState> state) noexcept : state_(std::move(state)) {}
  Ref<ContextState> state_;
};

// While one lives, the slot's context is the calling thread's current one.
class SKEIN_API ContextSlotEntry {
 public:
  // Errors: RuntimeError if it is entered already, by this thread or another.
  explicit ContextSlotEntry(ContextSlot& slot) : slot_(slot), previous_(t_context) {
    if (slot.state_) [[unlikely]]
      enter(*slot.state_);
    t_context = {slot.state_.get(), this};
  }
  ~ContextSlotEntry() {
    if (t_context.state != nullptr) [[unlikely]]
      leave(*t_context.state);
    back_to(previous_);
  }
  ContextSlotEntry(const ContextSlotEntry&) = delete;
  ContextSlotEntry& operator=(const ContextSlotEntry&) = delete;

  // What the calling thread is in when it leaves another context: `previous`, of which somebody may have asked for the
  // context in the meantime.
  static void back_to(const CurrentContext& previous) noexcept {
    t_context = previous;
    if (previous.state == nullptr && previous.entry != nullptr) t_context.state = previous.entry->slot_.state_.get();
  }

 private:
  friend class ContextSlot;
  friend ContextState& current_context_state();
  static void enter(ContextState& state);
  static void leave(ContextState& state) noexcept;
  ContextSlot& slot_;
  const CurrentContext previous_;
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_CORE_INTERNAL_CONTEXT_SLOT_H_
