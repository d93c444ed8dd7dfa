// mp_pool_timeouts.cc - mp_pool_timeouts.py, line by line.
#include <skein/multiprocessing.h>
#include <skein/time.h>

#include <concepts>
#include <ranges>
#include <regex>
#include <string>
#include <tuple>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
namespace time_ = skein::time;
using conformance::outcome;
using conformance::print;

namespace {

template <std::invocable Call>
std::tuple<std::string, bool> after(double seconds, Call call) {
  const double begin = time_::monotonic();
  const std::string result = outcome(call);
  return {result, time_::monotonic() - begin >= seconds};
}

// As Python prints a tuple with None in it.
template <std::invocable Call>
std::string nothing_after(double seconds, Call call) {
  const auto [result, late] = after(seconds, call);
  return "(" + result + ", " + conformance::str(late) + ")";
}

// Without the address.
std::string bare(const std::string& text) { return std::regex_replace(text, std::regex("0x[0-9a-f]+"), "0x"); }

multiprocessing::Event* the_gate = nullptr;

void init(const multiprocessing::Event& gate) {
  static multiprocessing::Event mine = gate;
  the_gate = &mine;
}

int through_gate(int x) {
  the_gate->wait();
  return x;
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  const auto context = multiprocessing::get_context("fork");
  const auto gate = context.Event();
  auto pool = context.Pool(1, init, std::tuple(gate));
  const auto result = pool.apply_async(through_gate, 7);
  print{"ready:", result.ready()};
  print{"get:", outcome([&] { return result.get(0); }), outcome([&] { return result.get(-1); })};
  print{"get:", after(0.05, [&] { return result.get(0.05); })};
  print{"get:", after(0.05, [&] { return result.get({.timeout = 0.05}); })};
  print{"wait:", outcome([&] { result.wait(0); }), outcome([&] { result.wait(-1); })};
  print{"wait:", nothing_after(0.05, [&] { result.wait(0.05); })};
  print{"successful:", bare(outcome([&] { return result.successful(); }))};
  const auto mapped = pool.map_async(through_gate, std::views::iota(0, 3));
  print{"map:", mapped.ready(), outcome([&] { return mapped.get(0); }), after(0.05, [&] { return mapped.get(0.05); })};
  print{"successful:", bare(outcome([&] { return mapped.successful(); }))};
  auto it = pool.imap(through_gate, std::views::iota(0, 2));
  print{"next:", outcome([&] { return it.next(0); }), outcome([&] { return it.next(-1); }),
        after(0.05, [&] { return it.next(0.05); })};
  print{"next:", after(0.05, [&] { return it.next({.timeout = 0.05}); })};
  gate.set();
  print{"get:", result.get(0.001 + 10), result.get(0), result.get(-1)};
  print{"map:", mapped.get(10), mapped.successful()};
  print{"next:", it.next(10), it.next({.timeout = 10})};
  try {
    throw multiprocessing::TimeoutError();
  } catch (const multiprocessing::ProcessError&) {
    print{"a ProcessError:", outcome([]() -> int { throw; })};
  }
}
