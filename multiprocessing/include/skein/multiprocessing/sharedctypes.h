// skein/multiprocessing/sharedctypes.h - shared values and arrays, copied and given locks. Python:
// multiprocessing.sharedctypes.
#ifndef SKEIN_MULTIPROCESSING_SHAREDCTYPES_H_
#define SKEIN_MULTIPROCESSING_SHAREDCTYPES_H_

#include <skein/multiprocessing/array.h>
#include <skein/multiprocessing/raw_array.h>
#include <skein/multiprocessing/raw_value.h>
#include <skein/multiprocessing/rlock.h>
#include <skein/multiprocessing/value.h>

#include <utility>

namespace skein::inline v0::multiprocessing::sharedctypes {

using multiprocessing::Array;
using multiprocessing::RawArray;
using multiprocessing::RawValue;
using multiprocessing::Value;

// A new value or array in shared memory, with what `obj` holds at this moment. As Python's it takes no lock.
// Errors: OSError, std::bad_alloc if there is no memory or no descriptor for it.
template <class T>
[[nodiscard]] RawValue<T> copy(const RawValue<T>& obj) {
  return RawValue<T>(obj.value());
}
template <class T>
[[nodiscard]] RawArray<T> copy(const RawArray<T>& obj) {
  return RawArray<T>(obj.span());
}

// The same memory, with a lock: a new RLock, or the one given. Python refuses what has one already (AssertionError);
// here that does not compile.
// Errors: OSError if there is no memory or no descriptor for a new lock.
template <class T>
[[nodiscard]] Value<T> synchronized(RawValue<T> obj) {
  return Value<T>(std::move(obj));
}
template <class T, class L>
[[nodiscard]] Value<T, L> synchronized(RawValue<T> obj, L lock) {
  return Value<T, L>(std::move(obj), {.lock = std::move(lock)});
}
template <class T>
[[nodiscard]] Array<T> synchronized(RawArray<T> obj) {
  return Array<T>(std::move(obj));
}
template <class T, class L>
[[nodiscard]] Array<T, L> synchronized(RawArray<T> obj, L lock) {
  return Array<T, L>(std::move(obj), {.lock = std::move(lock)});
}

}  // namespace skein::inline v0::multiprocessing::sharedctypes

#endif  // SKEIN_MULTIPROCESSING_SHAREDCTYPES_H_
