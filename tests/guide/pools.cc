// pools.cc - pools.py, line by line.
#include <skein/core/errors.h>
#include <skein/multiprocessing.h>

#include <exception>
#include <optional>
#include <ranges>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;

namespace {

// As Python prints a list of numbers, or of texts.
std::string list(const std::vector<int>& numbers) {
  std::string text;
  for (const int number : numbers) text += (text.empty() ? "" : ", ") + std::to_string(number);
  return "[" + text + "]";
}
std::string list(const std::vector<std::string>& texts) {
  std::string text;
  for (const std::string& each : texts) text += (text.empty() ? "'" : ", '") + each + "'";
  return "[" + text + "]";
}

}  // namespace

// [pool]
int square(int x) { return x * x; }

int power(int base, int exponent) { return exponent == 0 ? 1 : base * power(base, exponent - 1); }

void squares() {
  multiprocessing::Pool pool({.processes = 4});
  print("{}", list(pool.map(square, std::views::iota(0, 10))));
  print("{}", list(pool.starmap(power, std::vector<std::pair<int, int>>{{2, 3}, {3, 2}})));
  const auto result = pool.apply_async(power, 2, 10);
  print("{}", result.get({.timeout = 5}));
}
// [/pool]

// [initializer]
std::string prefix;

void set_prefix(const std::string& text) { prefix = text; }

std::string label(int number) { return prefix + std::to_string(number); }

void labels() {
  multiprocessing::Pool pool(2, set_prefix, std::tuple("no. "));
  print("{}", list(pool.map({.chunksize = 1}, label, std::vector{1, 2, 3})));
}
// [/initializer]

// [imap]
int check(int number) {
  if (number == 2) throw skein::ValueError("two is not wanted");
  return number;
}

void one_by_one() {
  multiprocessing::Pool pool(2);
  int sum = 0;
  for (const int each : pool.imap_unordered({.chunksize = 100}, square, std::views::iota(0, 1000))) sum += each;
  print("{}", sum);
  auto it = pool.imap(check, std::views::iota(0, 4));
  while (true) {
    std::optional<int> number;
    try {
      number = it.next({.timeout = 5});
    } catch (const skein::ValueError& error) {
      print("{}", error.what());
      continue;
    }
    if (!number.has_value()) break;
    print("{}", *number);
  }
}
// [/imap]

// [callbacks]
void told() {
  std::vector<int> seen;
  multiprocessing::Pool pool(1);
  for (int number = 0; number < 3; ++number) {
    pool.apply_async({.callback = [&](int value) { seen.push_back(value); },
                      .error_callback = [&](std::exception_ptr) { seen.push_back(-1); }},
                     check, number);
  }
  pool.close();
  pool.join();
  print("{}", list(seen));
}
// [/callbacks]

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  squares();
  labels();
  one_by_one();
  told();
}
