// skein/multiprocessing/pickle/codecs.h - how the types of the standard library travel. For pickle's own headers.
#ifndef SKEIN_MULTIPROCESSING_PICKLE_CODECS_H_
#define SKEIN_MULTIPROCESSING_PICKLE_CODECS_H_

#include <skein/core/export.h>
#include <skein/multiprocessing/pickle/archives.h>
#include <skein/multiprocessing/pickle/travel.h>
#include <skein/multiprocessing/pickle/values.h>

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace skein::inline v0::pickle::internal {

// Many raw elements: one copy. They begin at a multiple of their alignment, as seen from the beginning of the pickle.
template <class T>
inline constexpr std::size_t kAlignment = alignof(T) < 16 ? alignof(T) : 16;

// The place of a value that is about to be filled, with so many elements: where there are many, page faults would cost
// more than the copy.
template <class Container>
void reserve_all(Container& value, std::size_t count) {
  constexpr std::size_t kLarge = std::size_t{4} << 20;
  constexpr std::size_t kEach = sizeof(typename Container::value_type);
  if (count < kLarge / kEach) [[likely]]
    return;
  value.reserve(count);
  advise_filling(value.data(), count * kEach);
}

template <class T>
void put_all(OutputArchive& archive, const T* data, std::size_t count) {
  archive.write_size(count);
  if (count == 0) return;
  archive.align(kAlignment<T>);
  archive.write(data, count * sizeof(T));
}

// Calls `assign(begin, end)` with elements in place if they lie as they must, or `resize(count)`, which says where.
template <class T, class Assign, class Resize>
void get_all(InputArchive& archive, Assign&& assign, Resize&& resize) {
  const std::size_t count = archive.read_size(sizeof(T));
  if (count == 0) {
    assign(static_cast<const T*>(nullptr), static_cast<const T*>(nullptr));
    return;
  }
  archive.align(kAlignment<T>);
  const std::byte* data = archive.take(count * sizeof(T));
  if constexpr (!std::is_default_constructible_v<T>) {
    resize(count, data);
  } else if (reinterpret_cast<std::uintptr_t>(data) % alignof(T) == 0) {
    const auto* begin = static_cast<const T*>(static_cast<const void*>(data));
    assign(begin, begin + count);
  } else {
    std::memcpy(static_cast<void*>(resize(count)), data, count * sizeof(T));
  }
}

template <class T, class Allocator>
struct Codec<std::vector<T, Allocator>> {
  using Parts = PartsOf<T>;
  using Vector = std::vector<T, Allocator>;
  static constexpr bool kNeverEmpty = true;

  static void put(OutputArchive& archive, const Vector& value) {
    if constexpr (std::same_as<T, bool>) {
      archive.write_size(value.size());
      for (std::size_t i = 0; i < value.size(); i += 8) {
        unsigned char bits = 0;
        for (std::size_t j = i; j < value.size() && j < i + 8; ++j) {
          if (value[j]) bits = static_cast<unsigned char>(bits | (1U << (j - i)));
        }
        archive.write(&bits, 1);
      }
    } else if constexpr (kWay<T> == Way::kRaw) {
      put_all(archive, value.data(), value.size());
    } else {
      archive.write_size(value.size());
      for (const auto& element : value) put_element(archive, element);
    }
  }

  static void get(InputArchive& archive, Vector& value) {
    if constexpr (std::same_as<T, bool>) {
      get_bits(archive, value);
    } else if constexpr (kWay<T> == Way::kRaw && std::is_default_constructible_v<T>) {
      get_all<T>(
          archive,
          [&](const T* begin, const T* end) {
            reserve_all(value, static_cast<std::size_t>(end - begin));
            value.assign(begin, end);
          },
          [&](std::size_t count) {
            value.resize(count);
            return value.data();
          });
    } else if constexpr (kWay<T> == Way::kRaw) {
      const std::size_t count = archive.read_size(sizeof(T));
      if (count != 0) archive.align(kAlignment<T>);
      value.clear();
      value.reserve(count);
      for (std::size_t i = 0; i < count; ++i) value.push_back(internal::make<T>(archive));
    } else {
      get_sequence(archive, value);
    }
  }

 private:
  static void get_bits(InputArchive& archive, Vector& value) {
    std::uint64_t count = 0;
    archive.read(&count, sizeof count);
    if (count / 8 > archive.left() || (count + 7) / 8 > archive.left()) archive.take(archive.left() + 1);
    value.assign(static_cast<std::size_t>(count), false);
    for (std::size_t i = 0; i < value.size(); i += 8) {
      auto bits = std::to_integer<unsigned>(*archive.take(1));
      for (std::size_t j = i; j < value.size() && j < i + 8; ++j, bits >>= 1) value[j] = (bits & 1) != 0;
      if (bits != 0 && i + 8 >= value.size() && value.size() % 8 != 0) throw_impossible("bits after the last one");
    }
  }
};

template <class Char, class Traits, class Allocator>
struct Codec<std::basic_string<Char, Traits, Allocator>> {
  using Parts = PartsOf<Char>;
  using String = std::basic_string<Char, Traits, Allocator>;
  static constexpr bool kNeverEmpty = true;

  static void put(OutputArchive& archive, const String& value) { put_all(archive, value.data(), value.size()); }
  static void get(InputArchive& archive, String& value) {
    get_all<Char>(
        archive,
        [&](const Char* begin, const Char* end) {
          reserve_all(value, static_cast<std::size_t>(end - begin));
          value.assign(begin, static_cast<std::size_t>(end - begin));
        },
        [&](std::size_t count) {
          value.resize(count);
          return value.data();
        });
  }
};

template <class T, std::size_t N>
struct Codec<std::array<T, N>> {
  using Parts = PartsOf<T>;
  using Array = std::array<T, N>;
  static constexpr bool kNeverEmpty = N != 0 && never_empty<T>();

  static void put(OutputArchive& archive, const Array& value) {
    if constexpr (N == 0) {
      return;
    } else if constexpr (kWay<T> == Way::kRaw) {
      archive.write(value.data(), sizeof value);
    } else {
      for (const auto& element : value) internal::put(archive, element);
    }
  }
  static void get(InputArchive& archive, Array& value) {
    if constexpr (N == 0) {
      return;
    } else if constexpr (kWay<T> == Way::kRaw) {
      archive.read(static_cast<void*>(value.data()), sizeof value);
    } else {
      for (auto& element : value) internal::get(archive, element);
    }
  }
  static Array make(InputArchive& archive) {
    if constexpr (std::is_default_constructible_v<T>) {
      Array value{};
      get(archive, value);
      return value;
    } else {
      return [&]<std::size_t... I>(std::index_sequence<I...>) {
        return Array{((void)I, internal::make<T>(archive))...};
      }(std::make_index_sequence<N>());
    }
  }
};

// Is read as a vector.
template <class T, std::size_t N>
struct Codec<std::span<T, N>> {
  using Parts = PartsOf<std::remove_cv_t<T>>;
  static constexpr bool kNeverEmpty = true;
  static constexpr bool kWriteOnly = true;

  static void put(OutputArchive& archive, const std::span<T, N>& value) {
    if constexpr (kWay<T> == Way::kRaw) {
      put_all(archive, value.data(), value.size());
    } else if constexpr (std::same_as<std::remove_cv_t<T>, bool>) {
      internal::put(archive, std::vector<bool>(value.begin(), value.end()));
    } else {
      archive.write_size(value.size());
      for (const auto& element : value) put_element(archive, element);
    }
  }
};
template <class T, std::size_t N>
struct ReadAs<std::span<T, N>> {
  using type = std::vector<std::remove_cv_t<T>>;
};

template <class T>
struct Codec<std::optional<T>> {
  using Parts = PartsOf<T>;
  static constexpr bool kNeverEmpty = true;

  static void put(OutputArchive& archive, const std::optional<T>& value) {
    internal::put(archive, value.has_value());
    if (value) internal::put(archive, *value);
  }
  static std::optional<T> make(InputArchive& archive) {
    if (!get_bool(archive)) return std::nullopt;
    return internal::make<std::remove_cv_t<T>>(archive);
  }
};

template <class... T>
struct Codec<std::variant<T...>> {
  using Parts = PartsOf<T...>;
  using Variant = std::variant<T...>;
  static constexpr bool kNeverEmpty = true;

  static void put(OutputArchive& archive, const Variant& value) {
    if (value.valueless_by_exception()) throw PicklingError("a std::variant that lost its value cannot be pickled");
    const auto index = static_cast<std::uint32_t>(value.index());
    internal::put(archive, index);
    std::visit([&](const auto& alternative) { internal::put(archive, alternative); }, value);
  }
  static Variant make(InputArchive& archive) {
    const auto index = internal::make<std::uint32_t>(archive);
    if (index >= sizeof...(T)) throw_impossible("a variant's alternative that there is not");
    return make_one<0>(archive, index);
  }

 private:
  template <std::size_t I>
  static Variant make_one(InputArchive& archive, std::uint32_t index) {
    if constexpr (I + 1 < sizeof...(T)) {
      if (index != I) return make_one<I + 1>(archive, index);
    }
    return Variant(std::in_place_index<I>, internal::make<std::variant_alternative_t<I, Variant>>(archive));
  }
};

template <class First, class Second>
struct Codec<std::pair<First, Second>> {
  using Parts = PartsOf<First, Second>;
  static constexpr bool kNeverEmpty = never_empty<std::remove_cv_t<First>>() || never_empty<std::remove_cv_t<Second>>();

  static void put(OutputArchive& archive, const std::pair<First, Second>& value) {
    internal::put(archive, value.first);
    internal::put(archive, value.second);
  }
  static std::pair<First, Second> make(InputArchive& archive) {
    auto first = internal::make<std::remove_cv_t<First>>(archive);
    return {std::move(first), internal::make<std::remove_cv_t<Second>>(archive)};
  }
};

template <class... T>
struct Codec<std::tuple<T...>> {
  using Parts = PartsOf<T...>;
  static constexpr bool kNeverEmpty = (never_empty<std::remove_cv_t<T>>() || ...);

  static void put(OutputArchive& archive, const std::tuple<T...>& value) {
    std::apply([&](const auto&... elements) { (internal::put(archive, elements), ...); }, value);
  }
  static std::tuple<T...> make([[maybe_unused]] InputArchive& archive) {
    return std::tuple<T...>{internal::make<std::remove_cv_t<T>>(archive)...};  // In order, because of the braces.
  }
};

template <>
struct Codec<std::monostate> {
  using Parts = PartsOf<>;
  static constexpr bool kNeverEmpty = false;
  static void put(OutputArchive& /*archive*/, const std::monostate& /*value*/) {}
  static void get(InputArchive& /*archive*/, std::monostate& /*value*/) {}
};

template <std::size_t N>
struct Codec<std::bitset<N>> {
  using Parts = PartsOf<>;
  static constexpr bool kNeverEmpty = N != 0;

  static void put(OutputArchive& archive, const std::bitset<N>& value) {
    if constexpr (N != 0) archive.write(&value, sizeof value);
  }
  static void get(InputArchive& archive, std::bitset<N>& value) {
    if constexpr (N != 0) {
      archive.read(static_cast<void*>(&value), sizeof value);
      const std::bitset<N> clean = value & std::bitset<N>().set();
      if (std::memcmp(static_cast<const void*>(&clean), static_cast<const void*>(&value), sizeof value) != 0) {
        value.reset();
        throw_impossible("bits after the last one");
      }
    }
  }
};

// A smart pointer takes its object along. Of a polymorphic type, cereal does that, if its header is included.
template <class T>
concept Pointee = std::is_object_v<T> && !std::is_array_v<T> && !std::is_polymorphic_v<T>;

template <Pointee T>
struct Codec<std::unique_ptr<T>> {
  using Parts = PartsOf<T>;
  static constexpr bool kNeverEmpty = true;

  static void put(OutputArchive& archive, const std::unique_ptr<T>& value) {
    internal::put(archive, value != nullptr);
    if (value) internal::put(archive, *value);
  }
  static std::unique_ptr<T> make(InputArchive& archive) {
    if (!get_bool(archive)) return nullptr;
    return make_on_heap<std::remove_cv_t<T>>(archive);
  }
};

// What several pointers share they share on the other side, too.
template <Pointee T>
struct Codec<std::shared_ptr<T>> {
  using Parts = PartsOf<T>;
  using Value = std::remove_cv_t<T>;
  static constexpr bool kNeverEmpty = true;

  static void put(OutputArchive& archive, const std::shared_ptr<T>& value) {
    if (!value) {
      internal::put(archive, kNull);
      return;
    }
    const auto [number, is_new] = archive.share(value, typeid(Value));
    internal::put(archive, is_new ? kNew : kKnown);
    if (is_new)
      internal::put(archive, *value);
    else
      internal::put(archive, number);
  }
  static std::shared_ptr<T> make(InputArchive& archive) {
    switch (internal::make<unsigned char>(archive)) {
      case kNull:
        return nullptr;
      case kNew:
        return make_new(archive);
      case kKnown:
        return std::static_pointer_cast<Value>(archive.shared(internal::make<std::uint32_t>(archive), typeid(Value)));
      default:
        throw_impossible("a shared pointer that is neither null nor new nor known");
    }
  }

 private:
  static constexpr unsigned char kNull = 0;
  static constexpr unsigned char kNew = 1;
  static constexpr unsigned char kKnown = 2;

  static std::shared_ptr<T> make_new(InputArchive& archive) {
    const std::size_t number = archive.reserve_shared();
    std::shared_ptr<Value> object;
    if constexpr (kWay<Value> == Way::kHook && Default<Value> &&
                  !cereal::traits::has_load_and_construct<Value, InputArchive>::value) {
      // There before it is read, so that it may hold pointers to itself.
      object = std::make_shared<Value>();
      archive.set_shared(number, object, typeid(Value));
      internal::get(archive, *object);
    } else {
      object = make_on_heap<Value>(archive);
      archive.set_shared(number, object, typeid(Value));
    }
    return object;
  }
};

template <Pointee T>
struct Codec<std::weak_ptr<T>> {
  using Parts = PartsOf<T>;
  static constexpr bool kNeverEmpty = true;
  static void put(OutputArchive& archive, const std::weak_ptr<T>& value) { internal::put(archive, value.lock()); }
  static std::weak_ptr<T> make(InputArchive& archive) { return internal::make<std::shared_ptr<T>>(archive); }
};

SKEIN_API void put_exception(OutputArchive& archive, const std::exception_ptr& error);
SKEIN_API std::exception_ptr make_exception(InputArchive& archive);

template <>
struct Codec<std::exception_ptr> {
  using Parts = PartsOf<>;
  static constexpr bool kNeverEmpty = true;
  static void put(OutputArchive& archive, const std::exception_ptr& value) { put_exception(archive, value); }
  static std::exception_ptr make(InputArchive& archive) { return make_exception(archive); }
};

}  // namespace skein::inline v0::pickle::internal

#endif  // SKEIN_MULTIPROCESSING_PICKLE_CODECS_H_
