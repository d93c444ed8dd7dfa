// skein/multiprocessing/pickle/travel.h - which way a type travels, or why it cannot. For pickle's own headers.
#ifndef SKEIN_MULTIPROCESSING_PICKLE_TRAVEL_H_
#define SKEIN_MULTIPROCESSING_PICKLE_TRAVEL_H_

#include <skein/multiprocessing/pickle/archives.h>
#include <skein/multiprocessing/pickle/type_name.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace skein::inline v0::pickle::internal {

enum class Way {
  kRefused,
  kEmpty,     // Nothing is written.
  kBool,      // A byte, 0 or 1.
  kRaw,       // As the memory is.
  kArray,     // A C array, a member of something.
  kCodec,     // A Codec knows.
  kMap,       // By their shape: key_type and mapped_type,
  kSet,       // key_type,
  kSequence,  // emplace_back(),
  kPath,      // native().
  kHook,      // cereal's hooks.
  kWrapper,   // What cereal itself wraps values in.
};

enum class Refusal {
  kNone,
  kPointer,
  kFunction,
  kReference,
  kView,
  kSpan,
  kLambda,
  kThreading,
  kFunctionObject,
  kPolymorphic,
  kStandard,
  kNoHook,
  kNoOutput,
  kNoInput,
  kNoDefault,
};

// How a type of the standard library travels, one specialisation each:
//   using Parts = PartsOf<T...>;               what it holds
//   static constexpr bool kNeverEmpty          takes a byte at least
//   static void put(OutputArchive&, const T&)
//   static T make(InputArchive&)               or, or besides,
//   static void get(InputArchive&, T&)
template <class T>
struct Codec;
template <class... T>
struct PartsOf {};

template <class T>
concept HasCodec = requires { sizeof(Codec<T>); };

template <class T>
concept MapShape = requires(T& object, typename T::key_type key, typename T::mapped_type mapped) {
  object.emplace(std::move(key), std::move(mapped));
  object.begin() != object.end();
  object.size();
  object.clear();
};
template <class T>
concept SetShape = !MapShape<T> && requires(T& object, typename T::key_type key) {
  object.emplace(std::move(key));
  object.begin() != object.end();
  object.size();
  object.clear();
};
template <class T>
concept SequenceShape = requires(T& object, typename T::value_type value) {
  object.emplace_back(std::move(value));
  object.begin() != object.end();
  object.size();
  object.clear();
};
template <class T>
concept PathShape = requires(const T& object, typename T::string_type text) {
  { object.native() } -> std::same_as<const typename T::string_type&>;
  T(std::move(text));
};

template <class T>
concept HasOutputHook = (cereal::traits::detail::count_output_serializers<T, OutputArchive>::value > 0);
template <class T>
concept HasInputHook = (cereal::traits::detail::count_input_serializers<T, InputArchive>::value > 0) ||
                       cereal::traits::has_load_and_construct<T, InputArchive>::value;
// A private one is not seen, even by a friend of cereal::access: cereal's own trait says yes to everything.
template <class T>
concept Default = std::is_default_constructible_v<T>;

template <class T>
consteval Way way_by_shape() {
  if constexpr (std::is_default_constructible_v<T>) {
    if constexpr (PathShape<T>)
      return Way::kPath;
    else if constexpr (MapShape<T>)
      return Way::kMap;
    else if constexpr (SetShape<T>)
      return Way::kSet;
    else if constexpr (SequenceShape<T>)
      return Way::kSequence;
  }
  return Way::kRefused;
}

// Of the standard library those hold no address: times, complex numbers, what is empty.
template <class T>
inline constexpr bool kIsStdValue =
    std::is_empty_v<T> || type_name<T>().starts_with("std::chrono::") || type_name<T>().starts_with("std::complex<");

// A reference or a constant makes a class unassignable, and only one of these may travel, so neither does.
template <class T>
inline constexpr bool kIsValue =
    std::is_trivially_copyable_v<T> &&
    (kIsStd<T> ? kIsStdValue<T> : kIsLambda<T> || std::is_copy_assignable_v<T> || std::is_move_assignable_v<T>);

// Smart pointers that have no codec: only those to a polymorphic object are cereal's.
template <class T>
inline constexpr bool kIsForeignPointer = false;
template <class T, class Delete>
inline constexpr bool kIsForeignPointer<std::unique_ptr<T, Delete>> =
    !(std::is_polymorphic_v<T> && std::same_as<Delete, std::default_delete<T>>);
template <class T>
inline constexpr bool kIsForeignPointer<std::shared_ptr<T>> = !std::is_polymorphic_v<T>;
template <class T>
inline constexpr bool kIsForeignPointer<std::weak_ptr<T>> = !std::is_polymorphic_v<T>;

template <class T>
consteval Way way_of_class() {
  if constexpr (type_name<T>().starts_with("cereal::")) {
    return Way::kWrapper;
  } else if constexpr (HasCodec<T>) {
    return Way::kCodec;
  } else if constexpr (kIsForeignPointer<T>) {
    return Way::kRefused;
  } else if constexpr (kIsStd<T> && way_by_shape<T>() != Way::kRefused) {
    return way_by_shape<T>();  // Before any hook, so that it does not depend on which headers there are.
  } else if constexpr (kIsStd<T> && kIsValue<T>) {
    return std::is_empty_v<T> ? Way::kEmpty : Way::kRaw;
  } else if constexpr (HasOutputHook<T> || HasInputHook<T>) {
    return Way::kHook;
  } else if constexpr (way_by_shape<T>() != Way::kRefused) {
    return way_by_shape<T>();
  } else if constexpr (kIsValue<T>) {
    return std::is_empty_v<T> ? Way::kEmpty : Way::kRaw;
  } else {
    return Way::kRefused;
  }
}

template <class T>
consteval Way way_of() {
  if constexpr (std::same_as<T, bool>) {
    return Way::kBool;
  } else if constexpr (std::is_arithmetic_v<T>) {
    return Way::kRaw;
  } else if constexpr (std::is_enum_v<T>) {
    return std::same_as<std::underlying_type_t<T>, bool> ? Way::kBool : Way::kRaw;
  } else if constexpr (std::is_bounded_array_v<T>) {
    return Way::kArray;
  } else if constexpr (std::is_class_v<T> || std::is_union_v<T>) {
    return way_of_class<T>();
  } else {
    return Way::kRefused;
  }
}

template <class T>
inline constexpr Way kWay = way_of<std::remove_cv_t<T>>();

template <class T>
consteval auto parts_of() {
  if constexpr (kWay<T> == Way::kArray) {
    return PartsOf<std::remove_extent_t<T>>();
  } else if constexpr (kWay<T> == Way::kCodec) {
    return typename Codec<T>::Parts();
  } else if constexpr (kWay<T> == Way::kMap) {
    return PartsOf<typename T::key_type, typename T::mapped_type>();
  } else if constexpr (kWay<T> == Way::kSet || kWay<T> == Way::kSequence) {
    return PartsOf<typename T::value_type>();
  } else {
    return PartsOf<>();
  }
}

template <class T>
consteval std::uint64_t layout_of();
template <class... P>
consteval std::uint64_t layout_of_all(PartsOf<P...> /*parts*/, std::uint64_t hash) {
  return mix(hash, layout_of<std::remove_cv_t<P>>()...);
}
// Of the type's name, its size, and those of what it holds, as far as that can be seen.
template <class T>
consteval std::uint64_t layout_of() {
  return layout_of_all(parts_of<T>(), mix(hash_of(type_name<T>()), sizeof(T), alignof(T)));
}

template <class T>
consteval bool never_empty() {
  if constexpr (kWay<T> == Way::kCodec)
    return Codec<T>::kNeverEmpty;
  else
    return kWay<T> != Way::kEmpty && kWay<T> != Way::kArray && kWay<T> != Way::kHook;
}

template <class T>
inline constexpr bool kIsReferenceWrapper = false;
template <class T>
inline constexpr bool kIsReferenceWrapper<std::reference_wrapper<T>> = true;

template <class T, bool kReading>
consteval Refusal refusal();
template <bool kReading, class... P>
consteval Refusal first_refusal(PartsOf<P...> /*parts*/) {
  Refusal first = Refusal::kNone;
  static_cast<void>(((first = refusal<std::remove_cv_t<P>, kReading>(), first != Refusal::kNone) || ...));
  return first;
}

template <class T>
consteval Refusal refusal_of_class() {
  constexpr std::string_view kName = type_name<T>();
  if (kIsReferenceWrapper<T>) return Refusal::kReference;
  if (kIsLambda<T>) return Refusal::kLambda;
  if (kIsThreading<T>) return Refusal::kThreading;
  if (kIsStd<T>) {
    for (const std::string_view name : {"mutex",
                                        "timed_mutex",
                                        "recursive_mutex",
                                        "recursive_timed_mutex",
                                        "shared_mutex",
                                        "shared_timed_mutex",
                                        "condition_variable",
                                        "condition_variable_any",
                                        "thread",
                                        "jthread",
                                        "counting_semaphore<",
                                        "latch",
                                        "barrier<",
                                        "future<",
                                        "promise<",
                                        "shared_future<",
                                        "packaged_task<",
                                        "atomic<",
                                        "atomic_flag",
                                        "unique_lock<",
                                        "lock_guard<",
                                        "scoped_lock<",
                                        "shared_lock<",
                                        "stop_token",
                                        "stop_source"}) {
      std::string_view rest = kName;
      rest.remove_prefix(5);
      if (name.ends_with('<') ? rest.starts_with(name) : rest == name) return Refusal::kThreading;
    }
    if (kName.starts_with("std::basic_string_view<") || kName.starts_with("std::initializer_list<")) {
      return Refusal::kView;
    }
    if (kName.starts_with("std::function<") || kName.starts_with("std::move_only_function<")) {
      return Refusal::kFunctionObject;
    }
    if (kName.starts_with("std::unique_ptr<") || kName.starts_with("std::shared_ptr<") ||
        kName.starts_with("std::weak_ptr<")) {
      return Refusal::kPolymorphic;
    }
    return Refusal::kStandard;
  }
  return Refusal::kNoHook;
}

// Why it cannot be written (or read): of what it holds, the first that cannot.
template <class T, bool kReading>
consteval Refusal refusal() {
  if constexpr (kWay<T> == Way::kRefused) {
    if constexpr (std::is_function_v<std::remove_pointer_t<T>> || std::is_member_pointer_v<T>) {
      return Refusal::kFunction;
    } else if constexpr (std::is_reference_v<T>) {
      return Refusal::kReference;
    } else if constexpr (std::is_class_v<T> || std::is_union_v<T>) {
      return refusal_of_class<T>();
    } else {
      return Refusal::kPointer;
    }
  } else if constexpr (kWay<T> == Way::kHook) {
    if constexpr (!kReading) {
      return HasOutputHook<T> ? Refusal::kNone : Refusal::kNoOutput;
    } else {
      if constexpr (cereal::traits::has_load_and_construct<T, InputArchive>::value)
        return Refusal::kNone;
      else if constexpr (!HasInputHook<T>)
        return Refusal::kNoInput;
      else
        return Default<T> ? Refusal::kNone : Refusal::kNoDefault;
    }
  } else if constexpr (kWay<T> == Way::kCodec) {
    if constexpr (kReading && requires { Codec<T>::kWriteOnly; })
      return Refusal::kSpan;
    else
      return first_refusal<kReading>(parts_of<T>());
  } else {
    return first_refusal<kReading>(parts_of<T>());
  }
}

template <class T, bool kReading>
inline constexpr bool kTravels = refusal<T, kReading>() == Refusal::kNone;

// One sentence for each, as an error that ends the compilation.
template <class T, bool kReading>
consteval void assert_travels() {
  constexpr Refusal kWhy = refusal<T, kReading>();
  static_assert(kWhy != Refusal::kPointer,
                "skein: a pointer cannot travel to another process; send the object itself, or a std::unique_ptr or "
                "std::shared_ptr to it");
  static_assert(
      kWhy != Refusal::kFunction,
      "skein: a pointer to a function or member cannot travel inside of a value; send a captureless lambda or "
      "a function object instead");
  static_assert(kWhy != Refusal::kReference,
                "skein: a reference cannot travel to another process; send the object itself, or share it by "
                "multiprocessing::Value");
  static_assert(
      kWhy != Refusal::kView,
      "skein: a view of a string or list cannot travel to another process; send a std::string or std::vector");
  static_assert(kWhy != Refusal::kSpan,
                "skein: a std::span can be sent but not received, since nothing would own its elements; receive a "
                "std::vector");
  static_assert(kWhy != Refusal::kLambda,
                "skein: a lambda travels only if what it captures is trivially copyable; pass the rest as arguments");
  static_assert(kWhy != Refusal::kThreading,
                "skein: threads, locks, queues, futures and atomics belong to one process; use those of "
                "multiprocessing instead");
  static_assert(kWhy != Refusal::kFunctionObject,
                "skein: a std::function cannot travel, since it hides what it holds; send a captureless lambda or a "
                "function object instead");
  static_assert(kWhy != Refusal::kPolymorphic,
                "skein: a smart pointer travels to a complete, single object; for one of a polymorphic type include "
                "<cereal/types/polymorphic.hpp> and name each derived type by CEREAL_REGISTER_TYPE");
  static_assert(kWhy != Refusal::kStandard,
                "skein: this type of the standard library cannot travel to another process; send what it holds");
  static_assert(
      kWhy != Refusal::kNoHook,
      "skein: this type has no serialiser; give it a member `template <class Archive> void serialize(Archive& "
      "archive) { archive(a, b); }` that names its members, or save() and load()");
  static_assert(kWhy != Refusal::kNoOutput, "skein: this type can be read but not written; give it a save() too");
  static_assert(kWhy != Refusal::kNoInput, "skein: this type can be written but not read; give it a load() too");
  static_assert(kWhy != Refusal::kNoDefault,
                "skein: a type without a public default constructor cannot be read; give it one, or a static "
                "load_and_construct(Archive&, cereal::construct<T>&)");
}

// A span is read as a vector.
template <class T>
struct ReadAs {
  using type = T;
};

}  // namespace skein::inline v0::pickle::internal

#endif  // SKEIN_MULTIPROCESSING_PICKLE_TRAVEL_H_
