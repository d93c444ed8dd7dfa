// mp_pool_exceptions.cc - mp_pool_exceptions.py, line by line.
#include <skein/core/errors.h>
#include <skein/multiprocessing.h>
#include <skein/pickle.h>

#include <cstdlib>
#include <functional>
#include <ranges>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;
using conformance::str;

class CustomError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

namespace {

const bool known = skein::pickle::register_exception<CustomError>();

const std::vector<std::pair<std::string, std::function<void()>>>& errors() {
  static const std::vector<std::pair<std::string, std::function<void()>>> all{
      {"value", [] { throw skein::ValueError("text"); }},
      {"runtime", [] { throw skein::RuntimeError(""); }},
      {"key", [] { throw skein::KeyError("'k'"); }},
      {"index", [] { throw skein::IndexError("out of range"); }},
      {"lookup", [] { throw skein::LookupError("nothing there"); }},
      {"overflow", [] { throw skein::OverflowError("too much"); }},
      {"type", [] { throw skein::TypeError("wrong"); }},
      {"custom", [] { throw CustomError("one's own"); }},
      {"assertion", [] { throw multiprocessing::AssertionError("never"); }},
      {"timeout", [] { throw multiprocessing::TimeoutError("late"); }},
  };
  return all;
}

int fail(const std::string& kind) {
  for (const auto& [name, raise] : errors()) {
    if (name == kind) raise();
  }
  return 0;
}

int fail_if_odd(int x) {
  if (x % 2 != 0) throw CustomError(str(x));
  return x;
}

int absolute(int x) { return std::abs(x); }

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  auto pool = multiprocessing::get_context("fork").Pool(2);
  for (const auto& [kind, raise] : errors()) {
    print{kind + ":", outcome([&] { return pool.apply(fail, kind); })};
  }
  try {
    pool.apply(fail, "custom");
  } catch (const CustomError& e) {
    print{"caught:", e.what(), known && !multiprocessing::remote_traceback(e).empty()};
  }
  print{"map:", outcome([&] { return pool.map(fail, std::vector<std::string>{"index"}); })};
  auto it = pool.imap(fail_if_odd, std::views::iota(0, 4));
  std::string outcomes;
  for (int i = 0; i < 4; ++i) {
    const std::string each = outcome([&] { return it.next(); });
    outcomes += (i == 0 ? "" : ", ") + (i % 2 == 0 ? each : "'" + each + "'");
  }
  print{"imap:", "[" + outcomes + "]"};
  print{"unharmed:", pool.map(absolute, std::views::iota(0, 5))};
}
