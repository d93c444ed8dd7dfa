// What the tests of futures share: reports that are caught, objects that are counted, thrown ints, busy workers.
#ifndef SKEIN_TESTS_FUTURES_HELPERS_H_
#define SKEIN_TESTS_FUTURES_HELPERS_H_

#include <skein/futures.h>
#include <skein/threading.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "testing/text_of.h"

namespace skein::testing {

// While one lives, reports come here instead of to stderr.
class Reports {
 public:
  Reports() {
    futures::set_report_hook([kept = kept_](const futures::Report& report) {
      const std::scoped_lock guard(kept->lock);
      kept->all.push_back(report);
    });
  }
  ~Reports() { futures::set_report_hook(nullptr); }
  Reports(const Reports&) = delete;
  Reports& operator=(const Reports&) = delete;

  [[nodiscard]] std::size_t size() const {
    const std::scoped_lock guard(kept_->lock);
    return kept_->all.size();
  }
  [[nodiscard]] futures::Report at(std::size_t i) const {
    const std::scoped_lock guard(kept_->lock);
    return i < kept_->all.size() ? kept_->all[i] : futures::Report{"no such report", nullptr};
  }

 private:
  struct Kept {
    std::mutex lock;
    std::vector<futures::Report> all;
  };
  std::shared_ptr<Kept> kept_ = std::make_shared<Kept>();
};

// Knows how many of it there are.
class Counted {
 public:
  explicit Counted(std::atomic<int>& alive, int given = 0) : value(given), alive_(&alive) { alive_->fetch_add(1); }
  Counted(const Counted& other) : value(other.value), alive_(other.alive_) { alive_->fetch_add(1); }
  Counted& operator=(const Counted&) = default;
  ~Counted() { alive_->fetch_sub(1); }

  int value;

 private:
  std::atomic<int>* alive_;
};

// The int that `function` throws.
template <class F>
int int_of(F function) {
  try {
    function();
  } catch (const int error) {
    return error;
  }
  return -1;
}

// The name of the thread that asks.
inline std::string this_name() { return threading::current_thread().name(); }

// Keeps `count` workers busy until it goes, or is told to let them go.
class Busy {
 public:
  Busy(futures::Executor& executor, int count) {
    for (int i = 0; i < count; ++i) {
      held.push_back(executor.submit([this] {
        begun_.release();
        go_on_.wait();
      }));
    }
    for (int i = 0; i < count; ++i) begun_.acquire();
  }
  ~Busy() { let_go(); }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;
  void let_go() {
    go_on_.set();
    static_cast<void>(futures::wait(held));
  }

  std::vector<futures::Future<void>> held;

 private:
  threading::Semaphore begun_{0};
  threading::Event go_on_;
};

}  // namespace skein::testing

#endif  // SKEIN_TESTS_FUTURES_HELPERS_H_
