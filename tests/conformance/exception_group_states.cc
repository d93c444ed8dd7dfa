// exception_group_states.cc - exception_group_states.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <string>
#include <vector>

#include "print.h"
#include "print_groups.h"

using conformance::outcome;
using conformance::print;
using conformance::tree;
using skein::ExceptionGroup;

namespace {

template <class E>
std::exception_ptr one(E error) {
  return std::make_exception_ptr(error);
}

void show(const ExceptionGroup& group) {
  std::string message = group.message();
  if (const std::size_t line = message.find('\n'); line != std::string::npos) message.replace(line, 1, "\\n");
  print{"'" + message + "'", group.exceptions().size(), group.what(), tree(one(group))};
}

std::string made(std::vector<std::exception_ptr> exceptions) {
  return outcome([&] { return std::string(ExceptionGroup("group", exceptions).what()); });
}

}  // namespace

int main() {
  const std::exception_ptr v = one(skein::ValueError("v")), w = one(skein::ValueError("w"));
  const std::exception_ptr empty = one(skein::ValueError("")), key = one(skein::KeyError(""));
  show(ExceptionGroup("one", {v}));
  show(ExceptionGroup("two", {v, key}));
  show(ExceptionGroup("", {empty}));
  show(ExceptionGroup("several\nlines", {v}));
  const std::exception_ptr inner = one(ExceptionGroup("inner", {v, w}));
  show(ExceptionGroup("outer", {inner, key, inner}));
  show(ExceptionGroup("deep", {one(ExceptionGroup("deeper", {one(ExceptionGroup("deepest", {key}))}))}));
  std::vector<std::exception_ptr> many;
  for (int number = 0; number < 12; ++number) many.push_back(one(skein::ValueError(std::to_string(number))));
  show(ExceptionGroup("many", many));

  print{made({})};
  print{made({nullptr})};
  print{made({empty, nullptr, key})};
  print{outcome([&] { return std::string(ExceptionGroup("one", {v}).derive({}).what()); })};

  // Another one with the same message; what was given stays the same.
  const ExceptionGroup group("group", {v, key});
  show(group.derive({key}));
  show(group.derive({one(group), v}));
  print{group.derive({v}).exceptions()[0] == v, group.exceptions()[0] == v};

  // It is an Exception, and is caught as one.
  const std::exception_ptr thrown = one(group);
  try {
    std::rethrow_exception(thrown);
  } catch (const skein::ValueError&) {
    print{"not this"};
  } catch (const std::exception&) {
    print{tree(std::current_exception()), std::current_exception() == thrown};
  }
}
