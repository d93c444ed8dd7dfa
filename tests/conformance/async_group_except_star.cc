// async_group_except_star.cc - async_group_except_star.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "print.h"
#include "print_groups.h"

namespace asyncio = skein::asyncio;
using asyncio::TaskGroup;
using conformance::ended;
using conformance::log;
using conformance::print;
using conformance::rounds;
using conformance::tree;

namespace {

using Body = asyncio::Coroutine<>;
using Work = asyncio::Coroutine<std::string>;
using Errors = std::vector<std::exception_ptr>;

struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct RefusedTwice : Refused {
  using Refused::Refused;
};

template <class E>
std::exception_ptr one(const char* text) {
  return std::make_exception_ptr(E(text));
}

Body throws(int count, std::exception_ptr error) {
  try {
    co_await rounds(count);
  } catch (...) {
  }
  std::rethrow_exception(error);
}

Body throwing(Errors errors) {
  co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Body {
    for (const std::exception_ptr& error : errors) group.create_task(throws(1, error));
    co_return;
  });
}

Work handles(Errors errors) {
  try {
    co_await throwing(errors);
    log.emplace_back("nothing");
  } catch (const skein::ExceptionGroup& group) {
    auto [wrong, others] = group.split<skein::ValueError>();
    if (wrong) log.push_back("ValueError: " + tree(std::make_exception_ptr(*wrong)));
    if (others) {
      auto [refused, rest] = others->split<Refused>();
      if (refused) log.push_back("Refused: " + tree(std::make_exception_ptr(*refused)));
      if (rest) throw *rest;
    }
  }
  co_return "handled";
}

Work handles_nested(Errors errors) {
  try {
    co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Body {
      group.create_task(throwing(errors));
      group.create_task(throws(5, one<skein::ValueError>("outer")));
      co_return;
    });
  } catch (const skein::ExceptionGroup& group) {
    auto [wrong, rest] = group.split<skein::ValueError>();
    if (wrong) log.push_back("ValueError: " + tree(std::make_exception_ptr(*wrong)));
    if (rest) throw *rest;
  }
  co_return "handled";
}

asyncio::Coroutine<> main_coroutine() {
  const std::exception_ptr v = one<skein::ValueError>("v"), r = one<Refused>("r"), s = one<Refused>("s");
  const std::exception_ptr t = one<RefusedTwice>("t"), other = one<skein::RuntimeError>("other");
  const std::exception_ptr inside = std::make_exception_ptr(skein::ExceptionGroup("inside", {v, other}));
  const std::vector<Errors> cases{{}, {v}, {r}, {t, v, r}, {v, other, r}, {other}, {inside, r}};
  for (const Errors& errors : cases) {
    log.clear();
    print{co_await ended(handles(errors))};
    for (const std::string& line : log) print{" ", line};
  }

  const std::vector<Errors> nested{{v}, {v, r}, {r, s}};
  for (const Errors& errors : nested) {
    log.clear();
    print{co_await ended(handles_nested(errors))};
    for (const std::string& line : log) print{" ", line};
  }
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
