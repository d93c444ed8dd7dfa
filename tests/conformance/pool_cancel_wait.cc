// pool_cancel_wait.cc - pool_cancel_wait.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::print;
using conformance::until_asleep;

int main() {
  threading::Event started;
  threading::Event go;
  std::vector<std::string> calls;

  const auto block = [&] {
    started.set();
    go.wait();
  };

  futures::ThreadPoolExecutor executor(1);
  auto running = executor.submit(block);
  auto queued = executor.submit([&] { calls.emplace_back("ran"); });
  queued.add_done_callback([&](const futures::AnyFuture& /*f*/) { calls.emplace_back("callback"); });
  started.wait();
  threading::Lock lock;
  std::vector<std::size_t> found;

  const auto add = [&](std::size_t number) {
    const std::scoped_lock guard(lock);
    found.push_back(number);
  };

  threading::Thread waiter([&] { add(futures::wait(std::vector{queued}).done.size()); });
  threading::Thread taker([&] {
    std::size_t number = 0;
    for ([[maybe_unused]] const auto& f : futures::as_completed(std::vector{queued})) ++number;
    add(number);
  });
  for (auto* const thread : {&waiter, &taker}) {
    thread->start();
    until_asleep(*thread);
  }
  const bool cancelled = queued.cancel();
  print{"cancel:", cancelled, calls};
  until_asleep(waiter);
  until_asleep(taker);
  print{"waiting:", waiter.is_alive(), taker.is_alive(), found};
  go.set();
  waiter.join();
  taker.join();
  print{"found:", found, calls, running.cancelled()};
}
