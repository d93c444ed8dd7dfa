// skein/futures/wait.h - waiting for several futures. Python: concurrent.futures.wait, as_completed.
#ifndef SKEIN_FUTURES_WAIT_H_
#define SKEIN_FUTURES_WAIT_H_

#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/futures/future.h>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

namespace skein::inline v0::futures {

// When wait() returns. Python's constants have the same names.
enum class ReturnWhen { FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED };
using enum ReturnWhen;

// The keyword arguments of wait.
struct WaitOptions {
  Timeout timeout = None;
  ReturnWhen return_when = ALL_COMPLETED;
};
// The keyword argument of as_completed.
struct AsCompletedOptions {
  Timeout timeout = None;
};

// What wait() returns. Python: DoneAndNotDoneFutures, two sets; here each has the order of the call.
template <class F>
struct DoneAndNotDoneFutures {
  std::vector<F> done;
  std::vector<F> not_done;
};

}  // namespace skein::inline v0::futures

namespace skein::inline v0::internal {

template <class F>
concept FutureHandle = std::derived_from<F, futures::AnyFuture>;
template <class R>
concept FutureRange = std::ranges::input_range<R> && FutureHandle<std::ranges::range_value_t<R>>;

// One wait() or as_completed(): registered with each of its futures once, so that it costs O(n) in all. Duplicates
// count once.
class SKEIN_API WaitGroup {
 public:
  explicit WaitGroup(std::vector<CoreRef<FutureCore>> futures);
  ~WaitGroup();
  WaitGroup(const WaitGroup&) = delete;
  WaitGroup& operator=(const WaitGroup&) = delete;

  // Registers with all of them. `may_run`: a worker that waits for its own pool runs queued ones in place.
  void watch(futures::ReturnWhen condition, bool may_run);
  // Waits for the condition, or the end of time.
  void wait(Timeout timeout);
  // Whether the future at this place of the list was done when the wait ended.
  [[nodiscard]] bool was_done(std::size_t index) const noexcept;
  // Whether an earlier place of the list has the same future.
  [[nodiscard]] bool is_duplicate(std::size_t index) const noexcept;
  // The place of the next one that is done, in the order of their ends; nothing after the last. Lets go of its future.
  // Errors: TimeoutError ("1 (of 3) futures unfinished").
  std::optional<std::size_t> next(Deadline deadline, bool limited);
  // The future at this place, given away.
  [[nodiscard]] CoreRef<FutureCore> take(std::size_t index) noexcept;

  struct Impl;  // In wait.cc.

 private:
  const std::unique_ptr<Impl> impl_;
};

template <FutureHandle F, std::ranges::input_range R>
futures::DoneAndNotDoneFutures<F> wait_for_all(R&& given, const futures::WaitOptions& options) {
  std::vector<CoreRef<FutureCore>> cores;
  std::vector<F> handles;
  for (auto&& future : given) {
    handles.push_back(future);
    cores.push_back(CoreRef<FutureCore>::share(&Access::core(future)));
  }
  WaitGroup group(std::move(cores));
  group.watch(options.return_when, options.timeout.unlimited());
  group.wait(options.timeout);
  futures::DoneAndNotDoneFutures<F> found;
  for (std::size_t i = 0; i < handles.size(); ++i) {
    if (group.is_duplicate(i)) continue;
    (group.was_done(i) ? found.done : found.not_done).push_back(std::move(handles[i]));
  }
  return found;
}

// The input range that as_completed() returns.
template <FutureHandle F>
class AsCompleted {
 public:
  class iterator {
   public:
    using value_type = F;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    iterator() = default;
    explicit iterator(AsCompleted* range) : range_(range) {}
    F& operator*() const noexcept { return *range_->current_; }
    F* operator->() const noexcept { return &*range_->current_; }
    iterator& operator++() {
      range_->advance();
      return *this;
    }
    void operator++(int) { range_->advance(); }
    // Through a member, because GCC 12 lets a friend defined here see no private names of the class around it.
    friend bool operator==(const iterator& it, std::default_sentinel_t) noexcept { return it.ended(); }

   private:
    [[nodiscard]] bool ended() const noexcept { return !range_->current_.has_value(); }

    AsCompleted* range_ = nullptr;
  };

  AsCompleted(std::vector<CoreRef<FutureCore>> cores, Timeout timeout)
      : group_(std::make_unique<WaitGroup>(std::move(cores))), timeout_(timeout), deadline_(timeout) {}

  iterator begin() {
    if (!std::exchange(begun_, true)) {
      group_->watch(futures::ReturnWhen::FIRST_COMPLETED, timeout_.unlimited());
      advance();
    }
    return iterator(this);
  }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  void advance() {
    current_.reset();
    if (const auto index = group_->next(deadline_, !timeout_.unlimited())) {
      current_.emplace(Access::handle<F>(group_->take(*index)));
    }
  }

  std::unique_ptr<WaitGroup> group_;
  Timeout timeout_;
  Deadline deadline_;
  std::optional<F> current_;
  bool begun_ = false;
};

template <FutureHandle F, std::ranges::input_range R>
AsCompleted<F> as_completed_of(R&& given, Timeout timeout) {
  std::vector<CoreRef<FutureCore>> cores;
  for (auto&& future : given) cores.push_back(CoreRef<FutureCore>::share(&Access::core(future)));
  return AsCompleted<F>(std::move(cores), timeout);
}

// What several handles have in common: their type, or else AnyFuture.
template <class First, class... Rest>
struct CommonFuture {
  using type = std::conditional_t<(... && std::same_as<First, Rest>), First, futures::AnyFuture>;
};

}  // namespace skein::inline v0::internal

namespace skein::inline v0::futures {

// Waits until the futures are as `return_when` says, at most `timeout` (from entry; None: no limit; zero or less: only
// looks), and says which are done (finished, or cancelled and noticed by their executor, as in Python). FIRST_EXCEPTION
// is also met when all are done. Duplicates count once; an empty range returns at once.
// A worker that waits without limit for tasks of its own pool runs those that are still queued itself.
// Errors: ValueError if `timeout` is NaN.
template <internal::FutureRange R>
auto wait(R&& futures, WaitOptions options = {}) {
  return internal::wait_for_all<std::ranges::range_value_t<R>>(futures, options);
}
template <internal::FutureRange R>
auto wait(R&& futures, Timeout timeout, ReturnWhen return_when = ALL_COMPLETED) {
  return wait(futures, WaitOptions{.timeout = timeout, .return_when = return_when});
}
// The same for a pack; of different types, the handles are AnyFuture.
template <internal::FutureHandle... F>
  requires(sizeof...(F) > 0)
auto wait(WaitOptions options, const F&... futures) {
  using Handle = typename internal::CommonFuture<F...>::type;
  return internal::wait_for_all<Handle>(std::vector<Handle>{futures...}, options);
}
template <internal::FutureHandle... F>
  requires(sizeof...(F) > 0)
auto wait(const F&... futures) {
  return wait(WaitOptions{}, futures...);
}

// The futures in the order in which they are done, as an input range to be iterated once; those that are done already
// first. Each is released as it is given. Duplicates are given once.
// Errors: begin() and ++ throw TimeoutError ("1 (of 3) futures unfinished") if one is not done `timeout` after the
// call.
template <internal::FutureRange R>
auto as_completed(R&& futures, Timeout timeout = None) {
  return internal::as_completed_of<std::ranges::range_value_t<R>>(futures, timeout);
}
template <internal::FutureRange R>
auto as_completed(R&& futures, AsCompletedOptions options) {
  return as_completed(futures, options.timeout);
}
template <internal::FutureHandle... F>
  requires(sizeof...(F) > 0)
auto as_completed(AsCompletedOptions options, const F&... futures) {
  using Handle = typename internal::CommonFuture<F...>::type;
  return internal::as_completed_of<Handle>(std::vector<Handle>{futures...}, options.timeout);
}
template <internal::FutureHandle... F>
  requires(sizeof...(F) > 0)
auto as_completed(const F&... futures) {
  return as_completed(AsCompletedOptions{}, futures...);
}

}  // namespace skein::inline v0::futures

#endif  // SKEIN_FUTURES_WAIT_H_
