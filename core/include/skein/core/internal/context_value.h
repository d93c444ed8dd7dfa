// skein/core/internal/context_value.h - what a context binds: variables, values of any type.
#ifndef SKEIN_CORE_INTERNAL_CONTEXT_VALUE_H_
#define SKEIN_CORE_INTERNAL_CONTEXT_VALUE_H_

#include <skein/core/export.h>
#include <skein/core/internal/platform.h>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace skein::inline v0::internal {

// Counts down; true if that was the last reference. Whoever sees that its own is the only one need
// not count: nobody is left that could make another.
inline bool drop_reference(Atomic<std::uint64_t>& references) noexcept {
  return references.load() == 1 || references.fetch_sub(1) == 1;
}

// A counted reference to an object for which retain() and release() are found by argument-dependent
// lookup.
template <class T>
class Ref {
 public:
  constexpr Ref() noexcept = default;
  // Takes over one count.
  static Ref adopt(T* object) noexcept {
    Ref ref;
    ref.object_ = object;
    return ref;
  }
  static Ref share(T* object) noexcept {
    if (object != nullptr) retain(object);
    return adopt(object);
  }
  Ref(const Ref& other) noexcept : object_(other.object_) {
    if (object_ != nullptr) retain(object_);
  }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_ != nullptr) release(object_);
  }

  [[nodiscard]] T* get() const noexcept { return object_; }
  T& operator*() const noexcept { return *object_; }
  T* operator->() const noexcept { return object_; }
  explicit operator bool() const noexcept { return object_ != nullptr; }
  friend void swap(Ref& a, Ref& b) noexcept { std::swap(a.object_, b.object_); }
  // Gives up the count without counting down.
  [[nodiscard]] T* leave() noexcept { return std::exchange(object_, nullptr); }

 private:
  T* object_ = nullptr;
};

class ContextVarState;
SKEIN_API void retain(const ContextVarState* var) noexcept;
SKEIN_API void release(const ContextVarState* var) noexcept;

// A value bound to a variable, or a variable's default. Never changes, so that any number of
// contexts share it.
class SKEIN_API ContextValue {
 public:
  ContextValue(const ContextValue&) = delete;
  ContextValue& operator=(const ContextValue&) = delete;
  virtual ~ContextValue();

  // The variable it is bound to; empty for a default.
  [[nodiscard]] const Ref<ContextVarState>& var() const noexcept { return var_; }
  [[nodiscard]] virtual const std::type_info& type() const noexcept = 0;
  // `other` is of the same type. By ==; where the type has none, by identity, as Python does for
  // such objects.
  [[nodiscard]] virtual bool equals(const ContextValue& other) const = 0;

  friend void retain(const ContextValue* value) noexcept { value->references_.fetch_add(1); }
  friend void release(const ContextValue* value) noexcept {
    if (drop_reference(value->references_)) delete value;
  }

 protected:
  explicit ContextValue(Ref<ContextVarState> var) noexcept : var_(std::move(var)) {}

 private:
  const Ref<ContextVarState> var_;
  mutable Atomic<std::uint64_t> references_{1};
};

template <class T>
class TypedContextValue final : public ContextValue {
 public:
  template <class... Args>
  explicit TypedContextValue(Ref<ContextVarState> var, Args&&... args)
      : ContextValue(std::move(var)), value_(std::forward<Args>(args)...) {}

  [[nodiscard]] const T& value() const noexcept { return value_; }
  [[nodiscard]] const std::type_info& type() const noexcept override { return typeid(T); }
  [[nodiscard]] bool equals(const ContextValue& other) const override {
    if constexpr (std::equality_comparable<T>) {
      return static_cast<bool>(value_ == static_cast<const TypedContextValue&>(other).value_);
    } else {
      return this == &other;
    }
  }

 private:
  const T value_;
};

// A variable's identity. Contexts hold on to the variables that they bind, as in Python.
class ContextVarState {
 public:
  SKEIN_API ContextVarState(std::string_view name, Ref<const ContextValue> default_value);
  ContextVarState(const ContextVarState&) = delete;
  ContextVarState& operator=(const ContextVarState&) = delete;

  // Never given twice, so that it can serve as the key of a trie without collisions.
  [[nodiscard]] std::uint64_t id() const noexcept { return id_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const ContextValue* default_value() const noexcept { return default_value_.get(); }
  // As Python's repr: <ContextVar name='x' at 0x...>.
  [[nodiscard]] SKEIN_API std::string repr() const;

 private:
  friend void retain(const ContextVarState* var) noexcept;
  friend void release(const ContextVarState* var) noexcept;

  const std::uint64_t id_;
  const std::string name_;
  const Ref<const ContextValue> default_value_;
  mutable Atomic<std::uint64_t> references_{1};
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_CORE_INTERNAL_CONTEXT_VALUE_H_
