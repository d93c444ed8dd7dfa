// ppe_callbacks.cc - ppe_callbacks.py, line by line.
#include <skein/futures.h>
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>
#include <unistd.h>

#include <exception>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;
using conformance::str;

namespace {

std::optional<multiprocessing::Event> g_go;

void prepare(const multiprocessing::Event& go) { g_go = go; }

int fail() { throw skein::ValueError("on purpose"); }

int block(int number) {
  g_go->wait();
  return number >= 0 ? number : fail();
}

std::string text_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& caught) {
    return caught.what();
  }
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  futures::set_report_hook([](const futures::Report&) {});
  using Call = futures::Future<int>;
  const int here = ::getpid();
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    auto context = multiprocessing::get_context(method);
    auto go = context.Event();
    std::vector<std::string> said;
    const auto say = [&said](const auto& name, const auto& one, bool other) {
      said.push_back(str(name) + " " + str(one) + " " + str(other));
    };
    std::optional<Call> second;
    {
      futures::ProcessPoolExecutor executor(1, context, prepare, std::tuple(go));
      auto first = executor.submit(block, 1);
      second = executor.submit(block, -1);
      first.add_done_callback([&](const Call& f) { say("first", f.result(), ::getpid() == here); });
      first.add_done_callback([](const Call&) { fail(); });
      first.add_done_callback([&](const Call& f) { say("again", f == first, f.done()); });
      second->add_done_callback([&](const Call& f) { say("second", text_of(f.exception()), ::getpid() == here); });
      std::vector<Call> calls;
      for (int number = 0; number < 20; ++number) calls.push_back(executor.submit(block, number));
      auto last = calls.back();
      last.add_done_callback([&](const Call& f) { say("cancelled", f.cancelled(), f.done()); });
      // Said already, in both languages: by the one who cancels.
      print{last.cancel(), said.size()};
      go.set();
    }
    for (const auto& line : said) print{line};
    second->add_done_callback([&](const Call& f) { print{"late", f == *second}; });
  }
}
