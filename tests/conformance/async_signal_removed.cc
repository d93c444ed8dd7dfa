// async_signal_removed.cc - async_signal_removed.py, line by line.
#include <unistd.h>

#include <array>
#include <csignal>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::print;
using conformance::str;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<> main_program() {
  auto loop = asyncio::get_running_loop();
  const auto append = [](const std::string& text) { log.push_back(text); };
  for (const std::string what : {"removed", "replaced", "removed and added"}) {
    for (int k = 0; k < 5; ++k) {
      log.clear();
      loop.add_signal_handler(SIGUSR1, append, "called");
      ::kill(::getpid(), SIGUSR1);
      for (int n = 0; n < 5; ++n) {
        if (n == k) {
          log.push_back(what);
          if (what != "replaced") loop.remove_signal_handler(SIGUSR1);
          if (what != "removed") loop.add_signal_handler(SIGUSR1, append, "new");
        }
        log.push_back(str(n));
        co_await asyncio::sleep(0);
      }
      loop.remove_signal_handler(SIGUSR1);
      print{k, log};
    }
  }

  // By a callback that was queued before the loop read of it, and by a timer of the same round.
  const auto remove = [&loop] { log.push_back("removed: " + str(loop.remove_signal_handler(SIGUSR1))); };
  const std::array<std::function<void()>, 2> queues{[&] { loop.call_soon(remove); },
                                                    [&] { loop.call_at(loop.time() - 1, remove); }};
  for (const auto& queue : queues) {
    log.clear();
    loop.add_signal_handler(SIGUSR1, append, "called");
    ::kill(::getpid(), SIGUSR1);
    queue();
    for (int n = 0; n < 3; ++n) {
      log.push_back(str(n));
      co_await asyncio::sleep(0);
    }
    print{log};
  }

  // Both are queued before the first of them removes the other.
  const std::array<std::pair<int, int>, 2> orders{std::pair{SIGUSR1, SIGUSR2}, std::pair{SIGUSR2, SIGUSR1}};
  for (const auto& [first, second] : orders) {
    log.clear();
    loop.add_signal_handler(SIGUSR1, [&loop] { log.push_back("1 " + str(loop.remove_signal_handler(SIGUSR2))); });
    loop.add_signal_handler(SIGUSR2, [&loop] { log.push_back("2 " + str(loop.remove_signal_handler(SIGUSR1))); });
    ::kill(::getpid(), first);
    ::kill(::getpid(), second);
    for (int n = 0; n < 4; ++n) co_await asyncio::sleep(0);
    print{log};
    loop.remove_signal_handler(SIGUSR1);
    loop.remove_signal_handler(SIGUSR2);
  }
}

}  // namespace

int main() { asyncio::run(main_program); }
