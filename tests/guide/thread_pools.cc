// thread_pools.cc - thread_pools.py, line by line.
#include <skein/process_pool.h>

#include <map>
#include <ranges>
#include <string>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using Order = std::vector<std::string>;

namespace {

// As Python prints a list of numbers.
std::string list(const std::vector<int>& numbers) {
  std::string text;
  for (const int number : numbers) text += (text.empty() ? "" : ", ") + std::to_string(number);
  return "[" + text + "]";
}

// [threads]
std::vector<int> totals(const std::vector<Order>& orders, const std::map<std::string, int>& prices) {
  multiprocessing::pool::ThreadPool pool(4);
  return pool.map(
      [&prices](const Order& order) {
        int sum = 0;
        for (const std::string& item : order) sum += prices.at(item);
        return sum;
      },
      orders);
}
// [/threads]

void slow_ones(int limit) {
  std::vector<int> seen;
  multiprocessing::pool::ThreadPool pool(2);
  const auto result = pool.apply_async(
      {.callback = [&seen](int value) { seen.push_back(value); }}, [limit](int number) { return number + limit; }, 1);
  const int value = result.get({.timeout = 5});
  print("{} {}", value, list(seen));
  int sum = 0;
  for (const int each :
       pool.imap_unordered({.chunksize = 3}, [limit](int number) { return number * limit; }, std::views::iota(0, 10))) {
    sum += each;
  }
  print("{}", sum);
  pool.close();
  pool.join();
}

}  // namespace

int main() {
  print("{}", list(totals({{"tea", "cake"}, {"tea", "tea"}, {}}, {{"tea", 2}, {"cake", 5}})));
  slow_ones(10);
}
