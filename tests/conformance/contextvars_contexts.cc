// contextvars_contexts.cc - contextvars_contexts.py, line by line.
#include <skein/contextvars.h>
#include <skein/threading.h>

#include <algorithm>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;
using skein::contextvars::Context;
using skein::contextvars::ContextVar;
using skein::contextvars::copy_context;

template <class Call>
std::string masked(Call&& call) {
  return std::regex_replace(outcome(call), std::regex("0x[0-9a-f]+"), "0x...");
}

int main() {
  const ContextVar<int> var("var");
  const ContextVar<int> other("other", {.default_value = 100});
  const Context context;
  print{"new:", context.size(), context.contains(var), context.get(var), context.get(var, -1)};
  print{"missing key:", masked([&] { return context[var]; })};
  print{"a default is no value:", context.get(other), masked([&] { return context[other]; }).starts_with("KeyError")};

  const auto add = [&](int a, int b) {
    var.set(a + b);
    return var.get() * 10;
  };

  print{"run:", context.run(add, 1, 2)};
  print{"kept:", context[var], "here:", copy_context().contains(var) ? std::to_string(var.get()) : "nothing"};

  const auto fail = [&] {
    var.set(99);
    throw skein::ValueError("from inside");
  };

  print{"an exception:", outcome([&] { context.run(fail); })};
  print{"kept:", context[var], context.size()};
  const auto get = [&] { return var.get(); };
  print{"entered again:", context.run(get)};

  print{"nested in itself:", masked([&] { return context.run([&] { return context.run(get); }); })};
  print{"nested in a copy:", context.run([&] { return context.copy().run(get); })};
  print{"from another thread:",
        masked([&] { return context.run([&] { return in_thread([&] { return context.run(get); }); }); })};

  const ContextVar<std::string> word("var");
  const auto inner = [&] {
    word.set("inner");
    return word.get();
  };
  const auto outer = [&] {
    word.set("outer");
    std::string result = Context().run(inner);
    return std::pair(result, word.get());
  };

  word.set("thread");
  const auto [from_inner, from_outer] = context.run(outer);
  print{"nested in another:", from_inner, from_outer};
  print{"here:", word.get()};

  const Context snapshot = copy_context();
  word.set("later");
  print{"a copy is not changed:", snapshot[word], word.get()};
  print{"equal:", snapshot == copy_context(), snapshot == snapshot.copy(), snapshot != snapshot.copy()};
  word.set("thread");
  print{"equal again:", snapshot == copy_context()};
  const ContextVar<std::string> same_name("var");
  print{"another of that name:", snapshot.contains(same_name), same_name == word};
  std::vector<std::string> names;
  for (const auto& v : snapshot) names.push_back(v.name());
  std::ranges::sort(names);
  print{"variables:", names};

  print{"a thread starts empty:",
        in_thread([&] { return word.get("nothing") + std::to_string(copy_context().size()); })};
  print{"unless it is given one:", in_thread([&] { return snapshot.run([&] { return word.get(); }); })};
  threading::Event first;
  threading::Event second;

  const auto hold = [&] {
    word.set("held");
    first.set();
    second.wait();
  };

  threading::Thread holder([&] { snapshot.run(hold); });
  holder.start();
  first.wait();
  print{"while a thread is in it:", masked([&] { return snapshot.run([&] { return word.get(); }); })};
  print{"it can be looked at:", snapshot[word], snapshot.copy().run([&] { return word.get(); })};
  second.set();
  holder.join();
  print{"afterwards:", snapshot.run([&] { return word.get(); }), word.get()};
}
