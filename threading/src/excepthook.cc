#include <skein/core/errors.h>
#include <skein/threading/excepthook.h>
#include <skein/threading/internal/guard.h>
#include <skein/threading/lock.h>

#include <cxxabi.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <typeinfo>
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
    static_cast<void>(internal::thread_token());  // The tokens' own fork handlers come first: see ThreadRegistry.
    ::pthread_atfork([] { hooks().lock.acquire(); }, [] { hooks().lock.release(); }, [] { hooks().lock.release(); });
    return new Hooks;  // Never destroyed: threads may fail while statics die.
  }();
  return *all;
}

std::string readable(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> demangled(
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free);
  std::string name = status == 0 ? demangled.get() : type.name();
  for (const std::string_view prefix : {"skein::v0::", "skein::"}) {
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  }
  return name;
}

// Call in a handler.
std::string current_type_name() {
  const std::type_info* const type = abi::__cxa_current_exception_type();
  return type != nullptr ? readable(*type) : "exception of another language";
}

// "Type: text", or the type alone if there is no text.
std::string describe(const std::string& type, const std::exception_ptr& value) {
  try {
    std::rethrow_exception(value);
  } catch (const std::exception& error) {
    return *error.what() != '\0' ? type + ": " + error.what() : type;
  } catch (...) {
    return type;
  }
}

// One write for the whole, so that the reports of several threads do not mix.
void write_to_stderr(const std::string& text) noexcept {
  int cancel_state = 0;  // write() would be a place to be cancelled at.
  ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t got = ::write(STDERR_FILENO, text.data() + written, text.size() - written);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;  // Nobody listens.
    written += static_cast<std::size_t>(got);
  }
  ::pthread_setcancelstate(cancel_state, nullptr);
}

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
  const std::string what = args.exc_value != nullptr ? describe(args.exc_type, args.exc_value) : args.exc_type;
  write_to_stderr("Exception in thread " + args.thread.name() + ":\n" + what + "\n");
}

}  // namespace threading

namespace internal {

void report_uncaught(threading::ThreadHandle thread) {
  try {
    threading::excepthook(
        {.exc_type = current_type_name(), .exc_value = std::current_exception(), .thread = std::move(thread)});
  } catch (abi::__forced_unwind&) {
    throw;
  } catch (...) {
    write_to_stderr("Exception in threading.excepthook:\n" + describe(current_type_name(), std::current_exception()) +
                    "\n");
  }
}

}  // namespace internal
}  // namespace skein::inline v0
