// async_fork.cc - async_fork.py, line by line.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::outcome;
using conformance::print;

namespace {

asyncio::Coroutine<std::string> inner(std::string value) {
  co_await asyncio::sleep(0.001);
  co_return value;
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  const pid_t pid = ::fork();
  if (pid == 0) {
    print{"child", outcome([] { static_cast<void>(asyncio::get_running_loop()); })};
    print{"child", outcome([] { static_cast<void>(asyncio::current_task()); })};
    print{"child", loop.is_running(), loop.is_closed(), asyncio::all_tasks(loop).size()};
    print{"child", outcome([] { return asyncio::run(inner("inner")); })};
    print{"child", outcome([] { static_cast<void>(asyncio::get_running_loop()); })};
    print{"child", outcome([&] { loop.close(); })};
    print{"child", outcome([&] { loop.run_forever(); })};
    loop.call_soon([] { print{"never printed"}; });
    try {
      co_await asyncio::sleep(0.001);
    } catch (const skein::RuntimeError& error) {
      print{"child", error.what()};
    }
    std::fflush(stdout);
    ::_exit(3);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  print{"parent", WEXITSTATUS(status), co_await inner("goes on")};
}

}  // namespace

int main() {
  asyncio::run(main_coroutine());
  return 0;
}
