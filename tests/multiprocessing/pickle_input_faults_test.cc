// Rows P34 and P35 of the fault table, as far as they are pickle's: bytes that are no pickle, or one of something else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/core/exception_group.h>
#include <skein/pickle.h>

#include <cereal/types/base_class.hpp>
#include <cereal/types/polymorphic.hpp>

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "multiprocessing/pickled.h"
#include "testing/allocation.h"
#include "testing/repeat.h"

namespace skein::testing {

struct Animal {
  virtual ~Animal() = default;
  [[nodiscard]] virtual std::size_t legs() const = 0;
  template <class Archive>
  void serialize(Archive& /*archive*/) {}
};
struct Dog : Animal {
  [[nodiscard]] std::size_t legs() const override { return name.size(); }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::base_class<Animal>(this), name);
  }
  std::string name = "four";
};
struct Bird : Animal {
  [[nodiscard]] std::size_t legs() const override { return count; }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::base_class<Animal>(this), count);
  }
  std::uint64_t count = 2;
};

}  // namespace skein::testing

CEREAL_REGISTER_TYPE_WITH_NAME(skein::testing::Dog, "Dog")
CEREAL_REGISTER_TYPE_WITH_NAME(skein::testing::Bird, "Bird")

namespace skein::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Bytes = std::vector<std::byte>;

std::exception_ptr a_group() {
  return std::make_exception_ptr(
      ExceptionGroup("several", {std::make_exception_ptr(std::runtime_error("a")), std::make_exception_ptr(5)}));
}

constexpr std::array<std::byte, 3> kDog{std::byte{'D'}, std::byte{'o'}, std::byte{'g'}};
using Animals = std::vector<std::shared_ptr<Animal>>;
Animals animals() {
  const auto dog = std::make_shared<Dog>();
  return {dog, std::make_shared<Bird>(), dog, nullptr};
}

// One value of many kinds, behind one face.
struct Case {
  Bytes bytes;
  std::function<void(std::span<const std::byte>)> load;
};
template <class T>
Case a_case(const T& value) {
  return {pickle::dumps(value), [](std::span<const std::byte> bytes) { static_cast<void>(pickle::loads<T>(bytes)); }};
}
std::vector<Case> cases() {
  std::vector<Case> all;
  all.push_back(a_case(5));
  all.push_back(a_case(true));
  all.push_back(a_case(std::string("a text")));
  all.push_back(a_case(std::vector<int>{1, 2, 3}));
  all.push_back(a_case(std::vector<std::string>{"a", "b"}));
  all.push_back(a_case(std::map<std::string, std::vector<int>>{{"a", {1}}, {"b", {}}}));
  all.push_back(a_case(std::unordered_map<int, std::optional<std::string>>{{1, "x"}, {2, {}}}));
  all.push_back(a_case(std::set<int>{1, 2, 3}));
  all.push_back(a_case(std::list<std::pair<bool, double>>{{true, 1}}));
  all.push_back(a_case(std::vector<bool>(19, true)));
  all.push_back(a_case(std::bitset<19>(5)));
  all.push_back(a_case(std::variant<int, std::string>("x")));
  all.push_back(a_case(std::vector<Nothing>(9)));
  all.push_back(a_case(Job("x", std::make_unique<int>(5))));
  all.push_back(a_case(std::vector{std::make_shared<std::string>("x"), std::make_shared<std::string>("y")}));
  all.push_back(a_case(everything()));
  all.push_back(a_case(a_group()));
  all.push_back(a_case(animals()));
  return all;
}

// Errors are UnpicklingErrors; whatever else comes out is a failure of the test.
bool loads(const Case& one, std::span<const std::byte> bytes) {
  try {
    one.load(bytes);
    return true;
  } catch (const pickle::UnpicklingError& error) {
    EXPECT_STRNE(error.what(), "");
    return false;
  }
}

TEST(PickleInputFaults, P34_CutOffAtAnyByteItIsAnError) {
  for (const Case& one : cases()) {
    EXPECT_TRUE(loads(one, one.bytes));
    for (std::size_t size = 0; size < one.bytes.size(); ++size) {
      // An allocation of its own, so that address sanitizer sees a read behind it.
      const Bytes part(one.bytes.begin(), one.bytes.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_FALSE(loads(one, part)) << size << " of " << one.bytes.size();
    }
  }
}

TEST(PickleInputFaults, P34_BytesThatFollowAreAnError) {
  for (Case& one : cases()) {
    one.bytes.push_back(std::byte{0});
    EXPECT_FALSE(loads(one, one.bytes));
  }
}

TEST(PickleInputFaults, P34_AHundredThousandMutations) {
  const auto all = cases();
  std::mt19937 random(20240229);  // NOLINT(cert-msc51-cpp): the same each time.
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  int good = 0;
  for (int i = 0; i < 100'000; ++i) {
    const Case& one = all[below(all.size())];
    Bytes bytes = one.bytes;
    const std::size_t header = 24 + 10;  // Mostly behind what says of what type it is.
    for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
      std::size_t place = below(bytes.size());
      if (place < header && header < bytes.size() && below(8) != 0) place = header + below(bytes.size() - header);
      switch (below(5)) {
        case 0:
          bytes[place] = static_cast<std::byte>(below(256));
          break;
        case 1:
          bytes[place] ^= static_cast<std::byte>(1U << below(8));
          break;
        case 2:
          bytes[place] = below(2) == 0 ? std::byte{0} : std::byte{255};
          break;
        case 3:
          bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(place));
          break;
        default:
          bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(place), static_cast<std::byte>(below(256)));
      }
      if (bytes.empty()) break;
    }
    if (loads(one, bytes)) ++good;
  }
  EXPECT_GT(good, 1000);  // Of some the change is another value.
}

TEST(PickleInputFaults, P34_RandomBytesAreAnError) {
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp)
  for (const Case& one : cases()) {
    for (std::size_t size = 0; size < 200; ++size) {
      Bytes bytes(size);
      for (auto& byte : bytes) byte = static_cast<std::byte>(random());
      EXPECT_FALSE(loads(one, bytes));
    }
  }
}

// Behind the header, so that the codec itself sees it.
template <class T>
Bytes forged(const std::vector<std::uint64_t>& words, std::size_t more = 0) {
  Bytes bytes = pickle::dumps(T());
  const std::size_t header = 24 + std::min<std::size_t>(pickle::internal::type_name<T>().size(), 200);
  bytes.resize(header);
  for (const std::uint64_t word : words) {
    bytes.resize(bytes.size() + sizeof word);
    std::memcpy(bytes.data() + bytes.size() - sizeof word, &word, sizeof word);
  }
  bytes.resize(bytes.size() + more);
  return bytes;
}

struct Large {
  std::array<std::string, 30> texts;
  template <class Archive>
  void serialize(Archive& archive) {
    for (auto& text : texts) archive(text);
  }
};

// What is asked for grows with the input, not with the lengths that it claims.
template <class T>
void expect_bounded() {
  const auto most = std::numeric_limits<std::uint64_t>::max();
  for (const std::uint64_t count : {most, std::uint64_t{1} << 63, std::uint64_t{1} << 62, std::uint64_t{1} << 61,
                                    most / 2, most / sizeof(T), std::uint64_t{1} << 40, std::uint64_t{100'000},
                                    std::uint64_t{10'001}, std::uint64_t{10'000}, std::uint64_t{5'000}}) {
    const Bytes bytes = forged<T>({count}, 10'000);
    const auto before = allocated_bytes();
    try {
      static_cast<void>(pickle::loads<T>(bytes));
    } catch (const pickle::UnpicklingError&) {
      SUCCEED();
    }
    EXPECT_LE(allocated_bytes() - before, 64 * static_cast<std::int64_t>(bytes.size()) + 4096)
        << pickle::internal::type_name<T>() << " of " << count;
  }
}

TEST(PickleInputFaults, P34_AForgedLengthAsksForNoMemory) {
  expect_bounded<std::string>();
  expect_bounded<std::u32string>();
  expect_bounded<std::vector<char>>();
  expect_bounded<std::vector<double>>();
  expect_bounded<std::vector<bool>>();
  expect_bounded<std::vector<std::string>>();
  expect_bounded<std::vector<Nothing>>();
  expect_bounded<std::vector<Large>>();
  expect_bounded<std::vector<std::vector<std::vector<int>>>>();
  expect_bounded<std::vector<Person>>();
  expect_bounded<std::list<int>>();
  expect_bounded<std::map<int, int>>();
  expect_bounded<std::unordered_map<std::string, std::string>>();
  expect_bounded<std::set<std::uint64_t>>();
}

TEST(PickleInputFaults, P34_AThousandLevelsAreReadAndNoMore) {
  // Trees of one child: 4 bytes of value, a list of one, and so on; each level is written by hand, as dumps() refuses.
  const auto levels = [](int count) {
    Tree tree;
    Bytes bytes = pickle::dumps(tree);
    const std::size_t header = 24 + pickle::internal::type_name<Tree>().size();
    const Bytes leaf(bytes.begin() + static_cast<std::ptrdiff_t>(header), bytes.end());
    bytes.resize(header);
    for (int i = 1; i < count; ++i) {
      bytes.insert(bytes.end(), leaf.begin(), leaf.end());
      bytes.back() = std::byte{1};  // `more` is there.
    }
    bytes.insert(bytes.end(), leaf.begin(), leaf.end());
    return bytes;
  };
  EXPECT_NO_THROW(static_cast<void>(pickle::loads<Tree>(levels(1000))));
  EXPECT_THROW(static_cast<void>(pickle::loads<Tree>(levels(1001))), pickle::UnpicklingError);
  EXPECT_THROW(static_cast<void>(pickle::loads<Tree>(levels(1'000'000))), pickle::UnpicklingError);
}

template <class T>
void expect_error(const Bytes& bytes, const char* text) {
  try {
    static_cast<void>(pickle::loads<T>(bytes));
    ADD_FAILURE() << "no error: " << text;
  } catch (const pickle::UnpicklingError& error) {
    EXPECT_THAT(error.what(), HasSubstr(text));
  }
}

TEST(PickleInputFaults, P34_WhatNoValueLooksLikeIsAnError) {
  Bytes bytes = pickle::dumps(true);
  bytes.back() = std::byte{2};
  expect_error<bool>(bytes, "a bool that is neither");

  expect_error<std::variant<int, char>>(forged<std::variant<int, char>>({2}, 10), "a variant's alternative");
  expect_error<std::set<std::uint64_t>>(forged<std::set<std::uint64_t>>({2, 5, 5}), "an element that comes twice");
  using Map = std::map<std::uint64_t, std::uint64_t>;
  expect_error<Map>(forged<Map>({2, 5, 1, 5, 1}), "a key that comes twice");
  using Shared = std::shared_ptr<int>;
  bytes = forged<Shared>({}, 5);
  bytes[bytes.size() - 5] = std::byte{2};
  expect_error<Shared>(bytes, "a shared object that there is not");

  bytes = pickle::dumps(std::bitset<3>(1));
  bytes.back() = std::byte{1};
  expect_error<std::bitset<3>>(bytes, "bits after the last one");
  bytes = pickle::dumps(std::vector<bool>(3, true));
  bytes.back() = std::byte{0x1f};
  expect_error<std::vector<bool>>(bytes, "bits after the last one");
}

// Two pointers of different types to what the bytes say is one object: no type is taken for another.
struct First {
  std::string text;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(text);
  }
};
TEST(PickleInputFaults, P34_ASharedObjectIsOfItsOwnTypeOnly) {
  using Pair = std::pair<std::shared_ptr<First>, std::shared_ptr<int>>;
  Bytes bytes = pickle::dumps(Pair(std::make_shared<First>(First{"x"}), std::make_shared<int>(0)));
  bytes[bytes.size() - 5] = std::byte{2};  // The second: not new, but number 0.
  expect_error<Pair>(bytes, "a shared object that there is not");
}

// cereal's own table of polymorphic objects forgets their types.
TEST(PickleInputFaults, P34_APolymorphicSharedObjectIsOfItsOwnTypeOnly) {
  const auto dog = std::make_shared<Dog>();
  const auto bird = std::make_shared<Bird>();
  Bytes bytes = pickle::dumps(Animals{dog, bird, bird});
  EXPECT_EQ(pickle::loads<Animals>(bytes)[2]->legs(), 2);
  // The last four bytes are the number of the object: 1 is the dog.
  const std::uint32_t number = 1;
  std::memcpy(bytes.data() + bytes.size() - sizeof number, &number, sizeof number);
  expect_error<Animals>(bytes, "a shared object that there is not");
}

TEST(PickleInputFaults, S8_AnUnknownPolymorphicTypeIsNotNamed) {
  Bytes bytes = pickle::dumps(Animals{std::make_shared<Dog>()});
  const auto at = std::search(bytes.begin() + 24 + 60, bytes.end(), std::begin(kDog), std::end(kDog));
  ASSERT_NE(at, bytes.end());
  *at = std::byte{'L'};
  try {
    static_cast<void>(pickle::loads<Animals>(bytes));
    ADD_FAILURE() << "no error";
  } catch (const pickle::UnpicklingError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("a type, version or object that is not known"), Not(HasSubstr("Log"))));
  }
}

// ---- P35 ----

struct Layout {  // As an older build might have it.
  int a = 0;
};
namespace newer {
struct Layout {
  int a = 0;
  int b = 0;
};
}  // namespace newer

TEST(PickleInputFaults, P35_AnotherTypeIsRefusedAndBothAreNamed) {
  try {
    static_cast<void>(pickle::loads<std::vector<int>>(pickle::dumps(std::string("secret"))));
    ADD_FAILURE() << "no error";
  } catch (const pickle::UnpicklingError& error) {
    EXPECT_THAT(error.what(),
                AllOf(HasSubstr("a pickle of type std::"), HasSubstr("basic_string<char"), HasSubstr("(32 bytes)"),
                      HasSubstr("cannot be read as std::vector<int"), HasSubstr("(24 bytes)"),
                      HasSubstr("differs in name or layout"), Not(HasSubstr("secret"))));
  }
  expect_error<unsigned>(pickle::dumps(5), "cannot be read as unsigned int (4 bytes)");
  expect_error<newer::Layout>(pickle::dumps(Layout()), "Layout (4 bytes) cannot be read as ");
  expect_error<std::vector<newer::Layout>>(pickle::dumps(std::vector<Layout>()), "cannot be read as ");
}

TEST(PickleInputFaults, P35_TheSameNameWithAnotherLayoutIsRefused) {
  Bytes bytes = pickle::dumps(Layout{5});
  bytes[8] ^= std::byte{1};  // The hash of the layout, in which the sizes of all parts are.
  expect_error<Layout>(bytes, "differs in name or layout");
  bytes = pickle::dumps(Layout{5});
  bytes[16] = std::byte{8};  // The size alone.
  expect_error<Layout>(bytes, "Layout (8 bytes) cannot be read as ");
  // What a container holds counts, too.
  static_assert(pickle::internal::layout_of<std::vector<Layout>>() !=
                pickle::internal::layout_of<std::vector<newer::Layout>>());
}

TEST(PickleInputFaults, P35_BytesOfAnotherKindAreNamedAsSuch) {
  Bytes bytes = pickle::dumps(5);
  bytes[20] = std::byte{2};
  expect_error<int>(bytes, "written by another version of skein");
  bytes[0] = std::byte{'x'};
  expect_error<int>(bytes, "invalid load key");
  expect_error<int>({}, "ran out of input");
}

TEST(PickleInputFaults, S8_AnUnreadableNameIsNotShown) {
  Bytes bytes = pickle::dumps(std::string("x"));
  bytes[24] = std::byte{'\n'};
  expect_error<int>(bytes, "a pickle of type of an unreadable name (32 bytes) cannot be read as int");
}

}  // namespace
}  // namespace skein::testing
