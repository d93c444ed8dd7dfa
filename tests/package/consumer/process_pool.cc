#include <skein/core/version.h>
#include <skein/process_pool.h>

#include <iostream>
#include <vector>

namespace futures = skein::futures;

int main() {
  futures::ProcessPoolExecutor executor(2);
  int sum = 0;
  for (const int square : executor.map([](int x) { return x * x; }, std::vector<int>{1, 2, 3})) sum += square;
  std::cout << "skein " << skein::version() << (sum == 14 ? " works\n" : " fails\n");
  return sum == 14 ? 0 : 1;
}
