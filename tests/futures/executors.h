// Executors of the tests' own: one that runs everything at once, one that keeps it.
#ifndef SKEIN_TESTS_FUTURES_EXECUTORS_H_
#define SKEIN_TESTS_FUTURES_EXECUTORS_H_

#include <skein/core/errors.h>
#include <skein/futures.h>

#include <deque>
#include <utility>

namespace skein::testing {

// Runs everything at once, in the calling thread.
class Inline : public futures::Executor {
 public:
  using futures::Executor::shutdown;
  void shutdown(ShutdownOptions options) override {
    shut = true;
    last = options;
  }
  int executed = 0;
  bool shut = false;
  ShutdownOptions last = {};

 protected:
  void execute(futures::WorkItem item) override {
    if (shut) throw RuntimeError("cannot schedule new futures after shutdown");
    ++executed;
    item.run();
  }
};

// Keeps everything until it is told to run it.
class Later : public futures::Executor {
 public:
  using futures::Executor::shutdown;
  void shutdown(ShutdownOptions /*options*/) override {
    shut = true;
    kept.clear();
  }
  void run_one() {
    futures::WorkItem item = std::move(kept.front());
    kept.pop_front();
    item.run();
  }
  void run_all() {
    while (!kept.empty()) run_one();
  }
  // What is kept and has not been cancelled.
  [[nodiscard]] int waiting() const {
    int count = 0;
    for (const futures::WorkItem& item : kept) count += item.future().done() ? 0 : 1;
    return count;
  }
  std::deque<futures::WorkItem> kept;
  bool shut = false;

 protected:
  void execute(futures::WorkItem item) override {
    if (shut) throw RuntimeError("cannot schedule new futures after shutdown");
    kept.push_back(std::move(item));
  }
};

}  // namespace skein::testing

#endif  // SKEIN_TESTS_FUTURES_EXECUTORS_H_
