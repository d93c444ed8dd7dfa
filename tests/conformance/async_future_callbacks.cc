// async_future_callbacks.cc - async_future_callbacks.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;
using conformance::print;
using conformance::str;

namespace {

std::vector<std::string> log;

// Equal to others of the same name.
struct Note {
  std::string name;
  bool operator==(const Note&) const = default;
  void operator()(const asyncio::AnyFuture& future) const { log.push_back(name + " " + str(future.done())); }
};

void note(const std::string& text) { log.push_back(text); }

asyncio::Coroutine<> waiter(std::string name, asyncio::Future<std::string> k) {
  log.push_back(name + " " + co_await k);
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  auto f = loop.create_future<int>();
  for (const char* name : {"a", "b", "a", "c"}) f.add_done_callback(Note{name});
  print{f.remove_done_callback(Note{"x"}), f.remove_done_callback(Note{"b"})};
  f.set_result(1);
  log.emplace_back("set");
  loop.call_soon(note, "soon");
  // Too late: they are on their way.
  print{f.remove_done_callback(Note{"a"})};
  f.add_done_callback(Note{"late"});
  co_await asyncio::sleep(0);
  print{log};

  // All of them, the first one among them; equal ones go together.
  log.clear();
  auto g = loop.create_future<int>();
  for (const char* name : {"a", "a", "b", "a"}) g.add_done_callback(Note{name});
  print{g.remove_done_callback(Note{"a"}), g.remove_done_callback(Note{"a"})};
  g.cancel();
  co_await asyncio::sleep(0);
  print{log};

  // A callback that adds another one: that comes a round later. One that removes the others comes too late.
  log.clear();
  auto h = loop.create_future<int>();

  const auto adds = [](const asyncio::AnyFuture& future) {
    log.emplace_back("adds");
    future.add_done_callback(Note{"added"});
    log.push_back(str(future.remove_done_callback(Note{"other"})));
  };

  h.add_done_callback(adds);
  h.add_done_callback(Note{"other"});
  h.set_exception(skein::ValueError("x"));
  static_cast<void>(h.exception());
  for (int number = 0; number < 3; ++number) {
    log.push_back("-" + str(number) + "-");
    co_await asyncio::sleep(0);
  }
  print{log};

  // Tasks that wait stand in the same line as callbacks.
  log.clear();
  auto k = loop.create_future<std::string>();

  auto first = asyncio::create_task(waiter("first", k));
  co_await asyncio::sleep(0);
  k.add_done_callback(Note{"callback"});
  auto second = asyncio::create_task(waiter("second", k));
  co_await asyncio::sleep(0);
  k.set_result("result");
  k.add_done_callback(Note{"at last"});
  co_await asyncio::gather(first, second);
  print{log};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
