// What cannot be given to a pool of processes, or come back from one.
#include <skein/multiprocessing/pool.h>

#include <vector>

namespace {

[[maybe_unused]] int square(int x) { return x * x; }
[[maybe_unused]] int raise_it(int& x) { return ++x; }
[[maybe_unused]] int look_at(const int* x) { return *x; }
[[maybe_unused]] int* result(int /*x*/) { return nullptr; }

}  // namespace

int main() {
  skein::multiprocessing::Pool pool(1);
  const std::vector<int> numbers{1, 2};
#if defined(SKEIN_CONTROL)
  pool.apply(square, 1);
  pool.map(square, numbers);
#elif defined(SKEIN_ARGUMENT)
  const int one = 1;
  pool.apply(look_at, &one);
#elif defined(SKEIN_RESULT)
  pool.apply_async(result, 1);
#elif defined(SKEIN_REFERENCE)
  pool.apply(raise_it, 1);
#elif defined(SKEIN_MAP)
  pool.map(look_at, std::vector<const int*>{numbers.data()});
#elif defined(SKEIN_IMAP)
  static_cast<void>(pool.imap(result, numbers));
#elif defined(SKEIN_STARMAP)
  pool.starmap(square, numbers);
#else
  const int factor = 2;
  pool.apply([&factor](int x) { return factor * x; }, 1);
#endif
}
