// thread_excepthook.cc - thread_excepthook.py, line by line.
#include <skein/threading.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::print;
using conformance::str;

namespace {

class OwnError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::vector<bool> calls;
std::vector<std::string> lines;
threading::Lock lock;

// Python's __name__, without the namespaces.
std::string name_of(const std::string& type) {
  const std::size_t scope = type.rfind("::");
  return scope == std::string::npos ? type : type.substr(scope + 2);
}

std::string text_of(const std::exception_ptr& value) {
  try {
    std::rethrow_exception(value);
  } catch (const std::exception& error) {
    return error.what();
  }
}

void hook(const threading::ExceptHookArgs& args) {
  const threading::ThreadHandle thread = threading::current_thread();
  const std::scoped_lock guard(lock);
  calls.push_back(args.thread == thread);
  lines.push_back(name_of(args.exc_type) + ": " + text_of(args.exc_value) + " in " + args.thread.name() +
                  ", alive: " + str(thread.is_alive()));
}

void print_lines() {
  for (const auto& line : lines) print{line};
  lines.clear();
}

void raise_value() { throw skein::ValueError("a value"); }

void raise_own() { throw OwnError("our own"); }

void raise_nothing_to_say() { throw skein::RuntimeError(""); }

void raise_from_within() {
  try {
    raise_value();
  } catch (const skein::ValueError&) {
    raise_own();
  }
}

void run(std::function<void()> target, std::string name) {
  threading::Thread thread({.name = name}, target);
  thread.start();
  thread.join();
  print_lines();
  print{"ended:", thread.is_alive()};
}

// A class's own run() is no different, nor is a timer.
class Worker : public threading::Thread {
 public:
  using threading::Thread::Thread;
  void run() override { raise_own(); }
};

// One hook after another; the one that is set when it happens is called.
void other_hook(const threading::ExceptHookArgs& args) {
  lines.push_back("other hook: " + name_of(args.exc_type) + ", " + text_of(args.exc_value));
}

}  // namespace

int main() {
  threading::set_excepthook(hook);
  run(raise_value, "first");
  run(raise_own, "second");
  run(raise_nothing_to_say, "third");
  run(raise_from_within, "fourth");
  run([] {}, "fifth");

  const auto worker = threading::make<Worker>(threading::ThreadOptions{.name = "worker"});
  worker->start();
  worker->join();
  print_lines();
  threading::Timer timer(0, raise_value);
  timer.set_name("timer");
  timer.start();
  timer.join();
  print_lines();

  // Several at a time: once each.
  std::vector<threading::Thread> threads;
  for (int i = 0; i < 5; ++i) threads.push_back(threading::Thread({.name = "many"}, raise_value));
  for (auto& thread : threads) thread.start();
  for (auto& thread : threads) thread.join();
  print_lines();
  print{"calls:", calls.size(), std::ranges::count(calls, false) == 0};

  threading::set_excepthook(other_hook);
  run(raise_value, "sixth");
  threading::set_excepthook(hook);
  run(raise_value, "seventh");
  print{"calls:", calls.size(), std::ranges::count(calls, false) == 0};
}
