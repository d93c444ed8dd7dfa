#include <skein/core/version.h>
#include <skein/futures.h>

#include <iostream>
#include <vector>

namespace futures = skein::futures;

int main() {
  futures::ThreadPoolExecutor pool({.max_workers = 2});
  std::vector<futures::Future<int>> all;
  for (int i = 0; i < 10; ++i) all.push_back(pool.submit([i] { return i; }));
  int sum = 0;
  for (auto& done : futures::as_completed(all)) sum += done.result();
  bool good = sum == 45;
  try {
    pool.submit([]() -> int { throw skein::ValueError("elsewhere"); }).result();
    good = false;
  } catch (const skein::ValueError&) {
  }
  std::cout << "skein " << skein::version() << (good ? " works\n" : " fails\n");
  return good ? 0 : 1;
}
