// thread_state.h - what a Thread, its handles and the running thread share; and the registry of them all.
#ifndef SKEIN_THREADING_SRC_THREAD_STATE_H_
#define SKEIN_THREADING_SRC_THREAD_STATE_H_

#include <skein/contextvars.h>
#include <skein/core/callable.h>
#include <skein/core/park.h>
#include <skein/core/thread_safety.h>
#include <skein/threading/event.h>
#include <skein/threading/lock.h>
#include <skein/threading/thread_handle.h>

#include <pthread.h>

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace skein::inline v0::threading {
class Thread;
}  // namespace skein::inline v0::threading

namespace skein::inline v0::internal {

// All threads that are alive, in the order of their start, and those that ended without anybody joining them.
// One lock guards it and the changeable fields of every ThreadState: they are touched at start, at end, and when
// somebody asks. Leaked, so that threads may use it while statics die.
class ThreadRegistry {
 public:
  static ThreadRegistry& instance();

  threading::Lock lock;
  std::list<std::shared_ptr<ThreadState>> alive SKEIN_GUARDED_BY(lock);
  std::list<std::shared_ptr<ThreadState>> unjoined SKEIN_GUARDED_BY(lock);
  std::shared_ptr<ThreadState> main SKEIN_GUARDED_BY(lock);
  std::uint64_t named SKEIN_GUARDED_BY(lock) = 0;                 // Counts the names given: Thread-1, Dummy-2, ...
  bool ended SKEIN_GUARDED_BY(lock) = false;                      // The process exits: no new threads.
  std::vector<void (*)()> before_joining SKEIN_GUARDED_BY(lock);  // at_shutdown()

  // Joins those threads in `unjoined` that are gone. Does not wait for one that is on its last steps: its thread-local
  // destructors may be waiting for the caller.
  void reap();
  // Joins all threads in `unjoined`, which have ended or are about to.
  void join_unowned();
  // Joins all non-daemon threads, those too that they start, then lets daemons get no further. Once.
  void shut_down() noexcept;

 private:
  ThreadRegistry();
};

class ThreadState : public std::enable_shared_from_this<ThreadState> {
 public:
  enum class Kind { kStarted, kMain, kDummy };
  enum class Phase { kInitial, kStarting, kStarted };

  explicit ThreadState(Kind of) : kind(of) {}

  // The calling thread's; makes one for a thread that skein did not start.
  static std::shared_ptr<ThreadState> current();
  // The calling thread's if it has one.
  static ThreadState* current_or_null() noexcept;

  static threading::ThreadHandle handle(std::shared_ptr<ThreadState> state) noexcept {
    return threading::ThreadHandle(std::move(state));
  }

  // Creates the system's thread. `owner`: the object whose run() it calls, nullptr to call `target`.
  void start(std::shared_ptr<threading::Thread> owner, bool let_go);
  // False if time ran out or a stop was requested first.
  bool join(const Until& until);
  // Gives up ownership: when it ends, somebody else joins it.
  void let_go();
  void call_target();
  // Whether it stayed in the parent process when this one was forked off. Under the registry's lock.
  [[nodiscard]] bool left_behind() const noexcept { return phase == Phase::kStarted && forks != fork_count(); }

  const Kind kind;
  Callable target;                              // The starter's until start(), then the thread's.
  std::optional<contextvars::Context> context;  // Likewise.

  // Guarded by the registry's lock.
  std::string name;
  bool daemon = false;
  Phase phase = Phase::kInitial;
  pthread_t handle_ = {};
  std::uint32_t forks = fork_count();  // When it was started.
  std::optional<std::uint64_t> ident;
  std::optional<std::uint64_t> native_id;
  bool unowned = false;       // let_go() was called.
  bool join_claimed = false;  // Somebody has called pthread_join, or will.
  bool off_the_list = true;   // Not in `alive`.
  std::list<std::shared_ptr<ThreadState>>::iterator place;

  threading::Event finished;  // run() is through, and what was left of it is gone.
  threading::Event joined;    // The system's thread is gone too.

 private:
  friend class ThreadRegistry;
  struct Launch;
  static void* thread_main(void* launch);
  void run_guarded(std::shared_ptr<threading::Thread> owner);
  void finish() noexcept;

  Atomic<std::uint32_t> begun_{0};
};

// Whether the calling thread is the one that the process began with.
bool on_first_thread() noexcept;
// As much of it as the system takes, never half a character.
void set_system_name(pthread_t thread, const std::string& name);
// What stack_size() was set to; 0: the system's default.
std::size_t thread_stack_size() noexcept;

}  // namespace skein::inline v0::internal

#endif  // SKEIN_THREADING_SRC_THREAD_STATE_H_
