// thread_system_exit.cc - thread_system_exit.py, line by line.
#include <skein/threading.h>

#include <exception>
#include <string>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::print;

namespace {

std::vector<std::string> log_;

void leave() {
  log_.push_back("leave");
  throw skein::SystemExit(3);
}

void hook(const threading::ExceptHookArgs& args) { log_.push_back("hook: " + args.exc_type); }

bool run() {
  threading::Thread thread(leave);
  thread.start();
  thread.join();
  return thread.is_alive();
}

// On its way out it can be caught, but not by who catches errors.
void catch_() {
  try {
    leave();
  } catch (const std::exception&) {
    log_.push_back("caught an Exception");
  } catch (...) {
    log_.push_back("caught something else");
  }
  log_.push_back("went on");
}

}  // namespace

int main() {
  print{"ended:", run(), log_};
  threading::set_excepthook(hook);
  print{"ended:", run(), log_};
  print{"threads:", threading::active_count()};

  log_.clear();
  threading::Thread thread(catch_);
  thread.start();
  thread.join();
  print{log_};
}
