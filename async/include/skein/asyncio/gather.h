// skein/asyncio/gather.h - several at once. Python: asyncio.gather.
#ifndef SKEIN_ASYNCIO_GATHER_H_
#define SKEIN_ASYNCIO_GATHER_H_

#include <skein/asyncio/future.h>
#include <skein/asyncio/internal/gather_core.h>
#include <skein/asyncio/task.h>

#include <cstddef>
#include <exception>
#include <new>
#include <optional>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace skein::inline v0::asyncio {

// The first argument of a gather() that gives exceptions as results. Python: return_exceptions=True.
struct ReturnExceptions {
  explicit constexpr ReturnExceptions(int) noexcept {}
};
inline constexpr ReturnExceptions return_exceptions{0};

// A result or an exception: what gather(return_exceptions, ...) gives for each.
template <class T>
class Outcome {
 public:
  using value_type = T;
  using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

  explicit Outcome(Value value) : value_(std::move(value)) {}
  explicit Outcome(std::exception_ptr exception) noexcept : exception_(std::move(exception)) {}

  // Whether there is a result.
  explicit operator bool() const noexcept { return exception_ == nullptr; }
  // nullptr (Python: the result is no exception) if there is a result.
  [[nodiscard]] const std::exception_ptr& exception() const noexcept { return exception_; }
  // The result. Errors: the exception.
  const Value& result() const& {
    if (exception_ != nullptr) std::rethrow_exception(exception_);
    return *value_;
  }
  Value result() && {
    if (exception_ != nullptr) std::rethrow_exception(exception_);
    return std::move(*value_);
  }

 private:
  std::optional<Value> value_;
  std::exception_ptr exception_;
};

}  // namespace skein::inline v0::asyncio

namespace skein::inline v0::internal {

// A result in a tuple or a vector.
template <class T>
using InPack = std::conditional_t<std::is_void_v<T>, std::monostate, std::remove_cvref_t<T>>;

template <class T>
InPack<T> gathered(LoopFuture& future) {
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return result_of<T>(future);
  }
}
template <class T>
asyncio::Outcome<T> outcome_of(LoopFuture& future) {
  if (std::exception_ptr error = error_or_cancelled(future)) return asyncio::Outcome<T>(std::move(error));
  return asyncio::Outcome<T>(gathered<T>(future));
}

template <class... Ts>
class GatherPack final : public StoredFuture<GatherCore, std::tuple<InPack<Ts>...>> {
 public:
  using Result = std::tuple<InPack<Ts>...>;
  explicit GatherPack(LoopCore& loop) : StoredFuture<GatherCore, Result>(loop, false) {}

 private:
  void collect() override { collect_all(std::index_sequence_for<Ts...>()); }
  template <std::size_t... I>
  void collect_all(std::index_sequence<I...> /*all*/) {
    ::new (this->place()) Result(gathered<Ts>(this->child(I))...);
  }
};
template <class... Ts>
class GatherOutcomes final : public StoredFuture<GatherCore, std::tuple<asyncio::Outcome<Ts>...>> {
 public:
  using Result = std::tuple<asyncio::Outcome<Ts>...>;
  explicit GatherOutcomes(LoopCore& loop) : StoredFuture<GatherCore, Result>(loop, true) {}

 private:
  void collect() override { collect_all(std::index_sequence_for<Ts...>()); }
  template <std::size_t... I>
  void collect_all(std::index_sequence<I...> /*all*/) {
    ::new (this->place()) Result(outcome_of<Ts>(this->child(I))...);
  }
};
template <class T, bool Outcomes>
class GatherRange final
    : public StoredFuture<GatherCore, std::vector<std::conditional_t<Outcomes, asyncio::Outcome<T>, InPack<T>>>> {
 public:
  using Result = std::vector<std::conditional_t<Outcomes, asyncio::Outcome<T>, InPack<T>>>;
  explicit GatherRange(LoopCore& loop) : StoredFuture<GatherCore, Result>(loop, Outcomes) {}

 private:
  void collect() override {
    Result all;
    all.reserve(this->size());
    for (std::size_t i = 0; i < this->size(); ++i) {
      if constexpr (Outcomes) {
        all.push_back(outcome_of<T>(this->child(i)));
      } else {
        all.push_back(gathered<T>(this->child(i)));
      }
    }
    ::new (this->place()) Result(std::move(all));
  }
};

template <class A>
using FutureOf = decltype(asyncio::ensure_future(std::declval<A>()));
template <class A>
using ValueOf = typename FutureOf<A>::value_type;

template <class Gather>
auto begin_gather(const std::vector<CoreRef<LoopFuture>>& children) {
  auto* const outer = new Gather(loop_of_all(children));
  auto held = CoreRef<LoopFuture>::adopt(outer);
  outer->begin(children);
  return LoopAccess::handle<asyncio::Future<typename Gather::Result>>(std::move(held));
}

template <class Gather, class... As>
auto gather_pack(As&&... awaitables) {
  std::vector<CoreRef<LoopFuture>> children;
  children.reserve(sizeof...(As));
  (children.push_back(
       CoreRef<LoopFuture>::share(&LoopAccess::core(asyncio::ensure_future(std::forward<As>(awaitables))))),
   ...);
  return begin_gather<Gather>(children);
}

template <class R>
concept AwaitableRange = std::ranges::input_range<R> && Awaitable<std::ranges::range_value_t<R>>;

template <bool Outcomes, class R>
auto gather_range(R&& awaitables) {
  using A = std::ranges::range_value_t<R>;
  std::vector<CoreRef<LoopFuture>> children;
  for (auto&& each : awaitables) {
    if constexpr (std::is_copy_constructible_v<A>) {
      children.push_back(CoreRef<LoopFuture>::share(&LoopAccess::core(asyncio::ensure_future(A(each)))));
    } else {
      children.push_back(CoreRef<LoopFuture>::share(&LoopAccess::core(asyncio::ensure_future(std::move(each)))));
    }
  }
  return begin_gather<GatherRange<ValueOf<A>, Outcomes>>(children);
}

}  // namespace skein::inline v0::internal

namespace skein::inline v0::asyncio {

// Python: asyncio.gather(*aws, return_exceptions=False). Coroutines become tasks. The future's result is the tuple of
// all results (std::monostate for void); a range gives a vector. The first exception is the future's, and the others go
// on; cancelling the future cancels all that are not done.
// With `return_exceptions` first, exceptions are results: Outcome<T>. A cancellation of the future is still thrown.
// Errors: RuntimeError ("no running event loop"); ValueError for futures of different loops.
template <internal::Awaitable... As>
auto gather(As&&... awaitables) {
  return internal::gather_pack<internal::GatherPack<internal::ValueOf<As>...>>(std::forward<As>(awaitables)...);
}
template <internal::Awaitable... As>
auto gather(ReturnExceptions /*tag*/, As&&... awaitables) {
  return internal::gather_pack<internal::GatherOutcomes<internal::ValueOf<As>...>>(std::forward<As>(awaitables)...);
}
template <internal::AwaitableRange R>
auto gather(R&& awaitables) {
  return internal::gather_range<false>(std::forward<R>(awaitables));
}
template <internal::AwaitableRange R>
auto gather(ReturnExceptions /*tag*/, R&& awaitables) {
  return internal::gather_range<true>(std::forward<R>(awaitables));
}

}  // namespace skein::inline v0::asyncio

#endif  // SKEIN_ASYNCIO_GATHER_H_
