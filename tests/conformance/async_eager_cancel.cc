// async_eager_cancel.cc - async_eager_cancel.py, line by line.
#include <optional>
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::str;

namespace {

std::vector<std::string> log;

asyncio::Coroutine<> hang(std::string name) {
  struct Finally {
    std::string& name;
    ~Finally() { log.push_back(name + " cleans up"); }
  } const finally{name};
  log.push_back(name + " hangs");
  co_await asyncio::sleep(60);
}

asyncio::Coroutine<std::string> at_once() { co_return "at once"; }

asyncio::Coroutine<std::string> cancels_itself(bool waits) {
  asyncio::current_task()->cancel("by itself");
  log.emplace_back("cancelled itself");
  if (waits) {
    co_await asyncio::sleep(0);
    log.emplace_back("not reached");
  }
  co_return "result";
}

asyncio::Coroutine<std::string> refuses() {
  for (int number = 0; number < 2; ++number) {
    try {
      co_await asyncio::sleep(number == 0 ? 60 : 0);
    } catch (const asyncio::CancelledError&) {
      log.emplace_back("refused");
    }
  }
  co_return "refused it";
}

asyncio::Coroutine<> cancels_its_maker(asyncio::AnyTask maker) {
  maker.cancel("by the inner one");
  log.emplace_back("cancelled the maker");
  co_await asyncio::sleep(0);
  log.emplace_back("inner ends");
}

asyncio::Coroutine<> makes() {
  std::optional<asyncio::Task<void>> inner;
  struct Finally {
    std::optional<asyncio::Task<void>>& inner;
    ~Finally() { log.push_back("maker leaves " + str(inner->done())); }
  } const finally{inner};
  inner = asyncio::create_task(cancels_its_maker(*asyncio::current_task()));
  log.emplace_back("made");
  co_await asyncio::sleep(0);
  log.emplace_back("not reached");
}

asyncio::Coroutine<> main_program() {
  asyncio::get_running_loop().set_task_factory(asyncio::eager_task_factory);
  // It has begun: so its clean-up runs, unlike that of a task that waits for its first round.
  auto hanging = asyncio::create_task(hang("eager"));
  print{hanging.cancel("stop"), hanging.cancelling(), co_await awaited(hanging), hanging.cancelled(), log};

  auto task = asyncio::create_task(at_once());
  print{task.cancel(), task.cancelling(), co_await awaited(task), task.cancelled()};

  for (const bool waits : {true, false}) {
    log.clear();
    task = asyncio::create_task(cancels_itself(waits));
    print{task.done(), task.cancelling(), co_await awaited(task), task.cancelled(), log};
  }

  log.clear();
  task = asyncio::create_task(refuses());
  task.cancel();
  print{co_await awaited(task), task.cancelled(), task.cancelling(), task.uncancel(), log};

  // The inner one's first step cancels who is making it.
  log.clear();
  auto making = asyncio::create_task(makes());
  print{making.done(), co_await awaited(making), log};

  // Left at the end of the run.
  log.clear();
  asyncio::create_task(hang("left"));
  log.emplace_back("main is through");
}

}  // namespace

int main() {
  asyncio::run(main_program());
  print{log};
}
