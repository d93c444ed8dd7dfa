// pool_initializer_fails.cc - pool_initializer_fails.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <exception>
#include <string>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;

namespace {

template <class E>
bool is_instance(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const E&) {
    return true;
  } catch (...) {
    return false;
  }
}

}  // namespace

int main() {
  std::vector<std::string> reports;
  futures::set_report_hook([&](const futures::Report& report) { reports.push_back(report.message); });

  threading::Event go;
  std::vector<int> ran;

  const auto fail = [&] {
    go.wait();
    throw skein::ValueError("not today");
  };

  const auto append = [&](int number) { ran.push_back(number); };

  futures::ThreadPoolExecutor executor({.max_workers = 1}, fail);
  std::vector<std::string> called;
  std::vector<futures::Future<void>> fs;
  for (int number = 0; number < 3; ++number) fs.push_back(executor.submit(append, number));
  fs[0].add_done_callback([&](const futures::AnyFuture& f) {
    called.emplace_back(is_instance<futures::BrokenThreadPool>(f.exception()) ? "BrokenThreadPool" : "another");
  });
  go.set();
  for (const auto& f : fs) print{outcome([&] { f.result(); }), f.cancelled(), f.done()};
  print{is_instance<futures::thread::BrokenThreadPool>(fs[0].exception())};
  print{is_instance<futures::BrokenExecutor>(fs[0].exception()), is_instance<skein::RuntimeError>(fs[0].exception())};
  print{"submit:", outcome([&] { executor.submit(append, 5); })};
  print{"map:", outcome([&] { static_cast<void>(executor.map(append, std::vector{6})); })};
  executor.shutdown();
  print{"shut down:", outcome([&] { executor.submit(append, 7); })};
  print{"ran:", ran, "called:", called, "reports:", reports};
  futures::set_report_hook(nullptr);
}
