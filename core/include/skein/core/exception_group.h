// skein/core/exception_group.h - several exceptions at once. Python: ExceptionGroup.
#ifndef SKEIN_CORE_EXCEPTION_GROUP_H_
#define SKEIN_CORE_EXCEPTION_GROUP_H_

#include <skein/core/export.h>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace skein::inline v0 {

// A message and one or more exceptions, which may be groups themselves. Python's `except* E` ports to
//
//   catch (const ExceptionGroup& group) {
//     auto [matching, rest] = group.split<E>();
//     if (matching) { ... }
//     if (rest) throw *rest;
//   }
//
// Threads:  never changes once it is made; copies share what they hold.
class SKEIN_API ExceptionGroup : public std::exception {
 public:
  // What split() and subgroup() decide by: asked of this group (as a plain ExceptionGroup, whatever it is derived to),
  // of the groups in it and of the exceptions in them.
  using Condition = std::function<bool(const std::exception_ptr&)>;

  // Errors: ValueError if there are no exceptions, or one is null.
  ExceptionGroup(std::string message, std::vector<std::exception_ptr> exceptions);
  ~ExceptionGroup() override;
  ExceptionGroup(const ExceptionGroup&) noexcept = default;
  ExceptionGroup& operator=(const ExceptionGroup&) noexcept = default;

  // Python: a property.
  [[nodiscard]] const std::string& message() const noexcept { return state_->message; }
  // Python: a property, a tuple.
  [[nodiscard]] const std::vector<std::exception_ptr>& exceptions() const noexcept { return state_->exceptions; }
  // As Python's str(): the message, and how many there are: "several (2 sub-exceptions)".
  [[nodiscard]] const char* what() const noexcept override { return state_->what.c_str(); }

  // A group of the same shape with those exceptions only for which the condition holds; empty (Python: None) if there
  // are none. A group for which it holds comes whole.
  [[nodiscard]] std::optional<ExceptionGroup> subgroup(const Condition& condition) const;
  // That, and the group of the others.
  [[nodiscard]] std::pair<std::optional<ExceptionGroup>, std::optional<ExceptionGroup>> split(
      const Condition& condition) const;
  // The condition that it is an E, or one of several.
  template <class... E>
    requires(sizeof...(E) > 0)
  [[nodiscard]] std::optional<ExceptionGroup> subgroup() const {
    return split<E...>().first;
  }
  template <class... E>
    requires(sizeof...(E) > 0)
  [[nodiscard]] std::pair<std::optional<ExceptionGroup>, std::optional<ExceptionGroup>> split() const {
    if ((is_itself<E>() || ...)) return {*this, std::nullopt};
    return split_content(is_any<E...>);
  }
  // Another one with the same message.
  [[nodiscard]] ExceptionGroup derive(std::vector<std::exception_ptr> exceptions) const;

 private:
  struct State {
    std::string message;
    std::vector<std::exception_ptr> exceptions;
    std::string what;
  };
  template <class E>
  static bool is_a(const std::exception_ptr& error) {
    try {
      std::rethrow_exception(error);
    } catch (const std::remove_cvref_t<E>&) {
      return true;
    } catch (...) {
      return false;
    }
  }
  // Also one derived of ExceptionGroup.
  template <class E>
  [[nodiscard]] bool is_itself() const {
    using Kind = std::remove_cvref_t<E>;
    if constexpr (std::is_polymorphic_v<Kind>) {
      return dynamic_cast<const Kind*>(this) != nullptr;
    } else {
      return is_a<Kind>(std::make_exception_ptr(*this));
    }
  }
  template <class... E>
  static bool is_any(const std::exception_ptr& error) {
    return (is_a<E>(error) || ...);
  }
  // As split(), for a group of which it does not hold.
  [[nodiscard]] std::pair<std::optional<ExceptionGroup>, std::optional<ExceptionGroup>> split_content(
      const Condition& condition) const;

  std::shared_ptr<const State> state_;
};

}  // namespace skein::inline v0

#endif  // SKEIN_CORE_EXCEPTION_GROUP_H_
