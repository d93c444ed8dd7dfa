// skein/threading/timer.h - a call after some time. Python: threading.Timer.
#ifndef SKEIN_THREADING_TIMER_H_
#define SKEIN_THREADING_TIMER_H_

#include <skein/core/callable.h>
#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/threading/thread.h>

#include <memory>
#include <utility>

namespace skein::inline v0::threading {

// A thread that waits `interval` (monotonic, from when it starts to run; zero or less: not at all) and then calls the
// function, unless cancelled before. Needs start(). Like every non-daemon thread its destructor joins: it waits for
// the call, so cancel() first what should not happen any more.
class SKEIN_API Timer : public Thread {
 public:
  // Errors: ValueError if `interval` is NaN.
  template <class F, class... Args>
  Timer(Timeout interval, F&& function, Args&&... args)
      : Timer(interval, Callable(bind_function(std::forward<F>(function), std::forward<Args>(args)...)), Bound{}) {}

  // Stops the function from being called, unless it has begun. Returns whether it will never be called, also when
  // asked again (Python returns nothing). Before start(): the thread will start and end at once.
  bool cancel();

 private:
  struct Shared;

  template <class F, class... Args>
  static auto bind_function(F&& function, Args&&... args) {
    static_assert(internal::CallableLater<F, Args...>,
                  "skein: the function cannot be called with these arguments; they are copied into the thread and "
                  "passed as rvalues, so a reference parameter needs std::ref (see threading::Timer)");
    return internal::bind_once(std::forward<F>(function), std::forward<Args>(args)...);
  }
  Timer(Timeout interval, Callable function, Bound);
  Timer(std::shared_ptr<Shared> shared);

  std::shared_ptr<Shared> shared_;
};

}  // namespace skein::inline v0::threading

#endif  // SKEIN_THREADING_TIMER_H_
