// skein/core/context.h - what context variables are set to. Python: contextvars.Context.
#ifndef SKEIN_CORE_CONTEXT_H_
#define SKEIN_CORE_CONTEXT_H_

#include <skein/core/export.h>
#include <skein/core/internal/context_value.h>

#include <concepts>
#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

namespace skein::inline v0::internal {

// What a Context refers to.
class ContextState;
class ContextSlot;
SKEIN_API void retain(const ContextState* state) noexcept;
SKEIN_API void release(const ContextState* state) noexcept;

// While one lives, `state` is the calling thread's current context.
class SKEIN_API ContextEntry {
 public:
  // Errors: RuntimeError if it is entered already, by this thread or another.
  explicit ContextEntry(Ref<ContextState> state);
  ~ContextEntry();
  ContextEntry(const ContextEntry&) = delete;
  ContextEntry& operator=(const ContextEntry&) = delete;

 private:
  const Ref<ContextState> state_;
  ContextState* const previous_;
};

[[noreturn]] SKEIN_API void throw_key_error(const ContextVarState& var);
[[noreturn]] SKEIN_API void throw_wrong_type(const ContextValue& value, const std::type_info& asked);

}  // namespace skein::inline v0::internal

namespace skein::inline v0::contextvars {

class Context;
template <class T>
class ContextVar;

// A context variable of any type: what every ContextVar<T> is, and what iterating over a Context
// gives. A handle: a copy refers to the same variable. (So does what has been moved from: moving
// copies.)
//
// Threads:  any member, from any thread, at any time.
class AnyContextVar {
 public:
  AnyContextVar(const AnyContextVar&) = default;
  AnyContextVar& operator=(const AnyContextVar&) = default;

  // The name given to the constructor; for people to read. Several variables may have the same.
  [[nodiscard]] const std::string& name() const noexcept { return state_->name(); }

  // Whether both refer to the same variable.
  friend bool operator==(const AnyContextVar& a, const AnyContextVar& b) noexcept {
    return a.state_.get() == b.state_.get();
  }

 protected:
  explicit AnyContextVar(internal::Ref<internal::ContextVarState> state) noexcept : state_(std::move(state)) {}

  internal::Ref<internal::ContextVarState> state_;

 private:
  friend class Context;
  friend struct std::hash<AnyContextVar>;
};

// A value that a Context binds, of any type. Shares the value with the contexts and keeps it alive.
//
// Threads:  any member, from any thread, at any time; the value itself is const.
class AnyValue {
 public:
  AnyValue(const AnyValue&) = default;
  AnyValue& operator=(const AnyValue&) = default;

  // The type of the value.
  [[nodiscard]] const std::type_info& type() const noexcept { return value_->type(); }
  // The value, valid as long as this object.
  // Errors: TypeError if T is not exactly its type.
  template <class T>
  [[nodiscard]] const T& get() const& {
    if (value_->type() != typeid(T)) internal::throw_wrong_type(*value_, typeid(T));
    return static_cast<const internal::TypedContextValue<T>&>(*value_).value();
  }
  template <class T>
  [[nodiscard]] T get() const&& {
    return static_cast<const AnyValue&>(*this).get<T>();
  }
  // By == of the values where their type has it, else by identity; values of different types
  // differ.
  friend bool operator==(const AnyValue& a, const AnyValue& b) {
    return a.value_.get() == b.value_.get() || (a.type() == b.type() && a.value_->equals(*b.value_));
  }

 private:
  friend class Context;
  explicit AnyValue(internal::Ref<const internal::ContextValue> value) noexcept : value_(std::move(value)) {}

  internal::Ref<const internal::ContextValue> value_;
};

// What variables are set to. Every thread has a current context, at first an empty one of its own;
// run() makes another the current one for the time of a call.
//
//   auto context = contextvars::copy_context();
//   context.run(f, 1, 2);  // What f sets stays in `context`.
//
// A handle: a copy of the object refers to the same context, as a second name does in Python;
// copy() makes a new one. (What has been moved from still refers to it: moving copies.)
//
// Threads:  any member, from any thread, at any time. Only one thread at a time is in it; the
//           others that look at it meanwhile see it before or after each set().
// Lifetime: keeps its variables and values alive. Values are destroyed outside of all locks.
// Cost:     copy() and copy_context() take the same short time for any number of variables; looking
//           one up or setting it is one step in a program of up to 32 variables, two in one of up
//           to 1024; a set() allocates the value, and, the first time after a copy, the table
//           around it as well.
// Fork:     a context that another thread was in at the fork stays entered in the child, as in
//           CPython.
class SKEIN_API Context {
 public:
  // Empty.
  Context();
  Context(const Context&) = default;
  Context& operator=(const Context&) = default;

  // A new context with the same values, whoever is in this one at the moment.
  [[nodiscard]] Context copy() const;

  // Calls `callable` with `args`, as by std::invoke, in this context, and returns or throws what it
  // does.
  // Errors: RuntimeError ("cannot enter context: <...> is already entered") if this thread or
  // another is in it; the callable is not called then.
  template <class F, class... Args>
    requires std::invocable<F, Args...>
  std::invoke_result_t<F, Args...> run(F&& callable, Args&&... args) const {
    const internal::ContextEntry entry(state_);
    return std::invoke(std::forward<F>(callable), std::forward<Args>(args)...);
  }

  // The variable's value here; its default plays no part, as in Python.
  // Errors: KeyError if it has none.
  template <class T>
  [[nodiscard]] T operator[](const ContextVar<T>& var) const {
    if (const auto found = find(var)) return typed<T>(*found);
    internal::throw_key_error(*var.state_);
  }
  // The variable's value here; empty (Python: None) if it has none.
  template <class T>
  [[nodiscard]] std::optional<T> get(const ContextVar<T>& var) const {
    if (const auto found = find(var)) return typed<T>(*found);
    return std::nullopt;
  }
  // The variable's value here, `default_value` if it has none.
  template <class T>
  [[nodiscard]] T get(const ContextVar<T>& var, std::type_identity_t<T> default_value) const {
    if (const auto found = find(var)) return typed<T>(*found);
    return default_value;
  }
  // Python: var in context.
  [[nodiscard]] bool contains(const AnyContextVar& var) const noexcept { return static_cast<bool>(find(var)); }
  // Python: len(context).
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }

  // What is bound at the time of the call, in no particular order.
  [[nodiscard]] std::vector<AnyContextVar> keys() const;
  [[nodiscard]] std::vector<AnyValue> values() const;
  [[nodiscard]] std::vector<std::pair<AnyContextVar, AnyValue>> items() const;

  // Python: for var in context. Goes over what was bound at begin(); what is set meanwhile does not
  // disturb it.
  class Iterator {
   public:
    using value_type = AnyContextVar;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    const AnyContextVar& operator*() const { return (*keys_)[at_]; }
    const AnyContextVar* operator->() const { return &**this; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) = default;
    friend bool operator==(const Iterator& i, std::default_sentinel_t) { return !i.keys_ || i.at_ == i.keys_->size(); }

   private:
    friend class Context;
    explicit Iterator(std::vector<AnyContextVar> keys)
        : keys_(std::make_shared<const std::vector<AnyContextVar>>(std::move(keys))) {}

    std::shared_ptr<const std::vector<AnyContextVar>> keys_;
    std::size_t at_ = 0;
  };
  [[nodiscard]] Iterator begin() const { return Iterator(keys()); }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return std::default_sentinel; }

  // Whether both bind the same variables to equal values (see AnyValue), as in Python.
  friend SKEIN_API bool operator==(const Context& a, const Context& b);

 private:
  friend SKEIN_API Context copy_context();
  friend class internal::ContextSlot;
  explicit Context(internal::Ref<internal::ContextState> state) noexcept : state_(std::move(state)) {}

  [[nodiscard]] internal::Ref<const internal::ContextValue> find(const AnyContextVar& var) const noexcept;
  template <class T>
  static const T& typed(const internal::ContextValue& value) noexcept {
    return static_cast<const internal::TypedContextValue<T>&>(value).value();
  }

  internal::Ref<internal::ContextState> state_;
};

// A new context with what is set in the current one.
[[nodiscard]] SKEIN_API Context copy_context();

}  // namespace skein::inline v0::contextvars

// Equal handles have equal hashes.
template <>
struct std::hash<skein::contextvars::AnyContextVar> {
  std::size_t operator()(const skein::contextvars::AnyContextVar& var) const noexcept {
    return std::hash<std::uint64_t>()(var.state_->id());
  }
};

#endif  // SKEIN_CORE_CONTEXT_H_
