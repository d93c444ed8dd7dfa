// ContextVar and Token: what CPython 3.13 answers, and values that do not copy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/contextvars.h>
#include <skein/core/errors.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <type_traits>
#include <unordered_set>
#include <utility>

#include "core/contextvars_helpers.h"

namespace contextvars = skein::contextvars;
using contextvars::AnyContextVar;
using contextvars::Context;
using contextvars::ContextVar;
using contextvars::copy_context;
using contextvars::ScopedToken;
using contextvars::Token;
using skein::testing::kAddress;
using skein::testing::text_of;
using skein::testing::text_of_get;
using testing::HasSubstr;
using testing::MatchesRegex;

namespace {

// ---- ContextVar ----

TEST(ContextVarTest, HasTheNameItWasGiven) {
  const ContextVar<int> var("depth");
  EXPECT_EQ(var.name(), "depth");
  EXPECT_EQ(ContextVar<int>("").name(), "");
}

TEST(ContextVarTest, WithoutValueAndDefaultGetIsALookupErrorThatNamesIt) {
  const ContextVar<int> var("depth");
  EXPECT_THAT(text_of_get(var), MatchesRegex(std::string("<ContextVar name='depth' at ") + kAddress + ">"));
}

TEST(ContextVarTest, TheErrorQuotesTheNameAsPythonDoes) {
  EXPECT_THAT(text_of_get(ContextVar<int>("a'b\n\x01\xc3\xa9")), HasSubstr("name=\"a'b\\n\\x01\xc3\xa9\" at "));
  EXPECT_THAT(text_of_get(ContextVar<int>("a'\"")), HasSubstr("name='a\\'\"' at "));
  EXPECT_THAT(text_of_get(ContextVar<int>("\\\t\r\x7f")), HasSubstr("name='\\\\\\t\\r\\x7f' at "));
}

TEST(ContextVarTest, GetGivesTheValueElseTheArgumentElseTheDefault) {
  const ContextVar<int> bare("bare");
  const ContextVar<int> with_default("with_default", {.default_value = 5});
  EXPECT_EQ(bare.get(1), 1);
  EXPECT_EQ(with_default.get(), 5);
  EXPECT_EQ(with_default.get(7), 7);  // The argument goes before the variable's own default.
  bare.set(2);
  with_default.set(3);
  EXPECT_EQ(bare.get(1), 2);
  EXPECT_EQ(with_default.get(), 3);
  EXPECT_EQ(with_default.get(7), 3);
}

TEST(ContextVarTest, TheDefaultMayBeGivenWithoutKeywordOrLeftEmpty) {
  EXPECT_EQ(ContextVar<std::string>("s", "text").get(), "text");
  EXPECT_EQ(ContextVar<std::string>("s", {.default_value = "text"}).get(), "text");
  EXPECT_THAT(text_of_get(ContextVar<std::string>("s", {})), HasSubstr("name='s'"));
  EXPECT_EQ(ContextVar<std::optional<int>>("o", std::nullopt).get(), std::nullopt);
  EXPECT_EQ(ContextVar<bool>("b", false).get(), false);
}

TEST(ContextVarTest, CopiesAreTheSameVariableAndNamesDoNotCount) {
  const ContextVar<int> a("same");
  const ContextVar<int> b("same");
  ContextVar<int> copy = a;
  const ContextVar<int> moved = std::move(copy);
  copy.set(1);  // NOLINT(bugprone-use-after-move): moving copies.
  EXPECT_TRUE(a == moved);
  EXPECT_EQ(moved.get(), 1);
  EXPECT_FALSE(a == b);
  EXPECT_EQ(b.get(0), 0);
  EXPECT_EQ(std::hash<ContextVar<int>>()(a), std::hash<AnyContextVar>()(moved));
  EXPECT_EQ((std::unordered_set<AnyContextVar>{a, b, moved, copy}.size()), 2u);
}

TEST(ContextVarTest, ValuesThatOnlyMoveAreReadByGetShared) {
  const ContextVar<std::unique_ptr<int>> var("unique");
  var.set(std::make_unique<int>(3));
  const auto first = var.get_shared();
  var.set(std::make_unique<int>(4));
  EXPECT_EQ(**first, 3);
  EXPECT_EQ(**var.get_shared(), 4);
  EXPECT_THAT(text_of<skein::LookupError>([] { std::ignore = ContextVar<std::unique_ptr<int>>("none").get_shared(); }),
              HasSubstr("name='none'"));
}

TEST(ContextVarTest, AValueThatSetsItsVariableWhileItIsCopiedIsWhole) {
  struct Setter {
    explicit Setter(const ContextVar<Setter>* v) : var(v), text(100, 'x') {}
    Setter(const Setter& other) : var(other.var) {
      if (var != nullptr) var->set(Setter(nullptr));  // Frees `other`, were it not held.
      text = other.text;
    }
    Setter(Setter&&) = default;
    const ContextVar<Setter>* var;
    std::string text;
  };
  const ContextVar<Setter> var("setter");
  var.set(Setter(&var));
  EXPECT_EQ(var.get().text, std::string(100, 'x'));
}

// ---- Token ----

TEST(TokenTest, KnowsItsVariableAndTheValueBefore) {
  const ContextVar<int> var("var", {.default_value = 9});
  const Token<int> first = var.set(1);
  const Token<int> second = var.set(2);
  EXPECT_TRUE(first.var() == var);
  EXPECT_EQ(first.old_value(), Token<int>::MISSING);  // A default is no value.
  EXPECT_EQ(second.old_value(), 1);
}

TEST(TokenTest, ResetRestoresTheValueOrItsAbsence) {
  const ContextVar<int> var("var");
  const auto first = var.set(1);
  const auto second = var.set(2);
  var.reset(second);
  EXPECT_EQ(var.get(), 1);
  var.reset(first);
  EXPECT_THAT(text_of_get(var), HasSubstr("name='var'"));
  EXPECT_FALSE(copy_context().contains(var));
  var.reset(var.set(5));
  EXPECT_EQ(var.get(0), 0);
}

TEST(TokenTest, ResetOutOfOrderRestoresWhatTheTokenSaw) {
  const ContextVar<int> var("var");
  const auto first = var.set(1);
  const auto second = var.set(2);
  var.reset(first);
  EXPECT_EQ(var.get(-1), -1);
  var.reset(second);
  EXPECT_EQ(var.get(-1), 1);
}

TEST(TokenTest, ResetToAbsenceOfWhatIsAbsentDoesNothing) {
  const ContextVar<int> var("var");
  const auto outer = var.set(1);
  var.reset(outer);
  const auto a = var.set(1);
  const auto b = var.set(2);
  var.reset(a);
  const auto c = var.set(3);
  var.reset(c);
  EXPECT_EQ(var.get(-1), -1);
  var.reset(b);
  EXPECT_EQ(var.get(), 1);
}

TEST(TokenTest, WorksOnce) {
  const ContextVar<int> var("var");
  const ContextVar<int> other("other");
  const auto token = var.set(1);
  var.reset(token);
  const std::string used = std::string("<Token used var=<ContextVar name='var' at ") + kAddress + "> at " + kAddress +
                           "> has already been used once";
  EXPECT_THAT(text_of<skein::RuntimeError>([&] { var.reset(token); }), MatchesRegex(used));
  // That comes before the other errors.
  EXPECT_THAT(text_of<skein::RuntimeError>([&] { other.reset(token); }), MatchesRegex(used));
  EXPECT_THAT(text_of<skein::RuntimeError>([&] { Context().run([&] { var.reset(token); }); }), MatchesRegex(used));
}

TEST(TokenTest, OfAnotherVariableIsAValueErrorAndStaysGood) {
  const ContextVar<int> var("var");
  const ContextVar<int> other("other");
  const auto token = var.set(1);
  const std::string text = std::string("<Token var=<ContextVar name='var' at ") + kAddress + "> at " + kAddress +
                           "> was created by a different ContextVar";
  EXPECT_THAT(text_of<skein::ValueError>([&] { other.reset(token); }), MatchesRegex(text));
  // That comes before the error about the context.
  EXPECT_THAT(text_of<skein::ValueError>([&] { Context().run([&] { other.reset(token); }); }), MatchesRegex(text));
  var.reset(token);
  EXPECT_EQ(var.get(0), 0);
}

TEST(TokenTest, OfAnotherContextIsAValueErrorAndStaysGood) {
  const ContextVar<int> var("var");
  const auto token = var.set(1);
  const std::string text = std::string("<Token var=<ContextVar name='var' at ") + kAddress + "> at " + kAddress +
                           "> was created in a different Context";
  const auto reset = [&] { var.reset(token); };
  EXPECT_THAT(text_of<skein::ValueError>([&] { copy_context().run(reset); }), MatchesRegex(text));
  EXPECT_THAT(text_of<skein::ValueError>([&] { Context().run(reset); }), MatchesRegex(text));
  Context().run([&] {
    var.set(2);
    EXPECT_THAT(text_of<skein::ValueError>(reset), MatchesRegex(text));
    EXPECT_EQ(var.get(), 2);
  });
  std::string in_thread;
  std::thread([&] { in_thread = text_of<skein::ValueError>(reset); }).join();
  EXPECT_THAT(in_thread, MatchesRegex(text));
  EXPECT_EQ(var.get(), 1);
  reset();
  EXPECT_EQ(var.get(0), 0);
}

TEST(TokenTest, OfAContextGoesWithItIntoAnotherThread) {
  const ContextVar<int> var("var");
  const Context context;
  const auto token = context.run([&] { return var.set(1); });
  std::thread([&] { context.run([&] { var.reset(token); }); }).join();
  EXPECT_FALSE(context.contains(var));
}

TEST(TokenTest, MovesAndTheSourceCountsAsUsed) {
  const ContextVar<int> var("var");
  Token<int> source = var.set(1);
  Token<int> token = std::move(source);
  EXPECT_THAT(text_of<skein::RuntimeError>([&] { var.reset(source); }),  // NOLINT(bugprone-use-after-move)
              HasSubstr("already been used once"));
  EXPECT_TRUE(source.var() == var);
  token = var.set(2);
  EXPECT_EQ(token.old_value(), 1);
  var.reset(token);
  EXPECT_EQ(var.get(), 1);
  static_assert(!std::is_copy_constructible_v<Token<int>>, "being used is one fact, not one for each copy");
}

TEST(TokenTest, KeepsItsVariableWhenNobodyElseDoes) {
  std::optional<Token<std::string>> first;
  std::optional<Token<std::string>> second;
  {
    const Context context;
    context.run([&] {
      const ContextVar<std::string> var("gone");
      first = var.set("a");
      second = var.set("b");
    });
  }
  EXPECT_EQ(first->var().name(), "gone");
  const Token<std::string> moved = *std::move(second);
  first.reset();
  EXPECT_EQ(second->var().name(), "gone");  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(second->old_value(), Token<std::string>::MISSING);
  second.reset();
  EXPECT_EQ(moved.var().name(), "gone");
  EXPECT_EQ(moved.old_value(), "a");
}

TEST(TokenTest, AsAScopeResetsAtItsEnd) {
  const ContextVar<int> var("var", 42);
  {
    const ScopedToken restore(var.set(36));
    EXPECT_EQ(var.get(), 36);
    EXPECT_EQ(restore.token().old_value(), Token<int>::MISSING);
    {
      const ScopedToken inner(var.set(37));
      EXPECT_EQ(inner.token().old_value(), 36);
    }
    EXPECT_EQ(var.get(), 36);
  }
  EXPECT_EQ(var.get(), 42);
  try {
    const ScopedToken restore(var.set(1));
    throw skein::RuntimeError("left by an exception");
  } catch (const skein::RuntimeError&) {
  }
  EXPECT_EQ(var.get(), 42);
}

TEST(TokenTest, AsAScopeInAnotherContextOrUsedDoesNothing) {
  const ContextVar<int> var("var");
  std::optional<ScopedToken<int>> elsewhere(var.set(1));
  Context().run([&] {
    var.set(2);
    elsewhere.reset();
    EXPECT_EQ(var.get(), 2);
  });
  EXPECT_EQ(var.get(), 1);
  {
    const ScopedToken used(var.set(3));
    var.reset(used.token());
    var.set(4);
  }
  EXPECT_EQ(var.get(), 4);
}

}  // namespace
