// What a task throws stays in its Future until result() throws it or exception() returns it. A task
// that has not begun can be cancelled; a done callback hears of every end.
#include <skein/futures.h>
#include <skein/threading.h>

#include <exception>
#include <functional>
#include <string>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;

int divide(int a, int b) {
  if (b == 0) {
    throw skein::ValueError("there is no division by 0");
  }
  return a / b;
}

// Keeps a worker busy for as long as it is told to.
void hold(threading::Event& begun, threading::Event& release) {
  begun.set();
  release.wait();
}

// Python: str(error).
std::string str(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& caught) {
    return caught.what();
  }
}

void tell(const futures::Future<int>& future) {
  if (future.cancelled()) {
    print("  callback: cancelled");
  } else if (future.exception() != nullptr) {
    print("  callback: failed, {}", str(future.exception()));
  } else {
    print("  callback: returned {}", future.result());
  }
}

int main() {
  threading::Event begun;
  threading::Event release;
  futures::ThreadPoolExecutor executor({.max_workers = 1});

  auto good = executor.submit(divide, 12, 4);
  print("12 / 4 = {}", good.result());
  print("It failed: {}", good.exception() != nullptr);
  good.add_done_callback(tell);

  auto bad = executor.submit(divide, 12, 0);
  try {
    print("12 / 0 = {}", bad.result());
  } catch (const skein::ValueError& error) {
    print("result() raised: {}", error.what());
  }
  print("It failed: {}", bad.exception() != nullptr);
  print("exception() returned: {}", str(bad.exception()));
  bad.add_done_callback(tell);

  auto busy = executor.submit(hold, std::ref(begun), std::ref(release));
  begun.wait();
  auto queued = executor.submit(divide, 8, 2);
  queued.add_done_callback(tell);

  print("The running one was cancelled: {}", busy.cancel());
  print("The queued one was cancelled: {}", queued.cancel());
  print("It is done: {}", queued.done());
  try {
    print("8 / 2 = {}", queued.result());
  } catch (const futures::CancelledError&) {
    print("It has no result");
  }

  try {
    busy.result({.timeout = 0.1});
  } catch (const skein::TimeoutError&) {
    print("The running one has no result yet");
  }
  release.set();
  // The end of Python's block. A block of C++ would end the executor too, and a submit() is tried below.
  executor.shutdown();

  print("After the block it is done: {}", busy.done());
  try {
    executor.submit(divide, 1, 1);
  } catch (const skein::RuntimeError& error) {
    print("submit() raised: {}", error.what());
  }
}
