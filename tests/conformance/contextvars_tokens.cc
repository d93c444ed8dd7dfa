// contextvars_tokens.cc - contextvars_tokens.py, line by line.
#include <skein/contextvars.h>

#include <regex>
#include <string>

#include "print.h"

using conformance::outcome;
using conformance::print;
using skein::contextvars::Context;
using skein::contextvars::ContextVar;
using skein::contextvars::copy_context;
using skein::contextvars::Token;

template <class Call>
std::string masked(Call&& call) {
  return std::regex_replace(outcome(call), std::regex("0x[0-9a-f]+"), "0x...");
}

int main() {
  const ContextVar<int> var("var");
  const ContextVar<int> other("it's \"another\"\n");
  print{"name:", var.name()};
  print{"get:", masked([&] { return var.get(); })};
  print{"get of a name to quote:", masked([&] { return other.get(); })};
  print{"get(7):", var.get(7)};

  Token<int> first = var.set(1);
  Token<int> second = var.set(2);
  print{"first saw nothing:", first.old_value() == Token<int>::MISSING, first.var() == var};
  print{"second saw:", second.old_value()};
  print{"reset of another variable's:", masked([&] { other.reset(second); })};
  print{"reset in a copy:", masked([&] { copy_context().run(&ContextVar<int>::reset, var, second); })};
  print{"reset in an empty context:", masked([&] { Context().run(&ContextVar<int>::reset, var, second); })};
  print{"another variable's, elsewhere:", masked([&] { Context().run(&ContextVar<int>::reset, other, second); })};
  print{"still:", var.get()};
  print{"reset:", masked([&] { var.reset(second); })};
  print{"get:", var.get()};
  print{"again:", masked([&] { var.reset(second); })};
  print{"again, of another variable:", masked([&] { other.reset(second); })};
  print{"again, elsewhere:", masked([&] { Context().run(&ContextVar<int>::reset, var, second); })};
  print{"reset to nothing:", masked([&] { var.reset(first); })};
  print{"get:", masked([&] { return var.get(); })};
  print{"left:", copy_context().size()};

  first = var.set(1);
  second = var.set(2);
  var.reset(first);
  print{"out of order:", copy_context().contains(var) ? "a value" : "nothing"};
  var.reset(second);
  print{"and the later one:", var.get()};

  const ContextVar<int> with_default("default", {.default_value = 5});
  print{"default:", with_default.get(), with_default.get(6)};
  const Token<int> token = with_default.set(7);
  print{"set:", with_default.get(), with_default.get(6), token.old_value() == Token<int>::MISSING};
  with_default.reset(token);
  print{"reset:", with_default.get(), with_default.get(6)};
  with_default.reset(with_default.set(8));
  print{"set and reset at once:", with_default.get()};
}
