// skein/threading/excepthook.h - where an exception goes that leaves a thread. Python: threading.excepthook.
#ifndef SKEIN_THREADING_EXCEPTHOOK_H_
#define SKEIN_THREADING_EXCEPTHOOK_H_

#include <skein/core/export.h>
#include <skein/threading/thread_handle.h>

#include <exception>
#include <functional>
#include <string>

namespace skein::inline v0::threading {

// Python: threading.ExceptHookArgs.
struct ExceptHookArgs {
  std::string exc_type;          // The type's name; skein's own without "skein::".
  std::exception_ptr exc_value;  // Anything that can be thrown, not only std::exceptions.
  ThreadHandle thread;           // The one it left.
};

// Python: threading.excepthook(args). Calls the hook that is set; the default one unless there is another.
SKEIN_API void excepthook(const ExceptHookArgs& args);

// Python: threading.excepthook = hook. An empty one restores the default. The hook runs in the thread that the
// exception left; what it throws itself is printed and dropped. Any thread may set it, at any time.
SKEIN_API void set_excepthook(std::function<void(const ExceptHookArgs&)> hook);

// Python: threading.__excepthook__. Writes "Exception in thread NAME:" and the exception to stderr, in one piece;
// nothing for SystemExit.
SKEIN_API void default_excepthook(const ExceptHookArgs& args);

}  // namespace skein::inline v0::threading

#endif  // SKEIN_THREADING_EXCEPTHOOK_H_
