// skein/multiprocessing/internal/pool_map.h - how map(), starmap() and imap() cut their input into calls.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_POOL_MAP_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_POOL_MAP_H_

#include <skein/core/export.h>
#include <skein/multiprocessing/internal/pool_core.h>
#include <skein/multiprocessing/internal/pool_jobs.h>
#include <skein/multiprocessing/internal/pool_result.h>
#include <skein/multiprocessing/internal/routine.h>
#include <skein/multiprocessing/pool_options.h>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <ranges>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace skein::inline v0::multiprocessing::internal {

// What a call returns; void if it cannot be made, which check_portable_call() then says.
template <class F, class... Args>
struct CallResultOf {
  using type = void;
};
template <class F, class... Args>
  requires std::invocable<F&, Args...>
struct CallResultOf<F, Args...> {
  using type = std::decay_t<std::invoke_result_t<F&, Args...>>;
};
template <class F, class... Args>
using CallResult = typename CallResultOf<std::decay_t<F>, std::decay_t<Args>...>::type;

template <class E>
concept TupleLike = requires { std::tuple_size<E>::value; };

// What an element is to a call: its argument, or all of them.
template <class E>
struct OneArgument {
  static constexpr bool kGood = true;
  using Parts = std::tuple<E>;
  template <class From>
  static Parts parts(From&& element) {
    return Parts(std::forward<From>(element));
  }
};
template <class E>
struct ManyArguments {
  static constexpr bool kGood = false;
  using Parts = std::tuple<E>;
};
template <TupleLike E>
struct ManyArguments<E> {
  static constexpr bool kGood = true;
  template <std::size_t... I>
  static std::tuple<std::decay_t<std::tuple_element_t<I, E>>...> cut(E element, std::index_sequence<I...>) {
    return {std::get<I>(std::move(element))...};
  }
  template <class From>
  static auto parts(From&& element) {
    return cut(std::forward<From>(element), std::make_index_sequence<std::tuple_size_v<E>>());
  }
  using Parts = decltype(parts(std::declval<E>()));
};

template <class F, class Parts>
struct PartsResultOf;
template <class F, class... Parts>
struct PartsResultOf<F, std::tuple<Parts...>> {
  using type = CallResult<F, Parts...>;
  static consteval void check() { check_portable_call<F, Parts...>(); }
};

// Elements that are plain, and the one argument of their calls.
template <class Parts, class Element>
inline constexpr bool kIsOnePlain = std::same_as<Parts, std::tuple<Element>> && kPlain<Element>;

template <template <class> class Arguments, class Range>
using PartsOf = typename Arguments<std::ranges::range_value_t<Range>>::Parts;
template <template <class> class Arguments, class F, class Range>
using MapResultOf = typename PartsResultOf<std::decay_t<F>, PartsOf<Arguments, Range>>::type;
template <template <class> class Arguments, class F, class Range>
using MapCallback = ResultCallback<std::vector<PoolValue<MapResultOf<Arguments, F, Range>>>>;

// How many of `count` elements, at least one, go into a call.
// Errors: ValueError if it is to be less than one.
[[nodiscard]] SKEIN_API std::size_t map_chunksize(const OptionalCount& chunksize, std::size_t count,
                                                  std::size_t workers);

struct ImapSizes {
  std::size_t chunksize;
  std::size_t ahead;
};
// Errors: ValueError if one of them is less than one.
[[nodiscard]] SKEIN_API ImapSizes imap_sizes(std::int64_t chunksize, const OptionalCount& buffersize,
                                             std::size_t workers);
// Reads as long as there is room. False if that was all.
SKEIN_API bool read_at_once(PoolSource& source, PoolCore& pool);

// `function` and all elements are copied before it returns.
template <class R, template <class> class Arguments, class F, class Range>
std::shared_ptr<MapJob<R>> start_map(PoolCore& pool, const OptionalCount& chunksize,
                                     ResultCallback<std::vector<PoolValue<R>>> callback, ErrorCallback error_callback,
                                     const F& function, Range& iterable) {
  using Element = Arguments<std::ranges::range_value_t<Range>>;
  using Parts = typename Element::Parts;
  static_assert(Element::kGood, "skein: the elements of starmap() are tuples, pairs or arrays of arguments");
  PartsResultOf<F, Parts>::check();
  auto job = std::make_shared<MapJob<R>>(&pool, std::move(callback), std::move(error_callback));
  // `next(n)`: the next n elements.
  const auto start = [&](std::size_t count, auto next) {
    if (count == 0) {
      job->finish_empty();
      return;
    }
    const std::size_t size = map_chunksize(chunksize, count, pool.workers());
    std::size_t left = count;
    MapJob<R>::submit(job, pool, function, (count - 1) / size + 1, count, std::type_identity<Parts>(), [&] {
      const std::size_t these = std::min(size, left);
      left -= these;
      return next(these);
    });
  };
  if constexpr (std::ranges::contiguous_range<Range> && std::ranges::sized_range<Range> &&
                kIsOnePlain<Parts, std::ranges::range_value_t<Range>>) {
    const std::span<const std::ranges::range_value_t<Range>> all(iterable);
    std::size_t at = 0;
    start(all.size(), [&](std::size_t n) { return all.subspan(std::exchange(at, at + n), n); });
  } else if constexpr (std::ranges::sized_range<Range>) {
    auto at = std::ranges::begin(iterable);
    bool first = true;
    std::vector<Parts> elements;
    start(static_cast<std::size_t>(std::ranges::size(iterable)), [&](std::size_t n) {
      elements.clear();
      elements.reserve(n);
      for (std::size_t i = 0; i < n; ++i) {
        if (!std::exchange(first, false)) ++at;
        elements.push_back(Element::parts(*at));
      }
      return std::span<const Parts>(elements);
    });
  } else {
    std::vector<Parts> all;
    for (auto&& element : iterable) all.push_back(Element::parts(std::forward<decltype(element)>(element)));
    std::size_t at = 0;
    start(all.size(), [&](std::size_t n) { return std::span<const Parts>(all).subspan(std::exchange(at, at + n), n); });
  }
  return job;
}

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_POOL_MAP_H_
