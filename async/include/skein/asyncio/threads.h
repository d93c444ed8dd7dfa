// skein/asyncio/threads.h - between the loop and threads. Python: to_thread, run_in_executor, run_coroutine_threadsafe,
// wrap_future.
#ifndef SKEIN_ASYNCIO_THREADS_H_
#define SKEIN_ASYNCIO_THREADS_H_

#include <skein/asyncio/coroutine.h>
#include <skein/asyncio/event_loop.h>
#include <skein/asyncio/future.h>
#include <skein/core/context.h>
#include <skein/core/export.h>
#include <skein/futures/executor.h>
#include <skein/futures/future.h>

#include <cxxabi.h>

#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace skein::inline v0::internal {

// CancelledError and InvalidStateError are two classes each: those of one side as those of the other.
SKEIN_API std::exception_ptr as_of_asyncio(std::exception_ptr error);
SKEIN_API std::exception_ptr as_of_futures(std::exception_ptr error);

// Brings the outcome of a thread's future to the loop.
template <class T>
struct Bridge final : InBlock, ReadyNode {
  Bridge(CoreRef<LoopCore> to_loop, CoreRef<LoopFuture> to, bool give) noexcept
      : ReadyNode(kKind), loop(std::move(to_loop)), target(std::move(to)), takes(give) {}

  static void run(ReadyNode* node) {
    const std::unique_ptr<Bridge> self(static_cast<Bridge*>(node));
    LoopFuture& target = *self->target;
    if (target.done()) return;
    const futures::Future<T>& source = *self->source;
    if (source.cancelled()) {
      target.cancel(nullptr);
      return;
    }
    try {
      if (std::exception_ptr error = source.exception()) {
        target.fail(as_of_asyncio(std::move(error)));
        return;
      }
      if constexpr (std::is_reference_v<T>) {
        ::new (target.place()) Stored<T>(std::addressof(source.result()));
      } else if constexpr (!std::is_void_v<T>) {
        ::new (target.place()) Stored<T>(self->takes ? source.take() : source.result());
      }
    } catch (...) {
      target.fail(std::current_exception());
      return;
    }
    target.finish();
  }
  static void discard(ReadyNode* node) noexcept { delete static_cast<Bridge*>(node); }
  static constexpr ReadyKind kKind{&Bridge::run, &Bridge::discard};

  CoreRef<LoopCore> loop;
  CoreRef<LoopFuture> target;
  std::optional<futures::Future<T>> source;
  bool takes;  // Nobody else can ask for the result.
};

// `takes`: moves the result out of `source`.
template <class T>
asyncio::Future<T> bridge(LoopCore& loop, futures::Future<T> source, bool takes) {
  asyncio::Future<T> target = asyncio::EventLoop(CoreRef<LoopCore>::share(&loop)).create_future<T>();
  LoopFuture& core = LoopAccess::core(target);
  auto node = std::make_unique<Bridge<T>>(CoreRef<LoopCore>::share(&loop), CoreRef<LoopFuture>::share(&core), takes);
  loop.expect_from_elsewhere(1);
  target.add_done_callback([source](const asyncio::AnyFuture& done) mutable {
    if (LoopCore* const of = LoopAccess::core(done).loop()) of->expect_from_elsewhere(-1);
    if (done.cancelled()) source.cancel();
  });
  source.add_done_callback([held = std::move(node)](futures::Future<T> done) mutable {
    Bridge<T>* const given = held.release();
    given->source = std::move(done);
    const CoreRef<LoopCore> to = given->loop;
    try {
      to->push_threadsafe(*given);
    } catch (const RuntimeError&) {  // The loop is closed: nobody waits any more.
      delete given;
    }
  });
  return target;
}

}  // namespace skein::inline v0::internal

namespace skein::inline v0::asyncio {

// Python: asyncio.wrap_future(future, *, loop=None). The same outcome, in the running loop; cancelling one cancels the
// other.
template <class T>
Future<T> wrap_future(futures::Future<T> future) {
  return internal::bridge<T>(internal::LoopCore::running(), std::move(future), false);
}
template <class T>
Future<T> wrap_future(futures::Future<T> future, const EventLoop& loop) {
  return internal::bridge<T>(loop.core(), std::move(future), false);
}
template <class T>
Future<T> wrap_future(Future<T> future) {
  return future;
}

template <std::derived_from<futures::Executor> E, class F, class... Args>
auto EventLoop::run_in_executor(E& executor, F&& function, Args&&... args) {
  core().require_open();
  auto job = executor.submit(std::forward<F>(function), std::forward<Args>(args)...);
  return internal::bridge<typename decltype(job)::value_type>(core(), std::move(job), true);
}
template <class F, class... Args>
auto EventLoop::run_in_executor(NoneType /*default_executor*/, F&& function, Args&&... args) {
  const std::shared_ptr<futures::Executor> executor = default_executor();
  return run_in_executor(*executor, std::forward<F>(function), std::forward<Args>(args)...);
}

}  // namespace skein::inline v0::asyncio

namespace skein::inline v0::internal {

template <class R, class Call>
asyncio::Coroutine<R> run_in_thread(Call call) {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  // Python runs it in a copy of the context.
  auto in_context = [context = contextvars::copy_context(), held = std::move(call)]() mutable -> R {
    return context.run(std::move(held));
  };
  co_return co_await loop.run_in_executor(None, std::move(in_context));
}

}  // namespace skein::inline v0::internal

namespace skein::inline v0::asyncio {

// Python: asyncio.to_thread(func, /, *args). To be awaited: calls function(args...), with copies, in a thread of the
// default executor, in a copy of the current context. When the await is cancelled, the call goes on.
template <class F, class... Args>
  requires std::invocable<std::decay_t<F>, std::decay_t<Args>...>
auto to_thread(F&& function, Args&&... args) {
  using R = std::invoke_result_t<std::decay_t<F>, std::decay_t<Args>...>;
  auto call = [bound = std::tuple<std::decay_t<F>, std::decay_t<Args>...>(std::forward<F>(function),
                                                                          std::forward<Args>(args)...)]() mutable -> R {
    return std::apply([](auto&&... parts) -> R { return std::invoke(std::move(parts)...); }, std::move(bound));
  };
  return internal::run_in_thread<R>(std::move(call));
}

// Python: asyncio.run_coroutine_threadsafe(coro, loop). From another thread than the loop's: runs it there in a task;
// cancelling the future cancels the task. What a task factory throws is the future's failure, and the loop's exception
// handler hears of it.
// Errors: RuntimeError ("Event loop is closed").
template <class T>
futures::Future<T> run_coroutine_threadsafe(Coroutine<T> coroutine, EventLoop loop) {
  futures::Future<T> promise;
  loop.call_soon_threadsafe([loop, promise, held = std::move(coroutine)]() mutable {
    if (promise.cancelled()) {
      promise.set_running_or_notify_cancel();
      held.close();
      return;
    }
    std::optional<Task<T>> made;
    try {
      made.emplace(loop.create_task(std::move(held)));
    } catch (...) {  // A task factory's, or out of memory.
      if (promise.set_running_or_notify_cancel()) promise.set_exception(std::current_exception());
      throw;
    }
    const Task<T> task = *std::move(made);
    task.add_done_callback([promise](Task<T> done) mutable {
      if (done.cancelled()) {
        promise.cancel();
        if (promise.cancelled()) promise.set_running_or_notify_cancel();
        return;
      }
      if (promise.cancelled() || !promise.set_running_or_notify_cancel()) return;
      if (const std::exception_ptr error = done.exception()) {
        promise.set_exception(internal::as_of_futures(error));
      } else if constexpr (std::is_void_v<T>) {
        promise.set_result();
      } else {
        try {
          promise.set_result(done.result());
        } catch (...) {  // It could not be copied.
          promise.set_exception(std::current_exception());
        }
      }
    });
    promise.add_done_callback([loop, task](const futures::AnyFuture& ended) mutable {
      if (!ended.cancelled()) return;
      try {
        loop.call_soon_threadsafe([task]() mutable { task.cancel(); });
      } catch (const RuntimeError&) {  // The loop is closed.
      }
    });
  });
  return promise;
}
template <class F, class... Args>
  requires internal::CoroutineFunction<F, Args...>
auto run_coroutine_threadsafe(EventLoop loop, F&& function, Args&&... args) {
  return run_coroutine_threadsafe(internal::coroutine_of(std::forward<F>(function), std::forward<Args>(args)...),
                                  std::move(loop));
}

}  // namespace skein::inline v0::asyncio

#endif  // SKEIN_ASYNCIO_THREADS_H_
