#include <skein/core/errors.h>
#include <skein/core/spin.h>

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>

namespace skein::inline v0 {
namespace internal {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLongestBudget = 100'000'000;
constexpr std::int64_t kDefaultBudget = 35'000;
constexpr std::int64_t kUnknown = -1;
constexpr std::int64_t kBeingMeasured = -2;
constexpr std::int64_t kChunkNs = 224;  // Between two yields: measured best on one core and on two.

constinit std::atomic<std::int64_t> g_budget_ns{kUnknown};
constinit std::atomic<int> g_pauses_per_chunk{16};

// ---- what the machine allows ----

// The processors that the process may use, read before main() so that what a program pins its threads to later does
// not count. Empty when somebody waits before this file is initialised.
cpu_set_t usable_processors() noexcept {
  cpu_set_t usable;
  CPU_ZERO(&usable);
  if (::sched_getaffinity(0, sizeof usable, &usable) != 0) CPU_ZERO(&usable);
  return usable;
}
const cpu_set_t g_usable_at_start = usable_processors();

bool reads_number(const char* path, const char* format, long* first, long* second) noexcept {
  std::FILE* file = std::fopen(path, "re");
  if (file == nullptr) return false;
  const int got = second != nullptr ? std::fscanf(file, format, first, second) : std::fscanf(file, format, first);
  std::fclose(file);
  return got == (second != nullptr ? 2 : 1);
}

// The cgroup folder of this process below /sys/fs/cgroup (v2: the line that begins with "0::").
std::string own_cgroup() {
  std::string found;
  std::FILE* file = std::fopen("/proc/self/cgroup", "re");
  if (file == nullptr) return found;
  std::array<char, 4096> line{};
  while (std::fgets(line.data(), static_cast<int>(line.size()), file) != nullptr) {
    if (std::strncmp(line.data(), "0::", 3) == 0) {
      found = line.data() + 3;
      while (!found.empty() && (found.back() == '\n' || found.back() == '/')) found.pop_back();
    }
  }
  std::fclose(file);
  return found;
}

// cgroup v2: "max 100000" or "<quota> <period>" in any folder from ours up. v1: cfs_quota_us, -1 for none.
bool under_quota() {
  long quota = 0;
  long period = 0;
  for (std::string folder = own_cgroup();; folder.erase(folder.rfind('/'))) {
    if (reads_number(("/sys/fs/cgroup" + folder + "/cpu.max").c_str(), "%ld %ld", &quota, &period)) return true;
    if (folder.find('/') == std::string::npos) break;
  }
  return reads_number("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "%ld", &quota, nullptr) && quota > 0;
}

// ---- the price of a wake-up ----

// Two threads on two processors that hand a ball to and fro, each asleep when it comes.
struct Exchange {
  std::atomic<std::uint32_t> ball{0};
  std::array<int, 2> processors{};
  std::atomic<std::int64_t> median_trip{0};  // There and back.
};

constexpr int kRounds = 9;

void stay_on(int processor) noexcept {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<unsigned>(processor), &one);
  ::pthread_setaffinity_np(::pthread_self(), sizeof one, &one);
}

void await(Exchange& exchange, std::uint32_t turn) noexcept {
  while (exchange.ball.load() != turn) futex_wait(&exchange.ball, turn - 1, kNever, Scope::kProcess);
}

void pass(Exchange& exchange, std::uint32_t turn) noexcept {
  exchange.ball.store(turn);
  futex_wake(&exchange.ball, 1, Scope::kProcess);
}

void serve(Exchange& exchange) noexcept {
  std::array<std::int64_t, kRounds> trips{};
  for (std::uint32_t round = 0; round < kRounds; ++round) {
    const std::int64_t start = monotonic_ns();
    pass(exchange, 2 * round + 1);
    await(exchange, 2 * round + 2);
    trips[round] = monotonic_ns() - start;
  }
  std::sort(trips.begin(), trips.end());
  exchange.median_trip.store(trips[kRounds / 2]);
}

void* serve_there(void* argument) noexcept {
  auto& exchange = *static_cast<Exchange*>(argument);
  stay_on(exchange.processors[0]);
  serve(exchange);
  return nullptr;
}

void* answer(void* argument) noexcept {
  auto& exchange = *static_cast<Exchange*>(argument);
  stay_on(exchange.processors[1]);
  for (std::uint32_t round = 0; round < kRounds; ++round) {
    await(exchange, 2 * round + 1);
    pass(exchange, 2 * round + 2);
  }
  return nullptr;
}

// What a sleep costs that turns out to have been unnecessary: a whole round trip between two threads that both sleep,
// since there is the waker's call and the way to the other processor, and the sleeper's own way into the kernel, cold
// caches and most often another wake-up back. (Measured: 6, 15 and 28 us; with a budget of 20 us the pool's round trip,
// row 3c of the benchmarks, was bistable between 0.8 and 2.8 us, with 30 to 60 it was not.) The threads stay each on
// its own processor: left alone, the scheduler often puts both on one, where a wake-up costs a tenth of that.
std::int64_t measure_wake_up(const cpu_set_t& usable) noexcept {
  Exchange exchange;
  std::size_t found = 0;
  for (unsigned i = 0; i < CPU_SETSIZE && found < exchange.processors.size(); ++i) {
    if (CPU_ISSET(i, &usable)) exchange.processors[found++] = static_cast<int>(i);
  }
  sigset_t every;
  sigset_t before;
  sigfillset(&every);
  ::pthread_sigmask(SIG_SETMASK, &every, &before);
  pthread_t answering;
  pthread_t serving;
  if (::pthread_create(&answering, nullptr, answer, &exchange) == 0) {
    if (::pthread_create(&serving, nullptr, serve_there, &exchange) == 0) {
      ::pthread_join(serving, nullptr);
    } else {
      serve(exchange);
    }
    ::pthread_join(answering, nullptr);
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (exchange.median_trip.load() == 0) return kDefaultBudget;
  return std::clamp<std::int64_t>(exchange.median_trip.load(), 2'000, 100'000);
}

void measure_pause() noexcept {
  constexpr int kPauses = 64;
  std::int64_t best = kNever;
  for (int attempt = 0; attempt < 5; ++attempt) {
    const std::int64_t start = monotonic_ns();
    for (int i = 0; i < kPauses; ++i) cpu_relax();
    best = std::min(best, monotonic_ns() - start);
  }
  const std::int64_t pauses = kChunkNs * kPauses / std::max<std::int64_t>(best, 1);
  g_pauses_per_chunk.store(static_cast<int>(std::clamp<std::int64_t>(pauses, 4, 256)));
}

std::int64_t measured_budget() noexcept {
  if (const char* text = std::getenv("SKEIN_SPIN_US")) {  // NOLINT(concurrency-mt-unsafe)
    std::int64_t us = 0;
    const auto [end, error] = std::from_chars(text, text + std::strlen(text), us);
    if (error == std::errc() && *end == '\0' && us >= 0 && us <= kLongestBudget / 1000) return us * 1000;
    std::fprintf(stderr, "skein: SKEIN_SPIN_US=%s is no number of microseconds from 0 to %lld; ignored\n", text,
                 static_cast<long long>(kLongestBudget / 1000));
  }
  const cpu_set_t usable = CPU_COUNT(&g_usable_at_start) != 0 ? g_usable_at_start : usable_processors();
  if (CPU_COUNT(&usable) <= 1) return 0;
  try {
    if (under_quota()) return 0;
  } catch (...) {  // Out of memory for a path: then without that knowledge.
  }
  return measure_wake_up(usable);
}

// The budget; measures it first if nobody has. While another thread measures, the default serves, so that nobody
// waits for the measurement and a fork in the middle of it leaves the child with a number that works.
std::int64_t budget_ns() noexcept {
  std::int64_t budget = g_budget_ns.load();
  if (budget >= 0) [[likely]]
    return budget;
  if (budget == kUnknown && g_budget_ns.compare_exchange_strong(budget, kBeingMeasured)) {
    measure_pause();
    int cancel_state = 0;  // The measurement opens files, which would be a place to be cancelled at.
    ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    const std::int64_t measured = measured_budget();
    ::pthread_setcancelstate(cancel_state, nullptr);
    budget = kBeingMeasured;
    if (g_budget_ns.compare_exchange_strong(budget, measured)) return measured;
    return budget;  // set_spin_budget() came first.
  }
  return budget >= 0 ? budget : kDefaultBudget;
}

}  // namespace

Spin::Spin(SpinHistory& history, Deadline deadline) noexcept : history_(history), deadline_ns_(deadline.ns()) {
  if (history.score_.load(std::memory_order_relaxed) > 0) {
    allowed_ = true;
  } else {
    // Relaxed, and a lost count is no loss: these only pace the probes.
    const std::uint32_t skipped = history.skipped_.load(std::memory_order_relaxed) + 1;
    history.skipped_.store(skipped, std::memory_order_relaxed);
    allowed_ = skipped % SpinHistory::kProbeEvery == 0;
  }
}

bool Spin::turn() noexcept {
  if (!allowed_) return false;
  const std::int64_t now = monotonic_ns();
  if (end_ns_ == 0) {
    const std::int64_t budget = budget_ns();
    if (budget == 0) {
      allowed_ = false;
      return false;
    }
    // Not 0, even if the deadline is: that means "not yet known".
    end_ns_ = std::max<std::int64_t>(std::min(now + budget, deadline_ns_), 1);
    spun_ = true;
  } else if (now >= end_ns_) {
    if (now < deadline_ns_) remember_failure();
    allowed_ = false;
    return false;
  } else {
    yield_cpu();
  }
  left_ = g_pauses_per_chunk.load(std::memory_order_relaxed);
  return true;
}

void linger() noexcept {
  const int pauses = 2 * g_pauses_per_chunk.load(std::memory_order_relaxed);
  for (int i = 0; i < pauses; ++i) cpu_relax();
}

// Relaxed here and below: guesses, see SpinHistory.
void Spin::remember_failure() noexcept {
  const std::int32_t score = history_.score_.load(std::memory_order_relaxed);
  history_.score_.store(std::max(score - 2, 0), std::memory_order_relaxed);
}

void Spin::remember_success() noexcept {
  const std::int32_t score = history_.score_.load(std::memory_order_relaxed);
  if (score < SpinHistory::kBest) history_.score_.store(score + 1, std::memory_order_relaxed);
}

}  // namespace internal

std::chrono::nanoseconds spin_budget() noexcept { return std::chrono::nanoseconds(internal::budget_ns()); }

void set_spin_budget(std::chrono::nanoseconds budget) {
  if (budget.count() < 0 || budget.count() > internal::kLongestBudget) {
    throw ValueError("the spin budget must be 0 to 100 milliseconds");
  }
  internal::g_budget_ns.store(budget.count());
}

}  // namespace skein::inline v0
