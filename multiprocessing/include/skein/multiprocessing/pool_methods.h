// skein/multiprocessing/pool_methods.h - the members that Pool and ThreadPool share. Python: multiprocessing.pool.Pool,
// of which ThreadPool is a subclass.
#ifndef SKEIN_MULTIPROCESSING_POOL_METHODS_H_
#define SKEIN_MULTIPROCESSING_POOL_METHODS_H_

#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/pool_map.h>
#include <skein/multiprocessing/internal/pool_result.h>
#include <skein/multiprocessing/pool_options.h>

#include <cstdint>
#include <ranges>
#include <utility>

namespace skein::inline v0::multiprocessing {

// A base of the pools, not to be used alone: what calls a function for each element. P: the pool, which has start_map()
// and start_imap().
//
// Threads:  any member, from any thread, at any time.
// Lifetime: `function` and all elements have been copied when map_async() and starmap_async() return; imap() says what
//           has to stay.
template <class P>
class PoolMethods {
 public:
  // function(x) for each element; waits for all and returns their results in order, std::monostate for void. The first
  // failure to come is thrown, when all calls have ended. `chunksize` elements go into one call; None: so many that
  // each worker gets four calls.
  // Errors: as apply(); ValueError if `chunksize` is less than 1 (CPython returns Nones).
  template <class F, std::ranges::input_range Range>
  auto map(F&& function, Range&& iterable, OptionalCount chunksize = None) {
    return pool()
        .template start_map<internal::OneArgument>({.chunksize = chunksize}, std::forward<F>(function), iterable)
        .take();
  }
  template <class F, std::ranges::input_range Range>
  auto map(MapOptions options, F&& function, Range&& iterable) {
    return map(std::forward<F>(function), std::forward<Range>(iterable), options.chunksize);
  }
  // The same without waiting, by position as in Python, or options first. The callback is given the whole list, and is
  // not called for an empty one, as in CPython.
  template <class F, std::ranges::input_range Range>
  auto map_async(F&& function, Range&& iterable, OptionalCount chunksize = None,
                 internal::MapCallback<internal::OneArgument, F, Range> callback = nullptr,
                 internal::ErrorCallback error_callback = nullptr) {
    return pool().template start_map<internal::OneArgument>(
        {.chunksize = chunksize, .callback = std::move(callback), .error_callback = std::move(error_callback)},
        std::forward<F>(function), iterable);
  }
  template <class F, std::ranges::input_range Range>
  auto map_async(MapAsyncOptions<internal::MapResultOf<internal::OneArgument, F, Range>> options, F&& function,
                 Range&& iterable) {
    return pool().template start_map<internal::OneArgument>(std::move(options), std::forward<F>(function), iterable);
  }

  // As map() and map_async(), for elements that are tuples, pairs or arrays: function(a, b, ...).
  template <class F, std::ranges::input_range Range>
  auto starmap(F&& function, Range&& iterable, OptionalCount chunksize = None) {
    return pool()
        .template start_map<internal::ManyArguments>({.chunksize = chunksize}, std::forward<F>(function), iterable)
        .take();
  }
  template <class F, std::ranges::input_range Range>
  auto starmap(MapOptions options, F&& function, Range&& iterable) {
    return starmap(std::forward<F>(function), std::forward<Range>(iterable), options.chunksize);
  }
  template <class F, std::ranges::input_range Range>
  auto starmap_async(F&& function, Range&& iterable, OptionalCount chunksize = None,
                     internal::MapCallback<internal::ManyArguments, F, Range> callback = nullptr,
                     internal::ErrorCallback error_callback = nullptr) {
    return pool().template start_map<internal::ManyArguments>(
        {.chunksize = chunksize, .callback = std::move(callback), .error_callback = std::move(error_callback)},
        std::forward<F>(function), iterable);
  }
  template <class F, std::ranges::input_range Range>
  auto starmap_async(MapAsyncOptions<internal::MapResultOf<internal::ManyArguments, F, Range>> options, F&& function,
                     Range&& iterable) {
    return pool().template start_map<internal::ManyArguments>(std::move(options), std::forward<F>(function), iterable);
  }

  // function(x) for each element; the results one by one, in order, or (imap_unordered) as they come.
  // The input is read as the calls are made, in a thread of the pool's, as in CPython; it may be endless. So a range
  // that is given as an lvalue, and what a view refers to, has to stay, and be left alone, until the iterator is
  // through or gone. (A Pool reads `buffersize` calls at once of one that knows its size.) At most `buffersize` calls
  // are submitted and not looked at (CPython has no such limit); close() and join() read the rest. Errors: ValueError
  // ("Pool not running", "Chunksize must be 1+, not 0").
  template <class F, std::ranges::input_range Range>
  [[nodiscard]] auto imap(F&& function, Range&& iterable, std::int64_t chunksize = 1) {
    return pool().start_imap(true, {.chunksize = chunksize}, std::forward<F>(function), std::forward<Range>(iterable));
  }
  template <class F, std::ranges::input_range Range>
  [[nodiscard]] auto imap(ImapOptions options, F&& function, Range&& iterable) {
    return pool().start_imap(true, options, std::forward<F>(function), std::forward<Range>(iterable));
  }
  template <class F, std::ranges::input_range Range>
  [[nodiscard]] auto imap_unordered(F&& function, Range&& iterable, std::int64_t chunksize = 1) {
    return pool().start_imap(false, {.chunksize = chunksize}, std::forward<F>(function), std::forward<Range>(iterable));
  }
  template <class F, std::ranges::input_range Range>
  [[nodiscard]] auto imap_unordered(ImapOptions options, F&& function, Range&& iterable) {
    return pool().start_imap(false, options, std::forward<F>(function), std::forward<Range>(iterable));
  }

 protected:
  PoolMethods() = default;
  PoolMethods(const PoolMethods&) = default;
  PoolMethods& operator=(const PoolMethods&) = default;
  ~PoolMethods() = default;

 private:
  P& pool() noexcept { return static_cast<P&>(*this); }
};

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_POOL_METHODS_H_
