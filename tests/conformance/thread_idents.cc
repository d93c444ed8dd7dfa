// thread_idents.cc - thread_idents.py, line by line.
#include <skein/threading.h>

#include <unistd.h>

#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::print;

int main() {
  print{"main:", threading::get_ident() == threading::main_thread().ident()};
  print{"main, native:", threading::get_native_id() == threading::main_thread().native_id() &&
                             threading::get_native_id() == static_cast<std::uint64_t>(::getpid())};

  threading::Event go;
  threading::Semaphore started(0);
  using Number = std::optional<std::uint64_t>;
  std::vector<std::pair<Number, Number>> numbers;

  const auto work = [&] {
    numbers.emplace_back(threading::get_ident(), threading::get_native_id());
    started.release();
    go.wait();
  };

  std::vector<threading::Thread> threads;
  for (int i = 0; i < 5; ++i) threads.emplace_back(work);

  const auto as_the_objects_say = [&] {
    std::vector<std::pair<Number, Number>> result;
    for (const auto& thread : threads) result.emplace_back(thread.ident(), thread.native_id());
    return result;
  };

  print{"before the start:", as_the_objects_say()};
  for (auto& thread : threads) {
    thread.start();
    print{"known after start:", thread.ident().has_value(), thread.native_id().has_value()};
    started.acquire();
  }
  print{"as in the thread:", numbers == as_the_objects_say()};
  std::set<Number> idents = {threading::get_ident()};
  std::set<Number> natives = {threading::get_native_id()};
  for (const auto& [ident, native_id] : numbers) {
    idents.insert(ident);
    natives.insert(native_id);
  }
  print{"all different:", idents.size(), natives.size()};
  print{"zero:", idents.contains(0), natives.contains(0)};
  go.set();
  for (auto& thread : threads) thread.join();
  print{"kept when they have ended:", numbers == as_the_objects_say()};
}
