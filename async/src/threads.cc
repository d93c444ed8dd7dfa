#include <skein/asyncio/errors.h>
#include <skein/asyncio/event_loop.h>
#include <skein/asyncio/threads.h>
#include <skein/asyncio/wait.h>
#include <skein/futures/errors.h>
#include <skein/threading/thread.h>

#include <memory>
#include <utility>

#include "loop.h"

namespace skein::inline v0::internal {

std::exception_ptr as_of_asyncio(std::exception_ptr error) {
  try {
    std::rethrow_exception(error);
  } catch (const futures::CancelledError&) {
    return std::make_exception_ptr(asyncio::CancelledError());
  } catch (const futures::InvalidStateError& e) {
    return std::make_exception_ptr(asyncio::InvalidStateError(e.what()));
  } catch (...) {
    return error;
  }
}

std::exception_ptr as_of_futures(std::exception_ptr error) {
  try {
    std::rethrow_exception(error);
  } catch (const asyncio::CancelledError&) {
    return std::make_exception_ptr(futures::CancelledError());
  } catch (const asyncio::InvalidStateError& e) {
    return std::make_exception_ptr(futures::InvalidStateError(e.what()));
  } catch (...) {
    return error;
  }
}

}  // namespace skein::inline v0::internal

namespace skein::inline v0::asyncio {

Coroutine<> EventLoop::shutdown_default_executor(skein::Timeout timeout) {
  internal::LoopImpl& impl = core().impl();
  impl.executor_ended = true;
  const std::shared_ptr<futures::Executor> executor = impl.default_executor;
  if (executor == nullptr) co_return;
  Future<void> done = create_future();
  // In a thread of its own: it waits for the executor's.
  futures::Future<void> ended;
  Future<void> wrapped = wrap_future(ended, *this);
  threading::Thread thread({.name = "asyncio-shutdown", .daemon = true}, [executor, ended]() mutable {
    try {
      executor->shutdown(true);
      ended.set_result();
    } catch (...) {
      ended.set_exception(std::current_exception());
    }
  });
  std::move(thread).start();
  bool late = false;
  try {
    co_await wait_for(shield(wrapped), timeout);
  } catch (const TimeoutError&) {
    late = true;
  }
  if (late) {
    call_exception_handler({.message = "The executor did not finishing joining its threads within the given time."});
    executor->shutdown(false);
  }
  impl.default_executor = nullptr;
}

}  // namespace skein::inline v0::asyncio
