// cancelling.cc - cancelling.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <string>

#include "print.h"

namespace asyncio = skein::asyncio;

// [owes]
asyncio::Coroutine<> careful() {
  try {
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError&) {
    print("cleaning up");
    throw;
  }
}
// [/owes]

// [broad]
asyncio::Coroutine<> broad() {
  try {
    co_await asyncio::sleep(60);
  } catch (const std::exception& error) {  // Not a CancelledError.
    print("never: {}", error.what());
  }
}
// [/broad]

asyncio::Coroutine<> work() {
  throw skein::ValueError("the work failed");
  co_return;
}

asyncio::Coroutine<> close_it() {
  co_await asyncio::sleep(0);
  print("closed");
}

// [finally]
asyncio::Coroutine<> tidy() { co_await asyncio::finally(work, close_it); }
// [/finally]

asyncio::Coroutine<> report(std::string error) {
  co_await asyncio::sleep(0);
  print("reported: {}", error);
}

// [handler]
asyncio::Coroutine<> reporting() {
  std::exception_ptr error;
  std::string text;
  try {
    co_await work();
  } catch (const skein::ValueError& e) {
    error = std::current_exception();
    text = e.what();
  }
  if (error != nullptr) {
    co_await report(text);
    std::rethrow_exception(error);
  }
}
// [/handler]

// [uncancel]
asyncio::Coroutine<std::string> goes_on() {
  auto task = *asyncio::current_task();
  try {
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError&) {
    print("asked {} time(s) to end", task.cancelling());
    task.uncancel();
  }
  co_await asyncio::sleep(0);
  co_return "went on, " + std::to_string(task.cancelling()) + " left";
}
// [/uncancel]

// [timeout]
asyncio::Coroutine<> limited() {
  try {
    co_await asyncio::with(asyncio::timeout(0.01), careful);
  } catch (const asyncio::TimeoutError&) {
    print("too late");
  }
}
// [/timeout]

asyncio::Coroutine<> save(asyncio::Event& may_save) {
  co_await may_save.wait();
  print("saved");
}

// [shield]
asyncio::Coroutine<> saving(asyncio::Event& may_save) {
  auto task = asyncio::create_task(save(may_save));
  std::exception_ptr cancelled;
  try {
    co_await asyncio::shield(task);
  } catch (const asyncio::CancelledError&) {
    print("not before it is saved");
    cancelled = std::current_exception();
  }
  if (cancelled != nullptr) {
    co_await task;
    std::rethrow_exception(cancelled);
  }
}
// [/shield]

template <class T>
asyncio::Coroutine<std::string> cancelled(asyncio::Task<T> task) {
  co_await asyncio::sleep(0);
  task.cancel();
  try {
    if constexpr (std::is_void_v<T>) {
      co_await task;
      co_return "None";
    } else {
      co_return co_await task;
    }
  } catch (const asyncio::CancelledError&) {
    co_return "cancelled";
  }
}

asyncio::Coroutine<> async_main() {
  const std::string first = co_await cancelled(asyncio::create_task(careful()));
  print("{}", first);
  const std::string second = co_await cancelled(asyncio::create_task(broad()));
  print("{}", second);
  try {
    co_await tidy();
  } catch (const skein::ValueError& error) {
    print("{}", error.what());
  }
  try {
    co_await reporting();
  } catch (const skein::ValueError& error) {
    print("{}", error.what());
  }
  const std::string third = co_await cancelled(asyncio::create_task(goes_on()));
  print("{}", third);
  co_await limited();

  asyncio::Event may_save;
  auto task = asyncio::create_task(saving(may_save));
  co_await asyncio::sleep(0);
  task.cancel();
  for (int i = 0; i < 5; ++i) co_await asyncio::sleep(0);
  print("done: {}", task.done());
  may_save.set();
  const std::string fourth = co_await cancelled(task);
  print("{}", fourth);
}

int main() { asyncio::run(async_main()); }
