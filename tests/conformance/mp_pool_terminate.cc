// mp_pool_terminate.cc - mp_pool_terminate.py, line by line.
#include <skein/multiprocessing.h>
#include <skein/time.h>

#include <concepts>
#include <memory>
#include <ranges>
#include <string>
#include <tuple>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
namespace time_ = skein::time;
using conformance::outcome;
using conformance::print;

namespace {

multiprocessing::Event* the_gate = nullptr;

void init(const multiprocessing::Event& gate) {
  static multiprocessing::Event mine = gate;
  the_gate = &mine;
}

void for_ever(int /*x*/) { the_gate->wait(); }

int square(int x) { return x * x; }

template <std::invocable Call>
std::string brief(Call call) {
  const double begin = time_::monotonic();
  const std::string result = outcome(call);
  return "(" + result + ", " + conformance::str(time_::monotonic() - begin < 5) + ")";
}

std::unique_ptr<multiprocessing::Pool> left;

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  const auto context = multiprocessing::get_context("fork");
  const auto gate = context.Event();
  {
    auto pool = context.Pool(3, init, std::tuple(gate));
    const auto waiting = pool.map_async(for_ever, std::views::iota(0, 100), 1);
    print{"terminate:", brief([&] { pool.terminate(); })};
    print{"join:", brief([&] { pool.join(); })};
    print{"children:", multiprocessing::active_children().size()};
  }
  {
    auto pool = context.Pool(3, init, std::tuple(gate));
    const auto it = pool.imap(for_ever, std::views::iota(0, 1000));
    print{"with input left:", brief([&] { pool.terminate(); })};
    print{"join:", brief([&] { pool.join(); })};
  }
  {
    auto pool = context.Pool(3);
    std::vector<multiprocessing::pool::AsyncResult<int>> results;
    for (int i = 0; i < 200; ++i) results.push_back(pool.apply_async(square, i));
    pool.close();
    pool.join();
    bool ready = true;
    int sum = 0;
    for (const auto& result : results) ready = ready && result.ready();
    for (const auto& result : results) sum += result.get();
    print{"closed:", ready, sum};
    print{"children:", multiprocessing::active_children().size()};
  }
  {
    auto pool = context.Pool(2, init, std::tuple(gate));
    pool.apply_async(for_ever, 1);
  }
  print{"with:", multiprocessing::active_children().size()};

  // The process ends, and the pool with it.
  left.reset(new multiprocessing::Pool(2, init, std::tuple(gate), skein::None, context));
  left->apply_async(for_ever, 1);
  print{"end:", left->apply_async(square, 2).get()};
}
