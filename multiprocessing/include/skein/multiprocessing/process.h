// skein/multiprocessing/process.h - a process of one's own. Python: multiprocessing.Process.
#ifndef SKEIN_MULTIPROCESSING_PROCESS_H_
#define SKEIN_MULTIPROCESSING_PROCESS_H_

#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/object_work.h>
#include <skein/multiprocessing/internal/work.h>
#include <skein/multiprocessing/process_handle.h>

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace skein::inline v0::multiprocessing {

class Context;

namespace internal {
class Engine;
struct Parcel;
[[noreturn]] void run_launched(Parcel parcel, int lifeline, bool own_image) noexcept;
}  // namespace internal

// The keyword arguments of Process that are not the callable's.
struct ProcessOptions {
  NoneType group = None;                      // Reserved, as in Python.
  std::string name = {};                      // Empty: "Process-N".
  std::optional<bool> daemon = std::nullopt;  // Empty: as the process that makes it.
};

// A process that runs a callable, or the run() of a class derived from this one.
//
//   multiprocessing::Process p(f, 1, "x");                    // Process(target=f, args=(1, "x"))
//   multiprocessing::Process p({.daemon = true}, f, 1, "x");  // options first
//   p.start();
//
//   class Worker : public multiprocessing::Process { void run() override; };
//   auto w = multiprocessing::make<Worker>(...);
//   w->start();
//
// The callable and its arguments are copied or moved in and are called as by std::invoke, in the other process, on that
// one's copy. Afterwards it ends: its own threads are joined, its own children joined or terminated, stdout and stderr
// flushed. What leaves the call ends it with exit code 1 and a report on stderr, SystemExit with the code that it says.
//
// Start methods (context.h): with fork the other process is a copy of this one, and anything can be given to it. With
// spawn and forkserver it is this program started anew, stopped in freeze_support(): functions, captureless lambdas and
// function objects travel by their place in the program, arguments by pickle; what cannot is a TypeError of start(). A
// derived class then has to say what travels (`template <class Archive> void serialize(Archive& archive)`) and to be
// default constructible; an object that no make() has created is refused by start().
// Beyond stdin (/dev/null there), stdout, stderr and what the arguments hold, spawn and forkserver give no descriptor
// on.
//
// Ownership: a process shares no memory with this object, so the destructor does not wait, as Python's garbage
//            collector does not: the process goes on and stays in active_children(). When this process ends, by
//            returning from main or by exit(), those of its children that are daemons are terminated, and all are
//            joined.
// Threads:   members of ProcessHandle from any thread; start() too (exactly one call wins); moving is the owner's.
// Lifetime:  a child outlives its parent by no more than an instant: when the parent ends without that, the kernel
//            kills it (by a pipe whose other end only the parent has; a process that was made by a bare clone() may
//            hold it).
// Ordering:  what was done before start() is visible in the process.
// Cost:      fork: a fork, two pipe ends and a pidfd. forkserver: that of forking a small process, and two messages.
//            spawn: a start of the program.
// Death:     a process that is killed while it starts is one that ended, never half there; the killed server of
//            forkserver is replaced, and no process is started twice.
class SKEIN_API Process : public ProcessHandle {
 public:
  // Does nothing when started; for derived classes.
  Process() : Process(ProcessOptions{}) {}
  explicit Process(ProcessOptions options);

  // Calls `target` with the arguments, which are copied now and travel when it is started: see above.
  template <class F, class... Args>
    requires(!std::derived_from<std::remove_cvref_t<F>, ProcessHandle> &&
             !std::same_as<std::remove_cvref_t<F>, ProcessOptions>)
  explicit Process(F&& target, Args&&... args)
      : Process(ProcessOptions{}, std::forward<F>(target), std::forward<Args>(args)...) {}

  template <class F, class... Args>
  Process(ProcessOptions options, F&& target, Args&&... args)
      : Process(Bound{}, std::move(options),
                internal::bind_work(std::forward<F>(target), std::forward<Args>(args)...)) {}

  // The state moves; the source can only be assigned to or destroyed. Assigning first lets go of what was there.
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  // Never waits; see Ownership.
  virtual ~Process();

  // Makes the process and returns when the system has it. Then the callable and its arguments are gone from here.
  // Errors: AssertionError if it was started before ("cannot start a process twice"), if another process made the
  // object ("can only start a process object created by current process"), or if this is a daemon ("daemonic processes
  // are not allowed to have children"); ValueError after close(); TypeError if something cannot travel; RuntimeError if
  // spawn or forkserver cannot work here (freeze_support() was not called; valgrind), if this is an object of a derived
  // class that multiprocessing::make did not create, and in a process that has not reached freeze_support() itself;
  // OSError (EAGAIN, ENOMEM, EMFILE). After an error of these it may be tried again; nothing is left of the first try.
  void start();

  // What the process does: calls the target, once. Derived classes put their own in its place.
  virtual void run();

 private:
  friend class Context;
  friend class internal::ProcessState;
  friend class internal::Engine;
  template <std::derived_from<Process> W, class... Args>
  friend std::shared_ptr<W> make(Args&&... args);
  friend class internal::ObjectPart;
  friend void internal::run_launched(internal::Parcel parcel, int lifeline, bool own_image) noexcept;

  // In the new process.
  void become(std::shared_ptr<internal::ProcessState> state) noexcept { state_ = std::move(state); }

  struct Bound {};
  Process(Bound bound, ProcessOptions options, std::unique_ptr<internal::Work> target);

  std::weak_ptr<Process> self_;                       // Set by make(), as are the next two.
  const internal::Trampoline* trampoline_ = nullptr;  // Makes the object anew.
  void (*pack_)(const Process&, internal::PayloadWriter&) = nullptr;
};

// Makes an object of a class derived from Process, named "W-N" unless it has been given a name. Where Python says
// `w = Worker(...)`. It may be dropped as soon as it is started.
template <std::derived_from<Process> W, class... Args>
[[nodiscard]] std::shared_ptr<W> make(Args&&... args) {
  auto made = std::make_shared<W>(std::forward<Args>(args)...);
  internal::ObjectPart::adopt<W>(made);
  return made;
}

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_PROCESS_H_
