// Pools of processes for tests, whose calls share words with the test.
#ifndef SKEIN_TESTS_PROCESS_POOL_POOLS_H_
#define SKEIN_TESTS_PROCESS_POOL_POOLS_H_

#include <gtest/gtest.h>
#include <skein/multiprocessing/process_handle.h>
#include <skein/process_pool.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "multiprocessing/mailbox.h"
#include "multiprocessing/methods.h"
#include "testing/text_of.h"

namespace skein::testing {

// In a worker: the test's words, which the initializer brings.
inline std::unique_ptr<Mailbox>& worker_box() {
  static std::unique_ptr<Mailbox> box;
  return box;
}
inline void take_box(const Mailbox& box) { worker_box() = std::make_unique<Mailbox>(box); }
inline const Mailbox& box() { return *worker_box(); }

// ---- calls ----

inline int twice(int x) { return 2 * x; }
inline int add(int x, int y) { return x + y; }
inline int pid() { return ::getpid(); }
// Says at word `place` that it has begun, and returns its pid when word `place` + 1 is set.
inline int block(int place) {
  static_cast<void>(box().add(static_cast<std::size_t>(place)));
  if (!box().wait(static_cast<std::size_t>(place) + 1)) std::abort();
  return ::getpid();
}
inline std::uint32_t count(int place) { return box().add(static_cast<std::size_t>(place)); }
// Begins, and ends its worker.
inline int die_by(int signal) {
  ::kill(::getpid(), signal);
  return 0;
}

// ---- fixtures ----

// With each start method; GetParam() is its name.
class ProcessPoolTest : public ThreadedMethodTest {
 protected:
  // Of `workers` processes that know box_.
  [[nodiscard]] futures::ProcessPoolExecutorOptions of(std::int64_t workers) const {
    futures::ProcessPoolExecutorOptions options;
    options.max_workers = workers;
    options.mp_context = context();
    options.initializer = internal::Initializer(multiprocessing::internal::bind_work(take_box, box_));
    return options;
  }

  Mailbox box_;
};

inline constexpr const char* kBroken =
    "A process in the process pool was terminated abruptly while the future was running or pending.";
inline constexpr const char* kRefuses = "A child process terminated abruptly, the process pool is not usable anymore";

}  // namespace skein::testing

#endif  // SKEIN_TESTS_PROCESS_POOL_POOLS_H_
