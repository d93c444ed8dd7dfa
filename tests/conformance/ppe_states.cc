// ppe_states.cc - ppe_states.py, line by line.
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>

#include <optional>
#include <string>

#include "print.h"

namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;
using skein::None;

namespace {

std::optional<multiprocessing::Event> g_started;
std::optional<multiprocessing::Event> g_go;

void prepare(const multiprocessing::Event& started, const multiprocessing::Event& go) {
  g_started = started;
  g_go = go;
}

int block(int number) {
  g_started->set();
  g_go->wait();
  return number;
}

void nothing() {}

void show(const futures::AnyFuture& f) { print{f.running(), f.done(), f.cancelled()}; }

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    auto context = multiprocessing::get_context(method);
    auto started = context.Event();
    auto go = context.Event();
    futures::ProcessPoolExecutor executor({.max_workers = 1, .mp_context = context}, prepare, started, go);
    auto f = executor.submit(block, 7);
    started.wait();
    show(f);
    print{f.cancel(), outcome([&] { return f.result({.timeout = 0.01}); }),
          outcome([&] { static_cast<void>(f.exception(0)); })};
    go.set();
    print{f.result(), f.result(), f.exception() == nullptr ? "None" : "an exception"};
    show(f);
    print{f.cancel(), outcome([&] { executor.submit(nothing).result(); })};
    const std::string refused = outcome([&] { f.set_result(8); });
    print{refused.substr(0, refused.find(':')), f.result()};
  }
}
