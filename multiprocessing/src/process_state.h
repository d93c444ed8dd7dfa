// process_state.h - what a Process and its handles share; and the registry of this process's children.
#ifndef SKEIN_MULTIPROCESSING_SRC_PROCESS_STATE_H_
#define SKEIN_MULTIPROCESSING_SRC_PROCESS_STATE_H_

#include <skein/core/thread_safety.h>
#include <skein/multiprocessing/internal/method.h>
#include <skein/multiprocessing/internal/parcel.h>
#include <skein/multiprocessing/internal/work.h>
#include <skein/multiprocessing/process_handle.h>
#include <skein/threading/lock.h>

#include <sys/types.h>

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "child_watch.h"

namespace skein::inline v0::multiprocessing::internal {

class ProcessState : public std::enable_shared_from_this<ProcessState> {
 public:
  enum class Kind { kMain, kChild, kParent };
  enum class Phase { kInitial, kStarting, kStarted };

  // A child to be: numbered and named after this process, its daemon flag that of this process.
  static std::shared_ptr<ProcessState> make_child(std::string name, std::optional<bool> daemon, const char* prefix);
  explicit ProcessState(Kind of) : kind(of) {}

  static ProcessHandle handle(std::shared_ptr<ProcessState> state) noexcept { return ProcessHandle(std::move(state)); }
  // "1:2" for the second child of the first child.
  [[nodiscard]] std::string number() const;

  void start(Process& object);
  // What its process does, there. `object`: what start() was called of.
  void call(Process& object);
  void call_target();

  const Kind kind;
  std::vector<std::uint32_t> identity;
  pid_t parent_pid = 0;          // That made the object. Of a parent: its own.
  std::optional<Method> method;  // Empty: the default one's, when it starts.
  std::unique_ptr<Work> work;    // The starter's until start(), then the process's.
  int sentinel_of_parent = -1;

  // Guarded by the registry's lock.
  std::string name;
  bool named = false;  // By the user.
  bool daemon = false;
  bool closed = false;
  Phase phase = Phase::kInitial;
  std::shared_ptr<ChildWatch> watch;

 private:
  ChildWatch launch(Process& object, Method how);
  ChildWatch fork_it(Process& object);
  void pack(Process& object, Method how, Parcel& parcel) const;
};

// One lock guards it and the changeable fields of every ProcessState; nothing waits under it. Leaked, so that it may be
// used while statics die.
class ProcessRegistry {
 public:
  static ProcessRegistry& instance();

  threading::Lock lock;
  std::shared_ptr<ProcessState> current SKEIN_GUARDED_BY(lock);
  std::shared_ptr<ProcessState> parent SKEIN_GUARDED_BY(lock);
  std::list<std::shared_ptr<ProcessState>> children SKEIN_GUARDED_BY(lock);  // Started and not known to have ended.
  std::uint32_t made SKEIN_GUARDED_BY(lock) = 0;
  bool shut SKEIN_GUARDED_BY(lock) = false;  // shut_down() was called.

  // Takes those out of `children` that have ended.
  void reap();
  // In a new process: it is that now.
  void become(std::shared_ptr<ProcessState> state, std::shared_ptr<ProcessState> its_parent);
  // At the end of this process: terminates the daemons among its children and waits for all. As often as it is called.
  void shut_down() noexcept;

 private:
  ProcessRegistry();
};

// So that no new process writes again what this one has in its buffers.
void flush_standard_streams() noexcept;

// ---- the three ways (the parent's side) ----

// `parcel`: bytes that begin with a Launch.
// Errors: OSError.
ChildWatch spawn(const Parcel& parcel);
ChildWatch start_by_fork_server(const Parcel& parcel);
// Ends the fork server of this process if it has one.
void stop_fork_server() noexcept;
// Errors: RuntimeError if this program cannot be started anew, saying why.
void check_that_it_can_be_started_anew();

// ---- the child's side ----

struct ChildStart {
  std::shared_ptr<ProcessState> state;
  std::shared_ptr<ProcessState> parent;
  std::shared_ptr<Process> object;  // Empty: `borrowed`.
  Process* borrowed = nullptr;
  int lifeline = -1;       // Becomes readable when the parent has ended.
  bool own_image = false;  // Started by exec: its exit handlers are its own.
  bool stdin_is_null = false;
};
// Does what the process is for, and ends it.
[[noreturn]] void run_child(ChildStart start) noexcept;
// The same, after taking the parcel apart. Errors go to stderr, and the exit code is 1.
[[noreturn]] void run_launched(Parcel parcel, int lifeline, bool own_image) noexcept;
// From now on this process is killed when the other end of the pipe is closed; at once, if it is by now.
void hang_life_on(int lifeline) noexcept;

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_PROCESS_STATE_H_
