// executor_subclass.cc - executor_subclass.py, line by line.
#include <skein/futures.h>

#include <cstddef>
#include <tuple>
#include <utility>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
using conformance::outcome;
using conformance::print;

namespace {

class AtOnce : public futures::Executor {
 public:
  using futures::Executor::shutdown;
  void shutdown(ShutdownOptions options) override {
    print{"shutdown:", options.wait, options.cancel_futures};
    stopped_ = true;
  }

 protected:
  void execute(futures::WorkItem item) override {
    if (stopped_) throw skein::RuntimeError("no more");
    item.run();
  }

 private:
  bool stopped_ = false;
};

class Later : public AtOnce {
 public:
  [[nodiscard]] std::size_t size() const { return items_.size(); }
  void run_all() {
    for (auto& item : std::exchange(items_, {})) item.run();
  }

 protected:
  void execute(futures::WorkItem item) override { items_.push_back(std::move(item)); }

 private:
  std::vector<futures::WorkItem> items_;
};

int divide(int a, int b) {
  if (b == 0) throw skein::ValueError("by zero");
  return a / b;
}

// Written against the interface.
std::pair<futures::Future<int>, futures::Future<int>> use(futures::Executor& executor) {
  auto good = executor.submit(divide, 12, 4);
  return {good, executor.submit(divide, 1, 0)};
}

std::vector<int> list(auto&& range) {
  std::vector<int> result;
  for (const int part : range) result.push_back(part);
  return result;
}

}  // namespace

int main() {
  using Futures = std::vector<futures::Future<int>>;
  const auto result = [](const futures::Future<int>& f) { return outcome([&] { return f.result(); }); };
  const std::vector<int> of = {8, 9, 10};
  const std::vector<int> by = {2, 3, 5};

  AtOnce executor;
  auto [good, bad] = use(executor);
  print{"at once:", good.done(), good.result(), result(bad)};
  print{"map:", list(executor.map(divide, of, by))};
  executor.shutdown();
  executor.shutdown({.wait = false, .cancel_futures = true});
  print{"stopped:", outcome([&] { static_cast<void>(executor.submit(divide, 1, 1)); }),
        outcome([&] { static_cast<void>(executor.map(divide, std::vector{1}, std::vector{1})); })};

  Later later;
  std::tie(good, bad) = use(later);
  auto dropped = later.submit(divide, 5, 5);
  print{"later:", good.done(), bad.done(), dropped.cancel(), outcome([&] { return good.result(0); })};
  print{"not told:", futures::wait(Futures{dropped}, 0).done.size()};
  later.run_all();
  print{"run:", good.result(), result(bad), result(dropped)};
  print{"told:", futures::wait(Futures{dropped}, 0).done.size()};
  auto results = later.map({.timeout = 0}, divide, of, by);
  print{"held:", later.size()};
  later.run_all();
  print{"map:", list(results)};
  print{"in the block"};
  later.shutdown();
}
