// Exceptions that travel: as themselves, or as RemoteError.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/core/exception_group.h>
#include <skein/multiprocessing/errors.h>
#include <skein/pickle.h>
#include <skein/queue/errors.h>
#include <skein/threading/barrier.h>
#include <skein/threading/thread.h>
#include <unistd.h>

#include <any>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <new>
#include <optional>
#include <regex>
#include <stdexcept>
#include <string>
#include <system_error>
#include <typeinfo>
#include <utility>
#include <variant>
#include <vector>

namespace skein::testing {

struct Plain : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct ByText : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct ByHook : std::runtime_error {
  explicit ByHook(int given = 0) : std::runtime_error("code " + std::to_string(given)), code(given) {}
  template <class Archive>
  void save(Archive& archive) const {
    archive(code);
  }
  template <class Archive>
  void load(Archive& archive) {
    int given = 0;
    archive(given);
    *this = ByHook(given);
  }
  int code;
};
struct NoException {  // Not derived of std::exception, but it travels as its memory is.
  int code = 0;
};
struct Final final : std::runtime_error {
  using std::runtime_error::runtime_error;
};

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

template <class F>
std::exception_ptr thrown_by(F&& function) {
  try {
    std::forward<F>(function)();
  } catch (...) {
    return std::current_exception();
  }
  return nullptr;
}
std::exception_ptr travelled(const std::exception_ptr& error) {
  return pickle::loads<std::exception_ptr>(pickle::dumps(error));
}

struct Seen {
  const std::type_info* type = nullptr;
  std::string what;
};
Seen look(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& caught) {
    return {&typeid(caught), caught.what()};
  }
}

// Of the very same type and with the same text on the other side, nested or not, and after a second journey.
template <class F>
void expect_itself(F&& function) {
  const auto error = thrown_by(std::forward<F>(function));
  ASSERT_TRUE(error);
  const auto [type, what] = look(error);
  const auto back = travelled(error);
  EXPECT_EQ(*look(back).type, *type) << look(back).type->name();
  EXPECT_EQ(look(back).what, what);
  EXPECT_THAT(multiprocessing::remote_traceback(back), HasSubstr(what));
  EXPECT_EQ(*look(travelled(back)).type, *type);
  EXPECT_EQ(multiprocessing::remote_traceback(travelled(back)), multiprocessing::remote_traceback(back));
}
template <class E, class... Args>
void expect_made_itself(Args&&... args) {
  const E error(std::forward<Args>(args)...);
  expect_itself([&] { throw error; });
  const auto nested = travelled(thrown_by([&] {
    try {
      throw std::logic_error("below");
    } catch (...) {
      std::throw_with_nested(error);
    }
  }));
  try {
    std::rethrow_exception(nested);
  } catch (const E& caught) {
    EXPECT_STREQ(caught.what(), error.what());
    try {
      std::rethrow_if_nested(caught);
      ADD_FAILURE() << "nothing nested in " << typeid(E).name();
    } catch (const std::logic_error& inner) {
      EXPECT_STREQ(inner.what(), "below");
    }
  }
}

TEST(PickleExceptions, TheStandardLibrarysTravelAsThemselves) {
  expect_made_itself<std::exception>();
  expect_made_itself<std::logic_error>("text");
  expect_made_itself<std::invalid_argument>("text");
  expect_made_itself<std::domain_error>("text");
  expect_made_itself<std::length_error>("text");
  expect_made_itself<std::out_of_range>("text");
  expect_made_itself<std::runtime_error>("text");
  expect_made_itself<std::range_error>("text");
  expect_made_itself<std::overflow_error>("text");
  expect_made_itself<std::underflow_error>("text");
  expect_made_itself<std::bad_exception>();
  expect_made_itself<std::bad_alloc>();
  expect_made_itself<std::bad_array_new_length>();
  expect_made_itself<std::bad_cast>();
  expect_made_itself<std::bad_any_cast>();
  expect_made_itself<std::bad_typeid>();
  expect_made_itself<std::bad_weak_ptr>();
  expect_made_itself<std::bad_function_call>();
  expect_made_itself<std::bad_optional_access>();
  expect_made_itself<std::bad_variant_access>();
  expect_made_itself<std::regex_error>(std::regex_constants::error_paren);
  expect_made_itself<std::future_error>(std::future_errc::no_state);
}

TEST(PickleExceptions, WhatTheStandardLibraryThrowsTravelsAsItself) {
  expect_itself([] { static_cast<void>(std::stoi("x")); });
  expect_itself([] { static_cast<void>(std::string("x").at(5)); });
  expect_itself([] { static_cast<void>(std::get<1>(std::variant<int, char>(5))); });
  expect_itself([] { static_cast<void>(std::optional<int>().value()); });
  expect_itself([] { static_cast<void>(std::any_cast<int>(std::any(5.0))); });
  expect_itself([] { std::function<void()>()(); });
  expect_itself([] { static_cast<void>(std::shared_ptr<int>(std::weak_ptr<int>())); });
  expect_itself([] { static_cast<void>(std::regex("(")); });
  expect_itself([] { static_cast<void>(std::filesystem::file_size("/no/such/file")); });
  expect_itself([] { std::filesystem::copy_file("/no/such/file", "/nor/this"); });
}

TEST(PickleExceptions, ErrorCodesAreEqualOnTheOtherSide) {
  expect_made_itself<std::system_error>(ENOENT, std::generic_category());
  expect_made_itself<std::system_error>(ENOENT, std::system_category(), "a file");
  expect_made_itself<std::system_error>(std::make_error_code(std::io_errc::stream), "");
  expect_made_itself<OSError>(EPIPE, std::generic_category(), "a pipe");
  const auto error = travelled(std::make_exception_ptr(OSError(EPIPE, std::system_category(), "a pipe")));
  try {
    std::rethrow_exception(error);
  } catch (const OSError& caught) {
    EXPECT_EQ(caught.code(), std::error_code(EPIPE, std::system_category()));
  }
}

TEST(PickleExceptions, AStreamsFailureIsStdIosFailure) {
  const auto error = travelled(thrown_by([] {
    std::ifstream file("/no/such/file");
    file.exceptions(std::ios::failbit);
  }));
  try {
    std::rethrow_exception(error);
  } catch (const std::ios_base::failure& caught) {
    EXPECT_EQ(caught.code(), std::io_errc::stream);
    EXPECT_STREQ(caught.what(), "basic_ios::clear: iostream error");
  }
  expect_made_itself<std::ios_base::failure>("text");
}

TEST(PickleExceptions, FileErrorsKeepTheirPaths) {
  using Error = std::filesystem::filesystem_error;
  const std::error_code code(ENOENT, std::generic_category());
  expect_made_itself<Error>("text", code);
  expect_made_itself<Error>("text", "/a", code);
  expect_made_itself<Error>("text", "/a", "/b", code);
  expect_made_itself<Error>("text", "", "", code);
  const auto error = travelled(std::make_exception_ptr(Error("text", "/a", "/b", code)));
  try {
    std::rethrow_exception(error);
  } catch (const Error& caught) {
    EXPECT_EQ(caught.path1(), "/a");
    EXPECT_EQ(caught.path2(), "/b");
    EXPECT_EQ(caught.code(), code);
  }
}

TEST(PickleExceptions, SkeinsTravelAsThemselves) {
  expect_made_itself<ValueError>("text");
  expect_made_itself<TypeError>("text");
  expect_made_itself<RuntimeError>("text");
  expect_made_itself<LookupError>("text");
  expect_made_itself<KeyError>("text");
  expect_made_itself<OverflowError>("text");
  expect_made_itself<TimeoutError>();
  expect_made_itself<TimeoutError>("text");
  expect_made_itself<queue::Empty>();
  expect_made_itself<queue::Full>();
  expect_made_itself<queue::ShutDown>();
  expect_made_itself<threading::BrokenBarrierError>();
  expect_made_itself<pickle::PickleError>("text");
  expect_made_itself<pickle::PicklingError>("text");
  expect_made_itself<pickle::UnpicklingError>("text");
  expect_made_itself<multiprocessing::ProcessError>("text");
  expect_made_itself<multiprocessing::BufferTooShort>("text");
  expect_made_itself<multiprocessing::TimeoutError>("text");
  expect_made_itself<multiprocessing::AssertionError>("text");
  expect_made_itself<multiprocessing::EOFError>("text");
}

TEST(PickleExceptions, ABufferThatWasTooShortKeepsItsMessage) {
  const std::string message("with a \0 inside", 15);
  try {
    std::rethrow_exception(travelled(std::make_exception_ptr(multiprocessing::BufferTooShort(message))));
  } catch (const multiprocessing::BufferTooShort& caught) {
    EXPECT_EQ(caught.message(), message);
  }
}

TEST(PickleExceptions, ThoseThatAreNoStdExceptionsTravelToo) {
  EXPECT_THROW(std::rethrow_exception(travelled(std::make_exception_ptr(KeyboardInterrupt()))), KeyboardInterrupt);
  try {
    std::rethrow_exception(travelled(std::make_exception_ptr(SystemExit(42))));
  } catch (const SystemExit& caught) {
    EXPECT_EQ(caught.code(), 42);
  }
  EXPECT_THAT(multiprocessing::remote_traceback(travelled(std::make_exception_ptr(SystemExit(42)))),
              HasSubstr("SystemExit"));
  EXPECT_FALSE(travelled(nullptr));
}

TEST(PickleExceptions, AGroupTravelsWithItsParts) {
  const ExceptionGroup group(
      "several", {std::make_exception_ptr(ValueError("a")),
                  std::make_exception_ptr(ExceptionGroup(
                      "inside", {std::make_exception_ptr(SystemExit(3)), std::make_exception_ptr(Plain("unknown"))}))});
  expect_itself([&] { throw group; });
  try {
    std::rethrow_exception(travelled(std::make_exception_ptr(group)));
  } catch (const ExceptionGroup& caught) {
    EXPECT_EQ(caught.message(), "several");
    ASSERT_EQ(caught.exceptions().size(), 2);
    EXPECT_TRUE(caught.subgroup<ValueError>());
    EXPECT_TRUE(caught.subgroup<SystemExit>());
    EXPECT_TRUE(caught.subgroup<multiprocessing::RemoteError>());
  }
}

TEST(PickleExceptions, RegisteredOnesTravelAsThemselves) {
  const auto before = travelled(std::make_exception_ptr(ByText("text")));
  EXPECT_THROW(std::rethrow_exception(before), multiprocessing::RemoteError);
  EXPECT_TRUE(pickle::register_exception<ByText>());
  EXPECT_TRUE(pickle::register_exception<ByText>());  // Once more does nothing.
  EXPECT_TRUE(pickle::register_exception<ByHook>());
  EXPECT_TRUE(pickle::register_exception<Final>());
  EXPECT_TRUE(pickle::register_exception<NoException>());
  expect_made_itself<ByText>("text");
  expect_made_itself<ByHook>(7);
  expect_itself([] { throw Final("text"); });
  try {
    std::rethrow_exception(travelled(std::make_exception_ptr(ByHook(7))));
  } catch (const ByHook& caught) {
    EXPECT_EQ(caught.code, 7);
  }
  try {
    std::rethrow_exception(travelled(std::make_exception_ptr(NoException{5})));
  } catch (const NoException& caught) {
    EXPECT_EQ(caught.code, 5);
  }
}

// ---- All others ----

multiprocessing::RemoteError stand_in(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(travelled(error));
  } catch (const multiprocessing::RemoteError& caught) {
    return caught;
  }
}

TEST(PickleExceptions, OthersTravelAsRemoteErrorWithTypeAndText) {
  const auto plain = stand_in(std::make_exception_ptr(Plain("text")));
  EXPECT_EQ(plain.type_name(), "skein::testing::Plain");
  EXPECT_EQ(plain.message(), "text");
  EXPECT_STREQ(plain.what(), "skein::testing::Plain: text");
  EXPECT_THAT(plain.traceback(), HasSubstr("process " + std::to_string(::getpid())));

  EXPECT_STREQ(stand_in(std::make_exception_ptr(5)).what(), "int: 5");
  EXPECT_EQ(stand_in(std::make_exception_ptr(std::string("text"))).message(), "text");
  EXPECT_EQ(stand_in(std::make_exception_ptr(static_cast<const char*>("text"))).message(), "text");
  EXPECT_STREQ(stand_in(std::make_exception_ptr(2.5)).what(), "double");
}

TEST(PickleExceptions, AStandInTravelsOnAsItself) {
  const auto once = travelled(std::make_exception_ptr(Plain("text")));
  const auto twice = stand_in(once);
  EXPECT_EQ(twice.type_name(), "skein::testing::Plain");
  EXPECT_EQ(twice.message(), "text");
  EXPECT_EQ(twice.traceback(), multiprocessing::remote_traceback(once));
}

TEST(PickleExceptions, ACategoryThatIsNotEverywhereMakesAStandIn) {
  struct Category : std::error_category {
    [[nodiscard]] const char* name() const noexcept override { return "mine"; }
    [[nodiscard]] std::string message(int /*value*/) const override { return "mine"; }
  };
  static const Category category;
  const auto error = stand_in(std::make_exception_ptr(std::system_error(1, category, "text")));
  EXPECT_EQ(error.type_name(), "std::system_error");
  EXPECT_EQ(error.message(), "text: mine");
}

TEST(PickleExceptions, AStandInKeepsWhatIsNested) {
  const auto error = travelled(thrown_by([] {
    try {
      throw KeyError("'below'");
    } catch (...) {
      std::throw_with_nested(Plain("above"));
    }
  }));
  try {
    std::rethrow_exception(error);
  } catch (const multiprocessing::RemoteError& caught) {
    EXPECT_EQ(caught.message(), "above");
    EXPECT_THROW(std::rethrow_if_nested(caught), KeyError);
  }
}

TEST(PickleExceptions, ALongChainIsCutOff) {
  std::exception_ptr error = std::make_exception_ptr(std::runtime_error("deepest"));
  for (int i = 0; i < 500; ++i) {
    error = thrown_by([&] {
      try {
        std::rethrow_exception(error);
      } catch (...) {
        std::throw_with_nested(ValueError(std::to_string(i)));
      }
    });
  }
  std::exception_ptr level = travelled(error);
  int levels = 0;
  for (; level; ++levels) {
    try {
      std::rethrow_exception(level);
    } catch (const std::nested_exception& caught) {
      level = caught.nested_ptr();
    }
  }
  EXPECT_EQ(levels, 101);
}

// ---- Tracebacks ----

TEST(PickleExceptions, TheTracebackGoesWithTheException) {
  const auto error = travelled(std::make_exception_ptr(ValueError("text")));
  const std::string text = multiprocessing::remote_traceback(error);
  EXPECT_THAT(text, HasSubstr("Traceback (most recent call last), process "));
  EXPECT_THAT(text, HasSubstr("pickle_exceptions_test+0x"));
  EXPECT_THAT(text, ::testing::EndsWith("skein::ValueError: text\n"));
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& caught) {
    EXPECT_EQ(multiprocessing::remote_traceback(caught), text);
    const std::exception copy(caught);
    EXPECT_EQ(multiprocessing::remote_traceback(copy), "");
  }
  EXPECT_EQ(multiprocessing::remote_traceback(std::make_exception_ptr(ValueError("here"))), "");
  EXPECT_EQ(multiprocessing::remote_traceback(std::exception_ptr()), "");
}

TEST(PickleExceptions, ManyTravelledOnesKeepTheirOwnTracebacksAsLongAsThereIsRoom) {
  for (int round = 0; round < 3; ++round) {
    std::vector<std::exception_ptr> errors;
    for (int i = 0; i < 1000; ++i) {
      errors.push_back(travelled(std::make_exception_ptr(ValueError(std::to_string(i)))));
    }
    int with = 0;
    for (int i = 0; i < 1000; ++i) {
      const auto text = multiprocessing::remote_traceback(errors[static_cast<std::size_t>(i)]);
      if (text.empty()) continue;
      ++with;
      EXPECT_THAT(text, ::testing::EndsWith("skein::ValueError: " + std::to_string(i) + "\n"));
    }
    EXPECT_EQ(with, 512);  // So every place is free again when its exception has gone.
  }
}

TEST(PickleExceptions, ThreadsDoNotMeetInTheTableOfTracebacks) {
  std::vector<threading::Thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back(threading::ThreadOptions{}, [t, &wrong] {
      std::vector<std::exception_ptr> kept(10);
      for (int i = 0; i < 500; ++i) {
        const std::string text = std::to_string(t) + " " + std::to_string(i);
        const auto error = travelled(std::make_exception_ptr(ValueError(text)));
        if (!multiprocessing::remote_traceback(error).ends_with("skein::ValueError: " + text + "\n")) ++wrong;
        kept[static_cast<std::size_t>(i) % kept.size()] = error;
      }
    });
  }
  for (auto& thread : threads) thread.start();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace skein::testing
