// async_generator_cancel.cc - async_generator_cancel.py, line by line.
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::print;
using conformance::str;

namespace {

using Values = asyncio::AsyncGenerator<std::string>;

std::vector<std::string> log;

Values obeys() {
  struct Finally {
    ~Finally() { log.emplace_back("cleans up"); }
  } const finally;
  co_yield "1";
  co_await asyncio::sleep(60);
  co_yield "2";
}

Values yields_instead() {
  co_yield "1";
  std::string gives;
  try {
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError& e) {
    log.push_back("cancelled: " + e.message());
    gives = "instead";
  }
  co_yield gives;
  co_yield "3";
}

Values cleans_up_slowly() {
  std::exception_ptr error;
  try {
    co_yield "1";
    co_await asyncio::sleep(60);
  } catch (...) {
    error = std::current_exception();
  }
  for (int step = 0; step < 3; ++step) {
    log.push_back("step " + str(step));
    co_await asyncio::sleep(0);
  }
  if (error != nullptr) std::rethrow_exception(error);
}

Values ends_instead() {
  co_yield "1";
  try {
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError&) {
    log.emplace_back("ends");
  }
}

asyncio::Coroutine<std::string> consume(Values& generator) {
  std::vector<std::string> got;
  struct Finally {
    std::vector<std::string>& got;
    ~Finally() {
      std::string all = "consumer had";
      for (const std::string& value : got) all += " " + value;
      log.push_back(all);
    }
  } const finally{got};
  while (auto value = co_await generator.next()) got.push_back(*value);
  co_return "got " + str(got);
}

asyncio::Coroutine<> one_and_sleep(Values& generator) {
  const auto value = co_await generator.next();
  log.push_back("got " + *value);
  co_await asyncio::sleep(60);
}

asyncio::Coroutine<> main_program() {
  const std::vector<std::pair<std::string, Values (*)()>> functions{{"obeys", obeys},
                                                                    {"yields_instead", yields_instead},
                                                                    {"cleans_up_slowly", cleans_up_slowly},
                                                                    {"ends_instead", ends_instead}};
  for (const auto& [name, function] : functions) {
    log.clear();
    auto generator = function();
    auto task = asyncio::create_task(consume(generator));
    co_await asyncio::sleep(0);
    co_await asyncio::sleep(0);
    task.cancel("stop");
    print{name, co_await awaited(task), task.cancelled(), task.cancelling(), log};
    print{co_await awaited(generator.next())};
  }

  // At a yield nothing waits: the cancellation comes where the consumer awaits next.
  log.clear();
  auto generator = obeys();
  auto task = asyncio::create_task(one_and_sleep(generator));
  co_await asyncio::sleep(0);
  task.cancel();
  print{co_await awaited(task), log};
  // The generator has not noticed.
  const auto closed = co_await awaited(generator.aclose());
  print{closed, log};

  // Cancelled during aclose(): the clean-up is interrupted where it awaits.
  log.clear();
  generator = cleans_up_slowly();
  co_await generator.next();
  auto closing = asyncio::create_task(generator.aclose());
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  closing.cancel();
  print{co_await awaited(closing), log, co_await awaited(generator.next())};

  // A timeout around it.
  log.clear();
  generator = obeys();
  co_await generator.next();
  try {
    co_await asyncio::with(asyncio::timeout(0.001),
                           [&](asyncio::Timeout&) -> asyncio::Coroutine<> { co_await generator.next(); });
  } catch (const skein::TimeoutError&) {
    log.emplace_back("timed out");
  }
  print{log, co_await awaited(generator.next())};
}

}  // namespace

int main() { asyncio::run(main_program()); }
