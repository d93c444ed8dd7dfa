// benchmarks/pool.cc - family 3: pools of threads, two workers and one submitter.
//
// One operation is one task; in 3e it is one int. Pools are made, and both workers
// are there, before the clock starts. Pinned, the submitter is thread 0 and both
// workers are thread 1.
#include <sys/prctl.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <numeric>
#include <ranges>

#include "harness.h"
#include "pool_peers.h"

namespace bench {
namespace {

using pools::beside;
using pools::kWorkers;
using pools::sleep_until;

// --- 3a: submit empty tasks, and wait for all ---

// Where a task leaves how long it took to start.
struct Sample {
  std::int64_t posted_at = 0;
  std::int64_t latency = 0;
};

// From submit to start, at 10 000 submits a second.
template <class Post>
std::vector<std::int64_t> start_latencies(bool quick, Post post) {
  const int count = quick ? 200 : 1'000;
  std::vector<Sample> samples(static_cast<std::size_t>(count));
  prctl(PR_SET_TIMERSLACK, 1UL);
  std::int64_t next = now_ns();
  for (Sample& sample : samples) {
    next += 100'000;
    sleep_until(next);
    sample.posted_at = now_ns();
    post([at = &sample] { at->latency = now_ns() - at->posted_at; });
  }
  post(nullptr);  // Waits for all.
  std::vector<std::int64_t> latencies;
  for (const Sample& sample : samples) latencies.push_back(sample.latency);
  return latencies;
}

template <class Pool>
Outcome submit_all(const Rep& rep) {
  Outcome outcome = beside<Pool>(rep.placement, [&](Pool& pool) {
    const std::int64_t began = now_ns();
    for (std::int64_t i = 0; i < rep.ops; ++i) pool.post([] {});
    pool.wait_all();
    return Outcome{each(now_ns() - began, rep.ops)};
  });
  outcome.latencies = beside<Pool>(rep.placement, [&](Pool& pool) {
                        return Outcome{0, start_latencies(rep.quick, [&](auto task) {
                                         if constexpr (std::is_null_pointer_v<decltype(task)>) {
                                           pool.wait_all();
                                         } else {
                                           pool.post(task);
                                         }
                                       })};
                      }).latencies;
  return outcome;
}

Outcome submit_all_group(const Rep& rep) {
  return beside<pools::TbbGroup>(rep.placement, [&](pools::TbbGroup& pool) {
    const std::int64_t began = now_ns();
    pool.inside([&](tbb::task_group& group) {
      for (std::int64_t i = 0; i < rep.ops; ++i) group.run([] {});
      group.wait();
    });
    return Outcome{each(now_ns() - began, rep.ops)};
  });
}

// --- 3b: submit, then ask each future for its result ---

// `room` futures are kept at most.
template <class Pool>
Outcome get_in_turns(const Rep& rep, std::int64_t room) {
  return beside<Pool>(rep.placement, [&](Pool& pool) {
    const auto task = [](std::int64_t i) { return [i] { return i; }; };
    std::vector<decltype(pool.submit(task(0)))> futures;
    futures.reserve(static_cast<std::size_t>(std::min(rep.ops, room)));
    std::int64_t sum = 0;
    const std::int64_t began = now_ns();
    for (std::int64_t i = 0; i < rep.ops;) {
      const std::int64_t end = std::min(rep.ops, i + room);
      for (; i < end; ++i) futures.push_back(pool.submit(task(i)));
      for (auto& future : futures) sum += pools::get(future);
      futures.clear();
    }
    const std::int64_t ended = now_ns();
    check(sum == rep.ops * (rep.ops - 1) / 2);
    return Outcome{each(ended - began, rep.ops)};
  });
}

template <class Pool>
Outcome get_all(const Rep& rep) {
  return get_in_turns<Pool>(rep, rep.ops);
}

// As many threads as tasks cannot be had: a thousand at a time.
Outcome get_all_async(const Rep& rep) { return get_in_turns<pools::StdAsync>(rep, 1'000); }

// A slot for each task, with its argument, its result, and a flag.
struct Slot {
  std::int64_t value = 0;
  std::int64_t result = 0;
  std::atomic<bool> done{false};
};

template <class Pool>
Outcome get_all_floor(const Rep& rep) {
  return beside<Pool>(rep.placement, [&](Pool& pool) {
    // Made inside, as the futures of others are.
    const std::int64_t began = now_ns();
    std::vector<Slot> slots(static_cast<std::size_t>(rep.ops));
    for (std::int64_t i = 0; i < rep.ops; ++i) {
      Slot& slot = slots[static_cast<std::size_t>(i)];
      slot.value = i;
      pool.post([at = &slot] {
        at->result = at->value;
        at->done.store(true, std::memory_order_release);
      });
    }
    std::int64_t sum = 0;
    floors::Spinner spinner;
    for (const Slot& slot : slots) {
      while (!slot.done.load(std::memory_order_acquire)) spinner.step();
      sum += slot.result;
    }
    const std::int64_t ended = now_ns();
    check(sum == rep.ops * (rep.ops - 1) / 2);
    return Outcome{each(ended - began, rep.ops)};
  });
}

// --- 3c: submit and wait, one at a time ---

// round_trip(i) submits a task that gives i, and returns what it gave.
template <class F>
Outcome round_trips(const Rep& rep, F round_trip) {
  Outcome outcome;
  const std::int64_t began = now_ns();
  for (std::int64_t i = 0; i < rep.ops; ++i) check(round_trip(i) == i);
  outcome.ns_per_op = each(now_ns() - began, rep.ops);
  const std::int64_t sampled = std::max<std::int64_t>(rep.ops / 4, 1);
  std::int64_t last = now_ns();
  for (std::int64_t i = 0; i < sampled; ++i) {
    check(round_trip(i) == i);
    const std::int64_t now = now_ns();
    outcome.latencies.push_back(now - last);
    last = now;
  }
  return outcome;
}

template <class Pool>
Outcome one_at_a_time(const Rep& rep) {
  return beside<Pool>(rep.placement, [&](Pool& pool) {
    return round_trips(rep, [&](std::int64_t i) {
      auto future = pool.submit([i] { return i; });
      return pools::get(future);
    });
  });
}

// No hand-over: wait() runs the task.
Outcome one_at_a_time_group(const Rep& rep) {
  return beside<pools::TbbGroup>(rep.placement, [&](pools::TbbGroup& pool) {
    Outcome outcome;
    pool.inside([&](tbb::task_group& group) {
      outcome = round_trips(rep, [&](std::int64_t i) {
        std::int64_t result = 0;
        group.run([&result, i] { result = i; });
        group.wait();
        return result;
      });
    });
    return outcome;
  });
}

// One slot and two flags, over which both sides spin and yield.
Outcome one_at_a_time_floor(const Rep& rep) {
  floors::SpinEvent there;
  floors::SpinEvent back;
  pools::Call call;
  Slot slot;
  const auto run = [](std::uint64_t at) {
    auto* const mine = reinterpret_cast<Slot*>(at);
    mine->result = mine->value;
  };
  std::thread worker([&] {
    pin(rep.placement, 1);
    for (there.await(); call.function != nullptr; there.await()) {
      call.function(call.argument);
      back.signal();
    }
  });
  Outcome outcome;
  std::thread([&] {
    pin(rep.placement, 0);
    outcome = round_trips(rep, [&](std::int64_t i) {
      slot.value = i;
      call = {run, reinterpret_cast<std::uint64_t>(&slot)};
      there.signal();
      back.await();
      return slot.result;
    });
    call = {};
    there.signal();
  }).join();
  worker.join();
  return outcome;
}

// The same through the ring, before which two workers spin.
Outcome one_at_a_time_ring(const Rep& rep) {
  return beside<pools::FloorRigtorp>(rep.placement, [&](pools::FloorRigtorp& pool) {
    return round_trips(rep, [&](std::int64_t i) {
      Slot slot;
      slot.value = i;
      pool.post([at = &slot] {
        at->result = at->value;
        at->done.store(true, std::memory_order_release);
      });
      floors::Spinner spinner;
      while (!slot.done.load(std::memory_order_acquire)) spinner.step();
      return slot.result;
    });
  });
}

// --- 3d: every call of fib(24) is a task, which submits its two calls and ends ---

constexpr int kFib = 24;
constexpr std::int64_t kFibTasks = 150'049;

[[gnu::noinline]] std::int64_t fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

Outcome fan_out_floor(const Rep& rep) {
  constexpr int kTimes = 20;
  const std::int64_t began = now_ns();
  for (int i = 0; i < kTimes; ++i) {
    int n = kFib;
    keep(n);
    std::int64_t result = fib(n);
    keep(result);
    check(result == 46'368);
  }
  return {each(now_ns() - began, kTimes * rep.ops)};
}

template <class Pool>
struct FanOut {
  Pool& pool;
  pools::Counters done;

  void run(int n) {
    if (n >= 2) {
      pool.post([this, n] { run(n - 1); });
      pool.post([this, n] { run(n - 2); });
    }
    done.add(pools::worker_index);
  }
};

template <class Pool>
Outcome fan_out(const Rep& rep) {
  return beside<Pool>(rep.placement, [&](Pool& pool) {
    FanOut<Pool> tasks{pool, {}};
    const std::int64_t began = now_ns();
    pool.post([&] { tasks.run(kFib); });
    tasks.done.wait_for(rep.ops);
    const std::int64_t ended = now_ns();
    check(tasks.done.sum() == rep.ops);
    return Outcome{each(ended - began, rep.ops)};
  });
}

void fan_out_in(tbb::task_group& group, int n) {
  if (n < 2) return;
  group.run([&group, n] { fan_out_in(group, n - 1); });
  group.run([&group, n] { fan_out_in(group, n - 2); });
}

Outcome fan_out_group(const Rep& rep) {
  return beside<pools::TbbGroup>(rep.placement, [&](pools::TbbGroup& pool) {
    const std::int64_t began = now_ns();
    pool.inside([&](tbb::task_group& group) {
      group.run([&group] { fan_out_in(group, kFib); });
      group.wait();
    });
    return Outcome{each(now_ns() - began, rep.ops)};
  });
}

// --- 3e: a function of each of a million ints, in eight chunks ---

constexpr std::int64_t kInts = 1'000'000;
constexpr int kChunks = 8;

// The end of MurmurHash3.
std::uint32_t mix(std::uint32_t x) {
  x = (x ^ (x >> 16)) * 0x85ebca6bU;
  x = (x ^ (x >> 13)) * 0xc2b2ae35U;
  return x ^ (x >> 16);
}

struct Ints {
  std::vector<std::uint32_t> in = std::vector<std::uint32_t>(kInts);
  std::vector<std::uint32_t> out = std::vector<std::uint32_t>(kInts);

  Ints() { std::iota(in.begin(), in.end(), 0U); }
  // Returns a dummy, as a task that has a future.
  int map_chunk(int chunk) {
    const std::size_t first = static_cast<std::size_t>(chunk) * (kInts / kChunks);
    for (std::size_t i = first; i < first + kInts / kChunks; ++i) out[i] = mix(in[i]);
    return 1;
  }
};

// map(ints, pool) does it once; as often as the ops say.
template <class Pool, class F>
Outcome map_ints(const Rep& rep, F map) {
  Ints ints;
  return beside<Pool>(rep.placement, [&](Pool& pool) {
    map(ints, pool);
    const std::int64_t began = now_ns();
    for (std::int64_t done = 0; done < rep.ops; done += kInts) map(ints, pool);
    const std::int64_t ended = now_ns();
    check(ints.out.back() == mix(ints.in.back()));
    return Outcome{each(ended - began, rep.ops)};
  });
}

struct NoPool {};

// What two workers need at least: half of what one thread takes.
Outcome map_floor(const Rep& rep) {
  Outcome alone = map_ints<NoPool>(rep, [](Ints& ints, NoPool&) {
    for (int i = 0; i < kChunks; ++i) ints.map_chunk(i);
  });
  alone.ns_per_op /= kWorkers;
  return alone;
}

Outcome map_skein(const Rep& rep) {
  return map_ints<pools::Skein>(rep, [](Ints& ints, pools::Skein& pool) {
    const auto chunk = [&ints](int i) { return ints.map_chunk(i); };
    for (const int one : pool.executor().map(chunk, std::views::iota(0, kChunks))) check(one == 1);
  });
}

// The pool's own chunks: each int is copied in and each result copied out.
Outcome map_skein_chunksize(const Rep& rep) {
  return map_ints<pools::Skein>(rep, [](Ints& ints, pools::Skein& pool) {
    const skein::futures::MapOptions options{.chunksize = kInts / kChunks};
    std::size_t i = 0;
    for (const std::uint32_t result : pool.executor().map(options, mix, ints.in)) ints.out[i++] = result;
    check(i == kInts);
  });
}

template <class Pool>
Outcome map_futures(const Rep& rep) {
  return map_ints<Pool>(rep, [](Ints& ints, Pool& pool) {
    const auto chunk = [&ints](int i) { return [&ints, i] { return ints.map_chunk(i); }; };
    std::vector<decltype(pool.submit(chunk(0)))> futures;
    for (int i = 0; i < kChunks; ++i) futures.push_back(pool.submit(chunk(i)));
    for (auto& future : futures) check(pools::get(future) == 1);
  });
}

Outcome map_group(const Rep& rep) {
  return map_ints<pools::TbbGroup>(rep, [](Ints& ints, pools::TbbGroup& pool) {
    pool.inside([&](tbb::task_group& group) {
      for (int i = 0; i < kChunks; ++i) group.run([&ints, i] { ints.map_chunk(i); });
      group.wait();
    });
  });
}

Outcome map_parallel_for(const Rep& rep) {
  return map_ints<pools::TbbGroup>(rep, [](Ints& ints, pools::TbbGroup& pool) {
    pool.inside([&](tbb::task_group&) { tbb::parallel_for(0, kChunks, [&](int i) { ints.map_chunk(i); }); });
  });
}

Workload& add_row(Suite& suite, std::string name, std::int64_t ops, double seconds) {
  suite.push_back({3, std::move(name), {kFree}, ops, seconds});
  return suite.back();
}

Workload& add_fixed_row(Suite& suite, std::string name, std::int64_t ops, std::int64_t quick_ops) {
  Workload& row = add_row(suite, std::move(name), ops, 0);
  row.fixed_ops = true;
  row.quick_ops = quick_ops;
  return row;
}

}  // namespace

void add_pool(Suite& suite) {
  Workload& all = add_row(suite, "3a submit 1e6 empty + wait all", 1'000'000, 1.0);
  all.placements = {kTwoCores, kFree};
  all.add("floor", submit_all<pools::FloorRigtorp>)
      .add("floor (room for all)", submit_all<pools::FloorRoomy>)
      .add("floor (ticket ring)", submit_all<pools::FloorTicket>)
      .add("floor (ticket ring)", submit_all<pools::FloorTicketPausing>)
      .add("skein", submit_all<pools::Skein>)
      .add("TBB task_group", submit_all_group)
      .add("TBB enqueue", submit_all<pools::TbbEnqueue>)
      .add("Asio", submit_all<pools::Asio>);

  Workload& futures = add_row(suite, "3b submit 1e5, get all futures", 100'000, 0.5);
  futures.placements = {kTwoCores, kFree};
  futures.add("floor", get_all_floor<pools::FloorRigtorp>)
      .add("floor (ticket ring)", get_all_floor<pools::FloorTicket>)
      .add("floor (ticket ring)", get_all_floor<pools::FloorTicketPausing>)
      .add("skein", get_all<pools::Skein>)
      .add("TBB enqueue", get_all<pools::TbbEnqueue>)
      .add("TBB enqueue", get_all<pools::TbbEnqueuePackaged>)
      .add("Asio", get_all<pools::Asio>)
      .add("Asio", get_all<pools::AsioPackaged>)
      .add("std::async", get_all_async);

  Workload& one = add_row(suite, "3c submit-and-wait, one at a time", 100'000, 0.25);
  one.placements = {kTwoCores, kFree};
  one.add("floor", one_at_a_time_floor)
      .add("floor (two workers)", one_at_a_time_ring)
      .add("skein", one_at_a_time<pools::Skein>)
      .add("TBB task_group (inline)", one_at_a_time_group)
      .add("TBB enqueue", one_at_a_time<pools::TbbEnqueue>)
      .add("TBB enqueue", one_at_a_time<pools::TbbEnqueuePackaged>)
      .add("Asio", one_at_a_time<pools::Asio>)
      .add("Asio", one_at_a_time<pools::AsioPackaged>)
      .add("std::async", one_at_a_time<pools::StdAsync>);

  add_fixed_row(suite, "3d recursive fan-out, fib(24), 150 049 tasks", kFibTasks, kFibTasks)
      .add("floor", fan_out_floor)
      .add("skein", fan_out<pools::Skein>)
      .add("TBB task_group", fan_out_group)
      .add("Asio", fan_out<pools::Asio>);

  add_fixed_row(suite, "3e map over 1e6 ints, 8 chunks", 50 * kInts, 10 * kInts)
      .add("floor", map_floor)
      .add("skein", map_skein)
      .add("TBB task_group", map_group)
      .add("TBB parallel_for", map_parallel_for)
      .add("Asio", map_futures<pools::Asio>)
      .add("std::async", map_futures<pools::StdAsync>);
  add_fixed_row(suite, "3e map over 1e6 ints, chunksize=125000", 10 * kInts, 2 * kInts)
      .add("floor", map_floor)
      .add("skein", map_skein_chunksize);
}

}  // namespace bench
