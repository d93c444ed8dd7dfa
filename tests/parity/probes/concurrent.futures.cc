// Calls every name of Python's concurrent.futures with Python's signature.
#include <skein/futures.h>
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>

#include <concepts>
#include <cstddef>
#include <exception>
#include <stop_token>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "probe.h"

namespace futures = skein::futures;

namespace {
using Ints = std::vector<futures::Future<int>>;
int twice(int x) { return 2 * x; }
int sum(int x, int y) { return x + y; }
class Mine : public futures::Executor {
 public:
  using futures::Executor::shutdown;
  void shutdown(ShutdownOptions options) override { static_cast<void>(options); }

 private:
  void execute(futures::WorkItem item) override { item.run(); }
};
}  // namespace

// probe: concurrent.futures.ALL_COMPLETED
void all_completed() { returns<futures::ReturnWhen>(futures::ALL_COMPLETED); }

// probe: concurrent.futures.FIRST_COMPLETED
void first_completed() { returns<futures::ReturnWhen>(futures::FIRST_COMPLETED); }

// probe: concurrent.futures.FIRST_EXCEPTION
void first_exception() { returns<futures::ReturnWhen>(futures::FIRST_EXCEPTION); }

// probe: concurrent.futures.BrokenExecutor
void broken_executor() {
  static_assert(std::derived_from<futures::BrokenExecutor, skein::RuntimeError>);
  try {
    throw futures::BrokenExecutor("why");
  } catch (const futures::BrokenExecutor& error) {
    returns<const char*>(error.what());
  }
}

// probe: concurrent.futures.thread.BrokenThreadPool
void broken_thread_pool() {
  static_assert(std::derived_from<futures::thread::BrokenThreadPool, futures::BrokenExecutor>);
  try {
    throw futures::thread::BrokenThreadPool("why");
  } catch (const futures::thread::BrokenThreadPool& error) {
    returns<const char*>(error.what());
  }
}

// probe: concurrent.futures.CancelledError
void cancelled_error() {
  static_assert(std::derived_from<futures::CancelledError, std::exception>);
  try {
    throw futures::CancelledError();
  } catch (const futures::CancelledError& error) {
    returns<const char*>(error.what());
  }
}

// probe: concurrent.futures.InvalidStateError
void invalid_state_error() {
  static_assert(std::derived_from<futures::InvalidStateError, std::exception>);
  try {
    throw futures::InvalidStateError("why");
  } catch (const futures::InvalidStateError& error) {
    returns<const char*>(error.what());
  }
}

// probe: concurrent.futures.TimeoutError
void timeout_error() {
  static_assert(std::same_as<futures::TimeoutError, skein::TimeoutError>);
  try {
    throw futures::TimeoutError();
  } catch (const futures::TimeoutError& error) {
    returns<const char*>(error.what());
  }
}

// probe: concurrent.futures.Executor
void executor() {
  Mine mine;
  futures::Executor& any = mine;
  any.shutdown();
}

// probe: concurrent.futures.Executor.submit
void executor_submit(futures::Executor& any) { returns<futures::Future<int>>(any.submit(twice, 1)); }

// probe: concurrent.futures.Executor.map
void executor_map(futures::Executor& any, std::vector<int>& xs) {
  for (int result : any.map(twice, xs)) returns<int>(result);
  for (int result : any.map(sum, xs, xs)) returns<int>(result);
  for (int result : any.map({.timeout = 1.5, .chunksize = 2}, sum, xs, xs)) returns<int>(result);
}

// probe: concurrent.futures.Executor.map(buffersize=)
void executor_map_buffersize(futures::Executor& any, std::vector<int>& xs) {
  for (int result : any.map({.buffersize = 3}, twice, xs)) returns<int>(result);
}

// probe: concurrent.futures.Executor.shutdown
void executor_shutdown(futures::Executor& any) {
  any.shutdown();
  any.shutdown(true);
  any.shutdown({.wait = true, .cancel_futures = true});
}

// probe: concurrent.futures.Future
void future() {
  futures::Future<int> made;
  returns<bool>(made == made);
}

// probe: concurrent.futures.Future.add_done_callback
void future_add_done_callback(futures::Future<int>& made) {
  made.add_done_callback([](futures::Future<int> done) { static_cast<void>(done); });
}

// probe: concurrent.futures.Future.cancel
void future_cancel(futures::Future<int>& made) { returns<bool>(made.cancel()); }

// probe: concurrent.futures.Future.cancelled
void future_cancelled(futures::Future<int>& made) { returns<bool>(made.cancelled()); }

// probe: concurrent.futures.Future.done
void future_done(futures::Future<int>& made) { returns<bool>(made.done()); }

// probe: concurrent.futures.Future.running
void future_running(futures::Future<int>& made) { returns<bool>(made.running()); }

// probe: concurrent.futures.Future.result
void future_result(futures::Future<int>& made) {
  returns<int>(made.result());
  returns<int>(made.result(0.5));
  returns<int>(made.result({.timeout = 0.5}));
}

// probe: concurrent.futures.Future.exception
void future_exception(futures::Future<int>& made) {
  returns<std::exception_ptr>(made.exception());
  returns<std::exception_ptr>(made.exception(0.5));
  returns<std::exception_ptr>(made.exception({.timeout = 0.5}));
}

// probe: concurrent.futures.Future.set_result
void future_set_result(futures::Future<int>& made) { made.set_result(1); }

// probe: concurrent.futures.Future.set_exception
void future_set_exception(futures::Future<int>& made) { made.set_exception(skein::ValueError("why")); }

// probe: concurrent.futures.Future.set_running_or_notify_cancel
void future_set_running_or_notify_cancel(futures::Future<int>& made) {
  returns<bool>(made.set_running_or_notify_cancel());
}

// probe: concurrent.futures.ThreadPoolExecutor
void thread_pool_executor() {
  futures::ThreadPoolExecutor plain;
  futures::ThreadPoolExecutor positional(2, "io", [](int) {}, std::tuple(1));
  futures::ThreadPoolExecutor keywords({.max_workers = 2, .thread_name_prefix = "io", .initializer = [] {}});
  futures::ThreadPoolExecutor with_arguments({.max_workers = 2}, [](int) {}, 1);
}

// probe: concurrent.futures.ThreadPoolExecutor.submit
void thread_pool_executor_submit(futures::ThreadPoolExecutor& pool) {
  returns<futures::Future<int>>(pool.submit(twice, 1));
}

// probe: concurrent.futures.ThreadPoolExecutor.map
void thread_pool_executor_map(futures::ThreadPoolExecutor& pool, std::vector<int>& xs) {
  for (int result : pool.map(twice, xs)) returns<int>(result);
  for (int result : pool.map(sum, xs, xs)) returns<int>(result);
  for (int result : pool.map({.timeout = 1.5, .chunksize = 2}, sum, xs, xs)) returns<int>(result);
}

// probe: concurrent.futures.ThreadPoolExecutor.shutdown
void thread_pool_executor_shutdown(futures::ThreadPoolExecutor& pool) {
  pool.shutdown();
  pool.shutdown(true);
  pool.shutdown({.wait = true, .cancel_futures = true});
}

// probe: concurrent.futures.ProcessPoolExecutor
void process_pool_executor(const skein::multiprocessing::Context& context) {
  futures::ProcessPoolExecutor plain;
  futures::ProcessPoolExecutor positional(2, context, [](int) {}, std::tuple(1));
  futures::ProcessPoolExecutor keywords(
      {.max_workers = 2, .mp_context = context, .initializer = [] {}, .max_tasks_per_child = 3});
  futures::ProcessPoolExecutor with_arguments({.max_workers = 2}, [](int) {}, 1);
}

// probe: concurrent.futures.ProcessPoolExecutor.submit
void process_pool_executor_submit(futures::ProcessPoolExecutor& pool) {
  returns<futures::Future<int>>(pool.submit(twice, 1));
}

// probe: concurrent.futures.ProcessPoolExecutor.map
void process_pool_executor_map(futures::ProcessPoolExecutor& pool, std::vector<int>& xs) {
  for (int result : pool.map(twice, xs)) returns<int>(result);
  for (int result : pool.map(sum, xs, xs)) returns<int>(result);
  for (int result : pool.map({.timeout = 1.5, .chunksize = 2}, sum, xs, xs)) returns<int>(result);
}

// probe: concurrent.futures.ProcessPoolExecutor.shutdown
void process_pool_executor_shutdown(futures::ProcessPoolExecutor& pool) {
  pool.shutdown();
  pool.shutdown(true);
  pool.shutdown({.wait = true, .cancel_futures = true});
}

// probe: concurrent.futures.ProcessPoolExecutor.terminate_workers
void process_pool_executor_terminate_workers(futures::ProcessPoolExecutor& pool) { pool.terminate_workers(); }

// probe: concurrent.futures.ProcessPoolExecutor.kill_workers
void process_pool_executor_kill_workers(futures::ProcessPoolExecutor& pool) { pool.kill_workers(); }

// probe: concurrent.futures.process.BrokenProcessPool
void broken_process_pool() {
  static_assert(std::derived_from<futures::process::BrokenProcessPool, futures::BrokenExecutor>);
  try {
    throw futures::process::BrokenProcessPool("why");
  } catch (const futures::process::BrokenProcessPool& error) {
    returns<const char*>(error.what());
  }
}

// probe: concurrent.futures.as_completed
void as_completed(Ints& fs) {
  for (auto& done : futures::as_completed(fs)) returns<futures::Future<int>>(done);
  for (auto& done : futures::as_completed(fs, 0.5)) returns<futures::Future<int>>(done);
  for (auto& done : futures::as_completed(fs, {.timeout = 0.5})) returns<futures::Future<int>>(done);
}

// probe: concurrent.futures.wait
void wait(Ints& fs) {
  auto [done, not_done] = futures::wait(fs);
  returns<Ints>(done);
  returns<Ints>(not_done);
  static_cast<void>(futures::wait(fs, 0.5, futures::FIRST_COMPLETED));
  static_cast<void>(futures::wait(fs, {.timeout = 0.5, .return_when = futures::FIRST_EXCEPTION}));
}
