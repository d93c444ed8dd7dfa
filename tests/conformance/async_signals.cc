// async_signals.cc - async_signals.py, line by line.
#include <skein/threading.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
namespace threading = skein::threading;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;
using conformance::said;
using conformance::str;

namespace {

std::vector<std::string> log;

void append(const std::string& text) { log.push_back(text); }

asyncio::Coroutine<> until(std::size_t count) {
  while (log.size() < count) co_await asyncio::sleep(0.001);
}

asyncio::Coroutine<> main_program() {
  auto loop = asyncio::get_running_loop();
  const auto main_thread = threading::get_ident();
  loop.add_signal_handler(SIGUSR1, [=] { log.push_back("USR1 " + str(threading::get_ident() == main_thread)); });
  loop.add_signal_handler(SIGUSR2, [](const std::string& text, int n) { log.push_back(text + str(n)); }, "USR2 ", 2);
  ::kill(::getpid(), SIGUSR1);
  print{"at once:", log};
  co_await until(1);
  ::kill(::getpid(), SIGUSR2);
  co_await until(2);
  print{log};

  // It wakes a loop that sleeps, and one that waits for nothing.
  log.clear();
  threading::Timer killer(0.01, [] { ::kill(::getpid(), SIGUSR1); });
  killer.start();
  auto came = loop.create_future<std::string>();
  loop.add_signal_handler(SIGUSR1, [&] { came.set_result("woken"); });
  print{co_await came};
  killer.join();

  // Replaced, removed, removed again.
  log.clear();
  loop.add_signal_handler(SIGUSR1, append, "replaced");
  ::kill(::getpid(), SIGUSR1);
  co_await until(1);
  print{log, loop.remove_signal_handler(SIGUSR1), loop.remove_signal_handler(SIGUSR1)};
  print{"never had:", loop.remove_signal_handler(SIGHUP)};

  // What a handler throws goes the way of all callbacks.
  log.clear();
  loop.set_exception_handler([](const asyncio::EventLoop&, const asyncio::ExceptionContext& context) {
    log.push_back("report: " + said(context.exception).substr(12));
  });

  const auto fails = [] { throw skein::ValueError("in a handler"); };

  loop.add_signal_handler(SIGUSR1, fails);
  ::kill(::getpid(), SIGUSR1);
  co_await until(1);
  print{log};

  // Refused.
  for (const int number : {0, -1, 65, SIGKILL, SIGSTOP}) {
    print{number, outcome([&] { loop.add_signal_handler(number, [] {}); })};
  }
  print{outcome([&] { return loop.remove_signal_handler(0); })};
  print{in_thread([&] { loop.add_signal_handler(SIGHUP, [] {}); })};

  // SIGINT and SIGTERM as any other.
  log.clear();
  for (const auto& [number, name] : std::vector<std::pair<int, std::string>>{{SIGINT, "INT"}, {SIGTERM, "TERM"}}) {
    loop.add_signal_handler(number, append, name);
  }
  ::kill(::getpid(), SIGINT);
  co_await until(1);
  ::kill(::getpid(), SIGTERM);
  co_await until(2);
  print{log};
}

}  // namespace

int main() {
  asyncio::run(main_program);

  // After the loop's end the default is back.
  if (::fork() == 0) {
    ::kill(::getpid(), SIGUSR2);
    ::_exit(0);
  }
  int status = 0;
  ::wait(&status);
  print{"killed by:", WTERMSIG(status) == SIGUSR2};
}
