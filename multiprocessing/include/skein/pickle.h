// skein/pickle.h - values as bytes, for another process of this program. Python: import pickle.
//
//   namespace pickle = skein::pickle;
//   std::vector<std::byte> bytes = pickle::dumps(std::map<std::string, int>{{"a", 1}});
//   auto map = pickle::loads<std::map<std::string, int>>(bytes);
#ifndef SKEIN_PICKLE_H_
#define SKEIN_PICKLE_H_

#include <skein/multiprocessing/pickle/archives.h>
#include <skein/multiprocessing/pickle/codecs.h>
#include <skein/multiprocessing/pickle/errors.h>
#include <skein/multiprocessing/pickle/exceptions.h>
#include <skein/multiprocessing/pickle/travel.h>
#include <skein/multiprocessing/pickle/values.h>
#include <skein/multiprocessing/remote_error.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <type_traits>
#include <vector>

namespace skein::inline v0::pickle {

// What dumps() takes and loads() gives back: numbers, enumerations and other trivially copyable types without pointers
// (lambdas among them); strings, containers and other values of the standard library, of what can travel; smart
// pointers to it; exceptions; and every class with one of cereal's hooks, of which only the presence is seen here.
// What a trivially copyable class or a lambda holds cannot be looked into: a pointer or reference in there would travel
// as a number, and the gaps between its members travel along. A hook, if there is one, is preferred to the memory.
template <class T>
concept Picklable =
    internal::kTravels<std::remove_cvref_t<T>, false> && internal::kTravels<std::remove_cvref_t<T>, true>;

namespace internal {

template <class T>
constexpr TypeMark type_mark() {
  return {type_name<T>(), layout_of<T>(), static_cast<std::uint32_t>(sizeof(T))};
}

// What dumps() does, to a vector or a sink. If it throws, that holds a part of the pickle.
template <class T, class Target>
void dump_to(Target& target, const T& value) {
  static_assert(!std::is_array_v<T>, "skein: an array cannot travel alone; send a std::string or a std::array");
  assert_travels<T, false>();
  if constexpr (kTravels<T, false>) {
    try {
      OutputArchive archive(target);
      begin_pickle(archive, type_mark<typename ReadAs<T>::type>());
      put(archive, value);
    } catch (...) {
      rethrow_as_pickling_error();
    }
  }
}

}  // namespace internal

// The value as bytes, that say of what type it is and how that is laid out. What cannot travel does not compile.
// What is trivially copyable travels as its memory is, in one piece.
// Errors: PicklingError if this value cannot be written; what a hook throws, as it is.
template <class T>
[[nodiscard]] std::vector<std::byte> dumps(const T& value) {
  std::vector<std::byte> bytes;
  bytes.reserve(128);  // Most are that short, and it saves what a vector does to grow.
  internal::dump_to(bytes, value);
  return bytes;
}

// The value that dumps() made the bytes of, in a program where T is the same. The bytes are not trusted: whatever they
// are, the worst is an error, and no more memory is asked for than a value of so many bytes can have.
// Errors: UnpicklingError if they are no pickle, or one of another type or of another build's; what a hook throws.
template <class T>
[[nodiscard]] T loads(std::span<const std::byte> bytes) {
  static_assert(std::is_same_v<T, std::remove_cvref_t<T>>, "skein: loads() returns a value; leave const and & away");
  internal::assert_travels<T, true>();
  constexpr bool kReturns = !internal::kTravels<T, true> || std::is_move_constructible_v<T>;
  static_assert(kReturns,
                "skein: what is received comes back by value; send a std::unique_ptr to what cannot be moved");
  if constexpr (internal::kTravels<T, true> && kReturns) {
    try {
      InputArchive archive(bytes);
      internal::begin_pickle(archive, internal::type_mark<T>());
      T value = internal::make<T>(archive);
      internal::end_pickle(archive);
      return value;
    } catch (...) {
      internal::rethrow_as_unpickling_error();
    }
  }
}

}  // namespace skein::inline v0::pickle

#endif  // SKEIN_PICKLE_H_
