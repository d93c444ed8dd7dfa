// benchmarks/pool_peers.h - every pool of two threads under the same names.
//
// A pool of the benchmark has
//   post(f)     runs f once, in one of its threads
//   wait_all()  returns when all that was posted has been run; called once
// and, but for the floor, submit(f), which returns something that get() waits for.
#ifndef SKEIN_BENCHMARKS_POOL_PEERS_H_
#define SKEIN_BENCHMARKS_POOL_PEERS_H_

#include <pthread.h>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>
#include <time.h>

#include <array>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstring>
#include <future>
#include <memory>
#include <new>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <skein/futures.h>

#include "floors.h"

namespace bench::pools {

inline constexpr int kWorkers = 2;

inline void sleep_until(std::int64_t at_ns) {
  const timespec at{at_ns / 1'000'000'000, at_ns % 1'000'000'000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr) != 0) {
  }
}

template <class Handle>
auto get(Handle& handle) {
  if constexpr (requires { handle.result(); }) {
    return handle.result();
  } else {
    return handle.get();
  }
}

// A counter for each thread, for those that have no other way to wait for all.
class Counters {
 public:
  // In thread number `index`.
  void add(int index) {
    auto& mine = counts_[static_cast<std::size_t>(index)].value;
    mine.store(mine.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  std::int64_t sum() const {
    std::int64_t total = 0;
    for (const Count& each : counts_) total += each.value.load(std::memory_order_acquire);
    return total;
  }
  // Sleeps between two looks, so that the CPUs are the workers'.
  void wait_for(std::int64_t wanted) const {
    const timespec nap{0, 20'000};
    while (sum() < wanted) nanosleep(&nap, nullptr);
  }

 private:
  struct alignas(kCacheLine) Count {
    std::atomic<std::int64_t> value{0};
  };
  std::array<Count, kWorkers + 1> counts_{};
};

// What a worker is called in Counters: the warm-up gives the numbers.
inline thread_local int worker_index = 0;

// Two tasks that wait for each other, so that both workers are there. Each worker gets
// a number and its place: all workers are thread 1 of the placement, the submitter is
// thread 0. Returns the workers; fewer if they do not both come within a second.
template <class Pool>
std::vector<pthread_t> warm_up(Pool& pool, Placement placement) {
  struct Meeting {
    std::atomic<int> here{0};
    std::atomic<int> left{0};
    Placement placement{};
    std::array<pthread_t, kWorkers> threads{};
  } meeting;
  meeting.placement = placement;
  for (int i = 0; i < kWorkers; ++i) {
    pool.post([at = &meeting] {
      const int index = at->here.fetch_add(1);
      at->threads[static_cast<std::size_t>(index)] = pthread_self();
      worker_index = index;
      const std::int64_t limit = now_ns() + 1'000'000'000;
      while (at->here.load() < kWorkers && now_ns() < limit) sched_yield();
      pin(at->placement, 1);
      at->left.fetch_add(1);
    });
  }
  while (meeting.left.load() < kWorkers) sched_yield();
  return {meeting.threads.begin(), meeting.threads.end()};
}

// Runs body(pool) in a thread of its own, the submitter, beside a pool that is warm.
// The pool is made by a thread that is not pinned.
template <class Pool, class F>
Outcome beside(Placement placement, F body) {
  const auto pool = std::make_unique<Pool>();
  if constexpr (requires { pool->post([] {}); }) warm_up(*pool, placement);
  Outcome outcome;
  std::thread([&] {
    pin(placement, 0);
    outcome = body(*pool);
  }).join();
  return outcome;
}

// --- The floor: plain function pointers through a ring, two workers that spin and yield ---

struct Call {
  void (*function)(std::uint64_t) = nullptr;  // Null ends the worker.
  std::uint64_t argument = 0;
};

template <template <class> class Ring, std::size_t kRoom = 1024>
class Floor {
 public:
  Floor() {
    for (int i = 0; i < kWorkers; ++i) {
      workers_.emplace_back([this] {
        for (Call call = ring_.get(); call.function != nullptr; call = ring_.get()) call.function(call.argument);
      });
    }
  }
  ~Floor() { wait_all(); }
  Floor(const Floor&) = delete;
  Floor& operator=(const Floor&) = delete;

  // The callable travels by its bits.
  template <class F>
  void post(F f) {
    static_assert(sizeof(F) <= sizeof(std::uint64_t) && std::is_trivially_copyable_v<F>);
    Call call;
    if constexpr (!std::is_empty_v<F>) std::memcpy(&call.argument, &f, sizeof f);
    call.function = [](std::uint64_t bits) {
      auto* const there = reinterpret_cast<F*>(&bits);
      (*std::launder(there))();
    };
    ring_.put(call);
  }
  void wait_all() {
    if (workers_.empty()) return;
    for (int i = 0; i < kWorkers; ++i) ring_.put(Call{});
    for (std::thread& each : workers_) each.join();
    workers_.clear();
  }

 private:
  Ring<Call> ring_{kRoom};
  std::vector<std::thread> workers_;
};

template <class T>
using Ticket = floors::TicketRing<T, 0>;
template <class T>
using TicketPausing = floors::TicketRing<T, 16>;
using FloorRigtorp = Floor<floors::RigtorpRing>;
// submit() of an executor never waits for room: here there is some for each task.
using FloorRoomy = Floor<floors::RigtorpRing, std::size_t{1} << 20>;
using FloorTicket = Floor<Ticket>;
using FloorTicketPausing = Floor<TicketPausing>;

// --- skein ---

class Skein {
 public:
  template <class F>
  void post(F f) {
    executor_.submit(std::move(f));
  }
  template <class F>
  auto submit(F f) {
    return executor_.submit(std::move(f));
  }
  void wait_all() { executor_.shutdown(); }
  skein::futures::ThreadPoolExecutor& executor() { return executor_; }

 private:
  skein::futures::ThreadPoolExecutor executor_{kWorkers};
};

// --- Peers ---

// A callable that moves and keeps a promise. operator() is const, as oneTBB wants it.
template <class F>
class Promising {
 public:
  using Result = std::invoke_result_t<F&>;
  explicit Promising(F f) : function_(std::move(f)) {}
  std::future<Result> future() { return promise_.get_future(); }
  void operator()() const {
    if constexpr (std::is_void_v<Result>) {
      function_();
      promise_.set_value();
    } else {
      promise_.set_value(function_());
    }
  }

 private:
  mutable F function_;
  mutable std::promise<Result> promise_;
};

template <class F>
class Packaged {
 public:
  using Result = std::invoke_result_t<F&>;
  explicit Packaged(F f) : task_(std::move(f)) {}
  std::future<Result> future() { return task_.get_future(); }
  void operator()() const { task_(); }

 private:
  mutable std::packaged_task<Result()> task_;
};

template <template <class> class Wrapper>
class AsioWith {
 public:
  ~AsioWith() { pool_.join(); }
  template <class F>
  void post(F f) {
    boost::asio::post(pool_, std::move(f));
  }
  template <class F>
  auto submit(F f) {
    Wrapper<F> task(std::move(f));
    auto future = task.future();
    boost::asio::post(pool_, std::move(task));
    return future;
  }
  void wait_all() { pool_.join(); }

 private:
  boost::asio::thread_pool pool_{kWorkers};
};
using Asio = AsioWith<Promising>;
using AsioPackaged = AsioWith<Packaged>;

// oneTBB has as many workers as CPUs but one; this makes it two and the submitter.
inline void let_tbb_have_three_threads() {
  static const tbb::global_control control(tbb::global_control::max_allowed_parallelism, kWorkers + 1);
}

// Its way in turn: whom it wakes takes tasks in the order of their coming.
template <template <class> class Wrapper>
class TbbEnqueueWith {
 public:
  TbbEnqueueWith() {
    let_tbb_have_three_threads();
    arena_.initialize();
  }
  ~TbbEnqueueWith() { wait_all(); }
  TbbEnqueueWith(const TbbEnqueueWith&) = delete;
  TbbEnqueueWith& operator=(const TbbEnqueueWith&) = delete;
  template <class F>
  void post(F f) {
    ++posted_;
    arena_.enqueue([this, f] {
      f();
      counters_.add(tbb::this_task_arena::current_thread_index());
    });
  }
  template <class F>
  auto submit(F f) {
    Wrapper<F> task(std::move(f));
    auto future = task.future();
    arena_.enqueue(std::move(task));
    return future;
  }
  void wait_all() { counters_.wait_for(posted_); }

 private:
  tbb::task_arena arena_{kWorkers, 0};
  std::int64_t posted_ = 0;
  Counters counters_;
};
using TbbEnqueue = TbbEnqueueWith<Promising>;
using TbbEnqueuePackaged = TbbEnqueueWith<Packaged>;

// Its way by stacks: the newest task first, and who waits helps.
class TbbGroup {
 public:
  TbbGroup() {
    let_tbb_have_three_threads();
    arena_.initialize();
  }
  // For the warm-up; whoever calls this does not help.
  template <class F>
  void post(F f) {
    arena_.execute([&] { group_.run(std::move(f)); });
  }
  // All of the measured work happens inside of this.
  template <class F>
  void inside(F f) {
    arena_.execute([&] { f(group_); });
  }

 private:
  tbb::task_arena arena_{kWorkers + 1, 1};
  tbb::task_group group_;
};

// A thread for each task, or whatever else the library has in mind.
class StdAsync {
 public:
  template <class F>
  auto submit(F f) {
    return std::async(std::launch::async, std::move(f));
  }
};

}  // namespace bench::pools

#endif  // SKEIN_BENCHMARKS_POOL_PEERS_H_
