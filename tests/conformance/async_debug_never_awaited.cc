// async_debug_never_awaited.cc - async_debug_never_awaited.py, line by line. What Python warns of goes to the loop's
// exception handler.
#include <string>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::print;

namespace {

std::vector<std::string> log;

void hear(const asyncio::EventLoop& /*loop*/, const asyncio::ExceptionContext& context) {
  const std::size_t end = context.message.find('\n');
  log.push_back(context.message.substr(0, end));
  if (end == std::string::npos) return;
  const std::size_t second = context.message.find('\n', end + 1);
  log.push_back(context.message.substr(end + 1, second - end - 1));
  const std::string first = context.message.substr(second + 1, context.message.find('\n', second + 1) - second - 1);
  log.push_back(first.substr(first.rfind(" in ") + 4));
}

asyncio::Coroutine<> forgotten() {
  log.emplace_back("never runs");
  co_return;
}

asyncio::Coroutine<> forgets() {
  static_cast<void>(forgotten());
  co_await asyncio::sleep(0);
  static_cast<void>(forgotten());
}

asyncio::Coroutine<> middle() { co_await forgets(); }

asyncio::Coroutine<> main_program() {
  asyncio::get_running_loop().set_exception_handler(hear);
  co_await middle();
  auto kept = forgotten();
  co_await kept;
  auto closed = forgotten();
  closed.close();
}

}  // namespace

int main() {
  for (const bool debug : {false, true}) {
    log.clear();
    asyncio::run({.debug = debug}, main_program());
    for (const std::string& line : log) print{line};
  }
}
