// skein/multiprocessing/internal/portable.h - which callables and arguments can be given to a process that does not
// inherit this one's memory, and how they travel.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_PORTABLE_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_PORTABLE_H_

#include <skein/core/export.h>
#include <skein/core/internal/describe.h>
#include <skein/multiprocessing/internal/code_address.h>
#include <skein/multiprocessing/internal/payload.h>
#include <skein/pickle.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <vector>

namespace skein::inline v0::multiprocessing::internal {

// Errors: TypeError, always: `what` cannot be given to a process but by fork, and what to do.
[[noreturn]] SKEIN_API void throw_not_portable(const std::string& what);
// The function's name where the symbols say it; else its module and place.
[[nodiscard]] SKEIN_API std::string label_of_code(const void* code);
// A copy that stays until the process ends.
[[nodiscard]] SKEIN_API const char* keep_text(std::string text);
// The Itanium ABI's pointer to a member function: an address or a place in a table, and what to add to `this`.
SKEIN_API void pack_member_function(PayloadWriter& out, const std::array<std::uintptr_t, 2>& words);
[[nodiscard]] SKEIN_API std::array<std::uintptr_t, 2> unpack_member_function(PayloadReader& in);

template <class T>
inline constexpr bool kIsFunctionPointer = std::is_pointer_v<T> && std::is_function_v<std::remove_pointer_t<T>>;

// Captureless lambdas and function objects that hold nothing: only the type matters.
template <class T>
inline constexpr bool kIsStateless =
    std::is_empty_v<T> && std::is_trivially_copyable_v<T> && std::is_default_constructible_v<T>;

// What travels as an argument: what pickle takes; functions, as pack_code() does; text by its characters.
template <class T>
inline constexpr bool kPortable = kIsFunctionPointer<T> || std::is_member_pointer_v<T> || std::is_null_pointer_v<T> ||
                                  std::is_same_v<T, const char*> || kIsStateless<T> || pickle::Picklable<T>;
// What lies in memory as it travels: many of these are copied in one piece.
template <class T>
inline constexpr bool kPlain = [] {
  if constexpr (!std::is_object_v<T> || !std::is_default_constructible_v<T>) {
    return false;
  } else if constexpr (kIsStateless<T> || !pickle::Picklable<T>) {
    return false;
  } else {
    return pickle::internal::kWay<T> == pickle::internal::Way::kRaw;
  }
}();
// What may be given as the callable: no lambda with captures, which may be references. (It is the classes without a
// default constructor that are ruled out.)
template <class T>
inline constexpr bool kPortableCallable = kPortable<T> && (!std::is_class_v<T> || std::is_default_constructible_v<T>);

template <class T>
void pack_part(PayloadWriter& out, const T& part) {
  if constexpr (kIsFunctionPointer<T>) {
    out.value(part != nullptr);
    if (part == nullptr) return;
    out.value(pack_code(reinterpret_cast<const void*>(part)));
    out.text(label_of_code(reinterpret_cast<const void*>(part)));
  } else if constexpr (std::is_member_function_pointer_v<T>) {
    static_assert(sizeof(T) == sizeof(std::array<std::uintptr_t, 2>));
    pack_member_function(out, std::bit_cast<std::array<std::uintptr_t, 2>>(part));
  } else if constexpr (std::is_member_object_pointer_v<T>) {
    out.value(part);
  } else if constexpr (std::is_same_v<T, const char*>) {
    out.value(part != nullptr);
    if (part != nullptr) out.text(part);
  } else if constexpr (kIsStateless<T> || std::is_null_pointer_v<T>) {
    static_cast<void>(part);
  } else if constexpr (std::is_arithmetic_v<T>) {
    out.value(part);
  } else if constexpr (pickle::Picklable<T>) {
    out.blob(pickle::dumps(part));
  } else {
    throw_not_portable(skein::internal::readable(typeid(T)));
  }
}

template <class T>
T unpack_part(PayloadReader& in) {
  if constexpr (kIsFunctionPointer<T>) {
    if (!in.flag()) return nullptr;
    const auto address = in.value<CodeAddress>();
    const void* const code = unpack_code(address, in.text());
    return reinterpret_cast<T>(const_cast<void*>(code));
  } else if constexpr (std::is_member_function_pointer_v<T>) {
    return std::bit_cast<T>(unpack_member_function(in));
  } else if constexpr (std::is_member_object_pointer_v<T>) {
    return in.value<T>();
  } else if constexpr (std::is_same_v<T, const char*>) {
    return in.flag() ? keep_text(in.text()) : nullptr;
  } else if constexpr (kIsStateless<T> || std::is_null_pointer_v<T>) {
    return T();
  } else if constexpr (std::is_same_v<T, bool>) {
    return in.flag();
  } else if constexpr (std::is_arithmetic_v<T>) {
    return in.value<T>();
  } else {
    return pickle::loads<T>(in.blob());
  }
}

// Of a class derived from Process (Base): it says itself what travels, if it adds anything.
template <class W>
concept SaysWhatTravels = pickle::internal::HasOutputHook<W> && pickle::internal::HasInputHook<W>;
template <class W, class Base>
inline constexpr bool kPortableObject =
    std::is_default_constructible_v<W> && (SaysWhatTravels<W> || sizeof(W) == sizeof(Base));

template <class W>
void pack_object(PayloadWriter& out, const W& object) {
  std::vector<std::byte> bytes;
  if constexpr (SaysWhatTravels<W>) {
    pickle::OutputArchive archive(bytes);
    pickle::internal::put(archive, object);
  } else {
    static_cast<void>(object);
  }
  out.blob(bytes);
}
template <class W>
void unpack_object(PayloadReader& in, W& object) {
  const std::span<const std::byte> bytes = in.blob();
  if constexpr (SaysWhatTravels<W>) {
    pickle::InputArchive archive(bytes);
    pickle::internal::get(archive, object);
  } else {
    static_cast<void>(bytes);
    static_cast<void>(object);
  }
}

template <class F>
void pack_callable(PayloadWriter& out, const F& function) {
  if constexpr (kPortableCallable<F>) {
    pack_part(out, function);
  } else {
    throw_not_portable(skein::internal::readable(typeid(F)));
  }
}

template <class F>
F unpack_callable(PayloadReader& in) {
  return unpack_part<F>(in);
}

template <class F>
std::string label_of(const F& function) {
  if constexpr (kIsFunctionPointer<F>) {
    return label_of_code(reinterpret_cast<const void*>(function));
  } else {
    return skein::internal::readable(typeid(F));
  }
}

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_PORTABLE_H_
