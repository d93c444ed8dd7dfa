// async_eager_raises.cc - async_eager_raises.py, line by line.
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::said;
using conformance::str;

namespace {

std::vector<std::string> log;
std::optional<asyncio::AnyTask> main_task;

void note(const asyncio::EventLoop& /*loop*/, const asyncio::ExceptionContext& context) {
  const std::string text = context.message.substr(0, context.message.find('\n'));
  log.push_back(text + ": " + said(context.exception));
}

asyncio::Coroutine<> fails(std::exception_ptr error) {
  std::rethrow_exception(error);
  co_return;
}

asyncio::Coroutine<> never_asked() {
  throw skein::ValueError("never asked");
  co_return;
}

asyncio::Coroutine<> fails_later(std::exception_ptr error) {
  co_await asyncio::sleep(0);
  std::rethrow_exception(error);
}

asyncio::Coroutine<> main_program() {
  auto loop = asyncio::get_running_loop();
  loop.set_exception_handler(note);
  loop.set_task_factory(asyncio::eager_task_factory);
  const std::vector<std::exception_ptr> errors{std::make_exception_ptr(skein::ValueError("value")),
                                               std::make_exception_ptr(asyncio::CancelledError("cancelled")),
                                               std::make_exception_ptr(skein::RuntimeError(""))};
  for (const std::exception_ptr& error : errors) {
    auto task = asyncio::create_task(fails(error));
    print{task.done(), task.cancelled(), co_await awaited(task)};
  }
  auto later = asyncio::create_task(fails_later(std::make_exception_ptr(skein::ValueError("later"))));
  print{later.done(), co_await awaited(later)};

  // Nobody asks.
  {
    auto task = asyncio::create_task(never_asked());
    log.emplace_back("made");
  }
  print{log};
}

// SystemExit and KeyboardInterrupt leave create_task().
asyncio::Coroutine<> exits(std::exception_ptr error) {
  struct Finally {
    ~Finally() {
      log.push_back("current " + str(asyncio::current_task() == main_task) + ", " + str(asyncio::all_tasks().size()) +
                    " tasks");
    }
  } const finally;
  asyncio::get_running_loop().set_task_factory(asyncio::eager_task_factory);
  asyncio::create_task(fails(error));
  log.emplace_back("not reached");
  co_return;
}

asyncio::Coroutine<> main_exits(std::exception_ptr error) {
  main_task = asyncio::current_task();
  co_await exits(error);
}

}  // namespace

int main() {
  asyncio::run(main_program());

  for (const std::exception_ptr& error :
       {std::make_exception_ptr(skein::SystemExit(3)), std::make_exception_ptr(skein::KeyboardInterrupt())}) {
    log.clear();
    try {
      asyncio::run(main_exits(error));
    } catch (const skein::SystemExit&) {
      log.emplace_back("SystemExit");
    } catch (const skein::KeyboardInterrupt&) {
      log.emplace_back("KeyboardInterrupt");
    }
    print{log};
  }
}
