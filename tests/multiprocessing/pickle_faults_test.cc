// Rows P9 and P10 of the fault table, as far as they are pickle's: what throws while a value is written or read is an
// error of that value, and of nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/core/exception_group.h>
#include <skein/core/internal/fault.h>
#include <skein/pickle.h>

#include <cstddef>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace skein::testing {

// Throws at one of the four steps: its argument is written and read, its result is written and read.
enum class Step { kNever, kSave, kLoad };
struct Troublesome {
  Step step = Step::kNever;
  std::shared_ptr<int> alive;
  template <class Archive>
  void save(Archive& archive) const {
    archive(step);
    if (step == Step::kSave) throw 5;  // Anything may be thrown, not only std::exceptions.
    archive(alive);
  }
  template <class Archive>
  void load(Archive& archive) {
    archive(step);
    if (step == Step::kLoad) throw KeyError("'load'");
    archive(alive);
  }
};

struct SaveThrows : std::runtime_error {
  using std::runtime_error::runtime_error;
  SaveThrows() : std::runtime_error("") {}
  template <class Archive>
  void save(Archive& /*archive*/) const {
    throw std::logic_error("cannot be saved");
  }
  template <class Archive>
  void load(Archive& /*archive*/) {}
};
struct LoadThrows : std::runtime_error {
  using std::runtime_error::runtime_error;
  LoadThrows() : std::runtime_error("") {}
  template <class Archive>
  void save(Archive& archive) const {
    archive(5);
  }
  template <class Archive>
  void load(Archive& /*archive*/) {
    throw 5;
  }
};
struct NotRegistered : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct NoText : std::exception {
  [[nodiscard]] const char* what() const noexcept override { return nullptr; }
};
struct TwoBases : std::runtime_error, KeyError {
  TwoBases() : std::runtime_error("a"), KeyError("b") {}
};

namespace {

std::exception_ptr travelled(const std::exception_ptr& error) {
  return pickle::loads<std::exception_ptr>(pickle::dumps(error));
}

void expect_stand_in(const std::exception_ptr& error, const std::string& type_name, const std::string& message) {
  const auto back = travelled(error);
  try {
    std::rethrow_exception(back);
  } catch (const multiprocessing::RemoteError& caught) {
    EXPECT_EQ(caught.type_name(), type_name);
    EXPECT_EQ(caught.message(), message);
  }
  // The next one is not harmed.
  EXPECT_THROW(std::rethrow_exception(travelled(std::make_exception_ptr(ValueError("fine")))), ValueError);
}

TEST(PickleFaults, P9_SixKindsOfExceptionsThatCannotTravelAsThemselves) {
  ASSERT_TRUE(pickle::register_exception<SaveThrows>());
  ASSERT_TRUE(pickle::register_exception<LoadThrows>());
  expect_stand_in(std::make_exception_ptr(NotRegistered("text")), "skein::testing::NotRegistered", "text");
  expect_stand_in(std::make_exception_ptr(SaveThrows("text")), "skein::testing::SaveThrows", "text");
  expect_stand_in(std::make_exception_ptr(LoadThrows("text")), "skein::testing::LoadThrows", "text");
  expect_stand_in(std::make_exception_ptr(5), "int", "5");
  expect_stand_in(std::make_exception_ptr(NoText()), "skein::testing::NoText", "");
  expect_stand_in(std::make_exception_ptr(TwoBases()), "skein::testing::TwoBases", "");
}

TEST(PickleFaults, P9_InAGroupOnlyThatOneIsReplaced) {
  ASSERT_TRUE(pickle::register_exception<SaveThrows>());
  ASSERT_TRUE(pickle::register_exception<LoadThrows>());
  const ExceptionGroup group("several",
                             {std::make_exception_ptr(SaveThrows("s")), std::make_exception_ptr(ValueError("v")),
                              std::make_exception_ptr(LoadThrows("l"))});
  try {
    std::rethrow_exception(travelled(std::make_exception_ptr(group)));
  } catch (const ExceptionGroup& caught) {
    ASSERT_EQ(caught.exceptions().size(), 3);
    EXPECT_THROW(std::rethrow_exception(caught.exceptions()[0]), multiprocessing::RemoteError);
    EXPECT_THROW(std::rethrow_exception(caught.exceptions()[1]), ValueError);
    EXPECT_THROW(std::rethrow_exception(caught.exceptions()[2]), multiprocessing::RemoteError);
  }
}

TEST(PickleFaults, P9_AFaultInTheSerialiserItselfMakesAStandIn) {
  if (!skein::internal::has_fault_points()) GTEST_SKIP() << "built without fault points";
  for (const char* point : {"pickle.exception.save=throw@1", "pickle.exception.load=throw@1"}) {
    skein::internal::arm_faults(point);
    expect_stand_in(std::make_exception_ptr(ValueError("text")), "skein::ValueError", "text");
    skein::internal::arm_faults("");
  }
}

// A task as a pool runs it: the argument is written here and read there, the result is written there and read here.
Troublesome run(const Troublesome& argument, Step result) {
  const auto there = pickle::loads<Troublesome>(pickle::dumps(argument));
  return pickle::loads<Troublesome>(pickle::dumps(Troublesome{result, there.alive}));
}

TEST(PickleFaults, P10_WhatThrowsAtOneOfTheFourStepsComesOutUnchangedAndLeavesNothing) {
  const auto alive = std::make_shared<int>(5);
  for (int round = 0; round < 10; ++round) {
    EXPECT_THROW(run({Step::kSave, alive}, Step::kNever), int);
    EXPECT_THROW(run({Step::kLoad, alive}, Step::kNever), KeyError);
    EXPECT_THROW(run({Step::kNever, alive}, Step::kSave), int);
    EXPECT_THROW(run({Step::kNever, alive}, Step::kLoad), KeyError);
    EXPECT_EQ(*run({Step::kNever, alive}, Step::kNever).alive, 5);  // The next one is not harmed.
    EXPECT_EQ(alive.use_count(), 1);
  }
}

TEST(PickleFaults, P10_AmongManyValuesToo) {
  const auto alive = std::make_shared<int>(5);
  std::vector<Troublesome> values(10, {Step::kNever, alive});
  values[7].step = Step::kSave;
  EXPECT_THROW(static_cast<void>(pickle::dumps(values)), int);
  values[7].step = Step::kLoad;
  const auto bytes = pickle::dumps(values);
  EXPECT_THROW(static_cast<void>(pickle::loads<std::vector<Troublesome>>(bytes)), KeyError);
  values[7].step = Step::kNever;
  const auto back = pickle::loads<std::vector<Troublesome>>(pickle::dumps(values));
  EXPECT_EQ(back[0].alive, back[9].alive);
}

// A hook that throws after it has constructed.
class Late {
 public:
  explicit Late(std::shared_ptr<int> alive) : alive_(std::move(alive)) {}
  template <class Archive>
  void save(Archive& archive) const {
    archive(alive_);
  }
  template <class Archive>
  static void load_and_construct(Archive& archive, cereal::construct<Late>& construct) {
    std::shared_ptr<int> alive;
    archive(alive);
    seen = alive;
    construct(std::move(alive));
    throw std::runtime_error("late");
  }
  static inline std::weak_ptr<int> seen;

 private:
  std::shared_ptr<int> alive_;
};

TEST(PickleFaults, P10_AnObjectThatWasConstructedIsDestroyedWhenItsHookThrowsAfterwards) {
  const auto bytes = pickle::dumps(Late(std::make_shared<int>(5)));
  EXPECT_THROW(static_cast<void>(pickle::loads<Late>(bytes)), std::runtime_error);
  EXPECT_TRUE(Late::seen.expired());
}

TEST(PickleFaults, P10_AFaultAtEitherStepIsAnErrorOfThatCall) {
  if (!skein::internal::has_fault_points()) GTEST_SKIP() << "built without fault points";
  const auto bytes = pickle::dumps(5);
  skein::internal::arm_faults("pickle.dumps=throw@1;pickle.loads=throw@1");
  EXPECT_THROW(static_cast<void>(pickle::dumps(5)), skein::internal::FaultError);
  EXPECT_EQ(pickle::dumps(5), bytes);
  EXPECT_THROW(static_cast<void>(pickle::loads<int>(bytes)), skein::internal::FaultError);
  EXPECT_EQ(pickle::loads<int>(bytes), 5);
  skein::internal::arm_faults("");
}

}  // namespace
}  // namespace skein::testing
