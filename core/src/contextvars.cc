#include <skein/contextvars.h>
#include <skein/core/errors.h>
#include <skein/core/internal/context_slot.h>
#include <skein/core/internal/describe.h>

#include <cxxabi.h>

#include <cinttypes>
#include <cstdio>
#include <memory>
#include <new>
#include <string>
#include <typeinfo>
#include <utility>
#include <vector>

#include "context_map.h"
#include "nap.h"

// Names this library to the C++ runtime; every executable and shared object has its own.
// NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" __attribute__((visibility("hidden"))) void* __dso_handle;

namespace skein::inline v0::internal {

// ---- texts ----

namespace {

std::string address_of(const void* object) {
  char text[2 + 16 + 1];
  std::snprintf(text, sizeof(text), "0x%" PRIxPTR, reinterpret_cast<std::uintptr_t>(object));
  return text;
}

// As Python's repr of a str. Beyond ASCII everything is taken for printable.
std::string quoted(std::string_view text) {
  const bool apostrophe = text.find('\'') != std::string_view::npos;
  const char quote = apostrophe && text.find('"') == std::string_view::npos ? '"' : '\'';
  std::string result(1, quote);
  for (const char c : text) {
    if (c == quote || c == '\\') {
      result += '\\';
      result += c;
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\r') {
      result += "\\r";
    } else if (c == '\t') {
      result += "\\t";
    } else if (const auto code = static_cast<unsigned char>(c); code < 0x20 || code == 0x7f) {
      char escape[5];
      std::snprintf(escape, sizeof(escape), "\\x%02x", static_cast<unsigned>(code));
      result += escape;
    } else {
      result += c;
    }
  }
  return result += quote;
}

}  // namespace

// ---- variables and values ----

namespace {

constinit Atomic<std::uint64_t> g_variables{0};

}  // namespace

ContextValue::~ContextValue() = default;

ContextVarState::ContextVarState(std::string_view name, Ref<const ContextValue> default_value)
    : id_(g_variables.fetch_add(1)), name_(name), default_value_(std::move(default_value)) {}

std::string ContextVarState::repr() const {
  return "<ContextVar name=" + quoted(name_) + " at " + address_of(this) + ">";
}

void retain(const ContextVarState* var) noexcept { var->references_.fetch_add(1); }
void release(const ContextVarState* var) noexcept {
  if (drop_reference(var->references_)) delete var;
}

void throw_no_value(const ContextVarState& var) { throw LookupError(var.repr()); }
void throw_key_error(const ContextVarState& var) { throw KeyError(var.repr()); }
void throw_wrong_type(const ContextValue& value, const std::type_info& asked) {
  throw TypeError("the value is of type " + readable(value.type()) + ", not " + readable(asked));
}

// ---- contexts ----

// The map is written only by the thread that is in the context, under the lock. So that thread
// reads it without, and the others under the lock, for just as long as it takes to copy the map.
class ContextState {
 public:
  ContextState() = default;
  explicit ContextState(ContextMap map) noexcept : map_(std::move(map)) {}

  // A copy of the map, for any thread.
  [[nodiscard]] ContextMap snapshot() const noexcept {
    const Hold hold(lock_);
    return map_;
  }

  bool enter() noexcept {
    if (!single_threaded()) return !entered_.exchange(true);
    if (entered_.load()) return false;
    entered_.store(true, std::memory_order_relaxed);  // There is nobody to see it.
    return true;
  }
  // Release: who enters next sees what was set here. Seq_cst would cost as much as the rest of a task's step (measured
  // on "4b create task + await it": 15 % of 87 ns with enter()).
  void leave() noexcept { entered_.store(false, std::memory_order_release); }

  // From here on: only for the thread that is in the context.

  [[nodiscard]] const ContextMap& map() const noexcept { return map_; }

  // Puts `value` in; gives what was there before.
  Ref<const ContextValue> put(Ref<const ContextValue> value) {
    {
      const Hold hold(lock_);
      if (map_.replace(value)) return value;
    }
    Ref<const ContextValue> old = Ref<const ContextValue>::share(map_.find(value->var()->id()));
    exchange(map_.with(value));
    return old;
  }

  void remove(std::uint64_t id) {
    if (map_.find(id) != nullptr) exchange(map_.without(id));
  }

  // Tells this context from all others, past and present ones. Never 0.
  std::uint64_t number() noexcept {
    static constinit Atomic<std::uint64_t> last{0};
    if (number_ == 0) number_ = last.fetch_add(1) + 1;
    return number_;
  }
  [[nodiscard]] std::uint64_t number_if_any() const noexcept { return number_; }

 private:
  friend void retain(const ContextState* state) noexcept;
  friend void release(const ContextState* state) noexcept;

  // A lock for a handful of instructions, none of them user code; so waiting for it hardly ever
  // needs more than a yield. The word is the holder's thread token: what a thread held that stayed
  // behind at a fork is taken over, since the map changes by a store of one pointer and is whole at
  // every moment.
  class Hold {
   public:
    explicit Hold(Atomic<std::uint32_t>& word) noexcept : word_(word) {
      const std::uint32_t me = thread_token();
      for (int round = 0;; ++round) {
        std::uint32_t holder = 0;
        if (word_.compare_exchange_strong(holder, me)) return;
        if (left_behind_by_fork(holder) && word_.compare_exchange_strong(holder, me)) return;
        back_off(round);
      }
    }
    ~Hold() { word_.store(0); }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

   private:
    Atomic<std::uint32_t>& word_;
  };

  // The old map is released, and with it maybe values destroyed, after the lock.
  void exchange(ContextMap map) noexcept {
    const Hold hold(lock_);
    swap(map_, map);
  }

  mutable Atomic<std::uint32_t> lock_{0};
  Atomic<bool> entered_{false};
  mutable Atomic<std::uint64_t> references_{1};
  ContextMap map_;
  std::uint64_t number_ = 0;  // 0: not needed so far.
};

void retain(const ContextState* state) noexcept { state->references_.fetch_add(1); }
void release(const ContextState* state) noexcept {
  if (drop_reference(state->references_)) delete state;
}

constinit thread_local CurrentContext t_context;

namespace {

// The thread's own context, at its end. If the destructor of a value or of a thread_local sets a
// variable after this, a new context is made, and this is called for that one too.
void end_of_thread(void* context) noexcept {
  auto* const own = static_cast<ContextState*>(context);
  if (t_context.state == own) t_context.state = nullptr;
  release(own);
}

}  // namespace

ContextState& current_context_state() {
  if (t_context.state == nullptr) {
    auto made = Ref<ContextState>::adopt(new ContextState);
    made->enter();
    if (t_context.entry != nullptr) {
      t_context.state = made.get();
      t_context.entry->slot_.state_ = std::move(made);
      return *t_context.state;
    }
    abi::__cxa_thread_atexit(end_of_thread, made.get(), static_cast<void*>(&__dso_handle));
    t_context.state = made.leave();
  }
  return *t_context.state;
}

namespace {

[[noreturn]] void throw_entered(const ContextState* state) {
  throw RuntimeError("cannot enter context: <_contextvars.Context object at " + address_of(state) +
                     "> is already entered");
}

}  // namespace

ContextEntry::ContextEntry(Ref<ContextState> state) : state_(std::move(state)), previous_(t_context.state) {
  if (!state_->enter()) throw_entered(state_.get());
  t_context.state = state_.get();
}

ContextEntry::~ContextEntry() {
  ContextSlotEntry::back_to({previous_, t_context.entry});
  state_->leave();
}

// ---- slots ----

ContextSlot::ContextSlot(const contextvars::Context& context) noexcept : state_(context.state_) {}

ContextSlot ContextSlot::copy_of_current() {
  if (t_context.state->map().count() == 0) return {};
  return ContextSlot(Ref<ContextState>::adopt(new ContextState(t_context.state->map())));
}

contextvars::Context ContextSlot::context() {
  if (!state_) {
    state_ = Ref<ContextState>::adopt(new ContextState);
    const ContextSlotEntry* entry = t_context.entry;
    while (entry != nullptr && &entry->slot_ != this) entry = entry->previous_.entry;
    if (entry != nullptr) {
      state_->enter();
      // Otherwise back_to() does it.
      if (entry == t_context.entry && t_context.state == nullptr) t_context.state = state_.get();
    }
  }
  return contextvars::Context(state_);
}

void ContextSlotEntry::enter(ContextState& state) {
  if (!state.enter()) throw_entered(&state);
}
void ContextSlotEntry::leave(ContextState& state) noexcept { state.leave(); }

// ---- the current context ----

const ContextValue* current_value(const ContextVarState& var) noexcept {
  return t_context.state != nullptr ? t_context.state->map().find(var.id()) : nullptr;
}

TokenState set_current_value(Ref<const ContextValue> value) {
  ContextState& context = current_context_state();
  const ContextVarState& var = *value->var();  // The context keeps it from now on.
  Ref<const ContextValue> old = context.put(std::move(value));
  return TokenState(var, std::move(old), context.number());
}

TokenState::TokenState(const ContextVarState& var, Ref<const ContextValue> old, std::uint64_t context) noexcept
    : var_(const_cast<ContextVarState*>(&var)), old_(std::move(old)), context_(context) {
  if (!old_) unset_var_ = Ref<ContextVarState>::share(var_);
}

// The source can still tell its variable.
TokenState::TokenState(TokenState&& other) noexcept
    : var_(other.var_),
      old_(std::move(other.old_)),
      unset_var_(other.var()),
      context_(other.context_),
      used_(other.used_.exchange(true)) {
  swap(unset_var_, other.unset_var_);
}
TokenState& TokenState::operator=(TokenState&& other) noexcept {
  TokenState moved(std::move(other));
  std::swap(var_, moved.var_);
  swap(old_, moved.old_);
  swap(unset_var_, moved.unset_var_);
  std::swap(context_, moved.context_);
  used_.store(moved.used_.load());
  return *this;
}
TokenState::~TokenState() = default;

bool TokenState::fits() const noexcept {
  return t_context.state != nullptr && t_context.state->number_if_any() == context_;
}

void TokenState::restore() const {
  if (old_) {
    t_context.state->put(old_);
  } else {
    t_context.state->remove(var_->id());
  }
  used_.store(true);
}

void TokenState::reset(const ContextVarState& var) const {
  // In CPython's order.
  if (used_.load()) throw RuntimeError(repr() + " has already been used once");
  if (var_ != &var) throw ValueError(repr() + " was created by a different ContextVar");
  if (!fits()) throw ValueError(repr() + " was created in a different Context");
  restore();
}

void TokenState::reset_if_possible() const noexcept {
  if (used_.load() || !fits()) return;
  try {
    restore();
  } catch (const std::bad_alloc&) {  // The variable keeps its value.
  }
}

std::string TokenState::repr() const {
  return std::string(used_.load() ? "<Token used var=" : "<Token var=") + var_->repr() + " at " + address_of(this) +
         ">";
}

}  // namespace skein::inline v0::internal

namespace skein::inline v0::contextvars {

using internal::ContextMap;
using internal::ContextState;
using internal::ContextValue;
using internal::Ref;

Context::Context() : state_(Ref<ContextState>::adopt(new ContextState)) {}

Context Context::copy() const { return Context(Ref<ContextState>::adopt(new ContextState(state_->snapshot()))); }

Context copy_context() {
  if (internal::t_context.state == nullptr) return {};
  return Context(Ref<ContextState>::adopt(new ContextState(internal::t_context.state->map())));
}

Ref<const ContextValue> Context::find(const AnyContextVar& var) const noexcept {
  const ContextMap map = state_->snapshot();
  return Ref<const ContextValue>::share(map.find(var.state_->id()));
}

std::size_t Context::size() const noexcept { return state_->snapshot().count(); }

std::vector<std::pair<AnyContextVar, AnyValue>> Context::items() const {
  const ContextMap map = state_->snapshot();
  std::vector<std::pair<AnyContextVar, AnyValue>> all;
  for (const ContextValue* const value : map.values()) {
    all.emplace_back(AnyContextVar(value->var()), AnyValue(Ref<const ContextValue>::share(value)));
  }
  return all;
}

std::vector<AnyContextVar> Context::keys() const {
  std::vector<AnyContextVar> all;
  for (auto& [var, value] : items()) all.push_back(var);
  return all;
}

std::vector<AnyValue> Context::values() const {
  std::vector<AnyValue> all;
  for (auto& [var, value] : items()) all.push_back(value);
  return all;
}

bool operator==(const Context& a, const Context& b) {
  const ContextMap map_a = a.state_->snapshot();
  const ContextMap map_b = b.state_->snapshot();
  if (map_a.same_as(map_b)) return true;
  const std::vector<const ContextValue*> values = map_a.values();
  if (values.size() != map_b.count()) return false;
  for (const ContextValue* const value : values) {
    const ContextValue* const other = map_b.find(value->var()->id());
    if (other == nullptr || (other != value && !value->equals(*other))) return false;
  }
  return true;
}

}  // namespace skein::inline v0::contextvars
