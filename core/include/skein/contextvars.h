// skein/contextvars.h - variables of a context, not of a thread. Python: import contextvars.
#ifndef SKEIN_CONTEXTVARS_H_
#define SKEIN_CONTEXTVARS_H_

#include <skein/core/context.h>
#include <skein/core/export.h>
#include <skein/core/internal/context_value.h>
#include <skein/core/internal/platform.h>

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace skein::inline v0::internal {

// What set() leaves for reset(): all of a Token but its type.
class SKEIN_API TokenState {
 public:
  TokenState(const ContextVarState& var, Ref<const ContextValue> old, std::uint64_t context) noexcept;
  // The source counts as used.
  TokenState(TokenState&& other) noexcept;
  TokenState& operator=(TokenState&& other) noexcept;
  ~TokenState();

  [[nodiscard]] Ref<ContextVarState> var() const noexcept { return Ref<ContextVarState>::share(var_); }
  // What the variable was bound to; empty if it was not.
  [[nodiscard]] const Ref<const ContextValue>& old() const noexcept { return old_; }
  // Errors: as ContextVar::reset().
  void reset(const ContextVarState& var) const;
  // Does what reset() would; nothing if that is an error.
  void reset_if_possible() const noexcept;

 private:
  [[nodiscard]] bool fits() const noexcept;
  void restore() const;
  [[nodiscard]] std::string repr() const;

  ContextVarState* var_;
  // One of these two is there and keeps the variable alive.
  Ref<const ContextValue> old_;
  Ref<ContextVarState> unset_var_;
  std::uint64_t context_;  // The number of the context in which set() was called.
  mutable Atomic<bool> used_{false};
};

// The current value of `var` in the calling thread, without regard to its default; valid until that
// changes.
[[nodiscard]] SKEIN_API const ContextValue* current_value(const ContextVarState& var) noexcept;
// Binds value.var() to `value` in the current context.
SKEIN_API TokenState set_current_value(Ref<const ContextValue> value);
[[noreturn]] SKEIN_API void throw_no_value(const ContextVarState& var);

}  // namespace skein::inline v0::internal

namespace skein::inline v0::contextvars {

template <class T>
class Token;

// The keyword arguments of ContextVar; `default` is a keyword of C++.
template <class T>
struct ContextVarOptions {
  std::optional<T> default_value = std::nullopt;
};

// A variable with a value in every context, or none.
//
//   contextvars::ContextVar<int> depth("depth", {.default_value = 0});
//   auto token = depth.set(depth.get() + 1);
//   ...
//   depth.reset(token);
//
// Make one for each purpose, at namespace scope: contexts in which it was set keep it alive. A
// handle, see AnyContextVar; as in Python a const one can be set.
//
// T:        any type that is not a reference; get() by value needs it to be copyable, get_shared()
//           does not.
// Threads:  any member, from any thread, at any time. Each works on the calling thread's current
//           context.
// Lifetime: what a thread has set outside of Context::run goes when the thread ends.
// Errors:   texts name a variable as Python's do, but without its default.
// Cost:     get() finds the value in a step or two and copies it; set() makes one allocation,
//           sometimes two.
template <class T>
class ContextVar : public AnyContextVar {
  static_assert(std::is_object_v<T> && !std::is_const_v<T> && !std::is_volatile_v<T> && !std::is_array_v<T>,
                "skein: a ContextVar holds values of a plain type: no reference, array, const or volatile");

 public:
  // Python: ContextVar(name). Without a default.
  explicit ContextVar(std::string_view name) : AnyContextVar(make_state(name, nullptr)) {}
  // Python: ContextVar(name, default=value). The value that get() gives where none is set; it may
  // be left empty.
  ContextVar(std::string_view name, ContextVarOptions<T> options)
      : AnyContextVar(make_state(name, options.default_value ? &*options.default_value : nullptr)) {}
  // The same without the keyword.
  template <class U>
    requires std::constructible_from<T, U&&> && (!std::same_as<std::remove_cvref_t<U>, ContextVarOptions<T>>)
  ContextVar(std::string_view name, U&& default_value)
      : AnyContextVar(internal::Ref<internal::ContextVarState>::adopt(
            new internal::ContextVarState(name, make_value({}, std::forward<U>(default_value))))) {}

  // The value in the current context, else the default.
  // Errors: LookupError if there is neither.
  [[nodiscard]] T get() const { return typed_copy(value_or_default()); }
  // The value in the current context, else `default_value`, whatever the variable's own default.
  [[nodiscard]] T get(std::type_identity_t<T> default_value) const {
    if (const internal::ContextValue* const value = internal::current_value(*state_)) return typed_copy(*value);
    return default_value;
  }
  // As get(), without copying: for what is large or cannot be copied. Later set()s do not change
  // what it points to.
  // Errors: LookupError as get().
  [[nodiscard]] std::shared_ptr<const T> get_shared() const {
    auto value = internal::Ref<const internal::ContextValue>::share(&value_or_default());
    const T* const address = &typed(*value);
    return std::shared_ptr<const T>(address, [kept = std::move(value)](const T*) {});
  }

  // Sets the value in the current context. The token can be given to reset(); dropping it changes
  // nothing.
  Token<T> set(T value) const { return Token<T>(make_value(state_, std::move(value))); }

  // Undoes the set() that gave `token`: the variable has the value again that it had then, or none,
  // also if it was set again in between.
  // Errors: RuntimeError ("... has already been used once") if the token was used before, or moved
  // from; ValueError if another variable gave it ("... was created by a different ContextVar") or
  // the current context is not the one in which it was set ("... was created in a different
  // Context"). Nothing changes then.
  void reset(const Token<T>& token) const;

 private:
  friend class Context;
  friend class Token<T>;
  explicit ContextVar(internal::Ref<internal::ContextVarState> state) noexcept : AnyContextVar(std::move(state)) {}

  template <class... Args>
  static internal::Ref<const internal::ContextValue> make_value(internal::Ref<internal::ContextVarState> var,
                                                                Args&&... args) {
    return internal::Ref<const internal::ContextValue>::adopt(
        new internal::TypedContextValue<T>(std::move(var), std::forward<Args>(args)...));
  }
  static internal::Ref<internal::ContextVarState> make_state(std::string_view name, T* default_value) {
    internal::Ref<const internal::ContextValue> value;
    if (default_value != nullptr) value = make_value({}, std::move(*default_value));
    return internal::Ref<internal::ContextVarState>::adopt(new internal::ContextVarState(name, std::move(value)));
  }
  static const T& typed(const internal::ContextValue& value) noexcept {
    return static_cast<const internal::TypedContextValue<T>&>(value).value();
  }
  // Copying may run code that sets the variable, so the value is held meanwhile.
  static T typed_copy(const internal::ContextValue& value) {
    if constexpr (std::is_trivially_copyable_v<T>) {
      return typed(value);
    } else {
      const auto held = internal::Ref<const internal::ContextValue>::share(&value);
      return typed(*held);
    }
  }
  [[nodiscard]] const internal::ContextValue& value_or_default() const {
    if (const internal::ContextValue* const value = internal::current_value(*state_)) return *value;
    if (const internal::ContextValue* const value = state_->default_value()) return *value;
    internal::throw_no_value(*state_);
  }
};

// What ContextVar::set() returns. Moves; the source counts as used then.
//
// Threads:  any member, from any thread; moving is the owner's.
template <class T>
class Token {
 public:
  // What old_value() is where the variable was not set before. Python: Token.MISSING.
  static constexpr std::nullopt_t MISSING = std::nullopt;

  // The variable that was set.
  [[nodiscard]] ContextVar<T> var() const { return ContextVar<T>(state_.var()); }
  // The value that set() replaced; MISSING if there was none.
  [[nodiscard]] std::optional<T> old_value() const {
    if (!state_.old()) return MISSING;
    return ContextVar<T>::typed(*state_.old());
  }

 private:
  friend class ContextVar<T>;
  template <class U>
  friend class ScopedToken;
  explicit Token(internal::Ref<const internal::ContextValue> value)
      : state_(internal::set_current_value(std::move(value))) {}

  internal::TokenState state_;
};

template <class T>
void ContextVar<T>::reset(const Token<T>& token) const {
  token.state_.reset(*state_);
}

// Python 3.14: with var.set(value). Resets the variable at the end of the block:
//   contextvars::ScopedToken restore(var.set(5));
// Does nothing if reset() has been called for it already, or in a context other than that of the
// set() (Python: the errors of reset()).
template <class T>
class [[nodiscard]] ScopedToken {
 public:
  explicit ScopedToken(Token<T> token) noexcept : token_(std::move(token)) {}
  ScopedToken(const ScopedToken&) = delete;
  ScopedToken& operator=(const ScopedToken&) = delete;
  ~ScopedToken() { token_.state_.reset_if_possible(); }

  // For old_value() and var(). Python: with var.set(value) as token.
  [[nodiscard]] const Token<T>& token() const noexcept { return token_; }

 private:
  Token<T> token_;
};

}  // namespace skein::inline v0::contextvars

template <class T>
struct std::hash<skein::contextvars::ContextVar<T>> : std::hash<skein::contextvars::AnyContextVar> {};

#endif  // SKEIN_CONTEXTVARS_H_
