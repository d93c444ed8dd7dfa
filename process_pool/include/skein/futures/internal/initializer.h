// skein/futures/internal/initializer.h - what ProcessPoolExecutor's keyword initializer= takes.
#ifndef SKEIN_FUTURES_INTERNAL_INITIALIZER_H_
#define SKEIN_FUTURES_INTERNAL_INITIALIZER_H_

#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/work.h>

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace skein::inline v0::internal {

// Anything that can be called without arguments, or nothing. Moves.
class Initializer {
 public:
  Initializer() noexcept = default;
  Initializer(NoneType) noexcept {}  // NOLINT(google-explicit-constructor)
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, Initializer> && std::invocable<std::decay_t<F>>)
  Initializer(F&& function)  // NOLINT(google-explicit-constructor)
      : work_(multiprocessing::internal::bind_work(std::forward<F>(function))) {}
  explicit Initializer(std::unique_ptr<multiprocessing::internal::Work> work) noexcept : work_(std::move(work)) {}

  [[nodiscard]] std::unique_ptr<multiprocessing::internal::Work> take() noexcept { return std::move(work_); }

 private:
  std::unique_ptr<multiprocessing::internal::Work> work_;
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_FUTURES_INTERNAL_INITIALIZER_H_
