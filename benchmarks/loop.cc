// benchmarks/loop.cc - family 4: coroutines and the event loop, in one thread.
//
// Floors are the least code that does it with coroutines of a fixed shape: no task object, no context, no
// cancellation. Frames of the floors come from a free list, as skein's do.
#include <skein/asyncio.h>
#include <skein/futures.h>

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <coroutine>
#include <cstdlib>
#include <queue>
#include <thread>
#include <vector>

#include "floors.h"
#include "harness.h"
#include "loop_peers.h"

namespace bench {
namespace {

namespace asyncio = skein::asyncio;

using loops::Again;
using loops::due;
using loops::Fired;
using loops::heap_bytes;
using loops::Turns;

// ---- bare coroutines ----

struct Frames {
  static constexpr std::size_t kSize = 256;
  static void* take(std::size_t size) {
    if (size > kSize || free == nullptr) return std::malloc(std::max(size, kSize));
    void* const frame = free;
    free = *static_cast<void**>(frame);
    return frame;
  }
  static void give(void* frame, std::size_t size) {
    if (size > kSize) {
      std::free(frame);
      return;
    }
    *static_cast<void**>(frame) = free;
    free = frame;
  }
  static inline void* free = nullptr;
};

// A coroutine that gives an int to whoever awaits it.
struct Bare {
  struct promise_type {
    static void* operator new(std::size_t size) { return Frames::take(size); }
    static void operator delete(void* frame, std::size_t size) { Frames::give(frame, size); }
    Bare get_return_object() { return Bare{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct Final {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> ended) noexcept {
        const auto next = ended.promise().parent;
        return next ? next : std::noop_coroutine();
      }
      void await_resume() noexcept {}
    };
    Final final_suspend() noexcept { return {}; }
    void return_value(int result) { value = result; }
    void unhandled_exception() { std::abort(); }
    std::coroutine_handle<> parent;
    int value = 0;
  };
  struct Awaiter {
    std::coroutine_handle<promise_type> child;
    bool await_ready() { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> parent) {
      child.promise().parent = parent;
      return child;
    }
    int await_resume() {
      const int result = child.promise().value;
      child.destroy();
      return result;
    }
  };
  Awaiter operator co_await() const { return {handle}; }
  std::coroutine_handle<promise_type> handle;
};

// A ring of those that are ready.
class Ring {
 public:
  explicit Ring(std::size_t room) : slots_(room) {}
  void push(std::coroutine_handle<> handle) {
    slots_[end_] = handle;
    if (++end_ == slots_.size()) end_ = 0;
  }
  bool empty() const { return begin_ == end_; }
  std::coroutine_handle<> pop() {
    const auto handle = slots_[begin_];
    if (++begin_ == slots_.size()) begin_ = 0;
    return handle;
  }

 private:
  std::vector<std::coroutine_handle<>> slots_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};
struct Yield {
  Ring& ring;
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> handle) { ring.push(handle); }
  void await_resume() {}
};
Bare yield_often(Ring& ring, Turns& turns, int index, std::int64_t times) {
  std::int64_t i = 0;
  for (; i < times; ++i) co_await Yield{ring};
  turns.end(index, i);
  co_return 0;
}
Bare one() { co_return 1; }

template <int Tasks>
Outcome yield_floor(const Rep& rep) {
  pin(rep.placement, 0);
  Ring ring(Tasks + 1);
  Turns turns;
  std::vector<Bare> all;
  all.reserve(Tasks);
  for (int i = 0; i < Tasks; ++i) all.push_back(yield_often(ring, turns, i, rep.ops / Tasks));
  const std::int64_t began = now_ns();
  for (const Bare& task : all) ring.push(task.handle);
  while (!ring.empty()) ring.pop().resume();
  const std::int64_t ended = now_ns();
  check(turns.done == rep.ops);
  for (const Bare& task : all) task.handle.destroy();
  return {each(ended - began, rep.ops)};
}

Outcome create_floor(const Rep& rep) {
  pin(rep.placement, 0);
  Ring ring(4);
  std::int64_t sum = 0;
  const std::int64_t began = now_ns();
  for (std::int64_t i = 0; i < rep.ops; ++i) {
    const Bare task = one();
    ring.push(task.handle);
    ring.pop().resume();
    sum += task.handle.promise().value;
    task.handle.destroy();
  }
  const std::int64_t ended = now_ns();
  check(sum == rep.ops);
  return {each(ended - began, rep.ops)};
}

Bare await_often(std::int64_t times) {
  int sum = 0;
  for (std::int64_t i = 0; i < times; ++i) sum += co_await one();
  co_return sum;
}
Outcome await_floor(const Rep& rep) {
  pin(rep.placement, 0);
  const Bare root = await_often(rep.ops);
  const std::int64_t began = now_ns();
  root.handle.resume();
  const std::int64_t ended = now_ns();
  check(root.handle.promise().value == rep.ops);
  root.handle.destroy();
  return {each(ended - began, rep.ops)};
}

// ---- the same in skein ----

template <class F, class... Args>
Outcome in_loop(const Rep& rep, F function, Args... args) {
  pin(rep.placement, 0);
  return asyncio::run(function, rep, args...);
}

asyncio::Coroutine<> yields(Turns& turns, int index, std::int64_t times) {
  std::int64_t i = 0;
  for (; i < times; ++i) co_await asyncio::sleep(0);
  turns.end(index, i);
}
asyncio::Coroutine<Outcome> yield_all(Rep rep, int tasks) {
  Turns turns;
  std::vector<asyncio::Task<void>> all;
  all.reserve(static_cast<std::size_t>(tasks));
  for (int i = 0; i < tasks; ++i) all.push_back(asyncio::create_task(yields(turns, i, rep.ops / tasks)));
  const std::int64_t began = now_ns();
  for (const auto& task : all) co_await task;
  const std::int64_t ended = now_ns();
  check(turns.done == rep.ops);
  co_return Outcome{each(ended - began, rep.ops)};
}
template <int Tasks>
Outcome yield_skein(const Rep& rep) {
  return in_loop(rep, yield_all, Tasks);
}

asyncio::Coroutine<int> one_skein() { co_return 1; }
asyncio::Coroutine<Outcome> create_all(Rep rep) {
  std::int64_t sum = 0;
  const std::int64_t began = now_ns();
  for (std::int64_t i = 0; i < rep.ops; ++i) sum += co_await asyncio::create_task(one_skein());
  const std::int64_t ended = now_ns();
  check(sum == rep.ops);
  co_return Outcome{each(ended - began, rep.ops)};
}
asyncio::Coroutine<Outcome> await_all(Rep rep) {
  std::int64_t sum = 0;
  const std::int64_t began = now_ns();
  for (std::int64_t i = 0; i < rep.ops; ++i) sum += co_await one_skein();
  const std::int64_t ended = now_ns();
  check(sum == rep.ops);
  co_return Outcome{each(ended - began, rep.ops)};
}

// ---- 4d: timers; the CPU's time for each ----

Outcome timers_floor(const Rep& rep) {
  pin(rep.placement, 0);
  struct Entry {
    std::int64_t when;
    std::int64_t handle;
    bool operator<(const Entry& other) const { return when > other.when; }
  };
  const std::int64_t cpu = thread_cpu_ns();
  std::priority_queue<Entry> heap;
  const std::int64_t began = now_ns();
  for (std::int64_t i = 0; i < rep.ops; ++i) heap.push({began + static_cast<std::int64_t>(due(i, rep.ops) * 1e9), i});
  Fired fired{rep.ops};
  while (!heap.empty()) {
    const std::int64_t now = now_ns();
    if (heap.top().when > now) {
      const std::int64_t at = heap.top().when;
      const timespec until{at / 1'000'000'000, at % 1'000'000'000};
      clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
      continue;
    }
    fired.one(heap.top().handle);
    heap.pop();
  }
  const std::int64_t used = thread_cpu_ns() - cpu;
  fired.check_all(rep.ops);
  return {each(used, rep.ops)};
}
asyncio::Coroutine<Outcome> timers_all(Rep rep) {
  auto loop = asyncio::get_running_loop();
  struct : Fired {
    asyncio::Future<void> done;
  } fired{{rep.ops}, loop.create_future<void>()};
  const std::int64_t cpu = thread_cpu_ns();
  for (std::int64_t i = 0; i < rep.ops; ++i) {
    loop.call_later(due(i, rep.ops), [&fired, i] {
      if (fired.one(i)) fired.done.set_result();
    });
  }
  co_await fired.done;
  const std::int64_t used = thread_cpu_ns() - cpu;
  fired.check_all(rep.ops);
  co_return Outcome{each(used, rep.ops)};
}

// ---- 4e: to a thread and back ----

Outcome to_thread_floor(const Rep& rep) {
  std::atomic<std::int64_t> turn{0};
  std::thread other([&] {
    pin(rep.placement, 1);
    for (std::int64_t i = 0; i < rep.ops; ++i) {
      while (turn.load() != 2 * i + 1) pause();
      turn.store(2 * i + 2);
    }
  });
  pin(rep.placement, 0);
  const std::int64_t began = now_ns();
  for (std::int64_t i = 0; i < rep.ops; ++i) {
    turn.store(2 * i + 1);
    while (turn.load() != 2 * i + 2) pause();
  }
  const std::int64_t ended = now_ns();
  other.join();
  return {each(ended - began, rep.ops)};
}
asyncio::Coroutine<Outcome> to_thread_all(Rep rep) {
  auto loop = asyncio::get_running_loop();
  skein::futures::ThreadPoolExecutor executor(1);
  const auto place = [where = rep.placement] {
    pin(where, 1);
    return 1;
  };
  std::int64_t sum = co_await loop.run_in_executor(executor, place);
  const std::int64_t began = now_ns();
  for (std::int64_t i = 0; i < rep.ops; ++i) sum += co_await loop.run_in_executor(executor, [] { return 1; });
  const std::int64_t ended = now_ns();
  check(sum == rep.ops + 1);
  co_return Outcome{each(ended - began, rep.ops)};
}

// ---- 4f: bytes a task that is suspended ----

Outcome bytes_floor(const Rep& rep) {
  Ring ring(static_cast<std::size_t>(rep.ops) + 1);
  while (Frames::free != nullptr) std::free(Frames::take(Frames::kSize));
  struct Plain {
    struct promise_type {
      Plain get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
      std::suspend_always initial_suspend() noexcept { return {}; }
      std::suspend_always final_suspend() noexcept { return {}; }
      void return_void() {}
      void unhandled_exception() { std::abort(); }
    };
    std::coroutine_handle<promise_type> handle;
  };
  std::vector<Plain> all;
  all.reserve(static_cast<std::size_t>(rep.ops));
  const auto suspended = [](Ring& queue, int argument) -> Plain {
    co_await Yield{queue};
    keep(argument);
  };
  const std::int64_t before = heap_bytes();
  for (std::int64_t i = 0; i < rep.ops; ++i) {
    all.push_back(suspended(ring, static_cast<int>(i)));
    all.back().handle.resume();
  }
  const std::int64_t after = heap_bytes();
  while (!ring.empty()) ring.pop().resume();
  for (const Plain& task : all) {
    check(task.handle.done());
    task.handle.destroy();
  }
  return {each(after - before, rep.ops)};
}
asyncio::Coroutine<Outcome> bytes_all(Rep rep) {
  auto go = asyncio::get_running_loop().create_future<void>();
  const auto suspended = [](asyncio::Future<void> until) -> asyncio::Coroutine<> { co_await until; };
  std::vector<asyncio::Task<void>> all;
  all.reserve(static_cast<std::size_t>(rep.ops));
  const std::int64_t before = heap_bytes();
  for (std::int64_t i = 0; i < rep.ops; ++i) all.push_back(asyncio::create_task(suspended(go)));
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  const std::int64_t after = heap_bytes();
  for (const auto& task : all) check(!task.done());
  go.set_result();
  for (const auto& task : all) co_await task;
  co_return Outcome{each(after - before, rep.ops)};
}

Workload& add_row(Suite& suite, std::string name, std::int64_t ops, std::vector<Placement> where) {
  suite.push_back({4, std::move(name), std::move(where), ops, 0.5});
  return suite.back();
}

// libuv's callbacks are no coroutines, and so no peer by the name that they have here.
template <int Tasks>
void add_yield(Suite& suite, std::string name) {
  Workload& row = add_row(suite, std::move(name), 10'000'000, {kOneCore});
  row.unit = Tasks;
  row.add("floor", yield_floor<Tasks>)
      .add("skein", yield_skein<Tasks>)
      .add("Asio", [](const Rep& rep) { return loops::asio_yield<Again::kPost>(rep, Tasks); })
      .add("Asio", [](const Rep& rep) { return loops::asio_yield<Again::kDefer>(rep, Tasks); })
      .add("libuv (callbacks)", [](const Rep& rep) { return loops::uv_yield(rep, Tasks); });
}

}  // namespace

std::int64_t loops::heap_bytes() {
  const struct mallinfo2 info = mallinfo2();
  return static_cast<std::int64_t>(info.uordblks + info.hblkhd);
}

void add_loop(Suite& suite) {
  add_yield<1>(suite, "4a yield, 1 task");
  add_yield<100>(suite, "4a yield, 100 tasks");
  add_yield<10'000>(suite, "4a yield, 10 000 tasks");
  add_row(suite, "4b create task + await it", 5'000'000, {kOneCore})
      .add("floor", create_floor)
      .add("skein", [](const Rep& rep) { return in_loop(rep, create_all); })
      .add("Asio", loops::asio_create);
  add_row(suite, "4c await a plain child", 20'000'000, {kOneCore})
      .add("floor", await_floor)
      .add("skein", [](const Rep& rep) { return in_loop(rep, await_all); })
      .add("Asio", loops::asio_await);
  for (const std::int64_t count : {100'000, 1'000'000}) {
    Workload& timers = add_row(
        suite, count == 100'000 ? "4d 1e5 timers, CPU per timer" : "4d 1e6 timers, CPU per timer", count, {kOneCore});
    timers.fixed_ops = true;
    timers.quick_ops = count;
    timers.add("floor", timers_floor)
        .add("skein", [](const Rep& rep) { return in_loop(rep, timers_all); })
        .add("Asio", loops::asio_timers)
        .add("libuv", loops::uv_timers);
  }
  add_row(suite, "4e to_thread round trip", 200'000, {kTwoCores, kFree})
      .add("floor", to_thread_floor)
      .add("skein", [](const Rep& rep) { return in_loop(rep, to_thread_all); })
      .add("Asio", loops::asio_to_thread)
      .add("libuv", loops::uv_to_thread);
  Workload& bytes = add_row(suite, "4f bytes per suspended task", 100'000, {kFree});
  bytes.fixed_ops = true;
  bytes.quick_ops = 100'000;
  bytes.add("floor", bytes_floor)
      .add("skein", [](const Rep& rep) { return in_loop(rep, bytes_all); })
      .add("Asio", loops::asio_bytes);
}

}  // namespace bench
