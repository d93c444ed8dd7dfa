// Context: what CPython 3.13 answers, and the table inside against a plain map.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/contextvars.h>
#include <skein/core/errors.h>

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/contextvars_helpers.h"

namespace contextvars = skein::contextvars;
using contextvars::AnyContextVar;
using contextvars::AnyValue;
using contextvars::Context;
using contextvars::ContextVar;
using contextvars::copy_context;
using contextvars::Token;
using skein::testing::Counted;
using skein::testing::kAddress;
using skein::testing::kRounds;
using skein::testing::text_of;
using testing::MatchesRegex;
using testing::UnorderedElementsAre;

namespace {

TEST(ContextTest, IsEmptyAtFirst) {
  const ContextVar<int> var("var", 1);
  var.set(2);
  const Context context;
  EXPECT_EQ(context.size(), 0u);
  EXPECT_TRUE(context.empty());
  EXPECT_TRUE(context.begin() == context.end());
  EXPECT_FALSE(context.contains(var));
  EXPECT_EQ(context.run([&] { return var.get(); }), 1);
}

TEST(ContextTest, LooksUpWhatIsSetAndNoDefaults) {
  const ContextVar<int> var("var");
  const ContextVar<int> with_default("with_default", 1);
  const Context context;
  context.run([&] { var.set(5); });
  EXPECT_EQ(context[var], 5);
  EXPECT_EQ(context.get(var), 5);
  EXPECT_EQ(context.get(var, 6), 5);
  EXPECT_TRUE(context.contains(var));
  EXPECT_EQ(context.get(with_default), std::nullopt);
  EXPECT_EQ(context.get(with_default, 6), 6);
  EXPECT_THAT(text_of<skein::KeyError>([&] { std::ignore = context[with_default]; }),
              MatchesRegex(std::string("<ContextVar name='with_default' at ") + kAddress + ">"));
}

TEST(ContextTest, RunPassesArgumentsAndResultsThrough) {
  const ContextVar<int> var("var");
  const Context context;
  const auto f = [&](int a, int b) {
    var.set(a + b);
    return var.get();
  };
  EXPECT_EQ(context.run(f, 1, 2), 3);
  EXPECT_EQ(context[var], 3);
  EXPECT_EQ(var.get(0), 0);
  context.run(&ContextVar<int>::set, var, 7);  // As Python's context.run(var.set, 7).
  EXPECT_EQ(context[var], 7);
  int number = 1;
  static_assert(std::is_same_v<decltype(context.run([](int& n) -> int& { return n; }, number)), int&>);
  EXPECT_EQ(&context.run([](int& n) -> int& { return n; }, number), &number);
  EXPECT_EQ(*context.run([](std::unique_ptr<int> p) { return p; }, std::make_unique<int>(8)), 8);
  static_assert(std::is_void_v<decltype(context.run([] {}))>);
}

TEST(ContextTest, RunPassesExceptionsThroughAndKeepsWhatWasSet) {
  const ContextVar<int> var("var");
  var.set(1);
  const Context context;
  EXPECT_THROW(context.run([&] {
    var.set(99);
    throw 5;
  }),
               int);
  EXPECT_EQ(context[var], 99);
  EXPECT_EQ(var.get(), 1);
  EXPECT_EQ(context.run([&] { return var.get(); }), 99);  // It can be entered again.
}

TEST(ContextTest, IsEnteredOnceAtATime) {
  const Context context;
  bool ran = false;
  const auto text =
      std::string("cannot enter context: <_contextvars.Context object at ") + kAddress + "> is already entered";
  context.run([&] {
    EXPECT_THAT(text_of<skein::RuntimeError>([&] { context.run([&] { ran = true; }); }), MatchesRegex(text));
    Context().run([&] {
      EXPECT_THAT(text_of<skein::RuntimeError>([&] { context.run([&] { ran = true; }); }), MatchesRegex(text));
    });
    const Context name_for_the_same = context;
    EXPECT_THAT(text_of<skein::RuntimeError>([&] { name_for_the_same.run([&] { ran = true; }); }), MatchesRegex(text));
    std::thread([&] {
      EXPECT_THAT(text_of<skein::RuntimeError>([&] { context.run([&] { ran = true; }); }), MatchesRegex(text));
    }).join();
    EXPECT_EQ(context.copy().run([] { return 1; }), 1);
  });
  EXPECT_FALSE(ran);
  context.run([&] { ran = true; });
  EXPECT_TRUE(ran);
}

TEST(ContextTest, OfTwoThreadsThatEnterAtOnceOneGetsIn) {
  const Context context;
  for (int round = 0; round < kRounds / 10; ++round) {
    std::atomic<int> missing{2};
    std::atomic<int> entered{0};
    std::atomic<int> refused{0};
    const auto enter = [&] {
      --missing;
      while (missing.load() > 0) std::this_thread::yield();  // No sleep: both start at once.
      try {
        context.run([&] {
          ++entered;
          while (entered + refused < 2) std::this_thread::yield();
        });
      } catch (const skein::RuntimeError&) {
        ++refused;
      }
    };
    std::thread other(enter);
    enter();
    other.join();
    ASSERT_EQ(entered, 1);
    ASSERT_EQ(refused, 1);
  }
}

TEST(ContextTest, RunsNest) {
  const ContextVar<std::string> var("var");
  var.set("thread");
  const Context outer;
  const Context inner;
  outer.run([&] {
    var.set("outer");
    inner.run([&] {
      EXPECT_EQ(var.get("none"), "none");
      var.set("inner");
    });
    EXPECT_EQ(var.get(), "outer");
  });
  EXPECT_EQ(var.get(), "thread");
  EXPECT_EQ(outer[var], "outer");
  EXPECT_EQ(inner[var], "inner");
}

TEST(ContextTest, StaysWhileItRunsThoughItsLastNameIsGone) {
  const ContextVar<int> var("var");
  auto context = std::make_unique<Context>();
  (*context).run([&] {
    var.set(1);
    context.reset();
    var.set(2);
    EXPECT_EQ(var.get(), 2);
  });
  EXPECT_EQ(var.get(0), 0);
}

TEST(ContextTest, ACopiedHandleIsTheSameContextAndCopyIsNot) {
  const ContextVar<int> var("var");
  Context context;
  const Context alias = context;
  const Context copy = context.copy();
  const Context moved = std::move(context);
  moved.run([&] { var.set(1); });
  EXPECT_EQ(alias[var], 1);
  EXPECT_EQ(context[var], 1);  // NOLINT(bugprone-use-after-move): moving copies.
  EXPECT_FALSE(copy.contains(var));
}

TEST(ContextTest, CopiesDoNotSeeEachOthersChanges) {
  const ContextVar<int> var("var");
  const ContextVar<int> late("late");
  var.set(1);
  const Context before = copy_context();
  var.set(2);
  late.set(3);
  EXPECT_EQ(before[var], 1);
  EXPECT_FALSE(before.contains(late));
  const Context after = copy_context();
  after.run([&] {
    EXPECT_EQ(var.get(), 2);
    var.set(4);
    EXPECT_EQ(after[var], 4);  // Also while it is entered.
    EXPECT_EQ(copy_context()[var], 4);
    EXPECT_EQ(after.copy()[var], 4);
  });
  EXPECT_EQ(var.get(), 2);
}

TEST(ContextTest, ComparesAsAMapping) {
  struct NoEquality {};
  const ContextVar<std::vector<int>> var("var");
  const ContextVar<int> other("other");
  const ContextVar<NoEquality> opaque("opaque");
  const Context a;
  const Context b;
  EXPECT_TRUE(a == b);
  a.run([&] { var.set({1}); });
  EXPECT_FALSE(a == b);
  b.run([&] { var.set({1}); });
  EXPECT_TRUE(a == b);
  b.run([&] { var.set({2}); });
  EXPECT_TRUE(a != b);
  b.run([&] {
    var.set({1});
    other.set(1);
  });
  EXPECT_FALSE(a == b);
  EXPECT_FALSE(b == a);
  const Context c = a.copy();
  a.run([&] { opaque.set({}); });
  c.run([&] { opaque.set({}); });
  EXPECT_FALSE(a == c) << "without ==, values are equal only to themselves";
  EXPECT_TRUE(a == a.copy());
  const Context changed_and_back = a.copy();
  changed_and_back.run([&] {
    const auto token = other.set(1);
    other.reset(token);
  });
  EXPECT_TRUE(a == changed_and_back);
}

TEST(ContextTest, IteratesOverVariablesOfAllTypes) {
  const ContextVar<int> number("number");
  const ContextVar<std::string> text("text");
  const Context context;
  context.run([&] {
    number.set(1);
    text.set("t");
  });
  std::vector<std::string> names;
  for (const AnyContextVar& var : context) names.push_back(var.name());
  EXPECT_THAT(names, UnorderedElementsAre("number", "text"));
  EXPECT_EQ(context.keys().size(), 2u);
  EXPECT_EQ(context.values().size(), 2u);
  for (const auto& [var, value] : context.items()) {
    if (var == number) {
      EXPECT_EQ(value.get<int>(), 1);
      EXPECT_TRUE(value.type() == typeid(int));
      EXPECT_EQ(text_of<skein::TypeError>([&, &held = value] { std::ignore = held.get<long>(); }),
                "the value is of type int, not long");
    } else {
      EXPECT_TRUE(var == text);
      EXPECT_EQ(value.get<std::string>(), "t");
    }
  }
  const AnyValue a = context.values()[0];
  EXPECT_TRUE(a == context.values()[0]);
  EXPECT_FALSE(a == context.values()[1]);
}

TEST(ContextTest, IterationIsNotDisturbedBySet) {
  const Context context;
  context.run([&] {
    std::vector<ContextVar<int>> vars;
    for (int i = 0; i < 100; ++i) vars.emplace_back("v").set(i);
    std::size_t seen = 0;
    for (const auto& var : context) {
      ASSERT_EQ(var.name(), "v");
      ContextVar<int>("late").set(1);
      ++seen;
    }
    EXPECT_EQ(seen, 100u);
    EXPECT_EQ(context.size(), 200u);
  });
}

TEST(ContextTest, KeepsVariablesAndValuesAlive) {
  std::optional<AnyContextVar> found;
  {
    Context context;
    context.run([] { ContextVar<Counted>("gone").set(Counted(1)); });
    EXPECT_EQ(Counted::live, 1);
    EXPECT_EQ(context.keys().at(0).name(), "gone");
    const AnyValue value = context.values().at(0);
    found = context.keys().at(0);
    context = Context();
    EXPECT_EQ(value.get<Counted>().number, 1);
    EXPECT_EQ(Counted::live, 1);
  }
  EXPECT_EQ(Counted::live, 0);
  EXPECT_EQ(found->name(), "gone");
}

// Against a std::map, through every shape that the table takes: up to 3000 variables, set,
// replaced, reset to absence, with copies kept that must not change.
TEST(ContextTest, AgreesWithAMapOverLongRandomRuns) {
  std::mt19937 random(20240607);
  std::vector<ContextVar<int>> vars;
  for (int i = 0; i < 3000; ++i) vars.emplace_back("v");
  for (const int used : {1, 2, 31, 33, 100, 3000}) {
    const Context context;
    std::map<int, int> model;
    std::vector<std::pair<Context, std::map<int, int>>> copies;
    std::vector<std::tuple<int, std::optional<int>, Token<int>>> tokens;
    const auto same = [&](const Context& actual, const std::map<int, int>& expected) {
      ASSERT_EQ(actual.size(), expected.size());
      for (const auto& [i, value] : expected) ASSERT_EQ(actual.get(vars[static_cast<std::size_t>(i)]), value);
    };
    context.run([&] {
      for (int round = 0; round < kRounds / 4; ++round) {
        const int action = static_cast<int>(random() % 100);
        if (action < 60 || tokens.empty()) {
          const int i = static_cast<int>(random() % static_cast<unsigned>(used)) * (3000 / used);
          const int value = static_cast<int>(random());
          const auto before = model.find(i);
          tokens.emplace_back(i, before == model.end() ? std::nullopt : std::optional(before->second),
                              vars[static_cast<std::size_t>(i)].set(value));
          EXPECT_EQ(std::get<2>(tokens.back()).old_value(), std::get<1>(tokens.back()));
          model[i] = value;
        } else if (action < 98) {
          const auto at = tokens.begin() + static_cast<std::ptrdiff_t>(random() % tokens.size());
          const auto& [i, old, token] = *at;
          vars[static_cast<std::size_t>(i)].reset(token);
          if (old) {
            model[i] = *old;
          } else {
            model.erase(i);
          }
          tokens.erase(at);
        } else {
          copies.emplace_back(copy_context(), model);
          if (copies.size() > 5) copies.erase(copies.begin());
        }
        const auto probe = static_cast<int>(random() % 3000);
        const auto expected = model.find(probe);
        ASSERT_EQ(vars[static_cast<std::size_t>(probe)].get(-1), expected == model.end() ? -1 : expected->second);
      }
      for (const auto& [copy, expected] : copies) same(copy, expected);
    });
    same(context, model);
    EXPECT_EQ(context.items().size(), model.size());
  }
}

}  // namespace
