// skein/multiprocessing/event.h - a flag to wait for between processes. Python: multiprocessing.Event.
#ifndef SKEIN_MULTIPROCESSING_EVENT_H_
#define SKEIN_MULTIPROCESSING_EVENT_H_

#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/held_block.h>
#include <skein/multiprocessing/internal/shared_block.h>

#include <concepts>
#include <stop_token>

namespace skein::inline v0::multiprocessing {

// A handle: copies, in other processes too, are of one flag. Lowered when made.
//
// Threads:  any member, from any thread of any process that has the event, at any time.
// Lifetime: of the last handle, in whichever process.
// Ordering: work done before set() is visible after any wait() or is_set() that returned true because of it.
// Cost:     one atomic step each; a system call only to sleep, or to wake somebody who does.
// Death:    nobody waits for another process in here, so a kill at any point blocks nobody: the flag is raised or not,
//           and who sleeps notices within 200 ms even if the process that raised it was killed before it woke anybody.
class SKEIN_API Event {
 public:
  // The keyword arguments of Event.wait.
  struct WaitOptions {
    Timeout timeout = None;
  };

  // Errors: OSError if there is no memory or no descriptor for it.
  Event();
  // For what fills it by load(). Until then it must not be used.
  explicit Event(internal::Unpickled) noexcept {}

  // Whether the flag is raised at this moment.
  [[nodiscard]] bool is_set() const noexcept;
  // Raises the flag and frees all who wait now, even if clear() comes next (in CPython they may then report false).
  // Raised already: does nothing.
  void set() const;
  // Lowers the flag; later waits block again. Lowered already: does nothing.
  void clear() const;

  // Blocks until the flag is raised, or until `timeout` has passed (monotonic, from entry). None: no limit; zero or
  // less: only looks. Returns false if and only if time ran out.
  // Errors: ValueError if `timeout` is NaN.
  bool wait(Timeout timeout = None) const { return is_set() || wait_slow(timeout, nullptr); }
  bool wait(WaitOptions options) const { return wait(options.timeout); }
  // The same, given up as well when `stop` is requested: false then, unless the flag is raised.
  template <std::same_as<std::stop_token> S>
  bool wait(S stop, Timeout timeout = None) const {
    return is_set() || wait_slow(timeout, &stop);
  }

  // Whether both are of one flag.
  friend bool operator==(const Event& a, const Event& b) noexcept { return a.block_ == b.block_; }

  // For pickle, while a process is being started.
  // Errors: RuntimeError else.
  template <class Archive>
  void save(Archive& archive) const {
    const internal::BlockAddress address = block_.pack();
    archive(address);
  }
  template <class Archive>
  void load(Archive& archive) {
    internal::BlockAddress address;
    archive(address);
    unpack(address);
  }

 private:
  bool wait_slow(Timeout timeout, const std::stop_token* stop) const;
  void unpack(const internal::BlockAddress& address);

  internal::SharedBlock block_;
};

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_EVENT_H_
