// Types of all kinds that travel, for the tests of pickle.
#ifndef SKEIN_TESTS_MULTIPROCESSING_PICKLED_H_
#define SKEIN_TESTS_MULTIPROCESSING_PICKLED_H_

#include <skein/pickle.h>

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace skein::testing {

// Trivially copyable: travels as its memory is.
struct Point {
  int x = 0;
  double y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

enum class Colour : std::uint8_t { kRed, kGreen };

// By the four kinds of hooks.
struct Person {
  std::string name;
  int age = 0;
  std::vector<Point> places;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(name, age, places);
  }
  friend bool operator==(const Person&, const Person&) = default;
};

class Account {
 public:
  Account() = default;
  explicit Account(std::int64_t cents) : cents_(cents) {}
  template <class Archive>
  void save(Archive& archive) const {
    archive(cents_);
  }
  template <class Archive>
  void load(Archive& archive) {
    archive(cents_);
  }
  friend bool operator==(const Account&, const Account&) = default;

 private:
  std::int64_t cents_ = 0;
};

struct Name {
  std::string text;
  template <class Archive>
  std::string save_minimal(const Archive& /*archive*/) const {
    return text;
  }
  template <class Archive>
  void load_minimal(const Archive& /*archive*/, const std::string& value) {
    text = value;
  }
  friend bool operator==(const Name&, const Name&) = default;
};

struct Outside {
  std::string text;
  int number = 0;
  friend bool operator==(const Outside&, const Outside&) = default;
};
template <class Archive>
void serialize(Archive& archive, Outside& value) {
  archive(value.text, value.number);
}

// Its hooks are private, and cereal's friend.
class Hidden {
 public:
  explicit Hidden(int number) : number_(number) {}
  [[nodiscard]] int number() const { return number_; }

 private:
  friend class cereal::access;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(number_);
  }
  template <class Archive>
  static void load_and_construct(Archive& archive, cereal::construct<Hidden>& construct) {
    int number = 0;
    archive(number);
    construct(number);
  }
  int number_;
};

// Neither a default constructor nor copies.
class Job {
 public:
  Job(std::string name, std::unique_ptr<int> left) : name_(std::move(name)), left_(std::move(left)) {}
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const int* left() const { return left_.get(); }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(name_, left_);
  }
  template <class Archive>
  static void load_and_construct(Archive& archive, cereal::construct<Job>& construct) {
    std::string name;
    std::unique_ptr<int> left;
    archive(name, left);
    construct(std::move(name), std::move(left));
  }

 private:
  std::string name_;
  std::unique_ptr<int> left_;
};

// Holds others of its kind.
struct Tree {
  int value = 0;
  std::vector<Tree> children;
  std::unique_ptr<Tree> more;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(value, children, more);
  }
  friend bool operator==(const Tree& a, const Tree& b) {
    return a.value == b.value && a.children == b.children && (a.more == nullptr) == (b.more == nullptr) &&
           (!a.more || *a.more == *b.more);
  }
};

// Writes nothing, so its vectors are lists of nothing.
struct Nothing {
  template <class Archive>
  void serialize(Archive& /*archive*/) {}
  friend bool operator==(const Nothing&, const Nothing&) = default;
  Nothing() {}  // Not trivial, so that only the hook is left.
  Nothing(const Nothing& /*other*/) {}
  Nothing& operator=(const Nothing&) { return *this; }
};

// A bit of everything.
using Everything =
    std::tuple<std::string, std::vector<int>, std::map<std::string, std::vector<Person>>, std::optional<Point>,
               std::variant<int, std::string, Tree>, std::vector<bool>, std::vector<Nothing>, std::pair<bool, Colour>,
               std::shared_ptr<std::string>, std::shared_ptr<std::string>>;

inline Everything everything() {
  Tree tree{.value = 1, .children = {}, .more = nullptr};
  tree.children.push_back({.value = 2, .children = {}, .more = nullptr});
  tree.more = std::make_unique<Tree>();
  const auto shared = std::make_shared<std::string>("shared by two");
  return Everything(
      std::string("text"), std::vector<int>{1, 2, 3},
      std::map<std::string, std::vector<Person>>{{"a", {{"Ann", 30, {{1, 2}}}, {"Bob", 40, {}}}}, {"b", {}}},
      Point{3, 4}, std::move(tree), std::vector<bool>{true, false, true, true, false, false, false, true, true},
      std::vector<Nothing>(5), std::pair(true, Colour::kGreen), shared, shared);
}

}  // namespace skein::testing

#endif  // SKEIN_TESTS_MULTIPROCESSING_PICKLED_H_
