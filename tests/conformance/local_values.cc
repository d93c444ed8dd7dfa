// local_values.cc - local_values.py, line by line.
#include <skein/threading.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::in_thread;
using conformance::print;
using conformance::str;

namespace {

threading::Lock lock;
std::vector<std::string> made;

struct Data {
  Data(int start, int step_) : value(start), step(step_) {
    const std::scoped_lock guard(lock);
    made.push_back(threading::current_thread().name());
  }

  int value;
  int step;
  std::vector<std::string> words;
};

}  // namespace

int main() {
  threading::local<Data> data(10, 5);
  print{"first use:", data->value, data->step, data->words};
  data->value += data->step;
  data->words.push_back("main");
  print{"main:", data->value, data->words};

  threading::Barrier together(4);
  std::array<std::pair<int, std::vector<std::string>>, 4> results;

  const auto work = [&](std::size_t number) {
    for (std::size_t i = 0; i < number; ++i) data->value += data->step;
    data->words.push_back(threading::current_thread().name());
    together.wait();
    results[number] = {data->value, data->words};
  };

  std::vector<threading::Thread> threads;
  for (std::size_t number = 0; number < 4; ++number) {
    threads.push_back(threading::Thread({.name = "worker " + str(number)}, work, number));
  }
  for (auto& thread : threads) thread.start();
  for (auto& thread : threads) thread.join();
  for (std::size_t number = 0; number < 4; ++number) print{"worker", number, results[number]};
  print{"main, as it was:", data->value, data->words};
  std::ranges::sort(made);
  print{"made once in each:", made};
  print{"a later thread:", in_thread([&] { return data->value; })};

  // Two objects of one class have nothing in common.
  threading::local<Data> other(1, 1);
  other->value += 100;
  print{"two objects:", data->value, other->value};
  print{"elsewhere:", in_thread([&] { return data->value + other->value; })};
}
