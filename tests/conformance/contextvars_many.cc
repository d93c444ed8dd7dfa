// contextvars_many.cc - contextvars_many.py, line by line.
#include <skein/contextvars.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "print.h"

using conformance::print;
using skein::contextvars::AnyContextVar;
using skein::contextvars::Context;
using skein::contextvars::ContextVar;
using skein::contextvars::copy_context;
using skein::contextvars::Token;

namespace {

std::uint64_t state = 12345;

std::size_t below(std::size_t n) {
  state = (state * 1103515245 + 12345) % (std::uint64_t{1} << 31);
  return (state >> 8) % n;
}

// Equal to others of the same number, and yet not the same.
struct Tagged {
  int number;
  std::string tag;
  bool operator==(const Tagged& other) const { return number == other.number; }
};

std::vector<Context> steps(const std::vector<ContextVar<int>>& variables) {
  std::vector<std::pair<ContextVar<int>, Token<int>>> tokens;
  std::vector<Context> copies;
  for (int step = 0; step < 3000; ++step) {
    const std::size_t choice = below(10);
    if (choice < 6 || tokens.empty()) {
      const ContextVar<int>& var = variables[below(variables.size())];
      tokens.emplace_back(var, var.set(step));
    } else if (choice < 9) {
      const auto at = tokens.begin() + static_cast<std::ptrdiff_t>(below(tokens.size()));
      const auto& [var, token] = *at;
      var.reset(token);
      tokens.erase(at);
    } else if (copies.size() < 5) {
      copies.push_back(copy_context());
    }
  }
  return copies;
}

int checksum(const Context& context, const std::vector<ContextVar<int>>& variables) {
  int total = 0;
  for (int at = 0; const auto& var : variables) {
    total = (total * 31 + context.get(var, at)) % 1000003;
    ++at;
  }
  return total;
}

}  // namespace

int main() {
  for (const int count : {1, 2, 5, 31, 32, 33, 64, 500, 2000}) {
    std::vector<ContextVar<int>> variables;
    for (int n = 0; n < count; ++n) variables.emplace_back("v" + std::to_string(n));
    const Context context;
    const std::vector<Context> copies = context.run(steps, variables);
    std::vector<AnyContextVar> seen;
    for (const AnyContextVar& var : context) seen.push_back(var);
    print{count,
          "variables:",
          context.size(),
          seen.size(),
          std::ranges::all_of(seen, [&](const AnyContextVar& var) { return context.contains(var); }),
          checksum(context, variables)};
    std::vector<std::tuple<std::size_t, int>> of_copies;
    for (const Context& copy : copies) of_copies.emplace_back(copy.size(), checksum(copy, variables));
    print{"  copies:", of_copies};
  }

  const ContextVar<Tagged> tagged("tagged");
  tagged.set({1, "first"});
  const Context before = copy_context();
  tagged.set({1, "second"});
  print{"equal values:", before == copy_context(), before[tagged].tag, tagged.get().tag};
}
