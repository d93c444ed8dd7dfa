// skein/multiprocessing/pool_options.h - the keyword arguments of Pool and of its members.
#ifndef SKEIN_MULTIPROCESSING_POOL_OPTIONS_H_
#define SKEIN_MULTIPROCESSING_POOL_OPTIONS_H_

#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/method.h>
#include <skein/multiprocessing/internal/pool_result.h>
#include <skein/multiprocessing/worker_lost.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace skein::inline v0::multiprocessing {

class Context;

// A number, or None.
class OptionalCount {
 public:
  constexpr OptionalCount(NoneType) noexcept {}  // NOLINT(google-explicit-constructor)
  template <std::integral I>
    requires(!std::same_as<I, bool>)
  constexpr OptionalCount(I count)  // NOLINT(google-explicit-constructor)
      : count_(static_cast<std::int64_t>(count)) {}
  [[nodiscard]] constexpr const std::optional<std::int64_t>& get() const noexcept { return count_; }

 private:
  std::optional<std::int64_t> count_;
};

namespace internal {

// A Context, or None: the default one. (Context makes pools, so this header does not know it.)
class PoolContext {
 public:
  constexpr PoolContext(NoneType) noexcept {}  // NOLINT(google-explicit-constructor)
  template <std::same_as<Context> C>
  constexpr PoolContext(const C& context) noexcept  // NOLINT(google-explicit-constructor)
      : method_(context.method_) {}
  [[nodiscard]] constexpr const std::optional<Method>& method() const noexcept { return method_; }

 private:
  std::optional<Method> method_;
};

}  // namespace internal

// The keyword arguments of Pool, but for the initializer and its arguments, which follow them.
struct PoolOptions {
  OptionalCount processes = None;                         // None: cpu_count().
  OptionalCount maxtasksperchild = None;                  // Calls after which a worker is replaced. None: never.
  internal::PoolContext context = None;                   // None: the default one.
  OnWorkerLost on_worker_lost = OnWorkerLost::kFailCall;  // Beyond Python, as is what follows.
  std::int64_t retries = 3;                               // For kRunAgain.
};

// The keyword arguments of apply_async, of a function that returns R.
template <class R>
struct ApplyOptions {
  internal::ResultCallback<R> callback = nullptr;    // Called with the result.
  internal::ErrorCallback error_callback = nullptr;  // Called with the exception.
  // Beyond Python, as is what follows. When it has passed (from the submission on), the call is stopped, by killing its
  // worker if it has begun, and fails with skein::TimeoutError.
  Timeout timeout = None;
  std::optional<OnWorkerLost> on_worker_lost = std::nullopt;  // Empty: as the pool.
};

// The keyword argument of map and starmap.
struct MapOptions {
  OptionalCount chunksize = None;
};

// The keyword arguments of map_async and starmap_async, of a function that returns R.
template <class R>
struct MapAsyncOptions {
  OptionalCount chunksize = None;
  internal::ResultCallback<std::vector<internal::PoolValue<R>>> callback = nullptr;  // Called with all results.
  internal::ErrorCallback error_callback = nullptr;
};

// The keyword arguments of imap and imap_unordered.
struct ImapOptions {
  std::int64_t chunksize = 1;
  OptionalCount buffersize = None;  // Beyond Python. None: 32, or 4 for each worker if that is more.
};

// How things stand in a pool, each number at some moment during the call.
struct PoolStats {
  std::size_t queued = 0;   // Calls that no worker has been given.
  std::size_t running = 0;  // Given to a worker, some of them in advance.
  std::size_t workers = 0;  // Alive.
  std::size_t idle = 0;     // Of those, without anything to do.
  std::uint64_t done = 0;   // Calls that came to their end in a worker.
};

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_POOL_OPTIONS_H_
