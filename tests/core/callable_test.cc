#include <gtest/gtest.h>
#include <skein/core/callable.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace skein {
namespace {

using internal::bind_once;

TEST(Callable, IsEmptyByDefaultAndFromNone) {
  EXPECT_FALSE(Callable());
  EXPECT_FALSE(Callable(None));
  EXPECT_TRUE(Callable([] {}));
}

TEST(Callable, CallsWhatItOwnsAndDropsTheResult) {
  int calls = 0;
  Callable counting([&calls] { return ++calls; });
  counting();
  counting();
  EXPECT_EQ(calls, 2);
}

TEST(Callable, TakesFunctionsAndFunctionPointers) {
  static int calls = 0;
  struct Local {
    static void function() { ++calls; }
  };
  Callable named(Local::function);
  Callable pointed(&Local::function);
  named();
  pointed();
  EXPECT_EQ(calls, 2);
}

TEST(Callable, OwnsWhatCannotBeCopied) {
  int seen = 0;
  Callable first([owned = std::make_unique<int>(7), &seen] { seen = *owned; });
  Callable second = std::move(first);
  EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move)
  second();
  EXPECT_EQ(seen, 7);
}

TEST(Callable, DestroysWhatItOwnsOnce) {
  const auto counter = std::make_shared<int>(0);
  {
    Callable one([counter] {});
    EXPECT_EQ(counter.use_count(), 2);
    Callable two = std::move(one);
    EXPECT_EQ(counter.use_count(), 2);
    two = Callable();
    EXPECT_EQ(counter.use_count(), 1);
  }
  EXPECT_EQ(counter.use_count(), 1);
}

TEST(Callable, LetsExceptionsThrough) {
  Callable failing([] { throw std::logic_error("no"); });
  EXPECT_THROW(failing(), std::logic_error);
  Callable odd([] { throw 5; });
  EXPECT_THROW(odd(), int);
}

static_assert(!std::is_copy_constructible_v<Callable>);
static_assert(std::is_nothrow_move_constructible_v<Callable>);
static_assert(!std::is_constructible_v<Callable, int>);
static_assert(!std::is_constructible_v<Callable, void (*)(int)>);

// ---- binding, as by std::invoke ----

TEST(BindOnce, CopiesItsArguments) {
  std::string text = "before";
  std::string seen;
  auto bound = bind_once([&seen](const std::string& given) { seen = given; }, text);
  text = "after";
  bound();
  EXPECT_EQ(seen, "before");
}

TEST(BindOnce, PassesReferencesAsRef) {
  int count = 1;
  bind_once([](int& number) { number += 10; }, std::ref(count))();
  EXPECT_EQ(count, 11);
}

TEST(BindOnce, CallsMembersOnPointersReferencesAndCopies) {
  struct Counter {
    void increase(int by) { value += by; }
    int value = 0;
  };
  Counter counter;
  bind_once(&Counter::increase, &counter, 10)();
  bind_once(&Counter::increase, std::ref(counter), 5)();
  EXPECT_EQ(counter.value, 15);
  bind_once(&Counter::increase, counter, 100)();  // A copy's.
  EXPECT_EQ(counter.value, 15);
  const auto shared = std::make_shared<Counter>();
  bind_once(&Counter::increase, shared, 3)();
  EXPECT_EQ(shared->value, 3);
}

TEST(BindOnce, MovesItsArgumentsOut) {
  std::unique_ptr<int> received;
  auto bound =
      bind_once([&received](std::unique_ptr<int> given) { received = std::move(given); }, std::make_unique<int>(4));
  bound();
  ASSERT_NE(received, nullptr);
  EXPECT_EQ(*received, 4);
}

static_assert(internal::CallableLater<void (*)(int), int>);
static_assert(!internal::CallableLater<void (*)(int&), int>, "a copy is no lvalue: std::ref is needed");
static_assert(internal::CallableLater<void (*)(int&), std::reference_wrapper<int>>);
static_assert(!internal::CallableLater<void (*)(int), std::string>);

}  // namespace
}  // namespace skein
