#include <skein/core/internal/describe.h>
#include <skein/futures/errors.h>
#include <skein/futures/internal/report.h>
#include <skein/futures/report.h>
#include <skein/threading/internal/at_fork.h>
#include <skein/threading/internal/guard.h>
#include <skein/threading/lock.h>

#include <memory>
#include <utility>

namespace skein::inline v0 {
namespace {

using Hook = std::function<void(const futures::Report&)>;

struct Hooks {
  threading::Lock lock;
  std::shared_ptr<const Hook> installed SKEIN_GUARDED_BY(lock);
};

Hooks& hooks() {
  static Hooks* const all = [] {
    internal::hold_lock_at_fork<hooks>();
    return new Hooks;  // Never destroyed: futures may fail while statics die.
  }();
  return *all;
}
// Made when the library is loaded, not in a thread that may be in the middle of it when another one forks.
[[maybe_unused]] const Hooks& g_made_at_load = hooks();

}  // namespace

namespace futures {

void set_report_hook(std::function<void(const Report&)> hook) {
  auto next = std::make_shared<const Hook>(std::move(hook));
  internal::Guard guard(hooks().lock);
  hooks().installed.swap(next);
}

}  // namespace futures

namespace internal {

bool first_report_of(const std::exception_ptr& error) noexcept {
  try {
    std::rethrow_exception(error);
  } catch (const futures::BrokenExecutor& broken) {
    return !broken.reported_.exchange(true);
  } catch (...) {
    return true;
  }
}

void report(std::string message, std::exception_ptr exception) noexcept {
  try {
    std::shared_ptr<const Hook> hook;
    {
      Guard guard(hooks().lock);
      hook = hooks().installed;
    }
    if (hook != nullptr && *hook) {
      (*hook)({.message = std::move(message), .exception = std::move(exception)});
    } else {
      write_to_stderr(message + ":\n" + describe(exception) + "\n");
    }
  } catch (...) {  // The hook's own, or no memory: there is nobody left to tell.
  }
}

}  // namespace internal
}  // namespace skein::inline v0
