#include <skein/core/internal/platform.h>

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <list>
#include <new>

namespace skein::inline v0::internal {

constinit thread_local std::uint32_t t_thread_token = 0;
constinit std::atomic<std::uint32_t> g_fork_count{0};

namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

int futex_op(int operation, Scope scope) noexcept {
  return scope == Scope::kProcess ? operation | FUTEX_PRIVATE_FLAG : operation;
}

}  // namespace

bool futex_wait(const void* word, std::uint32_t expected, std::int64_t deadline_ns, Scope scope) noexcept {
  timespec at{};
  const timespec* until = nullptr;
  if (deadline_ns != kNever) {
    const std::int64_t ns = deadline_ns < 0 ? 0 : deadline_ns;  // The kernel refuses a negative time.
    at.tv_sec = static_cast<time_t>(ns / 1'000'000'000);
    at.tv_nsec = static_cast<long>(ns % 1'000'000'000);
    until = &at;
  }
  const int saved = errno;
  bool in_time = true;
  for (;;) {
    // FUTEX_WAIT_BITSET takes an absolute time, on the monotonic clock unless told otherwise: futex(2).
    const long got = ::syscall(SYS_futex, word, futex_op(FUTEX_WAIT_BITSET, scope), expected, until, nullptr,
                               FUTEX_BITSET_MATCH_ANY);
    if (got == 0 || errno == EAGAIN) break;
    if (errno == EINTR) continue;
    if (errno == ETIMEDOUT) {
      in_time = false;
      break;
    }
    // EFAULT, EINVAL, ENOSYS: the word or the kernel is not what this library can work with.
    std::perror("skein: futex wait");
    std::abort();
  }
  errno = saved;
  return in_time;
}

void futex_wake(const void* word, int count, Scope scope) noexcept {
  const int saved = errno;
  // Errors do not matter: EFAULT means that the object is gone, and with it those who waited.
  ::syscall(SYS_futex, word, futex_op(FUTEX_WAKE, scope), count, nullptr, nullptr, 0);
  errno = saved;
}

std::int64_t monotonic_ns() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

void yield_cpu() noexcept { ::sched_yield(); }

// ---- thread tokens ----------------------------------------------------------------------------------------------

namespace {

// Tokens of ended threads, oldest first. Reuse begins only when many are waiting, so that an RLock which its thread
// took to the grave is not soon mistaken for another thread's.
class Tokens {
 public:
  std::uint32_t take() noexcept {
    enter();
    std::uint32_t token;
    if (ended_.size() > kKept) {
      token = ended_.front();
      ended_.pop_front();
    } else {
      token = next_++;
    }
    leave();
    return token;
  }

  void give_back(std::uint32_t token) noexcept {
    enter();
    try {
      // What a fork left behind, or the forking thread's own number, never comes back: it still means "left behind".
      if (token >= boundary_) ended_.push_back(token);
    } catch (...) {  // Out of memory: this number is not used again.
    }
    leave();
  }

  bool left_behind(std::uint32_t token) const noexcept { return token != survivor_ && token < boundary_; }

  void before_fork() noexcept { enter(); }
  void after_fork_in_parent() noexcept { leave(); }
  void after_fork_in_child() noexcept {
    g_fork_count.fetch_add(1);
    survivor_ = t_thread_token;
    boundary_ = next_;
    ended_.clear();
    leave();
  }

 private:
  static constexpr std::size_t kKept = 1024;

  // A spin lock: held for a few instructions, by code that must not need a thread token.
  void enter() noexcept {
    while (busy_.test_and_set()) yield_cpu();
  }
  void leave() noexcept { busy_.clear(); }

  std::atomic_flag busy_;
  std::uint32_t next_ = 1;
  std::uint32_t boundary_ = 1;      // Smaller tokens were given out before this process was forked off.
  std::uint32_t survivor_ = 0;      // The one of them that is still alive here.
  std::list<std::uint32_t> ended_;  // Allocates nothing when made.
};

Tokens& tokens() noexcept {
  static Tokens* const all = [] {
    // Never destroyed: threads may end after statics do. Not on the heap: a thread's first lock must not fail for it.
    alignas(Tokens) static std::byte place[sizeof(Tokens)];  // NOLINT(modernize-avoid-c-arrays)
    auto* made = ::new (static_cast<void*>(place)) Tokens;
    ::pthread_atfork([] { tokens().before_fork(); }, [] { tokens().after_fork_in_parent(); },
                     [] { tokens().after_fork_in_child(); });
    return made;
  }();
  return *all;
}

// Made when the library is loaded: a thread that makes them at its first lock may be in the middle of that when another
// one forks, and the child would wait for it for ever.
[[maybe_unused]] const Tokens& g_made_at_load = tokens();

struct TokenReturner {
  ~TokenReturner() {
    // The main thread goes on after this, through exit handlers and static destructors, with what it holds.
    if (::syscall(SYS_gettid) == ::getpid()) return;
    tokens().give_back(t_thread_token);
    t_thread_token = 0;
  }
  void touch() const noexcept {}
};

}  // namespace

std::uint32_t assign_thread_token() noexcept {
  t_thread_token = tokens().take();
  thread_local TokenReturner returner;
  returner.touch();
  return t_thread_token;
}

bool left_behind_by_fork(std::uint32_t token) noexcept { return tokens().left_behind(token); }

}  // namespace skein::inline v0::internal
