// Calls every name of Python's multiprocessing.pool with Python's signature.
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>

#include <exception>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "probe.h"

namespace multiprocessing = skein::multiprocessing;

namespace {
using multiprocessing::pool::AsyncResult;
using Ints = std::vector<int>;
using Pairs = std::vector<std::pair<int, int>>;
using skein::None;
int twice(int x) { return 2 * x; }
int sum(int x, int y) { return x + y; }
}  // namespace

// probe: multiprocessing.pool.AsyncResult.get
void result_get(const AsyncResult<int>& result) {
  returns<int>(result.get());
  returns<int>(result.get(0.5));
  returns<int>(result.get({.timeout = 0.5}));
}

// probe: multiprocessing.pool.AsyncResult.ready
void result_ready(const AsyncResult<int>& result) { returns<bool>(result.ready()); }

// probe: multiprocessing.pool.AsyncResult.successful
void result_successful(const AsyncResult<int>& result) { returns<bool>(result.successful()); }

// probe: multiprocessing.pool.AsyncResult.wait
void result_wait(const AsyncResult<int>& result) {
  result.wait();
  result.wait(0.5);
  result.wait({.timeout = 0.5});
}

// probe: multiprocessing.pool.Pool
void pool(void (*initializer)(int), const multiprocessing::Context& context) {
  multiprocessing::pool::Pool plain;
  multiprocessing::pool::Pool positional(4, initializer, std::tuple(1), 10, context);
  multiprocessing::pool::Pool keywords({.processes = 4, .maxtasksperchild = 10, .context = context}, initializer, 1);
}

// probe: multiprocessing.pool.{Pool,ThreadPool}.apply
void pool_apply(multiprocessing::pool::Pool& pool, int (*nothing)()) {
  returns<int>(pool.apply(nothing));
  returns<int>(pool.apply(sum, 1, 2));
}

// probe: multiprocessing.pool.{Pool,ThreadPool}.apply_async
void pool_apply_async(multiprocessing::pool::Pool& pool, int (*nothing)()) {
  returns<AsyncResult<int>>(pool.apply_async(nothing));
  returns<AsyncResult<int>>(pool.apply_async(sum, 1, 2));
  returns<AsyncResult<int>>(
      pool.apply_async({.callback = [](int) {}, .error_callback = [](const std::exception_ptr&) {}}, sum, 1, 2));
}

// probe: multiprocessing.pool.{Pool,ThreadPool}.close
void pool_close(multiprocessing::pool::Pool& pool) { pool.close(); }

// probe: multiprocessing.pool.{Pool,ThreadPool}.imap
void pool_imap(multiprocessing::pool::Pool& pool, const Ints& numbers) {
  returns<multiprocessing::pool::IMapIterator<int>>(pool.imap(twice, numbers));
  returns<multiprocessing::pool::IMapIterator<int>>(pool.imap(twice, numbers, 4));
  returns<multiprocessing::pool::IMapIterator<int>>(pool.imap({.chunksize = 4}, twice, numbers));
}

// probe: multiprocessing.pool.{Pool,ThreadPool}.imap_unordered
void pool_imap_unordered(multiprocessing::pool::Pool& pool, const Ints& numbers) {
  returns<multiprocessing::pool::IMapUnorderedIterator<int>>(pool.imap_unordered(twice, numbers));
  returns<multiprocessing::pool::IMapUnorderedIterator<int>>(pool.imap_unordered(twice, numbers, 4));
  returns<multiprocessing::pool::IMapUnorderedIterator<int>>(pool.imap_unordered({.chunksize = 4}, twice, numbers));
}

// probe: multiprocessing.pool.{Pool,ThreadPool}.join
void pool_join(multiprocessing::pool::Pool& pool) { pool.join(); }

// probe: multiprocessing.pool.{Pool,ThreadPool}.map
void pool_map(multiprocessing::pool::Pool& pool, const Ints& numbers) {
  returns<Ints>(pool.map(twice, numbers));
  returns<Ints>(pool.map(twice, numbers, 4));
  returns<Ints>(pool.map({.chunksize = 4}, twice, numbers));
}

// probe: multiprocessing.pool.{Pool,ThreadPool}.map_async
void pool_map_async(multiprocessing::pool::Pool& pool, const Ints& numbers) {
  const auto callback = [](const Ints&) {};
  const auto error_callback = [](const std::exception_ptr&) {};
  returns<AsyncResult<Ints>>(pool.map_async(twice, numbers));
  returns<AsyncResult<Ints>>(pool.map_async(twice, numbers, 4, callback, error_callback));
  returns<AsyncResult<Ints>>(
      pool.map_async({.chunksize = 4, .callback = callback, .error_callback = error_callback}, twice, numbers));
}

// probe: multiprocessing.pool.{Pool,ThreadPool}.starmap
void pool_starmap(multiprocessing::pool::Pool& pool, const Pairs& pairs) {
  returns<Ints>(pool.starmap(sum, pairs));
  returns<Ints>(pool.starmap(sum, pairs, 4));
  returns<Ints>(pool.starmap({.chunksize = 4}, sum, pairs));
}

// probe: multiprocessing.pool.{Pool,ThreadPool}.starmap_async
void pool_starmap_async(multiprocessing::pool::Pool& pool, const Pairs& pairs) {
  const auto callback = [](const Ints&) {};
  const auto error_callback = [](const std::exception_ptr&) {};
  returns<AsyncResult<Ints>>(pool.starmap_async(sum, pairs));
  returns<AsyncResult<Ints>>(pool.starmap_async(sum, pairs, 4, callback, error_callback));
  returns<AsyncResult<Ints>>(
      pool.starmap_async({.chunksize = 4, .callback = callback, .error_callback = error_callback}, sum, pairs));
}

// probe: multiprocessing.pool.{Pool,ThreadPool}.terminate
void pool_terminate(multiprocessing::pool::Pool& pool) { pool.terminate(); }

// probe: multiprocessing.pool.ThreadPool
void thread_pool(void (*initializer)(int)) {
  multiprocessing::pool::ThreadPool plain;
  multiprocessing::pool::ThreadPool positional(4, initializer, std::tuple(1));
  multiprocessing::pool::ThreadPool keywords({.processes = 4, .initializer = [] {}});
}
