// tp_callbacks_and_states.cc - tp_callbacks_and_states.py, line by line.
#include <skein/core/errors.h>
#include <skein/process_pool.h>
#include <skein/threading.h>

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <numeric>
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
using multiprocessing::pool::ThreadPool;
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

std::vector<int> list(multiprocessing::pool::IMapIterator<int> results) {
  std::vector<int> all;
  for (const int result : results) all.push_back(result);
  return all;
}

void calls(ThreadPool& pool) {
  const std::vector<int> one{1};
  const std::vector<std::pair<int, int>> pair{{1, 2}};
  print{"apply:", outcome([&] { return pool.apply(check, 1); })};
  print{"apply_async:", outcome([&] { return pool.apply_async(check, 1).get(); })};
  print{"map:", outcome([&] { return pool.map(check, one); }),
        outcome([&] { return pool.map(check, std::vector<int>()); })};
  print{"starmap:", outcome([&] { return pool.starmap(add, pair); })};
  print{"imap:", outcome([&] { return list(pool.imap(check, one)); })};
  print{"imap_unordered:", outcome([&] { return list(pool.imap_unordered(check, one)); })};
}

}  // namespace

int main() {
  threading::Event gate;
  {
    ThreadPool pool(1);
    print{"get:", got(pool.apply_async({.callback = good}, check, 3)), told()};
    print{"get:", got(pool.apply_async({.callback = good, .error_callback = bad}, check, -3)), told()};
    print{"get:", got(pool.apply_async({.error_callback = bad}, check, 4)), told()};
    print{"get:", got(pool.apply_async({.callback = good}, check, -4)), told()};
    print{"nothing:", got(pool.apply_async({.callback = [] { seen.emplace_back("good"); }}, nothing)), told()};
    print{"map:", got(pool.map_async({.callback = good}, check, range(4))), told()};
    print{"map:", got(pool.map_async(check, std::vector{1, -1, 2, -2}, 1, good, bad)), told()};
    print{"empty:", got(pool.map_async(check, std::vector<int>(), None, good, bad)), told()};
    const std::vector<std::pair<int, int>> pairs{{1, 2}, {3, 4}};
    print{"starmap:", got(pool.starmap_async({.callback = good}, add, pairs)), told()};

    // In one thread of the pool's that is no worker, in the order of the results, before each is ready.
    std::set<std::uint64_t> threads;
    std::vector<multiprocessing::pool::AsyncResult<int>> results;
    const auto note = [&](int value) {
      threads.insert(threading::get_ident());
      seen.push_back(str(value) + " [" + str(results[static_cast<std::size_t>(value)].ready()) + "]");
    };

    const std::uint64_t worker = pool.apply(threading::get_ident);
    const auto first = pool.apply_async({.callback = [&] { gate.wait(); }}, nothing);
    for (int i = 0; i < 4; ++i) results.push_back(pool.apply_async({.callback = note}, absolute, i));
    gate.set();
    for (const auto& result : results) result.wait();
    print{"one by one:", told()};
    print{"one thread:", threads.size(), threads.contains(threading::get_ident()), threads.contains(worker),
          got(first)};

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

    print{"join:", outcome([&] { pool.join(); })};
    calls(pool);
    gate.clear();
    const auto held = pool.apply_async([&] { return gate.wait(); });
    const auto result = pool.map_async(check, range(100), 3, good);
    print{"close:", outcome([&] { pool.close(); }), outcome([&] { pool.close(); })};
    calls(pool);
    print{"not yet:", held.ready(), result.ready(), outcome([&] { return result.get(0.01); })};
    gate.set();
    print{"join:", outcome([&] { pool.join(); }), outcome([&] { pool.join(); })};
    const std::vector<int> squares = result.get();
    print{"result:", std::accumulate(squares.begin(), squares.end(), 0), held.successful(), !told().empty()};
    print{"terminate:", outcome([&] { pool.terminate(); }), outcome([&] { pool.terminate(); })};
    print{"join:", outcome([&] { pool.join(); })};
    print{"close:", outcome([&] { pool.close(); })};
  }
  {
    ThreadPool pool(2);
    print{"terminate:", outcome([&] { pool.terminate(); })};
    calls(pool);
    print{"close:", outcome([&] { pool.close(); }), outcome([&] { pool.join(); })};
  }
  {
    ThreadPool pool(2);
    print{"with:", pool.apply(check, 3)};
  }
  print{"none:", outcome([] { const ThreadPool pool(0); }), outcome([] { const ThreadPool pool(-1); })};
}
