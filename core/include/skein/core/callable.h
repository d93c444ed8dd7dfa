// skein/core/callable.h - something to call later: move-only, with its arguments bound.
#ifndef SKEIN_CORE_CALLABLE_H_
#define SKEIN_CORE_CALLABLE_H_

#include <skein/core/timeout.h>

#include <concepts>
#include <functional>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace skein::inline v0 {

// A `void()` that owns what it calls, which may be move-only; results are dropped. Empty when made from None or by
// default. C++20 has no such type, and Abseil's would reach every user of threading through its headers.
class Callable {
 public:
  Callable() noexcept = default;
  Callable(NoneType) noexcept {}  // NOLINT(google-explicit-constructor)
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, Callable> && std::invocable<std::decay_t<F>&>)
  Callable(F&& function)  // NOLINT(google-explicit-constructor)
      : held_(std::make_unique<Held<std::decay_t<F>>>(std::forward<F>(function))) {}

  // Whether it has something to call.
  [[nodiscard]] explicit operator bool() const noexcept { return held_ != nullptr; }
  // Calls. Must not be empty.
  void operator()() { held_->call(); }

 private:
  struct Base {
    virtual ~Base() = default;
    virtual void call() = 0;
  };
  template <class F>
  struct Held final : Base {
    template <class G>
    explicit Held(G&& given) : function(std::forward<G>(given)) {}
    void call() override { static_cast<void>(std::invoke(function)); }
    F function;
  };

  std::unique_ptr<Base> held_;
};

namespace internal {

// What std::invoke takes after the decay-copy into another thread; a reference travels as std::ref.
template <class F, class... Args>
concept CallableLater = std::invocable<std::decay_t<F>, std::decay_t<Args>...>;

// Binds `function` to `args`, all copied or moved in. To be called once: the arguments are moved out.
template <class F, class... Args>
auto bind_once(F&& function, Args&&... args) {
  return [bound = std::tuple<std::decay_t<F>, std::decay_t<Args>...>(std::forward<F>(function),
                                                                     std::forward<Args>(args)...)]() mutable {
    std::apply([](auto&&... parts) { static_cast<void>(std::invoke(std::forward<decltype(parts)>(parts)...)); },
               std::move(bound));
  };
}

}  // namespace internal
}  // namespace skein::inline v0

#endif  // SKEIN_CORE_CALLABLE_H_
