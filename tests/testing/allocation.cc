#include "testing/allocation.h"

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

namespace skein::testing {

namespace {

constinit thread_local std::int64_t t_left = 0;
constinit thread_local std::int64_t t_allocations = 0;
constinit thread_local std::int64_t t_bytes = 0;
constinit std::atomic<std::int64_t> g_in_use{0};

void* allocate(std::size_t size, std::size_t alignment) {
  ++t_allocations;
  t_bytes += static_cast<std::int64_t>(size);
  if (t_left > 0 && --t_left == 0) throw std::bad_alloc();
  void* const got = alignment == 0 ? std::malloc(size)
                                   : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (got == nullptr) throw std::bad_alloc();
  g_in_use.fetch_add(static_cast<std::int64_t>(::malloc_usable_size(got)), std::memory_order_relaxed);
  return got;
}

void give_back(void* memory) noexcept {
  g_in_use.fetch_sub(static_cast<std::int64_t>(::malloc_usable_size(memory)), std::memory_order_relaxed);
  std::free(memory);
}

}  // namespace

void fail_allocation(std::int64_t k) { t_left = k; }
bool allocation_failed() { return t_left <= 0; }
std::int64_t bytes_in_use() { return g_in_use.load(); }
std::int64_t allocations() { return t_allocations; }
std::int64_t allocated_bytes() { return t_bytes; }

}  // namespace skein::testing

void* operator new(std::size_t size) { return skein::testing::allocate(size, 0); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return skein::testing::allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { skein::testing::give_back(memory); }
void operator delete(void* memory, std::size_t) noexcept { skein::testing::give_back(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { skein::testing::give_back(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { skein::testing::give_back(memory); }
