// benchmarks/harness.h - workloads, contenders, repetitions, placements.
//
// A workload is one row of the printed table and a list of contenders. All
// contenders of a row run in one process, round-robin: repetition 1 of each,
// repetition 2 of each, and so on. Ratios inside a row are therefore sound even
// where absolute values drift.
#ifndef SKEIN_BENCHMARKS_HARNESS_H_
#define SKEIN_BENCHMARKS_HARNESS_H_

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif

namespace bench {

inline constexpr std::size_t kCacheLine = 64;

// Where the threads of a repetition may run. kOneCore: all on the first CPU of
// the process. kTwoCores: thread i on CPU i % 2. kFree: where the kernel likes.
enum class Placement { kOneCore, kTwoCores, kFree };

inline constexpr Placement kOneCore = Placement::kOneCore;
inline constexpr Placement kTwoCores = Placement::kTwoCores;
inline constexpr Placement kFree = Placement::kFree;

const char* name_of(Placement placement);

// Pins the calling thread as thread number `index` of a repetition. Rows of one
// thread pin the main thread; in others it stays free, so that whoever asks how many
// CPUs the process may use hears the truth.
void pin(Placement placement, int index);
// The number of the CPU that this would be; -1 if it may be any.
int cpu_of(Placement placement, int index);

inline void pause() {
#if defined(__x86_64__) || defined(__i386__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Keeps `value`, and whatever led to it, alive for the optimiser.
template <class T>
inline void keep(T& value) {
  asm volatile("" : "+m"(value) : : "memory");
}

using Clock = std::chrono::steady_clock;

inline std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count();
}

// What `ns` come to for each of `ops`.
inline double each(std::int64_t ns, std::int64_t ops) { return static_cast<double>(ns) / static_cast<double>(ops); }

// For what a contender must not do wrong: lose something, do it twice, or out of turn.
inline void check(bool good) {
  if (!good) std::abort();
}

// CPU time used by the calling thread so far.
std::int64_t thread_cpu_ns();

// What one repetition of one contender is asked to do.
struct Rep {
  Placement placement;
  std::int64_t ops;  // operations in all threads together
  bool quick;        // a smoke run: fixed durations shrink too
};

// What it reports. `latencies` stays empty where a row does not sample any.
struct Outcome {
  double ns_per_op = 0;
  std::vector<std::int64_t> latencies{};  // ns
};

using Body = std::function<Outcome(const Rep&)>;

// Several bodies under one name are variants of one contender (plain and token
// calls of a queue, say); the one with the lower median is reported.
struct Contender {
  std::string name;
  Body body;
};

struct Workload {
  int family;
  std::string name;
  std::vector<Placement> placements;
  std::int64_t max_ops;  // a repetition does this many operations, or
  double max_seconds;    // fewer, so that it takes about this long
  std::vector<Contender> contenders{};
  bool fixed_ops = false;      // no calibration run: always max_ops
  std::int64_t quick_ops = 0;  // with --quick; 0: a tenth of max_ops
  std::int64_t unit = 1;       // ops are a multiple of this

  Workload& add(std::string contender, Body body) {
    contenders.push_back({std::move(contender), std::move(body)});
    return *this;
  }
};

// All workloads, in printing order. Each file adds its own.
using Suite = std::vector<Workload>;
void add_threading(Suite& suite);
void add_queue(Suite& suite);
void add_guard(Suite& suite);
void add_pool(Suite& suite);
void add_pool_guard(Suite& suite);
void add_loop(Suite& suite);
void add_process(Suite& suite);
void add_process_pool(Suite& suite);
void add_process_start(Suite& suite);

// The whole of a program's main(): reads the arguments, lists or runs what is in `suite`. The process has no threads
// before.
int run_suite(int argc, char** argv, const Suite& suite);

// Starts `threads` threads, thread i pinned as number i, releases them together
// and waits for all. `body(i)` runs in thread i. Returns the nanoseconds from the
// release to the end of the last body.
template <class F>
double run_threads(Placement placement, int threads, F body) {
  std::atomic<int> ready{0};
  std::atomic<bool> go{false};
  std::vector<std::int64_t> ended(static_cast<std::size_t>(threads));
  std::vector<std::thread> pool;
  pool.reserve(static_cast<std::size_t>(threads));
  for (int i = 0; i < threads; ++i) {
    pool.emplace_back([&, i] {
      pin(placement, i);
      ready.fetch_add(1);
      while (!go.load(std::memory_order_acquire)) sched_yield();
      body(i);
      ended[static_cast<std::size_t>(i)] = now_ns();
    });
  }
  while (ready.load() != threads) sched_yield();
  const std::int64_t began = now_ns();
  go.store(true, std::memory_order_release);
  std::int64_t last = began;
  for (int i = 0; i < threads; ++i) {
    pool[static_cast<std::size_t>(i)].join();
    last = std::max(last, ended[static_cast<std::size_t>(i)]);
  }
  return static_cast<double>(last - began);
}

}  // namespace bench

#endif  // SKEIN_BENCHMARKS_HARNESS_H_
