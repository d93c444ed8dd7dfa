// skein/multiprocessing/pickle/exceptions.h - exceptions of one's own that travel as themselves.
#ifndef SKEIN_MULTIPROCESSING_PICKLE_EXCEPTIONS_H_
#define SKEIN_MULTIPROCESSING_PICKLE_EXCEPTIONS_H_

#include <skein/core/export.h>
#include <skein/core/internal/platform.h>
#include <skein/multiprocessing/pickle/archives.h>
#include <skein/multiprocessing/pickle/codecs.h>
#include <skein/multiprocessing/pickle/travel.h>
#include <skein/multiprocessing/pickle/values.h>

#include <cxxabi.h>

#include <concepts>
#include <cstdint>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace skein::inline v0::pickle {
namespace internal {

// How exceptions of one type travel. Lies in static memory, in a list that only grows.
struct ExceptionType {
  const std::type_info* type;
  const std::type_info* nested;        // What std::throw_with_nested() makes of it,
  const std::type_info* nested_const;  // and of one that is const.
  void (*save)(OutputArchive& archive, const std::exception_ptr& error);
  // The bytes must be read to their end. With `inner`, that is what a nested one holds.
  std::exception_ptr (*load)(InputArchive& archive, std::string traceback, bool nested,
                             const std::exception_ptr& inner);
  const void* (*address)(const std::exception_ptr& error);
  const ExceptionType* next = nullptr;
  skein::internal::Atomic<bool> listed{false};
};

SKEIN_API void register_exception(ExceptionType& type) noexcept;

// The traceback that belongs to an exception object as long as that lives.
class SKEIN_API Attachment {
 public:
  Attachment(const void* object, std::string traceback) noexcept;
  ~Attachment();
  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;

 private:
  int slot_ = -1;
};

// Throws `error` as a throw-expression does, with something behind it that goes when it goes.
template <class E>
struct Travelled {
  E error;  // First: its address is that of the whole.
  Attachment attachment;
};
template <class E>
[[noreturn]] void throw_travelled(E&& error, std::string traceback) {
  using Whole = Travelled<std::remove_cvref_t<E>>;
  void* place = abi::__cxa_allocate_exception(sizeof(Whole));
  try {
    ::new (place) Whole{std::forward<E>(error), {place, std::move(traceback)}};
  } catch (...) {
    abi::__cxa_free_exception(place);
    throw;
  }
  abi::__cxa_throw(place, const_cast<std::type_info*>(&typeid(std::remove_cvref_t<E>)),
                   [](void* object) { static_cast<Whole*>(object)->~Whole(); });
}

// What std::throw_with_nested() throws.
#ifdef __GLIBCXX__
template <class E>
using StdNested = std::_Nested_exception<E>;
#else
template <class E>
struct StdNested : std::remove_const_t<E>, std::nested_exception {
  explicit StdNested(std::remove_const_t<E> given) : std::remove_const_t<E>(std::move(given)) {}
};
#endif
template <class E>
inline constexpr bool kNests =
    std::is_class_v<E> && !std::is_final_v<E> && !std::is_base_of_v<std::nested_exception, E>;

// How one that is registered travels: by its hook, or by its text.
template <class E>
struct ExceptionCodec {
  static void save(OutputArchive& archive, const E& error) {
    if constexpr (kWay<E> != Way::kRefused)
      put(archive, error);
    else
      put(archive, std::string(error.what()));
  }
  static E load(InputArchive& archive) {
    if constexpr (kWay<E> != Way::kRefused)
      return make<E>(archive);
    else
      return E(make<std::string>(archive));
  }
};

template <class E>
void save_exception(OutputArchive& archive, const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const E& caught) {
    ExceptionCodec<E>::save(archive, caught);
  }
}

template <class E>
[[noreturn]] void load_and_throw(E error, std::string traceback, bool nested) {
  if constexpr (kNests<E>) {
    if (nested) throw_travelled(StdNested<E>(std::move(error)), std::move(traceback));
  }
  throw_travelled(std::move(error), std::move(traceback));
}

template <class E>
std::exception_ptr load_exception(InputArchive& archive, std::string traceback, bool nested,
                                  const std::exception_ptr& inner) {
  const auto here = [&] {
    E error = ExceptionCodec<E>::load(archive);
    end_pickle(archive);
    try {
      load_and_throw<E>(std::move(error), std::move(traceback), nested);
    } catch (...) {
      return std::current_exception();
    }
  };
  if (!inner) return here();
  try {
    std::rethrow_exception(inner);
  } catch (...) {
    return here();  // A nested exception takes the one that is handled.
  }
}

template <class E>
const void* exception_address(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const E& caught) {
    return std::addressof(caught);
  }
}

template <class E>
consteval const std::type_info* nested_type() {
  if constexpr (kNests<std::remove_const_t<E>>)
    return &typeid(StdNested<E>);
  else
    return nullptr;
}

template <class E>
inline constinit ExceptionType exception_type{.type = &typeid(E),
                                              .nested = nested_type<E>(),
                                              .nested_const = nested_type<const E>(),
                                              .save = save_exception<E>,
                                              .load = load_exception<E>,
                                              .address = exception_address<E>};

}  // namespace internal

// From now on exceptions of exactly this class travel as themselves, and not as multiprocessing::RemoteError: by their
// serialisation hook, or, if they have none, by a constructor that takes what what() gives. The standard library's
// exceptions and skein's own need no registration. Both processes must have registered it, so the place for it is the
// beginning of main(), or a static variable: `const bool known = pickle::register_exception<MyError>();`. Registered
// already: does nothing. Returns true.
//
// Threads:  any, at any time.
template <class E>
bool register_exception() {
  static_assert(std::is_same_v<E, std::remove_cvref_t<E>> && (std::is_class_v<E> || std::is_enum_v<E>),
                "skein: register_exception<E>() takes a class");
  if constexpr (internal::kWay<E> != internal::Way::kRefused) {
    internal::assert_travels<E, false>();
    internal::assert_travels<E, true>();
    internal::register_exception(internal::exception_type<E>);
  } else {
    constexpr bool kByText = std::derived_from<E, std::exception> && std::constructible_from<E, std::string>;
    static_assert(kByText,
                  "skein: an exception travels by a serialiser, or by a constructor that takes its what() as a "
                  "std::string; give it one of them");
    if constexpr (kByText) internal::register_exception(internal::exception_type<E>);
  }
  return true;
}

}  // namespace skein::inline v0::pickle

#endif  // SKEIN_MULTIPROCESSING_PICKLE_EXCEPTIONS_H_
