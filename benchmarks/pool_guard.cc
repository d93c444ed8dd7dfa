// benchmarks/pool_guard.cc - what pools cost beside time. "ns per op" means here
//   memory, bytes a pending submit   bytes for one task that has not begun
//   idle pool CPU in 10 s            CPU time of both workers
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "harness.h"
#include "pool_peers.h"

namespace bench {
namespace {

using pools::kWorkers;

std::int64_t resident_bytes() {
  long pages = 0;
  if (std::FILE* const file = std::fopen("/proc/self/statm", "re")) {
    if (std::fscanf(file, "%*d %ld", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return pages * sysconf(_SC_PAGESIZE);
}

std::int64_t allocated_bytes() {
  const auto found = mallinfo2();
  return static_cast<std::int64_t>(found.uordblks + found.hblkhd);
}

// Both workers are held up while the tasks are submitted; nobody keeps the futures. The
// larger one of what was allocated and what became resident.
Outcome memory(const Rep& rep) {
  malloc_trim(0);
  return pools::beside<pools::Skein>(rep.placement, [&](pools::Skein& pool) {
    std::atomic<bool> open{false};
    for (int i = 0; i < kWorkers; ++i) {
      pool.post([&open] { open.wait(false); });
    }
    const std::int64_t allocated = allocated_bytes();
    const std::int64_t resident = resident_bytes();
    for (std::int64_t i = 0; i < rep.ops; ++i) pool.post([] {});
    const std::int64_t used = std::max(allocated_bytes() - allocated, resident_bytes() - resident);
    open.store(true);
    open.notify_all();
    pool.wait_all();
    return Outcome{each(used, rep.ops)};
  });
}

std::int64_t cpu_ns_of(pthread_t thread) {
  clockid_t clock{};
  timespec used{};
  check(pthread_getcpuclockid(thread, &clock) == 0 && clock_gettime(clock, &used) == 0);
  return std::int64_t{used.tv_sec} * 1'000'000'000 + used.tv_nsec;
}

// Workers that have just had good reasons to spin, and then have nothing to do.
template <class Pool>
Outcome idle(const Rep& rep) {
  // Five repetitions of 2 s make the 10 s.
  const std::int64_t window = rep.quick ? 500'000'000 : 2'000'000'000;
  Pool pool;
  const std::vector<pthread_t> workers = pools::warm_up(pool, rep.placement);
  for (std::int64_t i = 0; i < 10'000; ++i) {
    auto future = pool.submit([i] { return i; });
    check(pools::get(future) == i);
  }
  std::int64_t used = 0;
  for (const pthread_t worker : workers) used -= cpu_ns_of(worker);
  pools::sleep_until(now_ns() + window);
  for (const pthread_t worker : workers) used += cpu_ns_of(worker);
  return {each(used * 10, window) * 1e9};
}

Workload& add_row(Suite& suite, std::string name, std::int64_t ops) {
  suite.push_back({3, std::move(name), {kFree}, ops, 0});
  suite.back().fixed_ops = true;
  suite.back().quick_ops = ops;
  return suite.back();
}

}  // namespace

void add_pool_guard(Suite& suite) {
  add_row(suite, "memory, bytes a pending submit", 1'000'000).add("skein", memory);
  add_row(suite, "idle pool CPU in 10 s", 1)
      .add("skein", idle<pools::Skein>)
      .add("Asio", idle<pools::Asio>)
      .add("TBB enqueue", idle<pools::TbbEnqueue>);
}

}  // namespace bench
