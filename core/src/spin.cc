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

struct Exchange {
  std::atomic<std::uint32_t> ball{0};
  std::atomic<bool> over{false};
};

constexpr int kRounds = 7;

void* answer(void* argument) noexcept {
  auto& exchange = *static_cast<Exchange*>(argument);
  for (std::uint32_t turn = 1; turn <= kRounds; ++turn) {
    while (exchange.ball.load() != 2 * turn - 1) {
      futex_wait(&exchange.ball, 2 * turn - 2, kNever, Scope::kProcess);
    }
    exchange.ball.store(2 * turn);
    futex_wake(&exchange.ball, 1, Scope::kProcess);
  }
  return nullptr;
}

// Half a round trip between two threads that both sleep, on two processors: the median of a few.
std::int64_t measure_wake_up(const cpu_set_t& usable) noexcept {
  Exchange exchange;
  pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0) return kDefaultBudget;
  cpu_set_t other = usable;
  const int here = ::sched_getcpu();
  if (here >= 0) CPU_CLR(static_cast<unsigned>(here), &other);
  ::pthread_attr_setaffinity_np(&attributes, sizeof other, &other);
  sigset_t every;
  sigset_t before;
  sigfillset(&every);
  ::pthread_sigmask(SIG_SETMASK, &every, &before);
  pthread_t thread;
  const int failed = ::pthread_create(&thread, &attributes, answer, &exchange);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::pthread_attr_destroy(&attributes);
  if (failed != 0) return kDefaultBudget;

  std::array<std::int64_t, kRounds> trips{};
  for (std::uint32_t turn = 1; turn <= kRounds; ++turn) {
    const std::int64_t start = monotonic_ns();
    exchange.ball.store(2 * turn - 1);
    futex_wake(&exchange.ball, 1, Scope::kProcess);
    while (exchange.ball.load() != 2 * turn) {
      futex_wait(&exchange.ball, 2 * turn - 1, kNever, Scope::kProcess);
    }
    trips[turn - 1] = monotonic_ns() - start;
  }
  ::pthread_join(thread, nullptr);
  std::sort(trips.begin(), trips.end());
  return std::clamp<std::int64_t>(trips[kRounds / 2] / 2, 2'000, 100'000);
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
    if (now < deadline_ns_) {
      // Relaxed: a guess, see SpinHistory.
      const std::int32_t score = history_.score_.load(std::memory_order_relaxed);
      history_.score_.store(std::max(score - 2, 0), std::memory_order_relaxed);
    }
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
