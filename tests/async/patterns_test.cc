// Coroutines as people write them, with what compilers have got wrong in them: G1 to G10 are the rows of the table of
// what GCC 12.2 miscompiles, L1 to L3 what later compilers do, W what went well everywhere. What is made is destroyed
// once, what is written once is evaluated once. Built with GCC 12 all the same, without the #error of coroutine.h, G1
// to G9 fail, and G6 never ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <array>
#include <concepts>
#include <coroutine>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace skein {
namespace {

using asyncio::Coroutine;
using ::testing::ElementsAre;

// What lives, and how often something that did not was used or destroyed.
struct Book {
  std::set<const void*> alive;
  int wrong = 0;
  int evaluated = 0;
};
Book book;

// Has a destructor and a value, and tells the book.
class Owner {
 public:
  explicit Owner(int value) : value_(value) { book.alive.insert(this); }
  Owner(const Owner& other) : Owner(other.value()) {}
  Owner(Owner&& other) noexcept : Owner(other.value()) {}
  Owner& operator=(const Owner&) = delete;
  ~Owner() { book.wrong += book.alive.erase(this) == 0 ? 1 : 0; }
  [[nodiscard]] int value() const {
    if (!book.alive.contains(this)) ++book.wrong;
    return value_;
  }

 private:
  int value_;
};

// Aggregates, that is, without constructors.
struct Options {
  Owner owner;
  int extra = 0;
};
struct Named {
  Owner owner = Owner(1);
  std::string text = "a text that is too long for the string's own place";
};

Coroutine<int> number(int x) {
  ++book.evaluated;
  co_await asyncio::sleep(0);
  co_return x;
}
Coroutine<bool> below(int x, int limit) { co_return (co_await number(x)) < limit; }
Coroutine<Owner> owner(int x) {
  const int value = co_await number(x);
  co_return Owner(value);
}
Coroutine<int> take(Options options) {
  const int value = co_await number(options.owner.value());
  co_return value + options.extra + options.owner.value();
}
Coroutine<int> take_named(Named named) {
  const int value = co_await number(named.owner.value());
  co_return value + static_cast<int>(named.text.size());
}
Coroutine<int> take_default(Options options = {Owner(5), 6}) {
  const int value = co_await number(options.owner.value());
  co_return value + options.extra;
}

template <class F>
Coroutine<int> call(F function) {
  co_await asyncio::sleep(0);
  co_return function();
}
template <class F>
Coroutine<int> call_by_reference(const F& function) {
  co_await asyncio::sleep(0);
  co_return function();
}
Coroutine<int> call_erased(std::function<int()> function) {
  co_await asyncio::sleep(0);
  co_return function();
}
template <class F>
auto sleep_and_give(F function) {
  return asyncio::sleep(0, function());
}

class CoroutinePatterns : public ::testing::Test {
 protected:
  CoroutinePatterns() { book = {}; }
  ~CoroutinePatterns() override {
    EXPECT_EQ(book.alive.size(), 0U) << "not destroyed";
    EXPECT_EQ(book.wrong, 0) << "used or destroyed when it was not there";
  }
};

// ---- G1: a lambda with a capture that has a destructor ----

TEST_F(CoroutinePatterns, G1_ALambdaWithACaptureByValue) {
  asyncio::run([]() -> Coroutine<> { EXPECT_EQ(co_await call([it = Owner(3)] { return it.value(); }), 3); });
}
TEST_F(CoroutinePatterns, G1_ALambdaWithACaptureByReference) {
  asyncio::run(
      []() -> Coroutine<> { EXPECT_EQ(co_await call_by_reference([it = Owner(3)] { return it.value(); }), 3); });
}
TEST_F(CoroutinePatterns, G1_ALambdaWithACaptureTypeErased) {
  asyncio::run([]() -> Coroutine<> { EXPECT_EQ(co_await call_erased([it = Owner(3)] { return it.value(); }), 3); });
}
TEST_F(CoroutinePatterns, G1_ALambdaWithACaptureToAFunctionThatReturnsAnAwaiter) {
  asyncio::run([]() -> Coroutine<> { EXPECT_EQ(co_await sleep_and_give([it = Owner(3)] { return it.value(); }), 3); });
}
TEST_F(CoroutinePatterns, G1_ALambdaWithACaptureToATaskAndToAThread) {
  asyncio::run([]() -> Coroutine<> {
    EXPECT_EQ(co_await asyncio::create_task([it = Owner(3)]() -> Coroutine<int> {
                co_await asyncio::sleep(0);
                co_return it.value();
              }),
              3);
    EXPECT_EQ(co_await asyncio::to_thread([it = Owner(4)] { return it.value(); }), 4);
  });
}

// ---- G2: a temporary of aggregate type ----

TEST_F(CoroutinePatterns, G2_AnAggregateByPosition) {
  asyncio::run([]() -> Coroutine<> { EXPECT_EQ(co_await take(Options{Owner(1), 2}), 4); });
}
TEST_F(CoroutinePatterns, G2_AnAggregateByDesignators) {
  asyncio::run([]() -> Coroutine<> { EXPECT_EQ(co_await take({.owner = Owner(1), .extra = 2}), 4); });
}
TEST_F(CoroutinePatterns, G2_AnAggregateOfBracesOnly) {
  asyncio::run([]() -> Coroutine<> { EXPECT_EQ(co_await take_named({}), 51); });
}
TEST_F(CoroutinePatterns, G2_AnAggregateAsADefaultArgument) {
  asyncio::run([]() -> Coroutine<> { EXPECT_EQ(co_await take_default(), 11); });
}

// ---- G3: something that is initialised with what is awaited ----

TEST_F(CoroutinePatterns, G3_AnAggregateWithAnAwaitInIt) {
  asyncio::run([]() -> Coroutine<> {
    const Options made{Owner(1), co_await number(2)};
    EXPECT_EQ(made.owner.value() + made.extra, 3);
    EXPECT_EQ(book.evaluated, 1);
  });
}
TEST_F(CoroutinePatterns, G3_AnArrayWithAnAwaitInIt) {
  asyncio::run([]() -> Coroutine<> {
    const Owner made[] = {Owner(1), Owner(co_await number(2)), co_await owner(3)};  // NOLINT(modernize-avoid-c-arrays)
    EXPECT_EQ(made[0].value() + made[1].value() + made[2].value(), 6);
    EXPECT_EQ(book.evaluated, 2);
  });
}

// ---- G4: std::initializer_list ----

#if defined(__clang__) || __GNUC__ > 12  // It does not compile there.
Coroutine<int> sum(std::initializer_list<int> list) {
  int result = 0;
  for (const int x : std::vector<int>(list)) result += x;
  co_return result;
}
Coroutine<std::size_t> size(std::vector<Owner> all) { co_return all.size(); }

TEST_F(CoroutinePatterns, G4_AnInitializerListAndAVectorOfOne) {
  asyncio::run([]() -> Coroutine<> {
    EXPECT_EQ(co_await sum({1, 2, 3}), 6);
    EXPECT_EQ(co_await size(std::vector<Owner>{Owner(1), Owner(2)}), 2U);
  });
}
#endif

// ---- G5: ?: whose result has a destructor ----

Coroutine<std::size_t> length(std::string text) {
  const int one = co_await number(1);
  co_return text.size() + static_cast<std::size_t>(one) - 1;
}
Coroutine<> choose(bool first) {
  const Owner made = first ? co_await owner(1) : Owner(2);  // lint: this is the pattern.
  EXPECT_EQ(made.value(), first ? 1 : 2);
  const Owner other = first ? Owner(3) : co_await owner(4);  // lint: this is the pattern.
  EXPECT_EQ(other.value(), first ? 3 : 4);
}

TEST_F(CoroutinePatterns, G5_AnArmThatAwaits) {
  asyncio::run(choose, true);
  asyncio::run(choose, false);
  EXPECT_EQ(book.evaluated, 2);
}
TEST_F(CoroutinePatterns, G5_OneOfTwoTasksAndOneOfTwoArguments) {
  for (const bool first : {true, false}) {
    asyncio::run(
        [](bool which) -> Coroutine<> {
          auto one = asyncio::create_task(owner(1));
          auto two = asyncio::create_task(owner(2));
          EXPECT_EQ((co_await (which ? one : two)).value(), which ? 1 : 2);
          EXPECT_EQ((co_await (which ? owner(3) : owner(4))).value(), which ? 3 : 4);
          EXPECT_EQ(co_await length(which ? std::string(40, 'x') : std::string("short")), which ? 40U : 5U);
          co_await one;
          co_await two;
        },
        first);
  }
}

// ---- G6: a condition that awaits where nothing is declared outside ----

Coroutine<int> in_if(int x) {
  if (co_await below(x, 3)) {  // lint: this is the pattern.
    co_return 1;
  }
  co_return 2;
}
Coroutine<> in_while(int& x) {
  while (co_await below(x, 3)) {  // lint: this is the pattern.
    ++x;
  }
}
Coroutine<int> in_switch(int x) {
  switch (co_await number(x)) {  // lint: this is the pattern.
    case 1:
      co_return 10;
    default:
      co_return 20;
  }
}

TEST_F(CoroutinePatterns, G6_IfWhileAndSwitch) {
  EXPECT_EQ(asyncio::run(in_if(1)), 1);
  EXPECT_EQ(asyncio::run(in_if(5)), 2);
  EXPECT_EQ(asyncio::run(in_switch(1)), 10);
  EXPECT_EQ(asyncio::run(in_switch(2)), 20);
  int x = 0;
  asyncio::run(in_while(x));
  EXPECT_EQ(x, 3);
  EXPECT_EQ(book.evaluated, 8);
}

// ---- G7 ----

TEST_F(CoroutinePatterns, G7_NewOfWhatIsAwaited) {
  asyncio::run([]() -> Coroutine<> {
    const std::unique_ptr<Owner> made(new Owner(co_await owner(7)));  // lint: this is the pattern.
    EXPECT_EQ(made->value(), 7);
    const auto other = std::make_unique<Owner>(co_await owner(8));
    EXPECT_EQ(other->value(), 8);
  });
}

// ---- G8, G9: aggregates that are awaited, and that have coroutines ----

struct Ready {
  using skein_awaiter = void;
  Owner owner;
  [[nodiscard]] bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<> /*frame*/) const noexcept {}
  [[nodiscard]] int await_resume() const { return owner.value(); }
};
struct Later {
  Owner owner;
  auto operator co_await() && { return asyncio::sleep(0, owner.value()); }
};
struct Object {
  Owner owner;
  Coroutine<int> get() {
    const int more = co_await number(1);
    co_return more + owner.value();
  }
};

TEST_F(CoroutinePatterns, G8_AnAwaiterThatIsAnAggregate) {
  asyncio::run([]() -> Coroutine<> {
    EXPECT_EQ(co_await Ready{Owner(3)}, 3);
    EXPECT_EQ(co_await Later{Owner(4)}, 4);
  });
}
TEST_F(CoroutinePatterns, G9_AMemberOfAnAggregateThatIsATemporary) {
  asyncio::run([]() -> Coroutine<> { EXPECT_EQ(co_await Object{Owner(4)}.get(), 5); });
}

// ---- G10 ----

class Throwing {
 public:
  using skein_awaiter = void;
  explicit Throwing(Owner owner) : owner_(std::move(owner)) {}
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> /*frame*/) const { throw ValueError("await_suspend"); }
  void await_resume() const noexcept {}

 private:
  Owner owner_;
};

TEST_F(CoroutinePatterns, G10_NothingThrowsBeforeACoroutineBegins) {
  using Promise = Coroutine<int>::promise_type;
  static_assert(noexcept(std::declval<Promise&>().initial_suspend()));
  static_assert(noexcept(std::declval<Promise&>().get_return_object()));
  static_assert(std::same_as<decltype(std::declval<Promise&>().get_return_object()), Coroutine<int>>);
  asyncio::run([]() -> Coroutine<> {
    std::string text;
    try {
      co_await Throwing(Owner(1));
    } catch (const ValueError& error) {
      text = error.what();
    }
    EXPECT_EQ(text, "await_suspend");
  });
}

// ---- L: what later compilers do ----

Coroutine<std::pair<Owner, std::string>> pair() {
  const int value = co_await number(1);
  co_return std::pair(Owner(value), std::string(40, 'x'));
}
struct Nested {
  Options options;
  std::pair<int, int> range;
};
Coroutine<int> take_nested(Nested nested) {
  const int value = co_await number(nested.options.extra);
  co_return value + nested.options.owner.value() + nested.range.first + nested.range.second;
}

TEST_F(CoroutinePatterns, L1_StructuredBindings) {  // GCC 15 and 16 leak.
  asyncio::run([]() -> Coroutine<> {
    const auto [it, text] = co_await pair();
    EXPECT_EQ(it.value(), 1);
    EXPECT_EQ(text.size(), 40U);
    auto [a, b] = co_await asyncio::gather(owner(2), owner(3));
    EXPECT_EQ(a.value() + b.value(), 5);
  });
}
TEST_F(CoroutinePatterns, L2_NestedBraces) {  // GCC 13 crashes.
  asyncio::run([]() -> Coroutine<> { EXPECT_EQ(co_await take_nested({{Owner(1), 2}, {3, 4}}), 10); });
}
TEST_F(CoroutinePatterns, L3_AFrameThatIsDestroyedWhileItWaits) {  // GCC 15.2 crashes, in await_suspend.
  asyncio::run([]() -> Coroutine<> {
    auto task = asyncio::create_task([]() -> Coroutine<> {
      const Owner it(1);
      EXPECT_EQ(co_await call([held = Owner(2)] { return held.value(); }) + it.value(), 3);
      co_await asyncio::sleep(None);
    });
    for (int i = 0; i < 5; ++i) co_await asyncio::sleep(0);
    EXPECT_EQ(book.alive.size(), 1U);
    task.cancel();
    for (int i = 0; i < 5; ++i) co_await asyncio::sleep(0);
    EXPECT_TRUE(task.cancelled());
    auto never = Coroutine<int>(take(Options{Owner(3), 4}));
    never.close();
  });
}

// ---- W: what went well everywhere ----

class Built {
 public:
  explicit Built(Owner owner) : owner_(std::move(owner)) {}
  Built& with(int more) {
    more_ += more;
    return *this;
  }
  [[nodiscard]] int value() const { return owner_.value() + more_; }

 private:
  Owner owner_;
  int more_ = 0;
};
Coroutine<int> take_built(Built built = Built(Owner(9))) {
  const int value = co_await number(built.value());
  co_return value;
}
Coroutine<int> take_all(std::unique_ptr<Owner> a, std::shared_ptr<Owner> b, std::optional<Owner> c,
                        std::tuple<Owner, int> d) {
  const int value = co_await number(a->value() + b->value());
  co_return value + c->value() + std::get<0>(d).value() + std::get<1>(d);
}
Coroutine<std::vector<Owner>> many() {
  const int value = co_await number(1);
  std::vector<Owner> all;
  for (int i = 0; i < 3; ++i) all.emplace_back(value + i);
  co_return all;
}
Coroutine<int> fails(const Owner& it) {
  co_await asyncio::sleep(0);
  throw ValueError(std::to_string(it.value()));
}

TEST_F(CoroutinePatterns, W_Arguments) {
  asyncio::run([]() -> Coroutine<> {
    EXPECT_EQ(co_await take_built(), 9);
    EXPECT_EQ(co_await take_built(Built(Owner(1)).with(2).with(3)), 6);
    EXPECT_EQ(co_await take_all(std::make_unique<Owner>(1), std::make_shared<Owner>(2), Owner(3), {Owner(4), 5}), 15);
    auto named = [it = Owner(6)] { return it.value(); };
    EXPECT_EQ(co_await call(std::move(named)), 6);
    EXPECT_EQ(co_await call(std::bind_front([](const Owner& it) { return it.value(); }, Owner(7))), 7);
  });
}
TEST_F(CoroutinePatterns, W_LoopsAndExceptions) {
  asyncio::run([]() -> Coroutine<> {
    std::vector<int> values;
    for (const Owner& it : co_await many()) values.push_back(co_await number(it.value()));
    EXPECT_THAT(values, ElementsAre(1, 2, 3));
    std::string text;
    try {
      co_await fails(Owner(8));
    } catch (const ValueError& error) {
      text = error.what();
    }
    EXPECT_EQ(text, "8");
    EXPECT_EQ(co_await number(1) + co_await number(2) * co_await number(3), 7);
  });
}

}  // namespace
}  // namespace skein
