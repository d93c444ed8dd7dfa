// thread_enumerate.cc - thread_enumerate.py, line by line.
#include <skein/threading.h>

#include <algorithm>
#include <string>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::in_thread;
using conformance::print;
using conformance::str;

namespace {

bool in_the_list(const threading::Thread& thread) { return std::ranges::count(threading::enumerate(), thread) == 1; }

}  // namespace

int main() {
  print{"alone:", threading::active_count(),
        threading::enumerate() == std::vector<threading::ThreadHandle>{threading::main_thread()}};
  print{"main:", threading::current_thread() == threading::main_thread(), threading::main_thread().is_alive()};
  print{"main from elsewhere:", in_thread([] { return threading::main_thread() == threading::current_thread(); })};

  threading::Event go;
  threading::Semaphore started(0);
  std::vector<threading::ThreadHandle> seen;

  const auto work = [&] {
    seen.push_back(threading::current_thread());
    started.release();
    go.wait();
  };

  std::vector<threading::Thread> threads;
  for (int number = 0; number < 4; ++number) {
    threads.push_back(threading::Thread({.name = str(number)}, work));
  }
  print{"made, not started:", threading::active_count(), in_the_list(threads[0])};
  for (auto& thread : threads) {
    thread.start();
    started.acquire();
  }
  print{"started:", threading::active_count()};
  std::vector<std::string> names;
  for (const auto& thread : threading::enumerate()) names.push_back(thread.name());
  names.erase(names.begin());
  print{"in the list:", names};
  print{"the main thread is first:", threading::enumerate()[0] == threading::main_thread()};
  print{"current_thread() is the object:", std::ranges::equal(seen, threads)};
  print{"and no other's:", seen[0] == threads[1], seen[0] == threading::main_thread()};
  threading::Thread daemon({.daemon = true}, [&] { go.wait(); });
  daemon.start();
  print{"a daemon is in it too:", threading::active_count(), in_the_list(daemon)};
  go.set();
  for (auto& thread : threads) thread.join();
  daemon.join();
  print{"ended:", threading::active_count(), in_the_list(threads[0])};
  print{"still the same:", seen[0] == threads[0], seen[0].name(), seen[0].is_alive()};

  // A thread that failed is not in it either.
  threading::set_excepthook([](const threading::ExceptHookArgs&) {});

  const auto fail = [] { throw skein::RuntimeError("not any more"); };

  threading::Thread thread(fail);
  thread.start();
  thread.join();
  print{"failed:", threading::active_count(), thread.is_alive()};
}
