// pool_exceptions.cc - pool_exceptions.py, line by line.
#include <skein/futures.h>

#include <exception>
#include <functional>
#include <stdexcept>
#include <string>

#include "print.h"

namespace futures = skein::futures;
using conformance::outcome;
using conformance::print;

namespace {

class OwnError : public std::runtime_error {
 public:
  OwnError(const std::string& text, int number) : std::runtime_error(text), number_(number) {}
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

template <class E, class... Args>
int fail(const Args&... args) {
  throw E(args...);
}

std::exception_ptr caught(const std::function<void()>& call) {
  try {
    call();
  } catch (...) {
    return std::current_exception();
  }
  return nullptr;
}

int number_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const OwnError& own) {
    return own.number();
  }
}

}  // namespace

int main() {
  const auto result = [](const futures::Future<int>& f) { return outcome([&] { return f.result(); }); };

  futures::ThreadPoolExecutor executor(2);
  auto f = executor.submit(fail<OwnError, const char*, int>, "own", 7);
  const auto error = f.exception();
  print{"OwnError", result(f).substr(10), number_of(error)};
  const auto call = [&] { f.result(); };
  print{"the same:", f.exception() == error, caught(call) == error, caught(call) == error};

  f = executor.submit(fail<skein::ValueError, const char*>, "of its own");
  print{result(f), f.done(), f.cancelled()};
  f = executor.submit(fail<skein::RuntimeError, const char*>, "of its own");
  print{result(f), f.done(), f.cancelled()};
  f = executor.submit(fail<skein::TimeoutError, const char*>, "of its own");
  print{result(f), f.done(), f.cancelled()};

  // One future's failure through another's task.
  auto first = executor.submit(fail<OwnError, const char*, int>, "far", 8);
  auto second = executor.submit([first] { return first.result(); });
  print{"handed on:", second.exception() == first.exception(), number_of(second.exception())};

  // A task that throws CancelledError has not been cancelled.
  f = executor.submit(fail<futures::CancelledError>);
  print{result(f), f.cancelled(), outcome([&] { std::rethrow_exception(f.exception()); })};

  // The worker goes on.
  print{"next:", executor.submit([] { return 32; }).result()};
}
