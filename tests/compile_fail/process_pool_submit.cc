// What cannot travel to a worker process, or cannot be called there, is refused in one sentence each.
#include <skein/process_pool.h>

#include <functional>
#include <vector>

void takes_a_reference(int& number) { ++number; }
int takes_a_number(int number) { return number; }
int* returns_a_pointer(int) { return nullptr; }
int takes_a_pointer(const int* number) { return *number; }

void f(skein::futures::ProcessPoolExecutor& executor) {
  int number = 0;
#ifdef SKEIN_CONTROL
  static_cast<void>(executor.submit(takes_a_number, number));
  static_cast<void>(executor.submit([](int x) { return x; }, number));
  static_cast<void>(executor.map(takes_a_number, std::vector<int>{number}));
#else
  static_cast<void>(executor.submit([&number] { return number; }));
  static_cast<void>(executor.submit(std::function<int()>()));
  static_cast<void>(executor.submit(takes_a_pointer, &number));
  static_cast<void>(executor.submit(returns_a_pointer, number));
  static_cast<void>(executor.submit(takes_a_reference, number));
  static_cast<void>(executor.map([&number](int x) { return x + number; }, std::vector<int>{1}));
#endif
}
