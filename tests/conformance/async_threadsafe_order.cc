// async_threadsafe_order.cc - async_threadsafe_order.py, line by line.
#include <skein/asyncio.h>
#include <skein/threading.h>

#include <algorithm>
#include <string>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;
namespace threading = skein::threading;
using conformance::print;

namespace {

std::vector<std::string> log;
std::vector<int> numbers;

void note(const std::string& text) { log.push_back(text); }
void count(int number) { numbers.push_back(number); }

asyncio::Coroutine<> tell(std::string text) {
  log.push_back(text);
  co_return;
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  loop.call_soon_threadsafe(note, "a");
  loop.call_soon(note, "b");
  loop.call_soon_threadsafe(note, "c");
  asyncio::create_task(tell("task"));
  loop.call_soon_threadsafe(note, "d");
  asyncio::Handle handle = loop.call_soon_threadsafe(note, "cancelled");
  handle.cancel();
  co_await asyncio::sleep(0);
  print{log};

  auto done = loop.create_future<std::string>();

  threading::Thread thread([loop, done]() mutable {
    for (int number = 0; number < 5; ++number) loop.call_soon_threadsafe(count, number);
    loop.call_soon_threadsafe([done]() mutable { done.set_result("done"); });
  });
  thread.start();
  thread.join();
  // They came before this one.
  loop.call_soon(count, 99);
  print{co_await done};
  std::vector<int> sorted = numbers;
  std::sort(sorted.begin(), sorted.end());
  std::erase(numbers, 99);
  print{sorted, numbers};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
