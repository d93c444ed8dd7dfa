// exception_group_split.cc - exception_group_split.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "print.h"
#include "print_groups.h"

using conformance::print;
using conformance::tree;
using skein::ExceptionGroup;

namespace {

struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct RefusedTwice : Refused {
  using Refused::Refused;
};
using Condition = ExceptionGroup::Condition;

template <class E>
std::exception_ptr one(E error) {
  return std::make_exception_ptr(error);
}

std::string show(const std::optional<ExceptionGroup>& group) { return group.has_value() ? tree(one(*group)) : "None"; }

template <class... E>
void show(const std::string& what, const ExceptionGroup& group) {
  const auto [matching, rest] = group.split<E...>();
  print{what, "|", show(matching), "|", show(rest), "|", show(group.subgroup<E...>())};
}
void show_if(const std::string& what, const ExceptionGroup& group, const Condition& condition) {
  const auto [matching, rest] = group.split(condition);
  print{what, "|", show(matching), "|", show(rest), "|", show(group.subgroup(condition))};
}

template <class E>
bool is(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const E&) {
    return true;
  } catch (...) {
    return false;
  }
}

std::string text_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return e.what();
  }
}

std::string message_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const ExceptionGroup& group) {
    return group.message();
  } catch (const std::exception&) {
    return "";
  }
}

std::string head_of(const std::exception_ptr& error) {
  const std::string text = tree(error);
  return text.substr(0, text.find(" ["));
}

// What throws in the condition.
bool fails(const std::exception_ptr& /*error*/) { throw skein::KeyError(""); }

}  // namespace

int main() {
  using skein::ValueError;

  const ExceptionGroup flat("flat",
                            {one(ValueError("a")), one(Refused("b")), one(ValueError("c")), one(RefusedTwice("d"))});
  show<ValueError>("ValueError", flat);
  show<Refused>("Refused", flat);
  show<RefusedTwice>("RefusedTwice", flat);
  show<skein::KeyError>("KeyError", flat);
  show<std::exception>("Exception", flat);
  show<ExceptionGroup>("ExceptionGroup", flat);
  show<ValueError, RefusedTwice>("two types", flat);
  show_if("by text", flat, [](const auto& e) { return text_of(e) == "a" || text_of(e) == "d"; });
  show_if("none", flat, [](const auto&) { return false; });
  show_if("all", flat, [](const auto&) { return true; });
  show_if("all that is no group", flat, [](const auto& e) { return !is<ExceptionGroup>(e); });

  const std::exception_ptr low = one(ExceptionGroup("low", {one(ValueError("3")), one(RefusedTwice("4"))}));
  const ExceptionGroup deep(
      "top", {one(ValueError("1")), one(ExceptionGroup("left", {one(Refused("2")), low})),
              one(ExceptionGroup("right", {one(ValueError("5"))})), one(ExceptionGroup("alone", {one(Refused("6"))}))});
  show<ValueError>("ValueError", deep);
  show<Refused>("Refused", deep);
  show<skein::KeyError>("KeyError", deep);
  show<ExceptionGroup>("ExceptionGroup", deep);
  show_if("one group", deep, [](const auto& e) { return message_of(e) == "low"; });
  show_if("two groups", deep, [](const auto& e) { return message_of(e) == "left" || message_of(e) == "low"; });
  show_if("by text", deep, [](const auto& e) { return text_of(e) == "3" || text_of(e) == "5"; });

  // What the condition is asked of, in which order.
  std::vector<std::string> asked;
  static_cast<void>(deep.split([&](const auto& e) {
    asked.push_back(head_of(e));
    return false;
  }));
  for (const std::string& line : asked) print{line};
  asked.clear();
  static_cast<void>(deep.subgroup([&](const auto& e) {
    asked.push_back(head_of(e));
    return text_of(e).starts_with("left");
  }));
  print{asked.size(), asked.back()};

  // The whole of it and its parts are the same objects.
  const auto [matching, rest] = deep.split<ValueError>();
  print{matching->exceptions()[0] == deep.exceptions()[0], matching->message(), rest->message()};
  print{show(deep.subgroup<ValueError>()->subgroup<Refused>())};

  // A condition that fails.
  try {
    static_cast<void>(flat.split(fails));
  } catch (const skein::KeyError&) {
    print{"KeyError"};
  }
  try {
    static_cast<void>(flat.subgroup(fails));
  } catch (const skein::KeyError&) {
    print{"KeyError"};
  }
}
