// executors.cc - executors.py, line by line.
#include <skein/core/errors.h>
#include <skein/futures.h>
#include <skein/threading.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <map>
#include <ranges>
#include <string>
#include <unordered_map>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;

namespace {

// What Python's str() says of an exception.
std::string str(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& caught) {
    return caught.what();
  }
}

// [submit]
int area(int width, int height) {
  if (width < 0) throw skein::ValueError("no width below zero");
  return width * height;
}

void submitted() {
  futures::Future<int> good;
  futures::Future<int> bad;
  {
    futures::ThreadPoolExecutor executor({.max_workers = 2, .thread_name_prefix = "areas"});
    good = executor.submit(area, 3, 4);
    bad = executor.submit(area, -3, 4);
    print("{}", good.result({.timeout = 5}));
    if (const auto error = bad.exception(); error != nullptr) print("{}", str(error));
    try {
      bad.result();
    } catch (const skein::ValueError& error) {
      print("again: {}", error.what());
    }
  }
  print("{} {}", good.done(), bad.done());
}
// [/submit]

// [as_completed]
int letters(const std::string& word, threading::Event& may_end) {
  may_end.wait();
  return static_cast<int>(word.size());
}

void in_the_order_of_their_ends() {
  std::map<std::string, threading::Event> gates;  // Before the executor, whose tasks use it.
  futures::ThreadPoolExecutor executor(2);
  std::unordered_map<futures::Future<int>, std::string> words;
  for (const std::string word : {"one", "three"}) {
    words.emplace(executor.submit(letters, word, std::ref(gates[word])), word);
  }
  gates["three"].set();
  for (const auto& future : futures::as_completed(words | std::views::keys)) {
    print("{} {}", words.at(future), future.result());
    gates["one"].set();
  }
}
// [/as_completed]

int add(int x, int y) { return x + y; }

void mapped() {
  futures::ThreadPoolExecutor executor(4);
  for (const int total : executor.map({.timeout = 5}, add, std::vector{1, 2, 3}, std::vector{10, 20, 30})) {
    print("{}", total);
  }
}

void first_failure() {
  futures::ThreadPoolExecutor executor(1);
  std::vector<futures::Future<int>> calls;
  for (const int width : {1, -1, 3}) calls.push_back(executor.submit(area, width, 2));
  const auto [done, not_done] = futures::wait(calls, {.timeout = 5, .return_when = futures::FIRST_EXCEPTION});
  print("{} {}", std::ranges::count(done, calls[1]) == 1, done.size() + not_done.size());
}

// [cancel]
void cancelled() {
  threading::Event gate;
  futures::ThreadPoolExecutor executor(1);
  auto running = executor.submit([&] { return gate.wait(); });
  while (!running.running()) {
  }
  auto queued = executor.submit(area, 1, 1);
  print("{}", running.cancel());
  print("{}", queued.cancel());
  const auto left = executor.submit(area, 2, 2);
  executor.shutdown({.wait = false, .cancel_futures = true});
  gate.set();
  const bool result = running.result();
  print("{} {} {}", result, queued.cancelled(), left.cancelled());
  try {
    left.result();
  } catch (const futures::CancelledError&) {
    print("it was never run");
  }
}
// [/cancel]

void closed() {
  futures::ThreadPoolExecutor executor(1);
  executor.shutdown();
  try {
    executor.submit(area, 1, 1);
  } catch (const skein::RuntimeError& error) {
    print("{}", error.what());
  }
}

void told() {
  std::vector<int> seen;
  {
    futures::ThreadPoolExecutor executor(1);
    executor.submit(area, 2, 5).add_done_callback([&](const auto& future) { seen.push_back(future.result()); });
  }
  print("{}", seen.at(0));
}

struct Settings {
  std::string unit;
};
threading::local<Settings> settings;

void set_unit(const std::string& unit) { settings->unit = unit; }

std::string with_unit(int number) { return fstring("{} {}", number, settings->unit); }

void units() {
  futures::ThreadPoolExecutor executor({.max_workers = 2}, set_unit, "cm");
  for (const std::string& text : executor.map(with_unit, std::vector{1, 2})) print("{}", text);
}

}  // namespace

int main() {
  submitted();
  in_the_order_of_their_ends();
  mapped();
  first_failure();
  cancelled();
  closed();
  told();
  units();
}
