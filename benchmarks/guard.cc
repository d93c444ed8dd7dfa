// benchmarks/guard.cc - what waiting costs others: CPU time and neighbours.
//
// A waiter that spins trades CPU time for latency. These rows watch the trade:
// an idle getter, a getter at a steady rate of arrivals, and a stranger who needs
// the CPU that the getter waits on. "ns per op" means here
//   idle queue getter CPU in 10 s     CPU time of the getter's thread in 10 s
//   CPU per hand-off at RATE          CPU time of the getter's thread, and of the
//                                     putter inside put(), for one item
//   neighbour slowdown, ...           wall time for one unit of the neighbour's work
#include <sys/prctl.h>
#include <time.h>

#include <algorithm>
#include <memory>

#include "harness.h"
#include "queue_peers.h"

namespace bench {
namespace {

using Int = std::int64_t;
constexpr std::size_t kCapacity = 1024;
constexpr Int kStop = -1;

void sleep_until(std::int64_t at_ns) {
  const timespec at{at_ns / 1'000'000'000, at_ns % 1'000'000'000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr) != 0) {
  }
}

struct Steady {
  std::int64_t cpu_ns = 0;
  std::vector<std::int64_t> latencies{};
};

// `ops` items at `rate` a second, then kStop. Two threads: the putter is number
// 0 of the placement, the getter number 1.
template <class Q>
Steady arrivals(Placement placement, std::int64_t ops, std::int64_t rate, const std::atomic<bool>* stop = nullptr) {
  const auto queue = std::make_unique<Q>(kCapacity);
  Steady result;
  std::int64_t put_cpu = 0;
  result.latencies.reserve(static_cast<std::size_t>(ops));
  run_threads(placement, 2, [&](int index) {
    if (index == 1) {
      auto getter = queue->getter();
      const std::int64_t before = thread_cpu_ns();
      for (Int put_at = getter.get(); put_at != kStop; put_at = getter.get()) {
        result.latencies.push_back(now_ns() - put_at);
      }
      result.cpu_ns = thread_cpu_ns() - before;
      return;
    }
    prctl(PR_SET_TIMERSLACK, 1UL);  // wake up when asked, not 50 us later
    auto putter = queue->putter();
    std::int64_t next = now_ns();
    for (std::int64_t i = 0; i < ops && (stop == nullptr || !stop->load()); ++i) {
      next += 1'000'000'000 / rate;
      sleep_until(next);
      const std::int64_t before = thread_cpu_ns();
      putter.put(now_ns());
      put_cpu += thread_cpu_ns() - before;
    }
    putter.put(kStop);
  });
  result.cpu_ns += put_cpu;
  return result;
}

template <class Q, int kRate>
Outcome cpu_per_hand_off(const Rep& rep) {
  Steady steady = arrivals<Q>(rep.placement, rep.ops, kRate);
  return {static_cast<double>(steady.cpu_ns) / static_cast<double>(rep.ops), std::move(steady.latencies)};
}

// A getter that has just had good reasons to spin, and then waits for nothing.
template <class Q>
Outcome idle_getter(const Rep& rep) {
  const auto queue = std::make_unique<Q>(kCapacity);
  // Five repetitions of 2 s make the 10 s.
  const std::int64_t window = rep.quick ? 500'000'000 : 2'000'000'000;
  constexpr std::int64_t kWarm = 10'000;
  std::atomic<std::int64_t> got{0};
  std::int64_t used = 0;
  run_threads(rep.placement, 2, [&](int index) {
    if (index == 1) {
      auto getter = queue->getter();
      std::int64_t before = 0;
      for (std::int64_t n = 0;;) {
        const Int item = getter.get();
        if (item == kStop) break;
        if (++n == kWarm) before = thread_cpu_ns();
        got.store(n);
      }
      used = thread_cpu_ns() - before;
      return;
    }
    auto putter = queue->putter();
    for (std::int64_t i = 0; i < kWarm; ++i) {
      putter.put(i);
      while (got.load() <= i) sched_yield();
    }
    sleep_until(now_ns() + window);
    putter.put(kStop);
  });
  return {static_cast<double>(used) * 10e9 / static_cast<double>(window)};
}

// About 10 us of arithmetic that touches no memory.
void unit_of_work() {
  std::uint64_t x = 0x9e3779b97f4a7c15U;
  for (int i = 0; i < 4000; ++i) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    keep(x);
  }
}

// Nanoseconds a unit, on the second CPU, when the others have settled.
double neighbours_work(std::int64_t units) {
  double ns = 0;
  std::thread([&] {
    pin(kTwoCores, 1);
    const std::int64_t settled = now_ns() + 20'000'000;
    while (now_ns() < settled) unit_of_work();
    const std::int64_t began = now_ns();
    for (std::int64_t i = 0; i < units; ++i) unit_of_work();
    ns = static_cast<double>(now_ns() - began) / static_cast<double>(units);
  }).join();
  return ns;
}

// The neighbour works on the second CPU, where the getter waits; the putter has
// the first one. kRate 0: nobody else is there.
template <class Q, int kRate>
Outcome neighbour(const Rep& rep) {
  std::atomic<bool> done{false};
  std::thread pair;
  if constexpr (kRate != 0) {
    pair = std::thread([&] { arrivals<Q>(kTwoCores, std::int64_t{60} * kRate, kRate, &done); });
  }
  const double ns = neighbours_work(rep.ops);
  done.store(true);
  if (pair.joinable()) pair.join();
  return {ns};
}

// The same beside a pair that plays ping-pong as fast as it can, one side of it
// on the neighbour's CPU.
template <class Q>
Outcome neighbour_of_ping_pong(const Rep& rep) {
  std::atomic<bool> done{false};
  std::thread pair([&] {
    const auto there = std::make_unique<Q>(kCapacity);
    const auto back = std::make_unique<Q>(kCapacity);
    run_threads(kTwoCores, 2, [&](int index) {
      auto putter = (index == 0 ? there : back)->putter();
      auto getter = (index == 0 ? back : there)->getter();
      if (index == 1) {
        for (Int item = getter.get(); item != kStop; item = getter.get()) putter.put(item);
        return;
      }
      while (!done.load()) {
        putter.put(1);
        getter.get();
      }
      putter.put(kStop);
    });
  });
  const double ns = neighbours_work(rep.ops);
  done.store(true);
  pair.join();
  return {ns};
}

template <class T>
using Park = queues::Floor<floors::ParkRing<T>, T>;

const std::vector<Placement> kEverywhere = {kOneCore, kTwoCores, kFree};

template <int kRate>
void add_rate(Suite& suite, const std::string& name, std::int64_t ops, std::int64_t quick_ops) {
  suite.push_back({2, name, kEverywhere, ops, 0});
  Workload& row = suite.back();
  row.fixed_ops = true;
  row.quick_ops = quick_ops;
  row.add("floor", cpu_per_hand_off<Park<Int>, kRate>)
      .add("skein", cpu_per_hand_off<queues::SkeinQueue<Int>, kRate>)
      .add("mutex+2cv", cpu_per_hand_off<queues::MutexQueue<Int, false>, kRate>)
      .add("moodycamel SPSC", cpu_per_hand_off<queues::MoodycamelSpscBounded<Int>, kRate>)
      .add("moodycamel MPMC", cpu_per_hand_off<queues::Moodycamel<Int>, kRate>)
      .add("TBB bounded", cpu_per_hand_off<queues::TbbQueue<Int>, kRate>);
}

template <int kRate>
void add_neighbour(Suite& suite, const std::string& name) {
  suite.push_back({2, name, {kTwoCores}, 100'000, 0.5});
  suite.back()
      .add("floor (alone)", neighbour<Park<Int>, 0>)
      .add("floor", neighbour<Park<Int>, kRate>)
      .add("skein", neighbour<queues::SkeinQueue<Int>, kRate>)
      .add("mutex+2cv", neighbour<queues::MutexQueue<Int, false>, kRate>)
      .add("moodycamel SPSC", neighbour<queues::MoodycamelSpscBounded<Int>, kRate>);
}

}  // namespace

void add_guard(Suite& suite) {
  suite.push_back({2, "idle queue getter CPU in 10 s", {kTwoCores}, 1, 0});
  suite.back().fixed_ops = true;
  suite.back().quick_ops = 1;
  suite.back().add("floor", idle_getter<Park<Int>>).add("skein", idle_getter<queues::SkeinQueue<Int>>);

  add_rate<1'000>(suite, "CPU per hand-off at 1000/s", 1'000, 200);
  add_rate<10'000>(suite, "CPU per hand-off at 10000/s", 5'000, 1'000);

  add_neighbour<1'000>(suite, "neighbour slowdown, 1000/s");
  add_neighbour<10'000>(suite, "neighbour slowdown, 10000/s");
  suite.push_back({2, "neighbour slowdown, ping-pong", {kTwoCores}, 100'000, 0.5});
  suite.back()
      .add("floor (alone)", neighbour<Park<Int>, 0>)
      .add("floor", neighbour_of_ping_pong<Park<Int>>)
      .add("skein", neighbour_of_ping_pong<queues::SkeinQueue<Int>>)
      .add("mutex+2cv", neighbour_of_ping_pong<queues::MutexQueue<Int, false>>)
      .add("moodycamel MPMC", neighbour_of_ping_pong<queues::Moodycamel<Int>>);
}

}  // namespace bench
