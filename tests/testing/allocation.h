// operator new under the test's control: it can fail, and it counts. Link allocation.cc to the
// test.
#ifndef SKEIN_TESTS_TESTING_ALLOCATION_H_
#define SKEIN_TESTS_TESTING_ALLOCATION_H_

#include <cstdint>

namespace skein::testing {

// The `k`-th allocation of the calling thread from now on throws std::bad_alloc, once; 0: none
// does.
void fail_allocation(std::int64_t k);
// Whether it has failed (or was not set).
bool allocation_failed();

// Bytes that are allocated at this moment, by all threads.
std::int64_t bytes_in_use();

// Allocations of the calling thread so far, and the bytes that they asked for.
std::int64_t allocations();
std::int64_t allocated_bytes();

}  // namespace skein::testing

#endif  // SKEIN_TESTS_TESTING_ALLOCATION_H_
