#include <gtest/gtest.h>
#include <skein/core/errors.h>

#include <exception>
#include <stdexcept>
#include <string>
#include <system_error>
#include <type_traits>

namespace skein {
namespace {

// Each over its nearest standard exception, so that code that knows only the standard's catches it.
static_assert(std::is_base_of_v<std::invalid_argument, ValueError>);
static_assert(std::is_base_of_v<std::invalid_argument, TypeError>);
static_assert(std::is_base_of_v<std::runtime_error, RuntimeError>);
static_assert(std::is_base_of_v<std::out_of_range, LookupError>);
static_assert(std::is_base_of_v<LookupError, KeyError>);
static_assert(std::is_base_of_v<std::overflow_error, OverflowError>);
static_assert(std::is_base_of_v<std::system_error, OSError>);
static_assert(std::is_base_of_v<OSError, TimeoutError>);

// As with Python's BaseException, no broad handler swallows these.
static_assert(!std::is_base_of_v<std::exception, KeyboardInterrupt>);
static_assert(!std::is_base_of_v<std::exception, SystemExit>);

template <class Error>
std::string text_of_a_thrown(const std::string& text) {
  try {
    throw Error(text);
  } catch (const std::exception& error) {
    return error.what();
  }
}

TEST(Errors, SayWhatTheyWereGiven) {
  EXPECT_EQ(text_of_a_thrown<ValueError>("v"), "v");
  EXPECT_EQ(text_of_a_thrown<TypeError>("t"), "t");
  EXPECT_EQ(text_of_a_thrown<RuntimeError>("r"), "r");
  EXPECT_EQ(text_of_a_thrown<LookupError>("l"), "l");
  EXPECT_EQ(text_of_a_thrown<KeyError>("k"), "k");
  EXPECT_EQ(text_of_a_thrown<OverflowError>("o"), "o");
  EXPECT_EQ(text_of_a_thrown<TimeoutError>("late"), "late");
}

TEST(Errors, MaySayNothingAsInPython) {
  EXPECT_STREQ(RuntimeError("").what(), "");
  EXPECT_STREQ(TimeoutError().what(), "");
}

TEST(Errors, TimeoutErrorIsAnOSErrorWithItsCode) {
  try {
    throw TimeoutError("late");
  } catch (const OSError& error) {
    EXPECT_EQ(error.code(), std::errc::timed_out);
    EXPECT_STREQ(error.what(), "late");
  }
}

TEST(Errors, OSErrorKeepsWhyTheSystemRefused) {
  const OSError error(EACCES, std::generic_category(), "open");
  EXPECT_EQ(error.code(), std::errc::permission_denied);
  EXPECT_NE(std::string(error.what()).find("open"), std::string::npos);
}

TEST(Errors, SurviveACopy) {
  const TimeoutError first("late");
  const TimeoutError second = first;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_STREQ(second.what(), "late");
  const std::exception_ptr kept = std::make_exception_ptr(first);
  EXPECT_THROW(std::rethrow_exception(kept), TimeoutError);
}

TEST(Errors, SystemExitHasACode) {
  EXPECT_EQ(SystemExit().code(), 0);
  EXPECT_EQ(SystemExit(3).code(), 3);
}

TEST(Errors, ExitsPassABroadHandler) {
  const auto swallow = [](auto thrown) {
    try {
      throw thrown;
    } catch (const std::exception&) {  // What must not happen.
    }
  };
  EXPECT_THROW(swallow(SystemExit(1)), SystemExit);
  EXPECT_THROW(swallow(KeyboardInterrupt()), KeyboardInterrupt);
}

}  // namespace
}  // namespace skein
