#include <gtest/gtest.h>
#include <skein/core/errors.h>

#include <cerrno>
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
static_assert(std::is_base_of_v<LookupError, IndexError>);
static_assert(std::is_base_of_v<OSError, FileNotFoundError>);
static_assert(std::is_base_of_v<OSError, FileExistsError>);
static_assert(std::is_base_of_v<OSError, PermissionError>);

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

// The class by the number, and Python's text.
TEST(Errors, OSErrorsOfAFileHaveTheClassThatPythonGivesThem) {
  const auto text = [](int number) -> std::string {
    try {
      internal::throw_os_error(number, "/x");
    } catch (const FileNotFoundError& error) {
      EXPECT_EQ(error.code(), std::errc::no_such_file_or_directory);
      return error.what();
    } catch (const FileExistsError& error) {
      EXPECT_EQ(error.code(), std::errc::file_exists);
      return error.what();
    } catch (const PermissionError& error) {
      EXPECT_EQ(error.code().value(), number);
      return error.what();
    } catch (const OSError& error) {
      EXPECT_EQ(error.code().value(), number);
      return error.what();
    }
  };
  EXPECT_EQ(text(ENOENT), "[Errno 2] No such file or directory: '/x'");
  EXPECT_EQ(text(EEXIST), "[Errno 17] File exists: '/x'");
  EXPECT_EQ(text(EACCES), "[Errno 13] Permission denied: '/x'");
  EXPECT_EQ(text(EPERM), "[Errno 1] Operation not permitted: '/x'");
  EXPECT_EQ(text(ENOSPC), "'/x': No space left on device");
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
