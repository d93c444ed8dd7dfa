// async_call_soon_order.cc - async_call_soon_order.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;
using conformance::print;

namespace {

std::vector<std::string> log;

void note(const std::string& text) { log.push_back(text); }

asyncio::Coroutine<> rounds(int count) {
  for (int number = 0; number < count; ++number) {
    log.push_back("-" + std::to_string(number) + "-");
    co_await asyncio::sleep(0);
  }
}

void nest(const std::string& name, int depth) {
  log.push_back(name + std::to_string(depth));
  if (depth < 3) asyncio::get_running_loop().call_soon(nest, name, depth + 1);
}

std::vector<bool> cancelled(const std::vector<asyncio::Handle>& handles) {
  std::vector<bool> result;
  for (const asyncio::Handle& handle : handles) result.push_back(handle.cancelled());
  return result;
}

asyncio::Coroutine<> waiter(std::string name, asyncio::Future<int> future) {
  log.push_back(name + " " + std::to_string(co_await future));
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();

  loop.call_soon(nest, "a", 0);
  loop.call_soon(nest, "b", 0);
  loop.call_soon(note, "once");
  co_await rounds(5);
  print{log};

  // A handle that is cancelled by a callback of the same batch is not called any more.
  log.clear();
  std::vector<asyncio::Handle> handles;

  handles.push_back(loop.call_soon([&] {
    log.emplace_back("cancels");
    handles[1].cancel();
  }));
  handles.push_back(loop.call_soon(note, "cancelled"));
  handles.push_back(loop.call_soon(note, "called"));
  co_await rounds(2);
  print{log, cancelled(handles)};

  // To cancel one that has run, or one twice, is no error.
  handles[2].cancel();
  handles[1].cancel();
  print{cancelled(handles)};

  // A task that waits for a future goes on one round after its end, behind what was queued before.
  log.clear();
  asyncio::Future<int> future = loop.create_future<int>();

  std::vector<asyncio::Task<void>> tasks;
  for (const char* name : {"w1", "w2"}) tasks.push_back(asyncio::create_task(waiter(name, future)));
  co_await rounds(1);
  loop.call_soon(note, "before");
  loop.call_soon([future]() mutable { future.set_result(1); });
  loop.call_soon(note, "after");
  loop.call_soon([loop]() mutable { loop.call_soon(note, "nested"); });
  co_await rounds(3);
  print{log, std::vector{tasks[0].done(), tasks[1].done()}};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
