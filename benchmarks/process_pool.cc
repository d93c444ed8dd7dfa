// benchmarks/process_pool.cc - family 5, its rows of pools: two worker processes and one submitter.
//
// One operation is one task; in the rows of map() it is one int. Both workers are there before the clock starts.
// Pinned, the submitter is thread 0, and so are the pool's own threads; both workers are thread 1.
#include <skein/core/spin.h>
#include <skein/multiprocessing/context.h>
#include <skein/multiprocessing/pool.h>
#include <skein/multiprocessing/process.h>
#include <skein/process_pool.h>

#include <linux/futex.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <numeric>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "floors.h"
#include "harness.h"
#include "process_parts.h"

namespace bench {
namespace {

namespace mp = skein::multiprocessing;
namespace futures = skein::futures;

constexpr int kWorkers = 2;
constexpr std::size_t kChunk = 1'000;

// ---- what the tasks are ----

void nothing() {}
void nothing_of(int) {}
std::int64_t same(std::int64_t i) { return i; }
int next(int i) { return i + 1; }

// ---- the floor: rings in shared memory, and a futex ----

// Waits as cheaply as is known: spins, with a yield now and then, for about the price of one wake-up, then sleeps.
class SharedWord {
 public:
  [[nodiscard]] std::uint32_t value() const { return value_.load(std::memory_order_acquire); }
  void set(std::uint32_t value) {
    value_.store(value);
    if (sleeps_.load() != 0) ::syscall(SYS_futex, &value_, FUTEX_WAKE, 1, nullptr, nullptr, 0);
  }
  // Returns when it is not `old`, which is what it has become.
  std::uint32_t await_other_than(std::uint32_t old) {
    constexpr std::int64_t kPatience = 35'000;
    floors::Spinner spinner;
    const std::int64_t began = now_ns();
    for (int round = 1; value() == old; ++round) {
      if (round % 16 == 0 && now_ns() - began > kPatience) {
        sleeps_.store(1);
        while (value_.load() == old) ::syscall(SYS_futex, &value_, FUTEX_WAIT, old, nullptr, nullptr, 0);
        sleeps_.store(0);
        break;
      }
      spinner.step();
    }
    return value();
  }

 private:
  floors::Word value_{0};
  floors::Word sleeps_{0};
};

// One process puts, one gets. Who uses it sees to it that it never overflows. The sides hold their own places.
template <class T, std::uint32_t kCells>
struct SharedRing {
  struct Side {
    std::uint32_t at = 0;
    std::uint32_t tail = 0;  // As last seen.
  };

  T& to_fill(const Side& putter) { return cells[putter.at % kCells]; }
  void filled(Side& putter) { tail.set(++putter.at); }
  T& to_empty(Side& getter) {
    if (getter.at == getter.tail) getter.tail = tail.await_other_than(getter.at);
    return cells[getter.at % kCells];
  }
  static void emptied(Side& getter) { ++getter.at; }

  alignas(kCacheLine) SharedWord tail;
  alignas(kCacheLine) std::array<T, kCells> cells;
};

// A call of a function that the worker has at the same address, as it is a fork.
struct SmallCall {
  static constexpr std::uint32_t kCells = 1'024;
  using Result = std::int64_t;
  std::int64_t (*function)(std::int64_t);
  std::int64_t argument;
  void run(Result& result) const { result = function(argument); }
};

struct ChunkCall {
  static constexpr std::uint32_t kCells = 16;
  using Result = std::array<int, kChunk>;
  int (*function)(int);
  std::array<int, kChunk> arguments;
  void run(Result& results) const { std::transform(arguments.begin(), arguments.end(), results.begin(), function); }
};

// Calls go to the workers in turns, and their results are taken in order.
template <class Call>
class FloorPool {
 public:
  using Result = typename Call::Result;

  FloorPool(Placement placement, std::size_t workers) : workers_(workers), children_(workers), parents_(workers) {
    for (std::size_t i = 0; i < workers; ++i) {
      children_[i] = ::fork();
      check(children_[i] >= 0);
      if (children_[i] == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // A row that fails leaves nobody behind.
        pin(placement, 1);
        serve(rings_.get()[i]);
        ::_exit(0);
      }
    }
  }
  ~FloorPool() {
    for (std::size_t i = 0; i < workers_; ++i) {
      put([](Call& call) { call.function = nullptr; });
    }
    for (const pid_t child : children_) check(::waitpid(child, nullptr, 0) == child);
  }
  FloorPool(const FloorPool&) = delete;
  FloorPool& operator=(const FloorPool&) = delete;

  // Puts `count` calls, each as fill(call) makes it, and takes as many results by take(result).
  template <class Fill, class Take>
  void run(std::int64_t count, Fill fill, Take take_one) {
    const auto room = static_cast<std::int64_t>(workers_ * Call::kCells);
    for (std::int64_t i = 0; i < count; ++i) {
      if (i >= room) take(take_one);
      put(fill);
    }
    for (std::int64_t left = std::min(room, count); left > 0; --left) take(take_one);
  }
  template <class Fill>
  void put(Fill fill) {
    const std::size_t at = put_++ % workers_;
    auto& ring = rings_.get()[at].calls;
    fill(ring.to_fill(parents_[at].putter));
    ring.filled(parents_[at].putter);
  }
  template <class Take>
  void take(Take take_one) {
    const std::size_t at = taken_++ % workers_;
    auto& ring = rings_.get()[at].results;
    take_one(std::as_const(ring.to_empty(parents_[at].getter)));
    ring.emptied(parents_[at].getter);
  }

 private:
  using Calls = SharedRing<Call, Call::kCells>;
  using Results = SharedRing<Result, Call::kCells>;
  struct Rings {
    Calls calls;
    Results results;
  };
  struct Parent {
    typename Calls::Side putter;
    typename Results::Side getter;
  };

  static void serve(Rings& rings) {
    typename Calls::Side getter;
    typename Results::Side putter;
    for (;;) {
      const Call& call = rings.calls.to_empty(getter);
      if (call.function == nullptr) return;
      call.run(rings.results.to_fill(putter));
      rings.calls.emptied(getter);
      rings.results.filled(putter);
    }
  }

  Shared<Rings> rings_{kWorkers};
  std::size_t workers_;
  std::vector<pid_t> children_;
  std::vector<Parent> parents_;
  std::size_t put_ = 0;
  std::size_t taken_ = 0;
};

// ---- skein's two pools ----

// What a worker calls first.
void place(int cpu) {
  if (cpu < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  check(::sched_setaffinity(0, sizeof set, &set) == 0);
}

int pid() { return ::getpid(); }

struct SkeinExecutor {
  explicit SkeinExecutor(int cpu)
      : pool({.max_workers = kWorkers, .mp_context = mp::get_context("forkserver")}, place, cpu) {}
  template <class F, class... Args>
  auto submit(F function, Args... args) {
    return pool.submit(function, args...);
  }
  template <class Future>
  static auto get(Future& future) {
    return future.result();
  }
  futures::ProcessPoolExecutor pool;
};

struct SkeinPool {
  explicit SkeinPool(int cpu) : pool({.processes = kWorkers, .context = mp::get_context("forkserver")}, place, cpu) {}
  template <class F, class... Args>
  auto submit(F function, Args... args) {
    return pool.apply_async(function, args...);
  }
  template <class Result>
  static auto get(Result& result) {
    return result.get();
  }
  mp::Pool pool;
};

// body(pool) in a thread that is pinned as number 0, when both workers have said something.
template <class P, class F>
Outcome beside(const Rep& rep, F body) {
  // Whoever starts the server decides where workers that are not pinned may run: all of the machine. Spinning is
  // measured once, by threads of its own.
  static const bool prepared = [] {
    static_cast<void>(skein::spin_budget());
    auto process = mp::get_context("forkserver").Process(nothing);
    process.start();
    process.join();
    return process.exitcode() == 0;
  }();
  check(prepared);
  Outcome outcome;
  std::thread([&] {
    pin(rep.placement, 0);
    P pool(cpu_of(rep.placement, 1));
    for (std::set<int> seen; seen.size() < kWorkers;) {
      std::vector<decltype(pool.submit(pid))> asked;
      for (int i = 0; i < 100; ++i) asked.push_back(pool.submit(pid));
      for (auto& each : asked) seen.insert(pool.get(each));
    }
    outcome = body(pool);
  }).join();
  return outcome;
}

template <class Call, class F>
Outcome beside_floor(const Rep& rep, std::size_t workers, F body) {
  Outcome outcome;
  std::thread([&] {
    pin(rep.placement, 0);
    FloorPool<Call> pool(rep.placement, workers);
    outcome = body(pool);
  }).join();
  return outcome;
}

// ---- many empty tasks ----

Outcome empty_floor(const Rep& rep) {
  return beside_floor<SmallCall>(rep, kWorkers, [&](auto& pool) {
    const std::int64_t began = now_ns();
    std::int64_t sum = 0;
    pool.run(rep.ops, [](SmallCall& call) { call = {same, 1}; }, [&](std::int64_t result) { sum += result; });
    const std::int64_t ended = now_ns();
    check(sum == rep.ops);
    return Outcome{each(ended - began, rep.ops)};
  });
}

template <class P>
Outcome empty(const Rep& rep) {
  return beside<P>(rep, [&](P& pool) {
    std::vector<decltype(pool.submit(nothing))> results;
    results.reserve(static_cast<std::size_t>(rep.ops));
    const std::int64_t began = now_ns();
    for (std::int64_t i = 0; i < rep.ops; ++i) results.push_back(pool.submit(nothing));
    for (auto& result : results) pool.get(result);
    return Outcome{each(now_ns() - began, rep.ops)};
  });
}

Outcome empty_map(const Rep& rep) {
  return beside<SkeinPool>(rep, [&](SkeinPool& pool) {
    std::vector<int> ints(static_cast<std::size_t>(rep.ops));
    const std::int64_t began = now_ns();
    static_cast<void>(pool.pool.map(nothing_of, ints, 1));
    return Outcome{each(now_ns() - began, rep.ops)};
  });
}

// ---- map in chunks ----

constexpr std::int64_t kInts = 100'000;

// rep.ops / kInts maps of the ints below kInts, as body(ints) does them; first one without the clock, so that all
// memory has been touched.
template <class F>
Outcome maps(const Rep& rep, F body) {
  std::vector<int> ints(static_cast<std::size_t>(kInts));
  std::iota(ints.begin(), ints.end(), 0);
  std::int64_t ns = 0;
  for (std::int64_t done = -kInts; done < rep.ops; done += kInts) {
    const std::int64_t began = now_ns();
    const std::vector<int> found = body(ints);
    if (done >= 0) ns += now_ns() - began;
    check(found.size() == ints.size());
    for (std::size_t i = 0; i < ints.size(); ++i) check(found[i] == ints[i] + 1);
  }
  return {each(ns, rep.ops)};
}

Outcome map_floor(const Rep& rep) {
  return beside_floor<ChunkCall>(rep, kWorkers, [&](auto& pool) {
    return maps(rep, [&](const std::vector<int>& ints) {
      std::vector<int> found(ints.size());
      auto from = ints.begin();
      auto to = found.begin();
      pool.run(
          static_cast<std::int64_t>(ints.size() / kChunk),
          [&](ChunkCall& call) {
            call.function = next;
            std::copy_n(from, kChunk, call.arguments.begin());
            from += kChunk;
          },
          [&](const ChunkCall::Result& results) { to = std::copy(results.begin(), results.end(), to); });
      return found;
    });
  });
}

Outcome map_executor(const Rep& rep) {
  return beside<SkeinExecutor>(rep, [&](SkeinExecutor& executor) {
    return maps(rep, [&](const std::vector<int>& ints) {
      std::vector<int> found;
      found.reserve(ints.size());
      for (const int each : executor.pool.map({.chunksize = kChunk}, next, ints)) found.push_back(each);
      return found;
    });
  });
}

Outcome map_pool(const Rep& rep) {
  return beside<SkeinPool>(rep, [&](SkeinPool& pool) {
    return maps(rep, [&](const std::vector<int>& ints) { return pool.pool.map(next, ints, kChunk); });
  });
}

// ---- one at a time ----

template <class F>
Outcome round_trips(const Rep& rep, F round_trip) {
  Outcome outcome;
  outcome.latencies.reserve(static_cast<std::size_t>(rep.ops));
  const std::int64_t began = now_ns();
  std::int64_t last = began;
  for (std::int64_t i = 0; i < rep.ops; ++i) {
    check(round_trip(i) == i);
    const std::int64_t now = now_ns();
    outcome.latencies.push_back(now - last);
    last = now;
  }
  outcome.ns_per_op = each(last - began, rep.ops);
  return outcome;
}

// By one worker: nobody is in its way.
Outcome one_at_a_time_floor(const Rep& rep) {
  return beside_floor<SmallCall>(rep, 1, [&](auto& pool) {
    return round_trips(rep, [&](std::int64_t i) {
      std::int64_t found = -1;
      pool.run(1, [&](SmallCall& call) { call = {same, i}; }, [&](std::int64_t result) { found = result; });
      return found;
    });
  });
}

template <class P>
Outcome one_at_a_time(const Rep& rep) {
  return beside<P>(rep, [&](P& pool) {
    return round_trips(rep, [&](std::int64_t i) {
      auto result = pool.submit(same, i);
      return pool.get(result);
    });
  });
}

}  // namespace

void add_process_pool(Suite& suite) {
  const auto row = [&](const char* name, std::int64_t ops) -> Workload& {
    suite.push_back({5, std::string("5b ") + name, {kOneCore, kTwoCores, kFree}, ops, 1.0});
    return suite.back();
  };
  row("empty task, executor", 100'000).add("floor", empty_floor).add("skein", empty<SkeinExecutor>);
  row("empty task, apply_async", 100'000).add("floor", empty_floor).add("skein", empty<SkeinPool>);
  row("empty task, map chunk 1", 100'000).add("floor", empty_floor).add("skein", empty_map);
  const auto map_row = [&](const char* name, Body skein) {
    Workload& added = row(name, 20 * kInts);
    added.unit = kInts;
    added.add("floor", map_floor).add("skein", std::move(skein));
  };
  map_row("map 1e5 ints, chunks of 1000, executor", map_executor);
  map_row("map 1e5 ints, chunks of 1000, Pool", map_pool);
  row("one at a time, executor", 50'000).add("floor", one_at_a_time_floor).add("skein", one_at_a_time<SkeinExecutor>);
  row("one at a time, apply_async", 50'000).add("floor", one_at_a_time_floor).add("skein", one_at_a_time<SkeinPool>);
}

}  // namespace bench
