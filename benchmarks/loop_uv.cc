// benchmarks/loop_uv.cc - family 4 in libuv: handles and callbacks.
#include <uv.h>

#include <cmath>
#include <cstdlib>
#include <vector>

#include "loop_peers.h"

namespace bench::loops {
namespace {

// A loop whose handles are the caller's.
class Loop {
 public:
  Loop() { check(uv_loop_init(&loop_) == 0); }
  ~Loop() {
    uv_walk(&loop_, [](uv_handle_t* handle, void*) { uv_close(handle, nullptr); }, nullptr);
    run();
    check(uv_loop_close(&loop_) == 0);
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void run() { check(uv_run(&loop_, UV_RUN_DEFAULT) == 0); }
  uv_loop_t* get() { return &loop_; }

 private:
  uv_loop_t loop_{};
};

// An idle handle is called once in each round.
struct Yielder {
  uv_idle_t idle{};
  Turns* turns = nullptr;
  int index = 0;
  std::int64_t times = 0;
  std::int64_t done = 0;

  static void step(uv_idle_t* handle) {
    auto& self = *static_cast<Yielder*>(handle->data);
    if (++self.done < self.times) return;
    uv_idle_stop(handle);
    self.turns->end(self.index, self.done);
  }
};

struct Timers {
  std::vector<uv_timer_t> all;
  Fired fired;

  static void fire(uv_timer_t* handle) {
    auto& self = *static_cast<Timers*>(handle->data);
    self.fired.one(handle - self.all.data());
  }
};

struct Trips {
  Placement placement;
  std::int64_t ops;
  std::int64_t made = -1;  // The first one places the worker, and is not counted.
  std::int64_t sum = 0;
  std::int64_t began = 0;
  std::int64_t ended = 0;
  int result = 0;
  uv_work_t work{};

  void go(uv_loop_t* loop) {
    work.data = this;
    check(uv_queue_work(loop, &work, made < 0 ? place : there, back) == 0);
  }
  static void place(uv_work_t* work) {
    auto& self = *static_cast<Trips*>(work->data);
    pin(self.placement, 1);
    self.result = 0;
  }
  static void there(uv_work_t* work) { static_cast<Trips*>(work->data)->result = 1; }
  static void back(uv_work_t* work, int status) {
    auto& self = *static_cast<Trips*>(work->data);
    check(status == 0);
    self.sum += self.result;
    if (++self.made == 0) self.began = now_ns();
    if (self.made < self.ops) {
      self.go(work->loop);
    } else {
      self.ended = now_ns();
    }
  }
};

}  // namespace

Outcome uv_yield(const Rep& rep, int tasks) {
  pin(rep.placement, 0);
  Turns turns;
  std::vector<Yielder> all(static_cast<std::size_t>(tasks));
  Loop loop;
  for (int i = tasks - 1; i >= 0; --i) {  // What is started last is called first.
    Yielder& one = all[static_cast<std::size_t>(i)];
    one.turns = &turns;
    one.index = i;
    one.times = rep.ops / tasks;
    one.idle.data = &one;
    uv_idle_init(loop.get(), &one.idle);
    uv_idle_start(&one.idle, Yielder::step);
  }
  const std::int64_t began = now_ns();
  loop.run();
  const std::int64_t ended = now_ns();
  check(turns.done == rep.ops);
  return {each(ended - began, rep.ops)};
}

Outcome uv_timers(const Rep& rep) {
  pin(rep.placement, 0);
  Timers timers{{}, {rep.ops}};
  Loop loop;
  const std::int64_t cpu = thread_cpu_ns();
  timers.all.resize(static_cast<std::size_t>(rep.ops));
  for (std::int64_t i = 0; i < rep.ops; ++i) {
    uv_timer_t& one = timers.all[static_cast<std::size_t>(i)];
    one.data = &timers;
    uv_timer_init(loop.get(), &one);
    uv_timer_start(&one, Timers::fire, static_cast<std::uint64_t>(std::ceil(due(i, rep.ops) * 1e3)), 0);
  }
  loop.run();
  const std::int64_t used = thread_cpu_ns() - cpu;
  timers.fired.check_all(rep.ops);
  return {each(used, rep.ops)};
}

Outcome uv_to_thread(const Rep& rep) {
  // The pool is the process's: one thread, as in the executors of the others.
  static const int one_worker = setenv("UV_THREADPOOL_SIZE", "1", 1);
  check(one_worker == 0);
  pin(rep.placement, 0);
  Loop loop;
  Trips trips{rep.placement, rep.ops};
  trips.go(loop.get());
  loop.run();
  check(trips.sum == rep.ops);
  return {each(trips.ended - trips.began, rep.ops)};
}

}  // namespace bench::loops
