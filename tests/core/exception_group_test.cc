#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/core/exception_group.h>

#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace skein {
namespace {

using ::testing::ElementsAre;

// Caught as any exception is; copied without a throw, as what is thrown should be.
static_assert(std::is_base_of_v<std::exception, ExceptionGroup>);
static_assert(std::is_nothrow_copy_constructible_v<ExceptionGroup> &&
              std::is_nothrow_copy_assignable_v<ExceptionGroup>);

struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct RefusedTwice : Refused {
  using Refused::Refused;
};
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
std::exception_ptr value(const char* text) { return one(ValueError(text)); }

// The texts of what is in it, a group in brackets.
std::string shape(const std::exception_ptr& error);
std::string shape(const std::optional<ExceptionGroup>& group) {
  if (!group.has_value()) return "none";
  std::string text = group->message() + "[";
  for (const std::exception_ptr& each : group->exceptions()) text += (text.back() == '[' ? "" : " ") + shape(each);
  return text + "]";
}
std::string shape(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const ExceptionGroup& group) {
    return shape(std::optional(group));
  } catch (const std::exception& e) {
    return e.what();
  } catch (int number) {
    return std::to_string(number);
  } catch (...) {
    return "?";
  }
}

TEST(ExceptionGroup, HasAMessageAndItsExceptionsAndCountsThemInItsText) {
  const std::exception_ptr a = value("a"), b = value("b");
  const ExceptionGroup alone("alone", {a});
  EXPECT_EQ(alone.message(), "alone");
  EXPECT_THAT(alone.exceptions(), ElementsAre(a));
  EXPECT_STREQ(alone.what(), "alone (1 sub-exception)");
  const ExceptionGroup two("two", {b, a});
  EXPECT_THAT(two.exceptions(), ElementsAre(b, a));
  EXPECT_STREQ(two.what(), "two (2 sub-exceptions)");
  EXPECT_STREQ(ExceptionGroup("", {a}).what(), " (1 sub-exception)");
}

TEST(ExceptionGroup, IsNotMadeOfNothing) {
  const auto text = [](std::vector<std::exception_ptr> exceptions) -> std::string {
    try {
      static_cast<void>(ExceptionGroup("group", std::move(exceptions)));
    } catch (const ValueError& error) {
      return error.what();
    }
    return "nothing thrown";
  };
  EXPECT_EQ(text({}), "second argument (exceptions) must be a non-empty sequence");
  EXPECT_EQ(text({nullptr}), "Item 0 of second argument (exceptions) is not an exception");
  EXPECT_EQ(text({value("a"), nullptr, nullptr}), "Item 1 of second argument (exceptions) is not an exception");
  EXPECT_THROW(static_cast<void>(ExceptionGroup("group", {value("a")}).derive({})), ValueError);
}

TEST(ExceptionGroup, CopiesShareWhatTheyHold) {
  const auto content = std::make_shared<int>(1);
  struct Holds : std::runtime_error {
    explicit Holds(std::shared_ptr<int> it) : std::runtime_error("holds"), held(std::move(it)) {}
    std::shared_ptr<int> held;
  };
  {
    std::optional<ExceptionGroup> group(std::in_place, "group", std::vector{one(Holds(content))});
    ExceptionGroup copy = *group;
    ExceptionGroup assigned("other", {value("a")});
    assigned = copy;
    EXPECT_EQ(content.use_count(), 2);
    EXPECT_EQ(assigned.exceptions().at(0), group->exceptions().at(0));
    group.reset();
    EXPECT_STREQ(copy.what(), "group (1 sub-exception)");
    EXPECT_STREQ(assigned.what(), "group (1 sub-exception)");
    EXPECT_EQ(content.use_count(), 2);
  }
  EXPECT_EQ(content.use_count(), 1);
}

TEST(ExceptionGroup, SplitsByKindsInOrderAndKeepsTheShape) {
  const ExceptionGroup group(
      "top", {value("1"), one(ExceptionGroup("left", {one(Refused("2")), one(ExceptionGroup("low", {value("3")}))})),
              one(RefusedTwice("4"))});
  const auto [wrong, others] = group.split<ValueError>();
  EXPECT_EQ(shape(wrong), "top[1 left[low[3]]]");
  EXPECT_EQ(shape(others), "top[left[2] 4]");
  EXPECT_EQ(shape(group.split<Refused>().first), "top[left[2] 4]");
  EXPECT_EQ(shape(group.split<RefusedTwice>().first), "top[4]");
  EXPECT_EQ(shape(group.split<RefusedTwice, ValueError>().second), "top[left[2]]");
  EXPECT_EQ(shape(group.subgroup<RefusedTwice, ValueError>()), "top[1 left[low[3]] 4]");
  EXPECT_FALSE(group.subgroup<KeyError>().has_value());
  EXPECT_EQ(shape(group.split<KeyError>().second), shape(std::optional(group)));
  EXPECT_EQ(shape(group.subgroup<std::exception>()), shape(std::optional(group)));
  EXPECT_FALSE(group.split<std::exception>().second.has_value());
}

TEST(ExceptionGroup, SplitsByReferencesAndConstKindsAsACatchDoes) {
  const ExceptionGroup group("group", {value("a"), one(Refused("b"))});
  EXPECT_EQ(shape(group.subgroup<const ValueError&>()), "group[a]");
  EXPECT_EQ(shape(group.subgroup<const Refused>()), "group[b]");
}

TEST(ExceptionGroup, HoldsWhatIsNoStdExceptionToo) {
  const ExceptionGroup group("group", {one(7), one(KeyboardInterrupt()), value("a"), one(8)});
  EXPECT_EQ(shape(group.subgroup<int>()), "group[7 8]");
  EXPECT_EQ(shape(group.split<KeyboardInterrupt>().second), "group[7 a 8]");
  EXPECT_EQ(shape(group.subgroup<std::exception>()), "group[7 ? a 8]");  // It is one itself.
}

TEST(ExceptionGroup, GroupsInItThatAreWholeStayTheObjectsThatTheyWere) {
  const std::exception_ptr whole = one(ExceptionGroup("whole", {value("a"), value("b")}));
  const std::exception_ptr mixed = one(ExceptionGroup("mixed", {value("c"), one(Refused("d"))}));
  const ExceptionGroup group("top", {whole, mixed, one(Refused("e"))});
  const auto [wrong, others] = group.split<ValueError>();
  EXPECT_EQ(wrong->exceptions().at(0), whole);
  EXPECT_NE(wrong->exceptions().at(1), mixed);
  EXPECT_EQ(shape(wrong), "top[whole[a b] mixed[c]]");
  EXPECT_EQ(shape(others), "top[mixed[d] e]");
}

TEST(ExceptionGroup, FindsGroupsOfOnesOwnKindInIt) {
  const std::exception_ptr disk = one(OfTheDisk("disk", {value("a")}));
  const std::exception_ptr other = one(Failures("other", {value("b")}));
  const ExceptionGroup group("top", {other, disk, value("c")});
  const auto [found, rest] = group.split<OfTheDisk>();
  ASSERT_TRUE(found.has_value());
  EXPECT_THAT(found->exceptions(), ElementsAre(disk));
  EXPECT_EQ(shape(rest), "top[other[b] c]");
  EXPECT_EQ(shape(group.subgroup<Failures>()), "top[other[b] disk[a]]");
}

TEST(ExceptionGroup, IsFoundByItsOwnKindAsAWhole) {
  const OfTheDisk disk("disk", {value("a"), one(Refused("b"))});
  EXPECT_EQ(shape(disk.split<Failures>().first), "disk[a b]");
  EXPECT_FALSE(disk.split<OfTheDisk>().second.has_value());
  const Failures other("other", {value("a")});
  EXPECT_FALSE(other.subgroup<OfTheDisk>().has_value());
  EXPECT_EQ(shape(other.subgroup<std::runtime_error, Failures>()), "other[a]");
}

TEST(ExceptionGroup, AsksTheConditionOfTheGroupFirstAndOfWhatIsInItInOrder) {
  const ExceptionGroup group("top", {value("1"), one(ExceptionGroup("left", {value("2"), value("3")})), value("4")});
  std::vector<std::string> asked;
  static_cast<void>(group.split([&](const std::exception_ptr& error) {
    asked.push_back(shape(error).substr(0, 4));
    return false;
  }));
  EXPECT_THAT(asked, ElementsAre("top[", "1", "left", "2", "3", "4"));
  asked.clear();
  const auto whole = group.subgroup([&](const std::exception_ptr& error) {
    asked.push_back(shape(error).substr(0, 4));
    return asked.back() == "left";
  });
  EXPECT_THAT(asked, ElementsAre("top[", "1", "left", "4"));
  EXPECT_EQ(shape(whole), "top[left[2 3]]");
}

TEST(ExceptionGroup, AConditionThatThrowsIsLeftToTheCaller) {
  const ExceptionGroup group("group", {value("a"), value("b")});
  int asked = 0;
  const auto refuses = [&](const std::exception_ptr&) -> bool {
    if (++asked == 3) throw Refused("no more");
    return false;
  };
  EXPECT_THROW(static_cast<void>(group.split(refuses)), Refused);
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(shape(std::optional(group)), "group[a b]");
}

TEST(ExceptionGroup, DerivesAnotherWithItsMessage) {
  const ExceptionGroup group("group", {value("a")});
  const ExceptionGroup derived = group.derive({value("b"), one(group)});
  EXPECT_EQ(shape(std::optional(derived)), "group[b group[a]]");
  EXPECT_EQ(shape(std::optional(group)), "group[a]");
}

TEST(ExceptionGroup, PortsExceptStar) {
  const auto handle = [](const ExceptionGroup& thrown) {
    std::string text;
    try {
      try {
        throw ExceptionGroup(thrown);
      } catch (const ExceptionGroup& group) {
        const auto [matching, rest] = group.split<ValueError>();
        if (matching) text = "matching " + shape(matching);
        if (rest) throw *rest;
      }
    } catch (const ExceptionGroup& rest) {
      text += " rest " + shape(std::optional(rest));
    }
    return text;
  };
  EXPECT_EQ(handle(ExceptionGroup("g", {value("a")})), "matching g[a]");
  EXPECT_EQ(handle(ExceptionGroup("g", {one(Refused("b"))})), " rest g[b]");
  EXPECT_EQ(handle(ExceptionGroup("g", {value("a"), one(Refused("b"))})), "matching g[a] rest g[b]");
}

}  // namespace
}  // namespace skein
