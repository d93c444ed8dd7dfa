#include <skein/core/errors.h>
#include <skein/core/internal/describe.h>
#include <skein/threading/excepthook.h>
#include <skein/threading/internal/at_fork.h>
#include <skein/threading/internal/guard.h>
#include <skein/threading/lock.h>

#include <cxxabi.h>

#include <memory>
#include <string>
#include <utility>

#include "report.h"

namespace skein::inline v0 {
namespace {

using Hook = std::function<void(const threading::ExceptHookArgs&)>;

struct Hooks {
  threading::Lock lock;
  std::shared_ptr<const Hook> installed SKEIN_GUARDED_BY(lock);
};

Hooks& hooks() {
  static Hooks* const all = [] {
    internal::hold_lock_at_fork<hooks>();
    return new Hooks;  // Never destroyed: threads may fail while statics die.
  }();
  return *all;
}

// Made when the library is loaded, not in a thread that may be in the middle of it when another one forks.
[[maybe_unused]] const Hooks& g_made_at_load = hooks();

}  // namespace

namespace threading {

void excepthook(const ExceptHookArgs& args) {
  std::shared_ptr<const Hook> hook;
  {
    internal::Guard guard(hooks().lock);
    hook = hooks().installed;
  }
  if (hook != nullptr && *hook) {
    (*hook)(args);
  } else {
    default_excepthook(args);
  }
}

void set_excepthook(std::function<void(const ExceptHookArgs&)> hook) {
  auto next = std::make_shared<const Hook>(std::move(hook));
  internal::Guard guard(hooks().lock);
  hooks().installed.swap(next);
}

void default_excepthook(const ExceptHookArgs& args) {
  try {
    if (args.exc_value != nullptr) std::rethrow_exception(args.exc_value);
  } catch (const SystemExit&) {
    return;
  } catch (...) {  // Described below.
  }
  const std::string what = args.exc_value != nullptr ? internal::describe(args.exc_value) : args.exc_type;
  internal::write_to_stderr("Exception in thread " + args.thread.name() + ":\n" + what + "\n");
}

}  // namespace threading

namespace internal {

void report_uncaught(threading::ThreadHandle thread) {
  try {
    const std::exception_ptr error = std::current_exception();
    threading::excepthook({.exc_type = type_name(error), .exc_value = error, .thread = std::move(thread)});
  } catch (abi::__forced_unwind&) {
    throw;
  } catch (...) {
    write_to_stderr("Exception in threading.excepthook:\n" + describe(std::current_exception()) + "\n");
  }
}

}  // namespace internal
}  // namespace skein::inline v0
