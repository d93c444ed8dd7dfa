// mp_pool_imap_errors.cc - mp_pool_imap_errors.py, line by line.
#include <skein/core/errors.h>
#include <skein/multiprocessing.h>

#include <algorithm>
#include <ranges>
#include <string>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;
using conformance::str;

namespace {

int check(int x) {
  if (x == 3) throw skein::ValueError("three");
  if (x == 5) throw skein::KeyError("'five'");
  return x * x;
}

auto failing_at(int end, const char* text) {
  return std::views::iota(1) | std::views::transform([end, text](int i) {
           if (i == end) throw skein::RuntimeError(text);
           return i;
         }) |
         std::views::filter([](int) { return true; });
}

auto bad_input() { return failing_at(3, "no more"); }
auto worse_input() { return failing_at(1, "nothing"); }

auto range(int end) { return std::views::iota(0, end); }

// The list that Python prints holds numbers and texts.
std::string outcomes(multiprocessing::pool::IMapIterator<int> it, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) {
    std::string each;
    try {
      each = str(it.next());
    } catch (const std::exception& error) {
      const std::string text = outcome([&]() -> int { throw; });
      const char quote = text.find('\'') == std::string::npos ? '\'' : '"';
      each = quote + text + quote;
    }
    all += (all.empty() ? "[" : ", ") + each;
  }
  return all + "]";
}

std::string sorted_outcomes(multiprocessing::pool::IMapIterator<int> it, int count) {
  std::vector<std::string> all;
  for (int i = 0; i < count; ++i) all.push_back(outcome([&] { return it.next(); }));
  std::ranges::sort(all);
  std::string text;
  for (const std::string& each : all) text += (text.empty() ? "" : "; ") + each;
  return text;
}

template <class Call>
void bad_chunksizes(Call call) {
  const std::vector<int> none;
  print{"chunksize:", outcome([&] { return call(range(3), 0).next(); }),
        outcome([&] { return call(none, -1).next(); })};
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  {
    auto pool = multiprocessing::get_context("fork").Pool(2);
    print{"at its place:", outcomes(pool.imap(check, range(7)), 9)};
    print{"with chunks:", outcomes(pool.imap(check, range(8), 2), 6)};
    print{"input:", outcomes(pool.imap(check, bad_input()), 5)};
    print{"input, chunks:", outcomes(pool.imap(check, bad_input(), 2), 5)};
    print{"worse input:", outcomes(pool.imap(check, worse_input()), 3)};
    print{"unordered:", sorted_outcomes(pool.imap_unordered(check, range(7)), 8)};
    bad_chunksizes([&](const auto& input, int chunksize) { return pool.imap(check, input, chunksize); });
    bad_chunksizes([&](const auto& input, int chunksize) { return pool.imap_unordered(check, input, chunksize); });
    auto it = pool.imap(check, range(4));
    std::string line = "loop: ";
    try {
      for (const int x : it) line += str(x) + " ";
    } catch (const skein::ValueError& e) {
      print{line + "failed:", e.what()};
    }
  }
}
