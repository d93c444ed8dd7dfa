// What travels through pickle, and that it comes back the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/pickle.h>

#include <cereal/types/base_class.hpp>
#include <cereal/types/polymorphic.hpp>

#include <array>
#include <bitset>
#include <chrono>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "multiprocessing/pickled.h"

namespace skein::testing {

struct Shape {
  virtual ~Shape() = default;
  [[nodiscard]] virtual double area() const = 0;
  template <class Archive>
  void serialize(Archive& /*archive*/) {}
};
struct Square : Shape {
  explicit Square(double given = 0) : side(given) {}
  [[nodiscard]] double area() const override { return side * side; }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::base_class<Shape>(this), side);
  }
  double side;
};
struct Circle : Shape {
  [[nodiscard]] double area() const override { return 3 * radius * radius; }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::base_class<Shape>(this), radius);
  }
  double radius = 1;
};
struct Unregistered : Shape {
  [[nodiscard]] double area() const override { return 0; }
};

struct Versioned {
  std::string text;
  template <class Archive>
  void serialize(Archive& archive, std::uint32_t version) {
    seen = version;
    archive(text);
  }
  std::uint32_t seen = 0;
};

}  // namespace skein::testing

CEREAL_REGISTER_TYPE(skein::testing::Square)
CEREAL_REGISTER_TYPE(skein::testing::Circle)
CEREAL_CLASS_VERSION(skein::testing::Versioned, 7)

namespace skein::testing {
namespace {

using Bytes = std::vector<std::byte>;

template <class T>
T round_trip(const T& value) {
  static_assert(pickle::Picklable<T>);
  return pickle::loads<T>(pickle::dumps(value));
}
template <class T>
void expect_same(const T& value) {
  EXPECT_TRUE(round_trip(value) == value) << pickle::internal::type_name<T>();
}

TEST(Pickle, NumbersComeBackAsTheyWere) {
  expect_same(true);
  expect_same(false);
  expect_same('x');
  expect_same(std::byte{7});
  expect_same(-1);
  expect_same(std::numeric_limits<std::int64_t>::min());
  expect_same(std::numeric_limits<std::uint64_t>::max());
  expect_same(0.1F);
  expect_same(std::numeric_limits<double>::denorm_min());
  expect_same(-std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(round_trip(std::numeric_limits<double>::quiet_NaN())));
  expect_same(1.5L);
  expect_same(U'\u20ac');
  expect_same(Colour::kGreen);
}

TEST(Pickle, StringsComeBackAsTheyWere) {
  expect_same(std::string());
  expect_same(std::string("with a \0 inside", 15));
  expect_same(std::string(1'000'000, 'x'));
  expect_same(std::wstring(L"wide"));
  expect_same(std::u16string(u"sixteen"));
  expect_same(std::u32string(U"thirty-two"));
}

TEST(Pickle, SequencesComeBackAsTheyWere) {
  expect_same(std::vector<int>());
  expect_same(std::vector<int>{1, 2, 3});
  expect_same(std::vector<char>{'a'});
  expect_same(std::vector<std::string>{"a", "", "c"});
  expect_same(std::vector<std::vector<double>>{{1, 2}, {}, {3}});
  expect_same(std::vector<Point>{{1, 2}, {3, 4}});
  expect_same(std::vector<Nothing>(100));
  expect_same(std::vector<std::tuple<>>(3));
  expect_same(std::array<int, 3>{1, 2, 3});
  expect_same(std::array<std::string, 2>{"a", "b"});
  expect_same(std::array<int, 0>{});
  expect_same(std::array<bool, 3>{true, false, true});
  expect_same(std::deque<std::string>{"a", "b"});
  expect_same(std::list<int>{1, 2});
}

TEST(Pickle, BitsComeBackAsTheyWere) {
  for (std::size_t size = 0; size < 40; ++size) {
    std::vector<bool> bits(size);
    for (std::size_t i = 0; i < size; ++i) bits[i] = i % 3 == 0;
    expect_same(bits);
  }
  expect_same(std::bitset<0>());
  expect_same(std::bitset<1>(1));
  expect_same(std::bitset<64>().set());
  expect_same(std::bitset<70>().set());
}

TEST(Pickle, MapsAndSetsComeBackAsTheyWere) {
  expect_same(std::map<std::string, int>{{"a", 1}, {"b", 2}});
  expect_same(std::map<int, std::map<int, std::string>>{{1, {{2, "x"}}}, {3, {}}});
  expect_same(std::multimap<int, int>{{1, 2}, {1, 3}});
  expect_same(std::unordered_map<std::string, std::vector<int>>{{"a", {1}}, {"b", {}}});
  expect_same(std::unordered_multimap<int, int>{{1, 2}, {1, 2}});
  expect_same(std::set<std::string>{"a", "b"});
  expect_same(std::set<int, std::greater<>>{1, 2});
  expect_same(std::multiset<int>{1, 1});
  expect_same(std::unordered_set<int>{1, 2, 3});
}

TEST(Pickle, ChoicesComeBackAsTheyWere) {
  expect_same(std::optional<int>());
  expect_same(std::optional<std::string>("x"));
  expect_same(std::optional<std::optional<int>>(std::optional<int>()));
  expect_same(std::variant<int, std::string>(5));
  expect_same(std::variant<int, std::string>("x"));
  expect_same(std::variant<int, int>(std::in_place_index<1>, 5));
  expect_same(std::variant<std::monostate, int>());
  expect_same(std::monostate());
  expect_same(std::tuple<>());
  expect_same(std::tuple<int, std::string, std::vector<int>>(1, "x", {2}));
  expect_same(std::pair<std::string, bool>("x", true));
  expect_same(std::pair<const std::string, const int>("x", 1));
}

TEST(Pickle, OtherValuesOfTheStandardLibraryComeBackAsTheyWere) {
  expect_same(std::chrono::milliseconds(5));
  expect_same(std::chrono::duration<double>(0.5));
  expect_same(std::chrono::system_clock::now());
  expect_same(std::chrono::steady_clock::now());
  expect_same(std::chrono::year_month_day(std::chrono::year(2024), std::chrono::month(2), std::chrono::day(29)));
  expect_same(std::complex<float>(1, 2));
  expect_same(std::filesystem::path("/a/b.txt"));
  expect_same(std::vector<std::filesystem::path>{"a", ""});
}

TEST(Pickle, ClassesTravelByTheirHooks) {
  expect_same(Person{"Ann", 30, {{1, 2}, {3, 4}}});
  expect_same(Account(500));
  expect_same(Name{"x"});
  expect_same(Outside{"x", 5});
  expect_same(std::vector<Person>{{"Ann", 30, {}}, {"Bob", 40, {{1, 2}}}});
  expect_same(std::map<std::string, Account>{{"a", Account(1)}});
  EXPECT_EQ(round_trip(Hidden(5)).number(), 5);
  EXPECT_EQ(round_trip(Versioned{"x"}).text, "x");
  EXPECT_EQ(round_trip(Versioned{"x"}).seen, 7);
  std::get<4>(everything());
  EXPECT_EQ(std::get<4>(round_trip(everything())), std::get<4>(everything()));
  EXPECT_EQ(std::get<2>(round_trip(everything())), std::get<2>(everything()));
}

struct Arrays {
  int numbers[2][3] = {{1, 2, 3}, {4, 5, 6}};  // NOLINT(modernize-avoid-c-arrays)
  std::string strings[2] = {"a", "b"};         // NOLINT(modernize-avoid-c-arrays)
  bool flags[3] = {true, false, true};         // NOLINT(modernize-avoid-c-arrays)
  template <class Archive>
  void serialize(Archive& archive) {
    archive(numbers, strings, flags);
  }
  friend bool operator==(const Arrays&, const Arrays&) = default;
};

TEST(Pickle, ArraysInsideOfClassesTravel) {
  Arrays arrays;
  arrays.numbers[1][2] = 7;
  arrays.strings[1] = "c";
  arrays.flags[1] = true;
  expect_same(arrays);
}

TEST(Pickle, LambdasAndEmptyObjectsTravel) {
  const auto twice = [](int x) { return 2 * x; };
  EXPECT_EQ(round_trip(twice)(21), 42);
  const auto more = [n = 5, p = Point{1, 2}](int x) { return x + n + p.x; };
  EXPECT_EQ(round_trip(more)(1), 7);
  EXPECT_TRUE(round_trip(std::less<int>())(1, 2));
  static_assert(pickle::Picklable<std::greater<>>);
}

TEST(Pickle, MoveOnlyValuesComeBackByValue) {
  const auto number = round_trip(std::make_unique<int>(5));
  ASSERT_NE(number, nullptr);
  EXPECT_EQ(*number, 5);
  EXPECT_EQ(round_trip(std::unique_ptr<int>()), nullptr);
  std::vector<std::unique_ptr<std::string>> strings;
  strings.push_back(std::make_unique<std::string>("a"));
  strings.push_back(nullptr);
  const auto back = round_trip(strings);
  ASSERT_EQ(back.size(), 2);
  EXPECT_EQ(*back[0], "a");
  EXPECT_EQ(back[1], nullptr);
}

TEST(Pickle, WithoutADefaultConstructorItIsConstructedFromWhatIsRead) {
  const Job job = round_trip(Job("x", std::make_unique<int>(5)));
  EXPECT_EQ(job.name(), "x");
  EXPECT_EQ(*job.left(), 5);
  std::vector<Job> jobs;
  jobs.emplace_back("y", nullptr);
  EXPECT_EQ(round_trip(jobs).at(0).name(), "y");
  EXPECT_EQ(round_trip(std::optional<Job>(Job("z", nullptr)))->name(), "z");
  EXPECT_EQ(round_trip(std::make_unique<Job>("u", nullptr))->name(), "u");
  EXPECT_EQ(round_trip(std::make_shared<Job>("s", nullptr))->name(), "s");
  std::map<int, Job> map;
  map.emplace(1, Job("m", nullptr));
  EXPECT_EQ(round_trip(map).at(1).name(), "m");
}

TEST(Pickle, WhatIsSharedStaysShared) {
  const auto shared = std::make_shared<std::string>("once");
  const auto back = round_trip(std::vector{shared, std::make_shared<std::string>("other"), shared, {}});
  EXPECT_EQ(back[0], back[2]);
  EXPECT_EQ(*back[0], "once");
  EXPECT_EQ(*back[1], "other");
  EXPECT_EQ(back[3], nullptr);
  EXPECT_EQ(back[0].use_count(), 2);
  const auto [strong, weak] = round_trip(std::pair(shared, std::weak_ptr(shared)));
  EXPECT_EQ(weak.lock(), strong);
  EXPECT_TRUE(round_trip(std::weak_ptr(shared)).expired());  // Nobody holds it over there.
}

struct Ring {
  int value = 0;
  std::shared_ptr<Ring> next;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(value, next);
  }
};

TEST(Pickle, WhatHoldsItselfDoesSoOnTheOtherSide) {
  const auto first = std::make_shared<Ring>(1, nullptr);
  first->next = std::make_shared<Ring>(2, first);
  const auto back = round_trip(first);
  EXPECT_EQ(back->value, 1);
  EXPECT_EQ(back->next->value, 2);
  EXPECT_EQ(back->next->next, back);
  first->next = nullptr;
  back->next = nullptr;
}

// Two objects at one address: the first member and what it is the first member of.
struct Outer {
  Point first;
  int second = 0;
};

TEST(Pickle, ObjectsOfTwoTypesAtOneAddressAreTwo) {
  const auto outer = std::make_shared<Outer>(Point{1, 2}, 3);
  const std::shared_ptr<Point> inner(outer, &outer->first);
  const auto [outer_back, inner_back] = round_trip(std::pair(outer, inner));
  EXPECT_EQ(outer_back->second, 3);
  EXPECT_EQ(*inner_back, (Point{1, 2}));
}

TEST(Pickle, PolymorphicObjectsTravelByCerealsRegistration) {
  std::vector<std::unique_ptr<Shape>> shapes;
  shapes.push_back(std::make_unique<Square>(3));
  shapes.push_back(std::make_unique<Circle>());
  shapes.push_back(nullptr);
  const auto back = round_trip(shapes);
  EXPECT_EQ(back[0]->area(), 9);
  EXPECT_NE(dynamic_cast<Square*>(back[0].get()), nullptr);
  EXPECT_EQ(back[1]->area(), 3);
  EXPECT_EQ(back[2], nullptr);

  const std::shared_ptr<Shape> shared = std::make_shared<Square>(2);
  const auto pair = round_trip(std::pair(shared, shared));
  EXPECT_EQ(pair.first, pair.second);
  EXPECT_EQ(pair.first->area(), 4);

  shapes[2] = std::make_unique<Unregistered>();
  EXPECT_THROW(static_cast<void>(pickle::dumps(shapes)), pickle::PicklingError);
}

TEST(Pickle, ASpanIsWrittenAsAVector) {
  const std::array<int, 3> numbers{1, 2, 3};
  EXPECT_THAT(pickle::loads<std::vector<int>>(pickle::dumps(std::span(numbers))), ::testing::ElementsAre(1, 2, 3));
  const std::array<std::string, 2> strings{"a", "b"};
  EXPECT_THAT(pickle::loads<std::vector<std::string>>(pickle::dumps(std::span<const std::string>(strings))),
              ::testing::ElementsAre("a", "b"));
  EXPECT_EQ(pickle::loads<std::vector<int>>(pickle::dumps(std::span<int>())).size(), 0);
}

TEST(Pickle, TheBytesMayLieAnywhere) {
  const std::vector<double> numbers{1, 2, 3};
  const Bytes bytes = pickle::dumps(numbers);
  for (std::size_t shift = 0; shift < 16; ++shift) {
    Bytes moved(bytes.size() + shift);
    std::copy(bytes.begin(), bytes.end(), moved.begin() + static_cast<std::ptrdiff_t>(shift));
    EXPECT_EQ(pickle::loads<std::vector<double>>(std::span(moved).subspan(shift)), numbers);
  }
}

TEST(Pickle, EqualValuesGiveEqualBytes) {
  const std::map<std::string, Person> people{{"a", {"Ann", 30, {}}}, {"b", {"Bob", 40, {}}}};
  EXPECT_EQ(pickle::dumps(people), pickle::dumps(std::map(people)));
  EXPECT_NE(pickle::dumps(1), pickle::dumps(2));
}

TEST(Pickle, ALargeVectorIsOneCopy) {
  const std::vector<std::int64_t> numbers(1'000'000, 5);
  const Bytes bytes = pickle::dumps(numbers);
  EXPECT_LT(bytes.size(), numbers.size() * 8 + 100);
  EXPECT_EQ(pickle::loads<std::vector<std::int64_t>>(bytes), numbers);
}

TEST(Pickle, ArchivesSerialiseWithoutAHeader) {
  Bytes bytes;
  pickle::OutputArchive output(bytes);
  output(1, std::string("x"));
  output << 2.5;
  pickle::InputArchive input(bytes);
  int number = 0;
  std::string text;
  double half = 0;
  input(number, text) >> half;
  EXPECT_EQ(number, 1);
  EXPECT_EQ(text, "x");
  EXPECT_EQ(half, 2.5);
  EXPECT_EQ(input.left(), 0);
}

// ---- What cannot be written, though its type can ----

struct Fragile {
  Fragile() = default;
  explicit Fragile(int /*number*/) { throw std::runtime_error("not now"); }
  Fragile(const Fragile& other) : text(other.text) {}
  template <class Archive>
  void serialize(Archive& archive) {
    archive(text);
  }
  std::string text;
};

TEST(Pickle, AVariantThatLostItsValueIsAnError) {
  std::variant<std::string, Fragile> value;
  EXPECT_THROW(value.emplace<1>(5), std::runtime_error);
  ASSERT_TRUE(value.valueless_by_exception());
  EXPECT_THROW(static_cast<void>(pickle::dumps(value)), pickle::PicklingError);
}

Tree chain(int depth) {
  Tree tree;
  for (int i = 1; i < depth; ++i) {
    auto below = std::make_unique<Tree>(std::move(tree));
    tree = Tree{.value = i, .children = {}, .more = std::move(below)};
  }
  return tree;
}

TEST(Pickle, AThousandLevelsTravelAndOneMoreIsAnErrorAsInPython) {
  const Tree tree = chain(1000);
  EXPECT_EQ(round_trip(tree), tree);
  EXPECT_THROW(static_cast<void>(pickle::dumps(chain(1001))), pickle::PicklingError);
}

// ---- What travels is known when compiling ----

struct NoHook {
  std::string text;
};
struct WithReference {
  int& to;
};
struct WithPointerVector {
  std::vector<int*> pointers;
};
template <class T>
inline constexpr bool kTravels = pickle::Picklable<T>;

TEST(Pickle, TheConceptSaysWhatTravels) {
  static_assert(kTravels<int> && kTravels<const int&> && kTravels<Point> && kTravels<Person> && kTravels<Job>);
  static_assert(kTravels<std::exception_ptr> && kTravels<std::vector<std::exception_ptr>>);
  static_assert(!kTravels<int*> && !kTravels<void (*)()> && !kTravels<int Point::*> && !kTravels<std::nullptr_t>);
  static_assert(!kTravels<std::reference_wrapper<int>> && !kTravels<WithReference> && !kTravels<NoHook>);
  static_assert(!kTravels<std::string_view> && !kTravels<std::span<int>> && !kTravels<std::initializer_list<int>>);
  static_assert(!kTravels<std::function<void()>> && !kTravels<std::error_code> && !kTravels<std::type_index>);
  static_assert(!kTravels<std::vector<int*>> && !kTravels<std::map<int, std::string_view>>);
  static_assert(!kTravels<std::optional<NoHook>> && !kTravels<std::tuple<int, NoHook>> &&
                !kTravels<std::variant<int, NoHook>> && !kTravels<std::unique_ptr<NoHook>>);
  static_assert(!kTravels<std::unique_ptr<int, void (*)(int*)>> && !kTravels<std::shared_ptr<void>>);
  static_assert(!kTravels<WithPointerVector>);
  const auto text_capture = [text = std::string()] { return text; };
  static_assert(!kTravels<decltype(text_capture)>);
  SUCCEED();
}

}  // namespace
}  // namespace skein::testing
