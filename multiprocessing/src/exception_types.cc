#include "exception_types.h"

#include <skein/core/errors.h>
#include <skein/core/exception_group.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing/errors.h>
#include <skein/multiprocessing/remote_error.h>
#include <skein/queue/errors.h>
#include <skein/threading/barrier.h>

#include <any>
#include <array>
#include <cstring>
#include <filesystem>
#include <functional>
#include <future>  // lint: its error, not its waiting
#include <ios>
#include <memory>
#include <new>
#include <optional>
#include <regex>
#include <stdexcept>
#include <system_error>
#include <variant>

namespace skein::inline v0::pickle::internal {

namespace {

// Of an error that has what its type cannot be given back; it travels as RemoteError then.
[[noreturn]] void throw_unfaithful() { throw PicklingError("this exception cannot be made again"); }

// Made by default, with the one text that there is.
template <class E>
struct ByDefault {
  static void save(OutputArchive& /*archive*/, const E& /*error*/) {}
  static E load(InputArchive& /*archive*/) { return E(); }
};

// An error code of a category that every process has.
enum class Category : std::uint8_t { kGeneric, kSystem, kIostream, kFuture };
const std::error_category& category_of(Category category) {
  switch (category) {
    case Category::kGeneric:
      return std::generic_category();
    case Category::kSystem:
      return std::system_category();
    case Category::kIostream:
      return std::iostream_category();
    case Category::kFuture:
      return std::future_category();
  }
  throw_impossible("a category of errors that there is not");
}
void save_code(OutputArchive& archive, const std::error_code& code) {
  for (const auto category : {Category::kGeneric, Category::kSystem, Category::kIostream, Category::kFuture}) {
    if (category_of(category) == code.category()) {
      archive(category, code.value());
      return;
    }
  }
  throw_unfaithful();
}
std::error_code load_code(InputArchive& archive) {
  const auto category = make<Category>(archive);
  return {make<int>(archive), category_of(category)};
}

// The text that a std::system_error was made with: what() is that, a colon, and the code's message.
std::optional<std::string> text_of(const std::system_error& error) {
  const std::string what = error.std::system_error::what();
  const std::string message = error.code().message();
  if (what == message) return std::nullopt;
  const std::string end = ": " + message;
  if (!what.ends_with(end)) throw_unfaithful();
  return what.substr(0, what.size() - end.size());
}
template <class E>
struct ByCode {
  static void save(OutputArchive& archive, const E& error) {
    put(archive, text_of(error));
    save_code(archive, error.code());
  }
  static E load(InputArchive& archive) {
    const auto text = make<std::optional<std::string>>(archive);
    const std::error_code code = load_code(archive);
    return text ? E(code, *text) : E(code);
  }
};

}  // namespace

template <>
struct ExceptionCodec<std::exception> : ByDefault<std::exception> {};
template <>
struct ExceptionCodec<std::bad_exception> : ByDefault<std::bad_exception> {};
template <>
struct ExceptionCodec<std::bad_alloc> : ByDefault<std::bad_alloc> {};
template <>
struct ExceptionCodec<std::bad_array_new_length> : ByDefault<std::bad_array_new_length> {};
template <>
struct ExceptionCodec<std::bad_cast> : ByDefault<std::bad_cast> {};
template <>
struct ExceptionCodec<std::bad_any_cast> : ByDefault<std::bad_any_cast> {};
template <>
struct ExceptionCodec<std::bad_typeid> : ByDefault<std::bad_typeid> {};
template <>
struct ExceptionCodec<std::bad_weak_ptr> : ByDefault<std::bad_weak_ptr> {};
template <>
struct ExceptionCodec<std::bad_function_call> : ByDefault<std::bad_function_call> {};
template <>
struct ExceptionCodec<std::bad_optional_access> : ByDefault<std::bad_optional_access> {};
template <>
struct ExceptionCodec<queue::Empty> : ByDefault<queue::Empty> {};
template <>
struct ExceptionCodec<queue::Full> : ByDefault<queue::Full> {};
template <>
struct ExceptionCodec<queue::ShutDown> : ByDefault<queue::ShutDown> {};
template <>
struct ExceptionCodec<threading::BrokenBarrierError> : ByDefault<threading::BrokenBarrierError> {};
template <>
struct ExceptionCodec<KeyboardInterrupt> : ByDefault<KeyboardInterrupt> {};

template <>
struct ExceptionCodec<SystemExit> {
  static void save(OutputArchive& archive, const SystemExit& error) { put(archive, error.code()); }
  static SystemExit load(InputArchive& archive) { return SystemExit(make<int>(archive)); }
};

template <>
struct ExceptionCodec<std::system_error> : ByCode<std::system_error> {};
template <>
struct ExceptionCodec<OSError> : ByCode<OSError> {};
template <>
struct ExceptionCodec<std::ios_base::failure> {
  static void save(OutputArchive& archive, const std::ios_base::failure& error) {
    const auto text = text_of(error);
    if (!text) throw_unfaithful();
    put(archive, *text);
    save_code(archive, error.code());
  }
  static std::ios_base::failure load(InputArchive& archive) {
    const auto text = make<std::string>(archive);
    return std::ios_base::failure(text, load_code(archive));
  }
};

// Made with no path, one or two; what() tells how many there were.
template <>
struct ExceptionCodec<std::filesystem::filesystem_error> {
  using Error = std::filesystem::filesystem_error;

  static void save(OutputArchive& archive, const Error& error) {
    const std::string text = text_of(error).value_or("");
    for (unsigned char paths = 0; paths <= 2; ++paths) {
      if (std::strcmp(build(text, paths, error.path1(), error.path2(), error.code()).what(), error.what()) != 0)
        continue;
      archive(text, paths, error.path1(), error.path2());
      save_code(archive, error.code());
      return;
    }
    throw_unfaithful();
  }
  static Error load(InputArchive& archive) {
    const auto text = make<std::string>(archive);
    const auto paths = make<unsigned char>(archive);
    const auto first = make<std::filesystem::path>(archive);
    const auto second = make<std::filesystem::path>(archive);
    return build(text, paths, first, second, load_code(archive));
  }

 private:
  static Error build(const std::string& text, unsigned char paths, const std::filesystem::path& first,
                     const std::filesystem::path& second, std::error_code code) {
    if (paths == 0) return {text, code};
    if (paths == 1) return {text, first, code};
    return {text, first, second, code};
  }
};

template <>
struct ExceptionCodec<std::future_error> {
  static void save(OutputArchive& archive, const std::future_error& error) {
    if (error.code().category() != std::future_category()) throw_unfaithful();
    put(archive, error.code().value());
  }
  static std::future_error load(InputArchive& archive) {
    return std::future_error(static_cast<std::future_errc>(make<int>(archive)));
  }
};

// Its text can be given to it by the standard library alone.
template <>
struct ExceptionCodec<std::regex_error> {
  static void save(OutputArchive& archive, const std::regex_error& error) {
    archive(static_cast<int>(error.code()), std::string(error.what()));
  }
  static std::regex_error load(InputArchive& archive) {
    const auto code = static_cast<std::regex_constants::error_type>(make<int>(archive));
    const auto text = make<std::string>(archive);
#ifdef __GLIBCXX__
    try {
      std::__throw_regex_error(code, text.c_str());
    } catch (const std::regex_error& error) {
      return error;
    }
#else
    return std::regex_error(code);
#endif
  }
};

// It keeps a pointer to its text, which is one of these.
template <>
struct ExceptionCodec<std::bad_variant_access> {
  static constexpr std::array<const char*, 6> kTexts{"bad variant access",
                                                     "std::get: wrong index for variant",
                                                     "std::get: variant is valueless",
                                                     "std::visit: variant is valueless",
                                                     "std::visit<R>: variant is valueless",
                                                     "Unexpected index"};

  static void save(OutputArchive& archive, const std::bad_variant_access& error) {
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
      if (std::strcmp(kTexts.at(i), error.what()) == 0) {
        put(archive, static_cast<unsigned char>(i));
        return;
      }
    }
    throw_unfaithful();
  }
  static std::bad_variant_access load(InputArchive& archive) {
    const auto i = make<unsigned char>(archive);
    if (i >= kTexts.size()) throw_impossible("a text that there is not");
#ifdef __GLIBCXX__
    try {
      if (i != 0) std::__throw_bad_variant_access(kTexts.at(i));
    } catch (const std::bad_variant_access& error) {
      return error;
    }
#endif
    return {};
  }
};

template <>
struct ExceptionCodec<TimeoutError> {
  static void save(OutputArchive& archive, const TimeoutError& error) { put(archive, std::string(error.what())); }
  static TimeoutError load(InputArchive& archive) { return TimeoutError(make<std::string>(archive)); }
};
template <>
struct ExceptionCodec<multiprocessing::BufferTooShort> {
  static void save(OutputArchive& archive, const multiprocessing::BufferTooShort& error) {
    put(archive, error.message());
  }
  static multiprocessing::BufferTooShort load(InputArchive& archive) {
    return multiprocessing::BufferTooShort(make<std::string>(archive));
  }
};
template <>
struct ExceptionCodec<multiprocessing::RemoteError> {
  static void save(OutputArchive& archive, const multiprocessing::RemoteError& error) {
    archive(error.type_name(), error.message(), error.traceback());
  }
  static multiprocessing::RemoteError load(InputArchive& archive) {
    auto type_name = make<std::string>(archive);
    auto message = make<std::string>(archive);
    return {std::move(type_name), std::move(message), make<std::string>(archive)};
  }
};
template <>
struct ExceptionCodec<ExceptionGroup> {
  static void save(OutputArchive& archive, const ExceptionGroup& error) {
    archive(error.message(), error.exceptions());
  }
  static ExceptionGroup load(InputArchive& archive) {
    auto message = make<std::string>(archive);
    auto errors = make<std::vector<std::exception_ptr>>(archive);
    if (errors.empty()) throw_impossible("a group of no exceptions");
    for (const auto& error : errors) {
      if (!error) throw_impossible("a group with an exception that is none");
    }
    return {std::move(message), std::move(errors)};
  }
};

namespace {

template <class E>
constexpr ExceptionType known() {
  return {.type = &typeid(E),
          .nested = nested_type<E>(),
          .nested_const = nested_type<const E>(),
          .save = save_exception<E>,
          .load = load_exception<E>,
          .address = exception_address<E>};
}

// Those not named above travel by their text.
constinit const ExceptionType g_known[] = {
    known<std::runtime_error>(),
    known<std::logic_error>(),
    known<std::invalid_argument>(),
    known<std::out_of_range>(),
    known<std::domain_error>(),
    known<std::length_error>(),
    known<std::range_error>(),
    known<std::overflow_error>(),
    known<std::underflow_error>(),
    known<std::exception>(),
    known<std::bad_exception>(),
    known<std::bad_alloc>(),
    known<std::bad_array_new_length>(),
    known<std::bad_cast>(),
    known<std::bad_any_cast>(),
    known<std::bad_typeid>(),
    known<std::bad_weak_ptr>(),
    known<std::bad_function_call>(),
    known<std::bad_optional_access>(),
    known<std::bad_variant_access>(),
    known<std::system_error>(),
    known<std::ios_base::failure>(),
    known<std::filesystem::filesystem_error>(),
    known<std::future_error>(),
    known<std::regex_error>(),
    known<ValueError>(),
    known<TypeError>(),
    known<RuntimeError>(),
    known<LookupError>(),
    known<KeyError>(),
    known<IndexError>(),
    known<OverflowError>(),
    known<OSError>(),
    known<TimeoutError>(),
    known<KeyboardInterrupt>(),
    known<SystemExit>(),
    known<ExceptionGroup>(),
    known<threading::BrokenBarrierError>(),
    known<queue::Empty>(),
    known<queue::Full>(),
    known<queue::ShutDown>(),
    known<PickleError>(),
    known<PicklingError>(),
    known<UnpicklingError>(),
    known<multiprocessing::ProcessError>(),
    known<multiprocessing::BufferTooShort>(),
    known<multiprocessing::TimeoutError>(),
    known<multiprocessing::AssertionError>(),
    known<multiprocessing::EOFError>(),
    known<multiprocessing::RemoteError>(),
    known<skein::internal::FaultError>(),
};

constinit skein::internal::Atomic<const ExceptionType*> g_registered{nullptr};

template <class Is>
const ExceptionType* find(Is is) noexcept {
  for (const ExceptionType& type : g_known) {
    if (is(type)) return &type;
  }
  for (const auto* type = g_registered.load(); type != nullptr; type = type->next) {
    if (is(*type)) return type;
  }
  return nullptr;
}

}  // namespace

void register_exception(ExceptionType& type) noexcept {
  if (type.listed.exchange(true)) return;
  const ExceptionType* head = g_registered.load();
  do {
    type.next = head;
  } while (!g_registered.compare_exchange_weak(head, &type));
}

const ExceptionType* find_known_exception(const std::type_info& type) noexcept {
  // What libstdc++ throws itself, a class of its own that derives of the one that is meant.
  const bool is_failure = std::strcmp(type.name(), "St13__ios_failure") == 0;
  const std::type_info& wanted = is_failure ? typeid(std::ios_base::failure) : type;
  return find([&](const ExceptionType& known) {
    return *known.type == wanted ||
           (known.nested != nullptr && (*known.nested == wanted || *known.nested_const == wanted));
  });
}

const ExceptionType* find_known_exception(const char* name) noexcept {
  return find([&](const ExceptionType& known) { return std::strcmp(known.type->name(), name) == 0; });
}

}  // namespace skein::inline v0::pickle::internal
