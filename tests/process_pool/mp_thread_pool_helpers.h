// What the tests of ThreadPool call.
#ifndef SKEIN_TESTS_PROCESS_POOL_MP_THREAD_POOL_HELPERS_H_
#define SKEIN_TESTS_PROCESS_POOL_MP_THREAD_POOL_HELPERS_H_

#include <skein/multiprocessing.h>
#include <skein/process_pool.h>
#include <skein/threading.h>

#include <string>

#include "testing/text_of.h"

namespace skein::testing {

inline int twice(int x) { return 2 * x; }
inline int add(int x, int y) { return x + y; }
inline int fail_at_two(int x) { return x == 2 ? throw ValueError("two") : x; }

// Keeps the only worker of a pool busy until it goes.
class Held {
 public:
  explicit Held(multiprocessing::ThreadPool& pool)
      : result_(pool.apply_async([this] {
          begun_.set();
          go_.wait();
        })) {
    begun_.wait();
  }
  ~Held() {
    let_go();
    result_.wait();
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  void let_go() { go_.set(); }

 private:
  threading::Event begun_;
  threading::Event go_;
  multiprocessing::AsyncResult<void> result_;
};

}  // namespace skein::testing

#endif  // SKEIN_TESTS_PROCESS_POOL_MP_THREAD_POOL_HELPERS_H_
