// exception_group_subclass.cc - exception_group_subclass.py, line by line.
#include <skein/asyncio.h>

#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "print.h"
#include "print_groups.h"

using conformance::print;
using conformance::str;
using conformance::tree;
using skein::ExceptionGroup;

namespace {

struct Failures : ExceptionGroup {
  using ExceptionGroup::ExceptionGroup;
};
struct OfTheDisk : Failures {
  using Failures::Failures;
};

template <class E>
std::exception_ptr one(E error) {
  return std::make_exception_ptr(error);
}

std::string kind(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const OfTheDisk&) {
    return "OfTheDisk";
  } catch (const Failures&) {
    return "Failures";
  } catch (const ExceptionGroup&) {
    return "ExceptionGroup";
  } catch (const std::exception&) {
    return "ValueError";
  }
}

// The groups inside, by kind.
std::string kinds(const ExceptionGroup& group) {
  std::vector<std::string> names;
  for (const std::exception_ptr& each : group.exceptions()) names.push_back(kind(each));
  return str(names);
}

std::string named(const std::optional<ExceptionGroup>& group) { return group.has_value() ? tree(one(*group)) : "None"; }

template <class Kind>
void show(const char* name, const ExceptionGroup& group) {
  const auto [matching, rest] = group.split<Kind>();
  print{name, named(matching), named(rest), rest.has_value() ? kinds(*matching) : "whole"};
}

template <class Kind>
void whole(const char* name, const ExceptionGroup& group) {
  const auto [matching, rest] = group.split<Kind>();
  print{name, named(matching), named(rest)};
}

}  // namespace

int main() {
  const Failures inner("inner", {one(skein::ValueError("a")), one(skein::KeyError(""))});
  const OfTheDisk disk("disk", {one(skein::ValueError("b"))});
  const ExceptionGroup group("outer", {one(inner), one(skein::ValueError("c")), one(disk)});

  print{kinds(group)};
  show<Failures>("Failures", group);
  show<OfTheDisk>("OfTheDisk", group);
  show<ExceptionGroup>("ExceptionGroup", group);

  // Of its own kind as a whole.
  whole<Failures>("Failures", disk);
  whole<Failures>("Failures", inner);
  whole<OfTheDisk>("OfTheDisk", disk);
  whole<OfTheDisk>("OfTheDisk", inner);
  whole<ExceptionGroup>("ExceptionGroup", disk);
  whole<ExceptionGroup>("ExceptionGroup", inner);

  // Caught by its kind.
  for (const std::exception_ptr& thrown : {one(inner), one(disk), one(group)}) {
    try {
      std::rethrow_exception(thrown);
    } catch (const OfTheDisk& e) {
      print{"OfTheDisk", e.message()};
    } catch (const Failures& e) {
      print{"Failures", e.message()};
    } catch (const ExceptionGroup& e) {
      print{"ExceptionGroup", e.message()};
    }
  }
}
