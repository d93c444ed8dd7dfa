// async_future_repr.cc - async_future_repr.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <sstream>
#include <string>
#include <utility>

#include "print.h"

namespace asyncio = skein::asyncio;
using conformance::print;

namespace {

std::string repr(const asyncio::AnyFuture& future) {
  std::ostringstream text;
  text << future;
  return text.str();
}

template <class T, class... Result>
void show(asyncio::EventLoop loop, Result... result) {
  auto f = loop.create_future<T>();
  f.set_result(std::move(result)...);
  print{repr(f)};
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  auto pending = loop.create_future<int>();
  print{repr(pending)};
  show<int>(loop, 1);
  show<int>(loop, -2);
  show<std::string>(loop, "text");
  show<void>(loop);
  show<bool>(loop, true);
  show<double>(loop, 2.5);
  for (const std::exception_ptr& error :
       {std::make_exception_ptr(skein::ValueError("bad")), std::make_exception_ptr(skein::RuntimeError("")),
        std::make_exception_ptr(skein::TimeoutError())}) {
    auto f = loop.create_future<int>();
    f.set_exception(error);
    print{repr(f)};
    static_cast<void>(f.exception());
  }
  pending.cancel("message");
  print{repr(pending)};
  co_return;
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
