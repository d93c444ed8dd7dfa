// skein/threading/thread.h - a thread of control. Python: threading.Thread.
#ifndef SKEIN_THREADING_THREAD_H_
#define SKEIN_THREADING_THREAD_H_

#include <skein/contextvars.h>
#include <skein/core/callable.h>
#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/threading/thread_handle.h>

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace skein::inline v0::threading {

// The keyword arguments of Thread that are not the callable's.
struct ThreadOptions {
  NoneType group = None;                                       // Reserved, as in Python.
  std::string name = {};                                       // Empty: "Thread-N".
  std::optional<bool> daemon = std::nullopt;                   // Empty: as the thread that makes it.
  std::optional<contextvars::Context> context = std::nullopt;  // Python 3.14: runs in it. Empty: in an empty one.
};

// A thread that runs a callable, or the run() of a class derived from this one.
//
//   threading::Thread t(f, 1, "x");                    // Thread(target=f, args=(1, "x"))
//   threading::Thread t({.daemon = true}, f, 1, "x");  // options first
//   t.start();
//
//   class Worker : public threading::Thread { void run() override; };
//   auto w = threading::make<Worker>(...);             // shared with the running thread
//   w->start();
//
// The callable and its arguments are copied or moved into state that the thread shares and are called as by
// std::invoke, so std::ref passes a reference. They are destroyed as soon as the call has returned.
//
// Ownership: a Thread owns its thread as std::jthread does: the destructor of a non-daemon joins, with no limit. A
//            daemon is let go; so is one started as a temporary, `Thread(f).start()`, which is then joined when the
//            process exits, before any static object is destroyed. What ends at exit, and how: docs/threading.md.
// Threads:   members of ThreadHandle from any thread; start() too (exactly one call wins); moving is the owner's.
// Ordering:  what was done before start() is visible in the thread, what the thread did is visible after join().
class SKEIN_API Thread : public ThreadHandle {
 public:
  // Does nothing when started; for derived classes.
  Thread() : Thread(ThreadOptions{}) {}
  explicit Thread(ThreadOptions options);

  // Calls `target` with the arguments in the thread, once it is started.
  template <class F, class... Args>
    requires(!std::derived_from<std::remove_cvref_t<F>, ThreadHandle> &&
             !std::same_as<std::remove_cvref_t<F>, ThreadOptions>)
  explicit Thread(F&& target, Args&&... args)
      : Thread(ThreadOptions{}, std::forward<F>(target), std::forward<Args>(args)...) {}

  template <class F, class... Args>
  Thread(ThreadOptions options, F&& target, Args&&... args)
      : Thread(std::move(options), Callable(bind(std::forward<F>(target), std::forward<Args>(args)...)), Bound{}) {}

  // The thread's state moves; the source can only be assigned to or destroyed. Assigning first lets go of what was
  // there, as the destructor does.
  Thread(Thread&& other) noexcept;
  Thread& operator=(Thread&& other);
  // Joins a non-daemon that was started; see Ownership.
  virtual ~Thread();

  // Begins the thread and returns when it is about to run, as CPython does.
  // Errors: RuntimeError if it has been started before ("threads can only be started once"), if the system refuses
  // ("can't start new thread": it may be tried again), or if this is an object of a derived class that
  // threading::make did not create (the thread could outlive it).
  void start() &;
  // On a temporary: lets go as well. Joined when the process exits, unless it is a daemon.
  void start() &&;

  // What the thread does: calls the target, once; then the target and its arguments are gone. Derived classes put
  // their own in its place. What leaves it goes to threading::excepthook.
  virtual void run();

 protected:
  struct Bound {};
  // For a derived class of the house that brings its own callable and needs no make().
  Thread(ThreadOptions options, Callable target, Bound);

 private:
  template <std::derived_from<Thread> W, class... Args>
  friend std::shared_ptr<W> make(Args&&... args);

  template <class F, class... Args>
  static auto bind(F&& target, Args&&... args) {
    static_assert(internal::CallableLater<F, Args...>,
                  "skein: the target cannot be called with these arguments; they are copied into the thread and passed "
                  "as rvalues, so a reference parameter needs std::ref (see threading::Thread)");
    return internal::bind_once(std::forward<F>(target), std::forward<Args>(args)...);
  }
  void begin(bool let_go);
  void release_thread();

  std::weak_ptr<Thread> self_;  // Set by make().
};

// Makes an object of a class derived from Thread; the running thread co-owns it, so that it may be dropped at once.
// Where Python says `w = Worker(...)`.
template <std::derived_from<Thread> W, class... Args>
[[nodiscard]] std::shared_ptr<W> make(Args&&... args) {
  auto made = std::make_shared<W>(std::forward<Args>(args)...);
  static_cast<Thread&>(*made).self_ = made;
  return made;
}

}  // namespace skein::inline v0::threading

#endif  // SKEIN_THREADING_THREAD_H_
