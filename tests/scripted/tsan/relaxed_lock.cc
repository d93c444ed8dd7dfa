// A lock that keeps others out in every schedule, but does not make what one holder did visible to
// the next. Only the thread sanitizer, which takes the threads of a scenario for threads, can tell:
// this program is run in its build, and must make it speak.
#include <skein/core/internal/platform.h>

#include <cstdint>
#include <cstdio>

#include "scripted/scheduler.h"

namespace {

class RelaxedLock {
 public:
  void acquire() {
    while (held_.exchange(1, std::memory_order_relaxed) != 0) skein::internal::yield_cpu();
  }
  void release() { held_.store(0, std::memory_order_relaxed); }

 private:
  skein::internal::Atomic<std::uint32_t> held_{0};
};

}  // namespace

int main() {
  const skein::scripted::Outcome outcome = skein::scripted::explore({}, [](skein::scripted::Execution& run) {
    struct State {
      RelaxedLock lock;
      int visits = 0;
    };
    auto& state = run.make<State>();
    for (int i = 0; i < 2; ++i) {
      run.thread([&] {
        state.lock.acquire();
        ++state.visits;
        state.lock.release();
      });
    }
    run.at_end([&] { skein::scripted::check(state.visits == 2, "a visit is missing"); });
  });
  std::printf("%s\n", outcome.failure.c_str());
  return 0;
}
