// benchmarks/process_parts.h - what the rows of family 5 share.
#ifndef SKEIN_BENCHMARKS_PROCESS_PARTS_H_
#define SKEIN_BENCHMARKS_PROCESS_PARTS_H_

#include <sys/mman.h>

#include <cstddef>

#include "harness.h"

namespace bench {

// As the only argument: the process is to end where main() begins.
inline constexpr const char* kEndAtOnce = "--end-at-once";

// Memory that a forked child has, too.
template <class T>
class Shared {
 public:
  explicit Shared(std::size_t count = 1)
      : size_(count * sizeof(T)),
        place_(::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0)) {
    check(place_ != MAP_FAILED);
  }
  ~Shared() { ::munmap(place_, size_); }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  [[nodiscard]] T* get() const { return static_cast<T*>(place_); }
  T* operator->() const { return get(); }

 private:
  std::size_t size_;
  void* place_;
};

}  // namespace bench

#endif  // SKEIN_BENCHMARKS_PROCESS_PARTS_H_
