// benchmarks/threading.cc - family 1: locks, semaphores and events.
//
// Workloads are named as the rows they answer to. One operation is an acquire
// with its release, or for ping-pong a whole round trip.
#include <absl/synchronization/mutex.h>

#include <boost/thread/mutex.hpp>
#include <boost/thread/recursive_mutex.hpp>
#include <condition_variable>
#include <mutex>
#include <semaphore>
#include <shared_mutex>

#include <skein/threading.h>

#include "floors.h"
#include "harness.h"

namespace bench {
namespace {

namespace threading = skein::threading;

// What absl::Mutex and std::binary_semaphore need to look like a lock.
class AbslLock {
 public:
  void lock() ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex_) { mutex_.Lock(); }
  void unlock() ABSL_UNLOCK_FUNCTION(mutex_) { mutex_.Unlock(); }

 private:
  absl::Mutex mutex_;
};

class BinarySemaphoreLock {
 public:
  void lock() { semaphore_.acquire(); }
  void unlock() { semaphore_.release(); }

 private:
  std::binary_semaphore semaphore_{1};
};

// skein's locks under Python's names, which is how a port calls them.
template <class L>
class SkeinLock {
 public:
  void lock() { lock_.acquire(); }
  void unlock() { lock_.release(); }

 private:
  L lock_;
};

// --- Locks ---

template <class L>
struct alignas(kCacheLine) Guarded {
  L lock{};
  alignas(kCacheLine) std::int64_t value = 0;
};

template <class L>
Outcome uncontended(const Rep& rep) {
  pin(rep.placement, 0);
  Guarded<L> guarded;
  const std::int64_t began = now_ns();
  for (std::int64_t i = 0; i < rep.ops; ++i) {
    guarded.lock.lock();
    keep(guarded.value);
    guarded.lock.unlock();
  }
  return {static_cast<double>(now_ns() - began) / static_cast<double>(rep.ops)};
}

template <class L>
Outcome nested(const Rep& rep) {
  pin(rep.placement, 0);
  Guarded<L> guarded;
  guarded.lock.lock();
  const std::int64_t began = now_ns();
  for (std::int64_t i = 0; i < rep.ops; ++i) {
    guarded.lock.lock();
    keep(guarded.value);
    guarded.lock.unlock();
  }
  const std::int64_t ended = now_ns();
  guarded.lock.unlock();
  return {static_cast<double>(ended - began) / static_cast<double>(rep.ops)};
}

template <class L>
Outcome contended(const Rep& rep) {
  Guarded<L> guarded;
  const std::int64_t share = rep.ops / 2;
  const double ns = run_threads(rep.placement, 2, [&](int) {
    for (std::int64_t i = 0; i < share; ++i) {
      guarded.lock.lock();
      ++guarded.value;
      keep(guarded.value);
      guarded.lock.unlock();
    }
  });
  if (guarded.value != 2 * share) std::abort();  // it was no lock
  return {ns / static_cast<double>(2 * share)};
}

// --- Semaphores ---

// Permits are left at all times: nobody waits, and libstdc++, which makes a system
// call whenever the count leaves zero, has no cause to. Its binary semaphore,
// with one permit, does.
template <class S, int kPermits = 4>
Outcome semaphore(const Rep& rep) {
  pin(rep.placement, 0);
  alignas(kCacheLine) S permits(kPermits);
  const std::int64_t began = now_ns();
  for (std::int64_t i = 0; i < rep.ops; ++i) {
    permits.acquire();
    permits.release();
  }
  return {static_cast<double>(now_ns() - began) / static_cast<double>(rep.ops)};
}

class CvSemaphore {
 public:
  explicit CvSemaphore(int count) : count_(count) {}
  void acquire() {
    std::unique_lock guard(mutex_);
    available_.wait(guard, [&] { return count_ > 0; });
    --count_;
  }
  void release() {
    {
      const std::scoped_lock guard(mutex_);
      ++count_;
    }
    available_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable available_;
  int count_;
};

// --- Events: signal() raises, await() waits for it and lowers the flag again ---

class SkeinEvent {
 public:
  void signal() { event_.set(); }
  void await() {
    event_.wait();
    event_.clear();
  }

 private:
  threading::Event event_;
};

class CvEvent {
 public:
  void signal() {
    {
      const std::scoped_lock guard(mutex_);
      raised_ = true;
    }
    changed_.notify_one();
  }
  void await() {
    std::unique_lock guard(mutex_);
    changed_.wait(guard, [&] { return raised_; });
    raised_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool raised_ = false;
};

class SemaphoreEvent {
 public:
  void signal() { semaphore_.release(); }
  void await() { semaphore_.acquire(); }

 private:
  std::binary_semaphore semaphore_{0};
};

class AbslEvent {
 public:
  void signal() {
    const absl::MutexLock guard(&mutex_);
    raised_ = true;
  }
  void await() {
    const absl::MutexLock guard(&mutex_, absl::Condition(&raised_));
    raised_ = false;
  }

 private:
  absl::Mutex mutex_;
  bool raised_ = false;
};

class AtomicWaitEvent {
 public:
  void signal() {
    raised_.store(1);
    raised_.notify_one();
  }
  void await() {
    raised_.wait(0);
    raised_.store(0);
  }

 private:
  std::atomic<int> raised_{0};
};

template <class E, bool kSample>
Outcome ping_pong(const Rep& rep) {
  struct alignas(kCacheLine) Padded {
    E event{};
  };
  Padded ping;
  Padded pong;
  std::vector<std::int64_t> latencies;
  if (kSample) latencies.reserve(static_cast<std::size_t>(rep.ops));
  const double ns = run_threads(rep.placement, 2, [&](int index) {
    if (index == 1) {
      for (std::int64_t i = 0; i < rep.ops; ++i) {
        ping.event.await();
        pong.event.signal();
      }
      return;
    }
    std::int64_t last = kSample ? now_ns() : 0;
    for (std::int64_t i = 0; i < rep.ops; ++i) {
      ping.event.signal();
      pong.event.await();
      if constexpr (kSample) {
        const std::int64_t now = now_ns();
        latencies.push_back(now - last);
        last = now;
      }
    }
  });
  return {ns / static_cast<double>(rep.ops), std::move(latencies)};
}

// Latencies come from a second, shorter run, so that reading the clock does not
// count in the throughput.
template <class E>
Outcome ping_pong_with_p99(const Rep& rep) {
  Rep sampled = rep;
  sampled.ops = std::max<std::int64_t>(rep.ops / 4, 1);
  Outcome outcome = ping_pong<E, false>(rep);
  outcome.latencies = ping_pong<E, true>(sampled).latencies;
  return outcome;
}

const std::vector<Placement> kAlone = {kOneCore};
const std::vector<Placement> kEverywhere = {kOneCore, kTwoCores, kFree};

template <template <class> class Run>
void add_locks(Workload& row) {
  row.add("floor", Run<floors::FutexLock>::run)
      .add("floor (spin)", Run<floors::SpinLock>::run)
      .add("skein", Run<SkeinLock<threading::Lock>>::run)
      .add("std::mutex", Run<std::mutex>::run)
      .add("boost::mutex", Run<boost::mutex>::run)
      .add("std::binary_semaphore", Run<BinarySemaphoreLock>::run)
      .add("std::shared_mutex", Run<std::shared_mutex>::run)
      .add("absl::Mutex", Run<AbslLock>::run);
}

template <template <class> class Run>
void add_rlocks(Workload& row) {
  row.add("floor", Run<floors::FutexRLock>::run)
      .add("skein", Run<SkeinLock<threading::RLock>>::run)
      .add("std::recursive_mutex", Run<std::recursive_mutex>::run)
      .add("boost::recursive_mutex", Run<boost::recursive_mutex>::run);
}

template <class L>
struct Uncontended {
  static Outcome run(const Rep& rep) { return uncontended<L>(rep); }
};
template <class L>
struct Nested {
  static Outcome run(const Rep& rep) { return nested<L>(rep); }
};
template <class L>
struct Contended {
  static Outcome run(const Rep& rep) { return contended<L>(rep); }
};

}  // namespace

void add_threading(Suite& suite) {
  // Single-thread rows are short: more operations cost nothing.
  suite.push_back({1, "lock uncontended", kAlone, 5'000'000, 0.5});
  add_locks<Uncontended>(suite.back());
  suite.push_back({1, "lock contended, 2 threads", kEverywhere, 2'000'000, 0.5});
  add_locks<Contended>(suite.back());
  suite.push_back({1, "rlock uncontended", kAlone, 5'000'000, 0.5});
  add_rlocks<Uncontended>(suite.back());
  suite.push_back({1, "rlock nested", kAlone, 20'000'000, 0.5});
  add_rlocks<Nested>(suite.back());
  suite.push_back({1, "rlock contended", kEverywhere, 2'000'000, 0.5});
  add_rlocks<Contended>(suite.back());

  suite.push_back({1, "semaphore uncontended", kAlone, 5'000'000, 0.5});
  suite.back()
      .add("floor", semaphore<floors::FutexSemaphore>)
      .add("skein", semaphore<threading::Semaphore>)
      .add("std::counting_semaphore", semaphore<std::counting_semaphore<>>)
      .add("std::binary_semaphore", semaphore<std::binary_semaphore, 1>)
      .add("mutex+cv", semaphore<CvSemaphore>);

  // The floor of a hand-over is a spin where two CPUs are to be had and a futex
  // where they are not.
  for (const Placement placement : kEverywhere) {
    const bool shared = placement == kOneCore;
    suite.push_back({1, "event ping-pong", {placement}, 300'000, 0.25});
    suite.back()
        .add(shared ? "floor (spin)" : "floor", ping_pong_with_p99<floors::SpinEvent>)
        .add(shared ? "floor" : "floor (park)", ping_pong_with_p99<floors::ParkEvent>)
        .add("skein", ping_pong_with_p99<SkeinEvent>)
        .add("std::condition_variable", ping_pong_with_p99<CvEvent>)
        .add("std::binary_semaphore", ping_pong_with_p99<SemaphoreEvent>)
        .add("absl::Mutex", ping_pong_with_p99<AbslEvent>)
        .add("atomic wait", ping_pong_with_p99<AtomicWaitEvent>);
  }
}

}  // namespace bench
