// async_signal_rounds.cc - async_signal_rounds.py, line by line.
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::print;
using conformance::str;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<> main_program() {
  auto loop = asyncio::get_running_loop();
  loop.add_signal_handler(SIGUSR1, [] { log.emplace_back("signal"); });
  ::kill(::getpid(), SIGUSR1);
  for (int n = 0; n < 4; ++n) {
    log.push_back(str(n));
    co_await asyncio::sleep(0);
  }
  print{log};

  // Once more.
  log.clear();
  ::kill(::getpid(), SIGUSR1);
  co_await asyncio::sleep(0);
  log.emplace_back("a round");
  co_await asyncio::sleep(0);
  log.emplace_back("another one");
  co_await asyncio::sleep(0);
  print{log};
}

}  // namespace

int main() { asyncio::run(main_program); }
