// skein/core/internal/platform.h - the one header that names atomics, the futex, the clock and the thread's identity.
//
// Everything in the house that synchronises goes through these names, so that a test build can put a scripted
// scheduler in their place: it defines SKEIN_SCRIPTED_PLATFORM as the path of a header that declares the same names
// and then runs the very code of core/, threading/ and queue/ through every interleaving (tests/scripted).
#ifndef SKEIN_CORE_INTERNAL_PLATFORM_H_
#define SKEIN_CORE_INTERNAL_PLATFORM_H_

#ifdef SKEIN_SCRIPTED_PLATFORM
#include SKEIN_SCRIPTED_PLATFORM
#else

#include <skein/core/export.h>

#include <atomic>
#include <cstdint>

#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#define SKEIN_KNOWS_SINGLE_THREADED 1
#endif

namespace skein::inline v0::internal {

template <class T>
using Atomic = std::atomic<T>;

// Whether a word is only ever waited on by threads of this process, or by other processes as well.
enum class Scope : bool { kProcess, kShared };

// Sleeps while the 32 bits at `word` equal `expected`, until a wake-up or until CLOCK_MONOTONIC reaches `deadline_ns`
// (INT64_MAX: never). Returns false if and only if the deadline has passed; true after a wake-up, after a spurious
// one, or when the value already differs. Restarts after signals with the same deadline.
SKEIN_API bool futex_wait(const void* word, std::uint32_t expected, std::int64_t deadline_ns, Scope scope) noexcept;

// Wakes up to `count` threads that sleep on `word`. Only the address is used: the object there may be gone already.
SKEIN_API void futex_wake(const void* word, int count, Scope scope) noexcept;

// Nanoseconds on CLOCK_MONOTONIC.
SKEIN_API std::int64_t monotonic_ns() noexcept;

// Offers the processor to another thread.
SKEIN_API void yield_cpu() noexcept;

// Tells the processor that this is a spin loop.
inline void cpu_relax() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("isb" ::: "memory");
#else
  asm volatile("" ::: "memory");
#endif
}

// The calling thread's identity: 1 to 2^30 - 1, unique among the live threads of the process, and kept by the thread
// that calls fork().
// One in the process: defined in core alone. Initial-exec, so that a shared library reads it without a call.
[[gnu::tls_model("initial-exec")]] extern SKEIN_API constinit thread_local std::uint32_t t_thread_token;
SKEIN_API std::uint32_t assign_thread_token() noexcept;
inline std::uint32_t thread_token() noexcept {
  const std::uint32_t token = t_thread_token;
  return token != 0 ? token : assign_thread_token();
}
// The same for comparing: 0, which no thread has, in a thread that has not needed one yet.
inline std::uint32_t known_thread_token() noexcept { return t_thread_token; }

// True if `token` belonged to a thread that a fork() left behind in the parent process.
SKEIN_API bool left_behind_by_fork(std::uint32_t token) noexcept;

// True only if the calling thread is the process's only one. (glibc says so until the first thread is made, and after a
// fork.)
inline bool single_threaded() noexcept {
#ifdef SKEIN_KNOWS_SINGLE_THREADED
  return __libc_single_threaded != 0;
#else
  return false;
#endif
}

// How many forks lie between this process and the first one that used skein. Relaxed: it changes only in a child, in
// the one thread that it begins with.
extern SKEIN_API constinit std::atomic<std::uint32_t> g_fork_count;
inline std::uint32_t fork_count() noexcept { return g_fork_count.load(std::memory_order_relaxed); }

}  // namespace skein::inline v0::internal

#endif  // SKEIN_SCRIPTED_PLATFORM
#endif  // SKEIN_CORE_INTERNAL_PLATFORM_H_
