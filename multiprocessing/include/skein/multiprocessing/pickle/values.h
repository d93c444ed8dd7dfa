// skein/multiprocessing/pickle/values.h - how a value of each way is written and read. For pickle's own headers.
#ifndef SKEIN_MULTIPROCESSING_PICKLE_VALUES_H_
#define SKEIN_MULTIPROCESSING_PICKLE_VALUES_H_

#include <skein/multiprocessing/pickle/archives.h>
#include <skein/multiprocessing/pickle/travel.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

// How cereal reads an object without a default constructor; what its own header defines, for our archive.
template <class T>
struct cereal::memory_detail::LoadAndConstructLoadWrapper<skein::pickle::InputArchive, T> {
  explicit LoadAndConstructLoadWrapper(T* place) : construct(place) {}
  template <class F>
  LoadAndConstructLoadWrapper(T* place, F&& restore) : construct(place, std::forward<F>(restore)) {}
  void CEREAL_SERIALIZE_FUNCTION_NAME(skein::pickle::InputArchive& archive) {
    ::cereal::detail::Construct<T, skein::pickle::InputArchive>::load_andor_construct(archive, construct);
  }
  [[nodiscard]] bool constructed() noexcept {
    try {
      return construct.ptr() != nullptr;
    } catch (const ::cereal::Exception&) {
      return false;
    }
  }
  ::cereal::construct<T> construct;
};

namespace skein::inline v0::pickle::internal {

// cereal's wrappers.
template <class T>
struct Wrapped {
  static constexpr bool kKnown = false;
};
template <class T>
struct Wrapped<cereal::NameValuePair<T>> {
  static constexpr bool kKnown = true;
  static void put(OutputArchive& archive, const cereal::NameValuePair<T>& pair) { internal::put(archive, pair.value); }
  static void get(InputArchive& archive, cereal::NameValuePair<T>& pair) { internal::get(archive, pair.value); }
};
template <class T>
struct Wrapped<cereal::SizeTag<T>> {
  static constexpr bool kKnown = true;
  static void put(OutputArchive& archive, const cereal::SizeTag<T>& tag) {
    archive.write_size(static_cast<std::size_t>(tag.size));
  }
  static void get(InputArchive& archive, cereal::SizeTag<T>& tag) {
    tag.size = static_cast<std::remove_reference_t<T>>(archive.read_size(1));
  }
};
template <class T>
struct Wrapped<cereal::BinaryData<T>> {
  static constexpr bool kKnown = true;
  static void put(OutputArchive& archive, const cereal::BinaryData<T>& data) {
    archive.write(data.data, static_cast<std::size_t>(data.size));
  }
  static void get(InputArchive& archive, const cereal::BinaryData<T>& data) {
    archive.read(const_cast<void*>(static_cast<const void*>(data.data)), static_cast<std::size_t>(data.size));
  }
};

// An element takes a byte at least, so that a number of them cannot be larger than the input.
template <class T>
void put_element(OutputArchive& archive, const T& value) {
  if constexpr (never_empty<T>()) {
    put(archive, value);
  } else {
    const std::size_t before = archive.size();
    put(archive, value);
    if (archive.size() == before) archive.write("", 1);
  }
}
class ElementCheck {
 public:
  explicit ElementCheck(InputArchive& archive) noexcept : archive_(archive), before_(archive.left()) {}
  void end() {
    if (archive_.left() == before_ && *archive_.take(1) != std::byte{0}) throw_impossible("an element of nothing");
  }

 private:
  InputArchive& archive_;
  std::size_t before_;
};

// Reads a new value.
template <class T>
T make(InputArchive& archive);
template <class T>
T make_element(InputArchive& archive) {
  if constexpr (never_empty<T>()) {
    return make<T>(archive);
  } else {
    ElementCheck check(archive);
    T value = make<T>(archive);
    check.end();
    return value;
  }
}

template <class T>
void put(OutputArchive& archive, const T& value) {
  using Value = std::remove_cv_t<T>;
  constexpr Way kHow = kWay<Value>;
  if constexpr (kHow != Way::kWrapper) assert_travels<Value, false>();
  if constexpr (kHow == Way::kWrapper) {
    if constexpr (Wrapped<Value>::kKnown)
      Wrapped<Value>::put(archive, value);
    else
      archive.by_hook(value);
  } else if constexpr (kTravels<Value, false>) {
    if constexpr (kHow == Way::kRaw) {
      archive.write(std::addressof(value), sizeof(Value));
    } else if constexpr (kHow == Way::kBool) {
      const auto byte = static_cast<unsigned char>(static_cast<bool>(value));
      archive.write(&byte, 1);
    } else if constexpr (kHow == Way::kArray) {
      if constexpr (kWay<std::remove_all_extents_t<Value>> == Way::kRaw)
        archive.write(&value, sizeof value);
      else
        for (const auto& element : value) put(archive, element);
    } else if constexpr (kHow == Way::kCodec) {
      Codec<Value>::put(archive, value);
    } else if constexpr (kHow == Way::kPath) {
      put(archive, value.native());
    } else if constexpr (kHow == Way::kMap) {
      const Level level(archive);
      archive.write_size(static_cast<std::size_t>(value.size()));
      for (const auto& [key, mapped] : value) {
        put_element(archive, key);
        put_element(archive, mapped);
      }
    } else if constexpr (kHow == Way::kSet || kHow == Way::kSequence) {
      const Level level(archive);
      archive.write_size(static_cast<std::size_t>(value.size()));
      for (const auto& element : value) put_element(archive, element);
    } else if constexpr (kHow == Way::kHook) {
      const Level level(archive);
      archive.by_hook(value);
    }
  }
}

template <class T>
void get_map(InputArchive& archive, T& value) {
  value.clear();
  for (std::size_t count = archive.read_size(2); count > 0; --count) {
    auto key = make_element<std::remove_cv_t<typename T::key_type>>(archive);
    auto mapped = make_element<typename T::mapped_type>(archive);
    auto place = value.emplace(std::move(key), std::move(mapped));
    if constexpr (requires {
                    place.second == false;
                    place.first;
                  }) {
      if (!place.second) throw_impossible("a key that comes twice");
    }
  }
}

template <class T>
void get_set(InputArchive& archive, T& value) {
  value.clear();
  for (std::size_t count = archive.read_size(1); count > 0; --count) {
    auto place = value.emplace(make_element<std::remove_cv_t<typename T::key_type>>(archive));
    if constexpr (requires { place.second == false; }) {
      if (!place.second) throw_impossible("an element that comes twice");
    }
  }
}

template <class T>
void get_sequence(InputArchive& archive, T& value) {
  using Element = typename T::value_type;
  value.clear();
  const std::size_t count = archive.read_size(1);
  // What is not there yet is believed to be as large as it is in memory, at most.
  if constexpr (requires { value.reserve(count); })
    value.reserve(std::min(count, archive.left() / sizeof(Element) + 1));
  for (std::size_t i = 0; i < count; ++i) value.emplace_back(make_element<Element>(archive));
}

inline bool get_bool(InputArchive& archive) {
  const auto byte = std::to_integer<unsigned char>(*archive.take(1));
  if (byte > 1) throw_impossible("a bool that is neither false nor true");
  return byte != 0;
}

template <class T>
void get(InputArchive& archive, T& value) {
  static_assert(!std::is_const_v<T> || kWay<T> == Way::kWrapper, "skein: what is const cannot be read");
  constexpr Way kHow = kWay<T>;
  if constexpr (kHow != Way::kWrapper) assert_travels<T, true>();
  if constexpr (kHow == Way::kWrapper) {
    auto& wrapper = const_cast<std::remove_cv_t<T>&>(value);  // Nothing of the wrapper itself changes.
    if constexpr (Wrapped<std::remove_cv_t<T>>::kKnown)
      Wrapped<std::remove_cv_t<T>>::get(archive, wrapper);
    else
      archive.by_hook(wrapper);
  } else if constexpr (kTravels<T, true>) {
    if constexpr (kHow == Way::kRaw) {
      archive.read(static_cast<void*>(std::addressof(value)), sizeof(T));
    } else if constexpr (kHow == Way::kBool) {
      value = static_cast<T>(get_bool(archive));
    } else if constexpr (kHow == Way::kArray) {
      if constexpr (kWay<std::remove_all_extents_t<T>> == Way::kRaw)
        archive.read(&value, sizeof value);
      else
        for (auto& element : value) get(archive, element);
    } else if constexpr (kHow == Way::kCodec) {
      if constexpr (requires { Codec<T>::get(archive, value); })
        Codec<T>::get(archive, value);
      else
        value = Codec<T>::make(archive);
    } else if constexpr (kHow == Way::kPath) {
      value = T(make<typename T::string_type>(archive));
    } else if constexpr (kHow == Way::kHook && cereal::traits::is_input_serializable<T, InputArchive>::value) {
      const Level level(archive);
      archive.by_hook(value);
    } else if constexpr (kHow == Way::kHook) {
      value = make<T>(archive);
    } else if constexpr (kHow == Way::kMap) {
      const Level level(archive);
      get_map(archive, value);
    } else if constexpr (kHow == Way::kSet) {
      const Level level(archive);
      get_set(archive, value);
    } else if constexpr (kHow == Way::kSequence) {
      const Level level(archive);
      get_sequence(archive, value);
    }
  }
}

// Reads a new object on the heap; it need not be movable.
template <class T>
std::unique_ptr<T> make_on_heap(InputArchive& archive) {
  if constexpr (kWay<T> == Way::kHook && cereal::traits::has_load_and_construct<T, InputArchive>::value) {
    struct Free {
      void operator()(T* place) const noexcept {
        ::operator delete(static_cast<void*>(place), std::align_val_t{alignof(T)});
      }
    };
    struct Plain {
      void operator()(T* place) const noexcept { ::operator delete(static_cast<void*>(place)); }
    };
    // As `new T` and `delete` do it.
    constexpr bool kAligned = alignof(T) > __STDCPP_DEFAULT_NEW_ALIGNMENT__;
    std::unique_ptr<T, std::conditional_t<kAligned, Free, Plain>> place;
    if constexpr (kAligned) {
      place.reset(static_cast<T*>(::operator new(sizeof(T), std::align_val_t{alignof(T)})));
    } else {
      place.reset(static_cast<T*>(::operator new(sizeof(T))));
    }
    const Level level(archive);
    cereal::memory_detail::LoadAndConstructLoadWrapper<InputArchive, T> wrapper(place.get());
    try {
      archive.by_hook(wrapper);
    } catch (...) {
      if (wrapper.constructed()) place->~T();
      throw;
    }
    if (!wrapper.constructed()) throw_impossible("a load_and_construct() that constructs nothing");
    return std::unique_ptr<T>(place.release());
  } else if constexpr (kWay<T> == Way::kHook) {
    auto object = std::make_unique<T>();
    get(archive, *object);
    return object;
  } else {
    return std::make_unique<T>(make<T>(archive));
  }
}

template <class T>
T make(InputArchive& archive) {
  constexpr Way kHow = kWay<T>;
  assert_travels<T, true>();
  if constexpr (!kTravels<T, true>) {
    __builtin_unreachable();
  } else if constexpr (kHow == Way::kRaw || kHow == Way::kEmpty) {
    if constexpr (std::is_default_constructible_v<T>) {
      T value{};
      get(archive, value);
      return value;
    } else {
      union Place {
        Place() noexcept {}
        char empty = 0;
        T value;
      } place;
      if constexpr (kHow == Way::kRaw) archive.read(static_cast<void*>(std::addressof(place.value)), sizeof(T));
      return std::move(place.value);
    }
  } else if constexpr (kHow == Way::kCodec && requires { Codec<T>::make(archive); }) {
    return Codec<T>::make(archive);
  } else if constexpr (kHow == Way::kHook && (cereal::traits::has_load_and_construct<T, InputArchive>::value ||
                                              !std::is_default_constructible_v<T>)) {
    return std::move(*make_on_heap<T>(archive));
  } else {
    T value{};
    get(archive, value);
    return value;
  }
}

}  // namespace skein::inline v0::pickle::internal

// What cereal's own code writes and reads: versions, sizes, what save_minimal() returns.
namespace cereal {

template <class T>
  requires std::is_arithmetic_v<T>
void CEREAL_SAVE_FUNCTION_NAME(skein::pickle::OutputArchive& archive, const T& value) {
  archive(value);
}
template <class T>
  requires std::is_arithmetic_v<T>
void CEREAL_LOAD_FUNCTION_NAME(skein::pickle::InputArchive& archive, T& value) {
  archive(value);
}
inline void CEREAL_SAVE_FUNCTION_NAME(skein::pickle::OutputArchive& archive, const std::string& value) {
  archive(value);
}
inline void CEREAL_LOAD_FUNCTION_NAME(skein::pickle::InputArchive& archive, std::string& value) { archive(value); }
template <class T>
void CEREAL_SAVE_FUNCTION_NAME(skein::pickle::OutputArchive& archive, const NameValuePair<T>& pair) {
  archive(pair);
}
template <class T>
void CEREAL_LOAD_FUNCTION_NAME(skein::pickle::InputArchive& archive, NameValuePair<T>& pair) {
  archive(pair);
}

// The type that a shared pointer to a polymorphic object must have, asked for by its number next.
namespace memory_detail {
template <class T>
struct PtrWrapper;
}
template <class T>
void prologue(skein::pickle::InputArchive& archive, const memory_detail::PtrWrapper<std::shared_ptr<T>&>& /*wrapper*/) {
  archive.expect_shared(typeid(std::remove_const_t<T>));
}

}  // namespace cereal

#endif  // SKEIN_MULTIPROCESSING_PICKLE_VALUES_H_
