// mp_pool_callbacks.cc - mp_pool_callbacks.py, line by line.
#include <skein/core/errors.h>
#include <skein/multiprocessing.h>
#include <skein/threading.h>

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <ranges>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;
using conformance::str;
using skein::None;

namespace {

std::vector<std::string> seen;

int check(int x) {
  if (x < 0) throw skein::ValueError("negative: " + str(x));
  return x * x;
}

void nothing() {}

int absolute(int x) { return std::abs(x); }

int add(int a, int b) { return a + b; }

const auto good = [](const auto& value) { seen.push_back("good " + str(value)); };

void bad(const std::exception_ptr& error) {
  seen.push_back("bad " + outcome([&]() -> int { std::rethrow_exception(error); }));
}

// What the callbacks were told since the last time.
std::string told() {
  std::string text;
  for (const std::string& each : std::exchange(seen, {})) text += (text.empty() ? "" : ", ") + each;
  return text;
}

auto range(int end) { return std::views::iota(0, end); }

template <class T>
std::string got(const multiprocessing::pool::AsyncResult<T>& result) {
  return outcome([&] { return result.get(); });
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  auto pool = multiprocessing::get_context("fork").Pool(1);
  print{"get:", got(pool.apply_async({.callback = good}, check, 3)), told()};
  print{"get:", got(pool.apply_async({.callback = good, .error_callback = bad}, check, -3)), told()};
  print{"get:", got(pool.apply_async({.error_callback = bad}, check, 4)), told()};
  print{"get:", got(pool.apply_async({.callback = good}, check, -4)), told()};
  print{"nothing:", got(pool.apply_async({.callback = [] { seen.emplace_back("good"); }}, nothing)), told()};

  print{"map:", got(pool.map_async({.callback = good}, check, range(4))), told()};
  print{"map:", got(pool.map_async(check, range(4), 1, good, bad)), told()};
  print{"map:", got(pool.map_async(check, std::vector{1, -1, 2, -2}, 1, good, bad)), told()};
  print{"empty:", got(pool.map_async(check, std::vector<int>(), None, good, bad)), told()};
  print{"starmap:", got(pool.starmap_async({.callback = good}, add, std::vector<std::pair<int, int>>{{1, 2}, {3, 4}})),
        told()};

  // In one thread of the pool's, in the order of the results, and before each is ready.
  std::set<std::uint64_t> threads;
  std::vector<multiprocessing::pool::AsyncResult<int>> results;
  const auto note = [&](int value) {
    threads.insert(threading::get_ident());
    seen.push_back(str(value) + " [" + str(results[static_cast<std::size_t>(value)].ready()) + "]");
  };

  threading::Event gate;
  const auto first = pool.apply_async({.callback = [&] { gate.wait(); }}, nothing);
  for (int i = 0; i < 4; ++i) results.push_back(pool.apply_async({.callback = note}, absolute, i));
  gate.set();
  for (const auto& result : results) result.wait();
  print{"one by one:", told()};
  print{"one thread:", threads.size(), threads.contains(threading::get_ident()), got(first)};

  // What a callback submits is run.
  threading::Event done;
  pool.apply_async({.callback =
                        [&](int value) {
                          pool.apply_async({.callback =
                                                [&](int more) {
                                                  seen.push_back(str(more));
                                                  done.set();
                                                }},
                                           absolute, value + 1);
                        }},
                   absolute, 5);
  done.wait();
  print{"from a callback:", told()};
  pool.close();
  pool.join();
}
