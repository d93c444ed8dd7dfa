// async_eager_groups.cc - async_eager_groups.py, line by line.
#include <exception>
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

std::exception_ptr error(const std::string& text) { return std::make_exception_ptr(skein::ValueError(text)); }

asyncio::Coroutine<std::string> work(std::string name, int waits, std::exception_ptr error = nullptr) {
  log.push_back(name + " begins");
  for (int i = 0; i < waits; ++i) co_await asyncio::sleep(0);
  if (error != nullptr) std::rethrow_exception(error);
  log.push_back(name + " ends");
  co_return name;
}

asyncio::Coroutine<> hang(std::string name) {
  try {
    log.push_back(name + " hangs");
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError&) {
    log.push_back(name + " cancelled");
    throw;
  }
}

std::string done(const std::vector<asyncio::Task<std::string>>& tasks) {
  std::string text;
  for (const auto& task : tasks) text += (text.empty() ? "[" : ", ") + str(task.done());
  return text + "]";
}

std::vector<std::string> results(const std::vector<asyncio::Task<std::string>>& tasks) {
  std::vector<std::string> all;
  for (const auto& task : tasks) all.push_back(task.result());
  return all;
}

asyncio::Coroutine<> main_program() {
  asyncio::get_running_loop().set_task_factory(asyncio::eager_task_factory);
  print{co_await awaited(asyncio::gather(work("a", 0), work("b", 1), work("c", 0))), log};
  log.clear();
  auto gathering = asyncio::gather(work("d", 0), work("e", 0));
  log.push_back("gathered " + str(gathering.done()));
  print{co_await awaited(gathering), log};
  log.clear();
  print{co_await awaited(asyncio::gather(work("f", 0, error("f")), work("g", 1))), log};
  log.clear();
  print{co_await awaited(asyncio::gather(asyncio::return_exceptions, work("h", 0, error("h")), work("i", 0))), log};

  // A group.
  log.clear();
  std::vector<asyncio::Task<std::string>> tasks;
  co_await asyncio::with(asyncio::TaskGroup(), [&](asyncio::TaskGroup& group) -> asyncio::Coroutine<> {
    tasks = {group.create_task(work("j", 0)), group.create_task(work("k", 1))};
    log.push_back("body " + done(tasks));
    co_return;
  });
  print{results(tasks), log};

  // One that only has tasks that end at once.
  log.clear();
  co_await asyncio::with(asyncio::TaskGroup(), [&](asyncio::TaskGroup& group) -> asyncio::Coroutine<> {
    tasks = {group.create_task(work("l", 0)), group.create_task(work("m", 0))};
    co_return;
  });
  print{results(tasks), log};

  // One that fails at once, while the body goes on.
  log.clear();
  try {
    co_await asyncio::with(asyncio::TaskGroup(), [&](asyncio::TaskGroup& group) -> asyncio::Coroutine<> {
      group.create_task(hang("n"));
      group.create_task(work("o", 0, error("o")));
      log.emplace_back("body goes on");
      co_await asyncio::sleep(60);
      log.emplace_back("not reached");
    });
  } catch (const skein::ExceptionGroup& errors) {
    for (const auto& each : errors.exceptions()) log.push_back(said(each));
  }
  print{log, asyncio::current_task()->cancelling()};

  // The body fails.
  log.clear();
  try {
    co_await asyncio::with(asyncio::TaskGroup(), [&](asyncio::TaskGroup& group) -> asyncio::Coroutine<> {
      group.create_task(hang("p"));
      group.create_task(work("q", 0));
      throw skein::RuntimeError("body");
      co_return;
    });
  } catch (const skein::ExceptionGroup& errors) {
    for (const auto& each : errors.exceptions()) log.push_back(said(each));
  }
  print{log};
}

}  // namespace

int main() { asyncio::run(main_program()); }
