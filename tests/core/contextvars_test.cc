// contextvars: what CPython 3.13 answers, and what C++ adds (threads at once, values that do not
// copy, allocations).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/contextvars.h>
#include <skein/core/errors.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <latch>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <random>
#include <semaphore>
#include <string>
#include <thread>
#include <tuple>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <vector>

namespace contextvars = skein::contextvars;
using contextvars::AnyContextVar;
using contextvars::AnyValue;
using contextvars::Context;
using contextvars::ContextVar;
using contextvars::copy_context;
using contextvars::ScopedToken;
using contextvars::Token;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::UnorderedElementsAre;

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SKEIN_TEST_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define SKEIN_TEST_SANITIZED 1
#endif
#endif

namespace {
std::atomic<int> g_allocations{0};
}  // namespace

#ifdef SKEIN_TEST_SANITIZED
constexpr bool kSanitized = true;  // Sanitizers have an operator new of their own.
#else
constexpr bool kSanitized = false;
// Not inline: GCC would warn that free() does not belong to new.
[[gnu::noinline]] void* operator new(std::size_t size) {
  g_allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* const room = std::malloc(size)) return room;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* room) noexcept { std::free(room); }
[[gnu::noinline]] void operator delete(void* room, std::size_t) noexcept { std::free(room); }
#endif

namespace {

constexpr int kRounds = kSanitized ? 2'000 : 20'000;

template <class F>
int allocations_of(F&& work) {
  const int before = g_allocations.load();
  work();
  return g_allocations.load() - before;
}

// The text of the E that `call` throws.
template <class E, class F>
std::string text_of(F&& call) {
  try {
    call();
  } catch (const E& e) {
    if (typeid(e) != typeid(E)) return std::string("a derived error: ") + e.what();
    return e.what();
  }
  return "nothing thrown";
}

template <class T>
std::string text_of_get(const ContextVar<T>& var) {
  return text_of<skein::LookupError>([&] { std::ignore = var.get(); });
}

// Counts the live ones.
struct Counted {
  explicit Counted(int n) : number(n) { ++live; }
  Counted(const Counted& other) : number(other.number) { ++live; }
  Counted& operator=(const Counted&) = default;
  ~Counted() { --live; }
  int number;
  static inline std::atomic<int> live{0};
};

constexpr const char* kAddress = "0x[0-9a-f]+";

// ---- ContextVar
// --------------------------------------------------------------------------------------------------

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

// ---- Token
// -------------------------------------------------------------------------------------------------------

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

// ---- Context
// -----------------------------------------------------------------------------------------------------

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

// ---- cost
// --------------------------------------------------------------------------------------------------------

TEST(ContextCostTest, CopyingAllocatesOnceWhateverTheNumberOfVariables) {
  if (kSanitized) GTEST_SKIP() << "counts allocations";
  for (const int variables : {1, 1000}) {
    const Context context;
    context.run([&] {
      for (int i = 0; i < variables; ++i) ContextVar<int>("v").set(i);
      EXPECT_EQ(allocations_of([] { std::ignore = copy_context(); }), 1);
      EXPECT_EQ(allocations_of([&] { std::ignore = context.copy(); }), 1);
    });
  }
}

TEST(ContextCostTest, SettingAllocatesTheValueAndWhatACopySharesBesides) {
  if (kSanitized) GTEST_SKIP() << "counts allocations";
  const ContextVar<int> var("var");
  const Context context;
  context.run([&] {
    for (int i = 0; i < 1000; ++i) ContextVar<int>("v").set(i);
    var.set(0);
    EXPECT_EQ(allocations_of([&] { var.set(1); }), 1);
    EXPECT_EQ(allocations_of([&] { std::ignore = var.get(); }), 0);
    const auto token = var.set(2);
    EXPECT_EQ(allocations_of([&] { var.reset(token); }), 0);
    const Context copy = copy_context();
    EXPECT_THAT(allocations_of([&] { var.set(3); }), testing::AllOf(testing::Ge(2), testing::Le(4)));
    EXPECT_EQ(allocations_of([&] { var.set(4); }), 1) << "the path is this context's own again";
    EXPECT_EQ(copy[var], 1);
  });
}

TEST(ContextCostTest, ReplacedAndCollectedValuesAreDestroyed) {
  {
    const ContextVar<Counted> var("var", Counted(0));
    const Context context;
    context.run([&] {
      for (int i = 0; i < 10; ++i) var.set(Counted(i));
      EXPECT_EQ(Counted::live, 2);  // The default and the last.
      const Context copy = copy_context();
      var.set(Counted(10));
      EXPECT_EQ(Counted::live, 3);
    });
  }
  EXPECT_EQ(Counted::live, 0);
}

// ---- threads
// -----------------------------------------------------------------------------------------------------

TEST(ContextThreadTest, AThreadStartsWithAnEmptyContextOfItsOwn) {
  const ContextVar<int> var("var");
  var.set(10);
  std::thread([&] {
    EXPECT_EQ(var.get(-1), -1);
    EXPECT_EQ(copy_context().size(), 0u);
    var.set(11);
    EXPECT_EQ(copy_context().size(), 1u);
  }).join();
  EXPECT_EQ(var.get(), 10);
}

TEST(ContextThreadTest, WhatAThreadHasSetGoesWhenItEnds) {
  const ContextVar<Counted> var("var");
  std::thread([&] {
    var.set(Counted(1));
    EXPECT_EQ(Counted::live, 1);
  }).join();
  EXPECT_EQ(Counted::live, 0);
}

TEST(ContextThreadTest, AValueMaySetVariablesWhileItsThreadEnds) {
  static const ContextVar<Counted> late("late");
  static std::atomic<int> seen{-2};
  struct SetsAtTheEnd {
    bool armed;
    explicit SetsAtTheEnd(bool a) : armed(a) {}
    SetsAtTheEnd(SetsAtTheEnd&& other) noexcept : armed(std::exchange(other.armed, false)) {}
    ~SetsAtTheEnd() {
      if (!armed) return;
      seen = late.get(Counted(-1)).number;
      late.set(Counted(2));
    }
  };
  const ContextVar<SetsAtTheEnd> var("var");
  std::thread([&] {
    late.set(Counted(1));
    var.set(SetsAtTheEnd(true));
  }).join();
  EXPECT_EQ(seen, -1) << "the thread's context is gone by then";
  EXPECT_EQ(Counted::live, 0) << "and so is the one that the destructor made";
}

TEST(ContextThreadTest, AThreadLocalMaySetVariablesWhileItsThreadEnds) {
  static const ContextVar<Counted> var("var");
  struct AtTheEnd {
    ~AtTheEnd() { var.set(Counted(2)); }
    void touch() const {}
  };
  std::thread([&] {
    thread_local const AtTheEnd at_the_end;
    at_the_end.touch();
    var.set(Counted(1));  // Its context is made later, and so goes earlier, than at_the_end.
  }).join();
  EXPECT_EQ(Counted::live, 0);
}

TEST(ContextThreadTest, AContextMovesFromThreadToThread) {
  const ContextVar<int> var("var", 0);
  const Context context;
  for (int i = 1; i <= 10; ++i) {
    std::thread([&] { context.run([&] { var.set(var.get() + 1); }); }).join();
    EXPECT_EQ(context[var], i);
  }
}

// Others read and copy a context while a thread in it sets and resets: each sees a state that was
// there. For TSan too.
TEST(ContextThreadTest, CanBeReadAndCopiedWhileAThreadIsInIt) {
  const Context context;
  const ContextVar<std::string> first("first");
  const ContextVar<std::string> second("second");
  std::vector<ContextVar<int>> others;
  for (int i = 0; i < 40; ++i) others.emplace_back("other");
  context.run([&] {
    for (const auto& other : others) other.set(0);
    first.set("0");
    second.set("0");
  });
  std::atomic<bool> done{false};
  std::latch ready(3);
  std::vector<std::jthread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&, i] {
      ready.arrive_and_wait();
      int last = 0;
      while (!done.load()) {
        const Context copy = i == 0 ? context.copy() : context;
        const int b = std::stoi(copy[second]);  // Written second, so read first.
        const int a = std::stoi(copy[first]);
        EXPECT_LE(b, a);
        EXPECT_LE(last, b);
        if (i == 0) {
          EXPECT_LE(a - b, 1);
        }
        last = b;
        const std::size_t size = context.size();
        EXPECT_TRUE(size == 42 || size == 43) << size;
        EXPECT_TRUE(copy.contains(others.back()));
      }
    });
  }
  ready.arrive_and_wait();
  context.run([&] {
    const ContextVar<int> coming_and_going("coming_and_going");
    for (int i = 1; i <= kRounds; ++i) {
      first.set(std::to_string(i));
      second.set(std::to_string(i));
      coming_and_going.reset(coming_and_going.set(i));
    }
  });
  done = true;
}

TEST(ContextThreadTest, ManyThreadsShareCopiesOfOneContext) {
  const ContextVar<int> var("var", 0);
  const Context shared;
  shared.run([&] { var.set(5); });
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < kRounds / 20; ++round) {
        const Context own = shared.copy();
        own.run([&] {
          var.set(var.get() + 1);
          ContextVar<int>("more").set(1);
        });
        ASSERT_EQ(own[var], 6);
        ASSERT_EQ(own.size(), 2u);
      }
    });
  }
  threads.clear();
  EXPECT_EQ(shared[var], 5);
  EXPECT_EQ(shared.size(), 1u);
}

TEST(ContextForkTest, TheChildHasTheForkingThreadsContextAndMayUseThoseThatOthersUsed) {
  if (kSanitized) GTEST_SKIP() << "sanitizers do not follow a fork beside threads";
  const ContextVar<int> var("var", 0);
  var.set(1);
  const Context busy;
  busy.run([&] { var.set(7); });
  std::atomic<bool> done{false};
  std::binary_semaphore running{0};
  std::jthread worker([&] {
    busy.run([&] {
      running.release();
      while (!done.load()) var.set(7);
    });
  });
  struct Finish {
    ~Finish() { done = true; }
    std::atomic<bool>& done;
  };
  const Finish finish{done};  // Before the worker is joined, however this ends.
  running.acquire();
  for (int round = 0; round < 50; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      // Reading `busy` takes the lock that the worker may have held.
      ::alarm(10);
      const bool good = var.get() == 1 && busy[var] == 7 && busy.copy().run([&] { return var.get(); }) == 7;
      ::_exit(good ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
  }
}

}  // namespace
