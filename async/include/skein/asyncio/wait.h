// skein/asyncio/wait.h - waiting for tasks and futures. Python: asyncio.wait, as_completed, wait_for, shield.
#ifndef SKEIN_ASYNCIO_WAIT_H_
#define SKEIN_ASYNCIO_WAIT_H_

#include <skein/asyncio/coroutine.h>
#include <skein/asyncio/event_loop.h>
#include <skein/asyncio/future.h>
#include <skein/asyncio/gather.h>
#include <skein/asyncio/task.h>
#include <skein/asyncio/timeouts.h>
#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/futures/wait.h>

#include <concepts>
#include <cstddef>
#include <deque>
#include <exception>
#include <iterator>
#include <memory>
#include <new>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

namespace skein::inline v0::asyncio {

using futures::ALL_COMPLETED;
using futures::FIRST_COMPLETED;
using futures::FIRST_EXCEPTION;
using futures::ReturnWhen;

// The keyword arguments of wait.
struct WaitOptions {
  skein::Timeout timeout = None;
  ReturnWhen return_when = ALL_COMPLETED;
};

// What wait() gives. Python: two sets; here each has the order of the call.
template <class H>
struct DoneAndPending {
  std::vector<H> done;
  std::vector<H> pending;
};

}  // namespace skein::inline v0::asyncio

namespace skein::inline v0::internal {

template <class H>
concept LoopHandle = std::derived_from<H, asyncio::AnyFuture>;
template <class R>
concept LoopHandleRange = std::ranges::input_range<R> && LoopHandle<std::ranges::range_value_t<R>>;

// Each future once, in the order of their first coming.
template <class H>
std::vector<H> each_once(const std::vector<H>& all) {
  std::vector<H> each;
  each.reserve(all.size());
  {
    struct Marks {  // Taken away also if a handle on the way is empty.
      ~Marks() {
        for (const H& marked : of) LoopAccess::core(marked).set_mark(false);
      }
      const std::vector<H>& of;
    } const marks{each};
    for (const H& handle : all) {
      if (!LoopAccess::core(handle).set_mark(true)) each.push_back(handle);
    }
  }
  return each;
}

// Returns when the condition holds or time is up. `each`: as each_once() gives them.
SKEIN_API asyncio::Coroutine<> wait_until(std::vector<asyncio::AnyFuture> each, asyncio::WaitOptions options);

template <class H>
asyncio::Coroutine<asyncio::DoneAndPending<H>> wait_for_handles(std::vector<H> all, asyncio::WaitOptions options) {
  const std::vector<H> each = each_once(all);
  co_await wait_until(std::vector<asyncio::AnyFuture>(each.begin(), each.end()), options);
  asyncio::DoneAndPending<H> found;
  for (const H& handle : each) (handle.done() ? found.done : found.pending).push_back(handle);
  co_return found;
}

}  // namespace skein::inline v0::internal

namespace skein::inline v0::asyncio {

// Python: asyncio.wait(aws, *, timeout=None, return_when=ALL_COMPLETED). To be awaited. Takes tasks and futures, each
// once; cancels nothing when time is up, and nothing when it is cancelled itself.
// Errors, when awaited: ValueError ("Set of Tasks/Futures is empty."); ValueError if `timeout` is NaN.
template <internal::LoopHandleRange R>
auto wait(R&& futures, WaitOptions options = {}) {
  using H = std::ranges::range_value_t<R>;
  return internal::wait_for_handles<H>(std::vector<H>(std::ranges::begin(futures), std::ranges::end(futures)), options);
}
template <class R>
  requires(std::ranges::input_range<R> && internal::kIsCoroutine<std::ranges::range_value_t<R>>)
Coroutine<DoneAndPending<AnyTask>> wait(R&& /*coroutines*/, WaitOptions /*options*/ = {}) {
  static_assert(!std::ranges::input_range<R>,
                "skein: asyncio::wait takes tasks and futures; make a task of a coroutine with asyncio::create_task");
  co_return {};
}

// Python: asyncio.wait_for(fut, timeout). To be awaited: gives what the awaitable does, in the same task; when time is
// up, cancels it, waits until it is through, and throws TimeoutError. None: no limit; zero or less: only what is done
// already. Cancel: cancels what it awaits.
// Errors: TimeoutError; what the awaitable throws; ValueError if `timeout` is NaN.
template <class A>
  requires internal::Awaitable<A>
Coroutine<internal::AwaitResult<std::decay_t<A>>> wait_for(A&& awaitable, skein::Timeout timeout);
// The keyword argument of wait_for: `wait_for(f(), {.timeout = 0.1})`.
struct WaitForOptions {
  skein::Timeout timeout;
};
template <class A>
  requires internal::Awaitable<A>
Coroutine<internal::AwaitResult<std::decay_t<A>>> wait_for(A&& awaitable, WaitForOptions options) {
  return wait_for(std::forward<A>(awaitable), options.timeout);
}

// Python: asyncio.shield(aw). A future with the same outcome; cancelling it leaves the work alone. If that fails later,
// the loop's exception handler hears of it.
template <class A>
  requires internal::Awaitable<A>
auto shield(A&& awaitable);

}  // namespace skein::inline v0::asyncio

namespace skein::inline v0::internal {

SKEIN_API asyncio::Coroutine<> cancel_and_wait(asyncio::AnyFuture future);

template <class A, class R>
asyncio::Coroutine<R> wait_for_it(A awaitable, Timeout timeout) {
  if (!timeout.unlimited() && timeout.span().count() <= 0) {
    auto future = asyncio::ensure_future(std::move(awaitable));
    if (future.done()) co_return future.result();
    co_await cancel_and_wait(future);
    try {
      co_return future.result();
    } catch (const asyncio::CancelledError&) {
    }
    throw TimeoutError();
  }
  asyncio::Timeout limit = asyncio::timeout(timeout);
  limit.enter();
  std::exception_ptr error;
  try {
    if constexpr (std::is_void_v<R>) {
      co_await std::move(awaitable);
      limit.leave(nullptr);
      co_return;
    } else {
      R result = co_await std::move(awaitable);
      limit.leave(nullptr);
      co_return static_cast<R&&>(result);
    }
  } catch (...) {
    error = std::current_exception();
  }
  limit.leave(error);
  std::rethrow_exception(error);
}

template <class T>
asyncio::Future<T> shield_it(asyncio::Future<T> inner);

}  // namespace skein::inline v0::internal

namespace skein::inline v0::asyncio {

template <class A>
  requires internal::Awaitable<A>
Coroutine<internal::AwaitResult<std::decay_t<A>>> wait_for(A&& awaitable, skein::Timeout timeout) {
  return internal::wait_for_it<std::decay_t<A>, internal::AwaitResult<std::decay_t<A>>>(std::forward<A>(awaitable),
                                                                                        timeout);
}

template <class A>
  requires internal::Awaitable<A>
auto shield(A&& awaitable) {
  auto inner = ensure_future(std::forward<A>(awaitable));
  return internal::shield_it<typename decltype(inner)::value_type>(std::move(inner));
}

}  // namespace skein::inline v0::asyncio

namespace skein::inline v0::internal {

// Brings the outcome of `from`, which is done, into `to`, which is pending.
template <class T>
void copy_outcome(LoopFuture& from, LoopFuture& to) {
  if (from.cancelled()) {
    to.cancel(nullptr);
  } else if (std::exception_ptr error = error_or_cancelled(from)) {
    to.fail(std::move(error));
  } else {
    if constexpr (std::is_reference_v<T>) {
      ::new (to.place()) Stored<T>(std::addressof(result_of<T>(from)));
    } else if constexpr (!std::is_void_v<T>) {
      ::new (to.place()) Stored<T>(result_of<T>(from));
    }
    to.finish();
  }
}

SKEIN_API void report_shielded(const asyncio::AnyFuture& inner);

template <class T>
asyncio::Future<T> shield_it(asyncio::Future<T> inner) {
  if (inner.done()) return inner;
  asyncio::Future<T> outer = inner.get_loop().template create_future<T>();
  inner.add_done_callback([outer](asyncio::Future<T> done) {
    if (outer.cancelled()) {
      report_shielded(done);
    } else if (!outer.done()) {
      copy_outcome<T>(LoopAccess::core(done), LoopAccess::core(outer));
    }
  });
  return outer;
}

}  // namespace skein::inline v0::internal

namespace skein::inline v0::asyncio {

// What as_completed() gives: each future once, in the order of their ends. Both of Python's ways:
//
//   for (auto& next : asyncio::as_completed(tasks)) std::cout << co_await std::move(next);   // results
//   auto all = asyncio::as_completed(tasks);
//   while (auto task = co_await all.next()) ...                                               // the tasks themselves
//
// Threads:  the loop's own thread only.
// Lifetime: dropping it cancels nothing; what next() and iteration have given stays good.
// Cancel:   who is cancelled while it waits for the next one leaves that to the others who wait, but has used up one of
//           the turns that there are.
template <class H>
class AsCompleted {
 public:
  using value_type = H;
  using Result = typename H::value_type;

  // For as_completed(). `timeout`: from now on.
  AsCompleted(const std::vector<H>& all, skein::Timeout timeout) : state_(std::make_shared<State>()) {
    state_->todo = internal::each_once(all);
    state_->left = state_->todo.size();
    state_->to_give = state_->left;
    if (!timeout.unlimited() && state_->left != 0) {
      state_->timer = get_running_loop().call_later(timeout, [weak = std::weak_ptr<State>(state_)] {
        if (const auto state = weak.lock()) state->time_is_up();
      });
    }
    for (std::size_t i = 0; i < state_->todo.size(); ++i) {
      // Weak: the state holds the futures.
      state_->todo[i].add_done_callback([weak = std::weak_ptr<State>(state_), i](const AnyFuture& /*done*/) {
        if (const auto state = weak.lock()) state->came(i);
      });
    }
  }

  // The next one that is done, in the order of their ends; empty after the last.
  // Errors: TimeoutError if it was not done in time.
  [[nodiscard]] Coroutine<std::optional<H>> next() {
    if (state_->to_give == 0) return nothing();
    --state_->to_give;
    return next_of(state_);
  }

  class iterator {
   public:
    using value_type = Coroutine<Result>;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;
    iterator() = default;
    explicit iterator(AsCompleted* owner) : owner_(owner) { fetch(); }
    value_type& operator*() const { return *current_; }
    iterator& operator++() {
      fetch();
      return *this;
    }
    void operator++(int) { fetch(); }
    friend bool operator==(const iterator& at, std::default_sentinel_t) { return at.current_ == nullptr; }

   private:
    void fetch() {
      current_ = nullptr;
      if (owner_->state_->to_give == 0) return;
      --owner_->state_->to_give;
      current_ = std::make_shared<value_type>(result_of_next(owner_->state_));
    }
    AsCompleted* owner_ = nullptr;
    std::shared_ptr<value_type> current_;
  };
  // Coroutines, one for each future, that give the results. They may be awaited later, and in any order.
  [[nodiscard]] iterator begin() { return iterator(this); }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return std::default_sentinel; }

 private:
  struct State {
    std::vector<H> todo;
    std::deque<std::optional<H>> done;  // Empty ones stand for the end of time.
    std::deque<Future<void>> waiters;
    std::size_t left = 0;
    std::size_t to_give = 0;
    std::optional<TimerHandle> timer;
    bool late = false;

    void came(std::size_t i) {
      if (late) return;
      done.push_back(todo[i]);
      if (--left == 0 && timer.has_value()) timer->cancel();
      wake();
    }
    void time_is_up() {
      late = true;
      for (; left > 0; --left) {
        done.push_back(std::nullopt);
        wake();
      }
    }
    void wake() {
      while (!waiters.empty()) {
        Future<void> waiter = std::move(waiters.front());
        waiters.pop_front();
        if (waiter.done()) continue;
        waiter.set_result();
        return;
      }
    }
  };
  static Coroutine<std::optional<H>> nothing() { co_return std::nullopt; }
  static Coroutine<std::optional<H>> next_of(std::shared_ptr<State> state) {
    while (state->done.empty()) {
      Future<void> waiter;
      state->waiters.push_back(waiter);
      std::exception_ptr error;
      try {
        co_await waiter;
      } catch (...) {
        error = std::current_exception();
      }
      if (error != nullptr) {
        if (!state->done.empty()) state->wake();  // It was chosen, and leaves what came to the next.
        std::rethrow_exception(error);
      }
    }
    std::optional<H> found = std::move(state->done.front());
    state->done.pop_front();
    if (!found.has_value()) throw TimeoutError();
    co_return found;
  }
  static Coroutine<Result> result_of_next(std::shared_ptr<State> state) {
    std::optional<H> done = co_await next_of(std::move(state));
    co_return done->result();
  }

  std::shared_ptr<State> state_;
};

// The keyword argument of as_completed.
struct AsCompletedOptions {
  skein::Timeout timeout = None;
};

// Python: asyncio.as_completed(aws, *, timeout=None). Coroutines become tasks. Duplicates count once.
// Errors: TimeoutError from awaiting what was not done in time; RuntimeError ("no running event loop").
template <internal::AwaitableRange R>
auto as_completed(R&& awaitables, AsCompletedOptions options = {}) {
  using A = std::ranges::range_value_t<R>;
  using H = internal::FutureOf<A>;
  std::vector<H> all;
  for (auto&& each : awaitables) {
    if constexpr (std::is_copy_constructible_v<A>) {
      all.push_back(ensure_future(A(each)));
    } else {
      all.push_back(ensure_future(std::move(each)));
    }
  }
  return AsCompleted<H>(all, options.timeout);
}

}  // namespace skein::inline v0::asyncio

#endif  // SKEIN_ASYNCIO_WAIT_H_
