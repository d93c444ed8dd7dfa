// benchmarks/loop_asio.cc - family 4 in Boost.Asio: awaitables on an io_context of one thread.
//
// With the concurrency hint 1, and with the context's own executor in place of the
// type-erased one: both are cheaper.
#include <utility>  // Boost 1.74's awaitable.hpp uses it and does not say so.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/defer.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <vector>

#include "loop_peers.h"

namespace bench::loops {
namespace {

namespace asio = boost::asio;

using Executor = asio::io_context::executor_type;
using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>;
template <class T = void>
using Awaitable = asio::awaitable<T, Executor>;
constexpr asio::use_awaitable_t<Executor> kAwait;

template <class F>
Outcome in_context(const Rep& rep, F function) {
  pin(rep.placement, 0);
  asio::io_context context(1);
  Outcome outcome;
  asio::co_spawn(context, function(rep), [&outcome](const std::exception_ptr& error, Outcome result) {
    check(!error);
    outcome = std::move(result);
  });
  context.run();
  return outcome;
}

template <Again kAgain>
Awaitable<> yields(Turns& turns, int index, std::int64_t times) {
  const Executor executor = co_await asio::this_coro::executor;
  std::int64_t i = 0;
  for (; i < times; ++i) {
    if constexpr (kAgain == Again::kPost) {
      co_await asio::post(executor, kAwait);
    } else {
      co_await asio::defer(executor, kAwait);
    }
  }
  turns.end(index, i);
}

Awaitable<int> one() { co_return 1; }

Awaitable<Outcome> create_all(Rep rep) {
  const Executor executor = co_await asio::this_coro::executor;
  std::int64_t sum = 0;
  const std::int64_t began = now_ns();
  for (std::int64_t i = 0; i < rep.ops; ++i) sum += co_await asio::co_spawn(executor, one(), kAwait);
  const std::int64_t ended = now_ns();
  check(sum == rep.ops);
  co_return Outcome{each(ended - began, rep.ops)};
}

Awaitable<Outcome> await_all(Rep rep) {
  std::int64_t sum = 0;
  const std::int64_t began = now_ns();
  for (std::int64_t i = 0; i < rep.ops; ++i) sum += co_await one();
  const std::int64_t ended = now_ns();
  check(sum == rep.ops);
  co_return Outcome{each(ended - began, rep.ops)};
}

using InPool = asio::awaitable<int, asio::thread_pool::executor_type>;

Awaitable<Outcome> to_thread_all(Rep rep) {
  asio::thread_pool pool(1);
  const auto place = [](Placement placement) -> InPool {
    pin(placement, 1);
    co_return 1;
  };
  const auto one_there = []() -> InPool { co_return 1; };
  std::int64_t sum = co_await asio::co_spawn(pool, place(rep.placement), kAwait);
  const std::int64_t began = now_ns();
  for (std::int64_t i = 0; i < rep.ops; ++i) sum += co_await asio::co_spawn(pool, one_there(), kAwait);
  const std::int64_t ended = now_ns();
  check(sum == rep.ops + 1);
  pool.join();
  co_return Outcome{each(ended - began, rep.ops)};
}

// Until somebody cancels the timer, which is Asio's way to wait for an event.
Awaitable<> suspended(Timer& until, std::int64_t& resumed) {
  boost::system::error_code cancelled;
  co_await until.async_wait(asio::redirect_error(kAwait, cancelled));
  if (cancelled) ++resumed;
}

}  // namespace

template <Again kAgain>
Outcome asio_yield(const Rep& rep, int tasks) {
  pin(rep.placement, 0);
  asio::io_context context(1);
  Turns turns;
  for (int i = 0; i < tasks; ++i) asio::co_spawn(context, yields<kAgain>(turns, i, rep.ops / tasks), asio::detached);
  const std::int64_t began = now_ns();
  context.run();
  const std::int64_t ended = now_ns();
  check(turns.done == rep.ops);
  return {each(ended - began, rep.ops)};
}
template Outcome asio_yield<Again::kPost>(const Rep& rep, int tasks);
template Outcome asio_yield<Again::kDefer>(const Rep& rep, int tasks);

Outcome asio_create(const Rep& rep) { return in_context(rep, create_all); }

Outcome asio_await(const Rep& rep) { return in_context(rep, await_all); }

Outcome asio_timers(const Rep& rep) {
  pin(rep.placement, 0);
  asio::io_context context(1);
  Fired fired{rep.ops};
  std::vector<Timer> timers;
  const std::int64_t cpu = thread_cpu_ns();
  timers.reserve(static_cast<std::size_t>(rep.ops));
  const Clock::time_point began = Clock::now();
  for (std::int64_t i = 0; i < rep.ops; ++i) {
    const std::chrono::nanoseconds after(static_cast<std::int64_t>(due(i, rep.ops) * 1e9));
    timers.emplace_back(context.get_executor(), began + after);
    timers.back().async_wait([&fired, i](const boost::system::error_code& error) {
      check(!error);
      fired.one(i);
    });
  }
  context.run();
  const std::int64_t used = thread_cpu_ns() - cpu;
  fired.check_all(rep.ops);
  return {each(used, rep.ops)};
}

Outcome asio_to_thread(const Rep& rep) { return in_context(rep, to_thread_all); }

Outcome asio_bytes(const Rep& rep) {
  asio::io_context context(1);
  Timer until(context.get_executor(), Clock::time_point::max());
  std::int64_t resumed = 0;
  std::int64_t after = 0;
  const std::int64_t before = heap_bytes();
  for (std::int64_t i = 0; i < rep.ops; ++i) asio::co_spawn(context, suspended(until, resumed), asio::detached);
  // Behind the first steps of all.
  asio::post(context, [&] {
    asio::post(context, [&] {
      after = heap_bytes();
      check(until.cancel() == static_cast<std::size_t>(rep.ops));
    });
  });
  context.run();
  check(resumed == rep.ops);
  return {each(after - before, rep.ops)};
}

}  // namespace bench::loops
