// skein/multiprocessing/pickle/type_name.h - what a type is called, known when compiling. For pickle's own headers.
#ifndef SKEIN_MULTIPROCESSING_PICKLE_TYPE_NAME_H_
#define SKEIN_MULTIPROCESSING_PICKLE_TYPE_NAME_H_

#include <cstdint>
#include <string_view>

namespace skein::inline v0::pickle::internal {

// Returns no alias, of which GCC would tell the meaning as well.
template <class T>
consteval const char* pretty_function() {
  return __PRETTY_FUNCTION__;
}

// As the compiler spells it: "std::vector<int>".
template <class T>
consteval std::string_view type_name() {
  const std::string_view text = pretty_function<T>();
  const auto begin = text.find("T = ") + 4;
  return text.substr(begin, text.rfind(']') - begin);
}

// FNV-1a, 64 bits.
consteval std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
  for (const char letter : text) {
    hash ^= static_cast<unsigned char>(letter);
    hash *= 0x100'0000'01b3;
  }
  return hash;
}

// Of several hashes, order included.
constexpr std::uint64_t mix(std::uint64_t hash) noexcept { return hash; }
template <class... More>
constexpr std::uint64_t mix(std::uint64_t hash, std::uint64_t next, More... more) noexcept {
  hash ^= next + 0x9e37'79b9'7f4a'7c15 + (hash << 6) + (hash >> 2);
  hash *= 0xff51'afd7'ed55'8ccd;
  return mix(hash ^ (hash >> 32), more...);
}

template <class T>
inline constexpr bool kIsStd = type_name<T>().starts_with("std::");
// Of the modules whose objects belong to one process.
template <class T>
inline constexpr bool kIsThreading = [] {
  std::string_view name = type_name<T>();
  if (!name.starts_with("skein::")) return false;
  name.remove_prefix(7);
  if (name.starts_with("v0::")) name.remove_prefix(4);
  for (const std::string_view module : {"threading::", "queue::", "futures::", "asyncio::"}) {
    if (name.starts_with(module)) return true;
  }
  return false;
}();
template <class T>
inline constexpr bool kIsLambda = [] {
  constexpr std::string_view kName = type_name<T>();
  // Clang: "(lambda at file.cc:1:2)". GCC: "main()::<lambda(int)>". Not a template over one.
  if (kName.starts_with("(lambda at ")) return true;
  const auto place = kName.rfind("<lambda(");
  return place != std::string_view::npos && kName.ends_with(")>") && kName.substr(0, place).find('<') == kName.npos;
}();

}  // namespace skein::inline v0::pickle::internal

#endif  // SKEIN_MULTIPROCESSING_PICKLE_TYPE_NAME_H_
