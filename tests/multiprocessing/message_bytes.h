// Messages for tests of connections, and what is left of them.
#ifndef SKEIN_TESTS_MULTIPROCESSING_MESSAGE_BYTES_H_
#define SKEIN_TESTS_MULTIPROCESSING_MESSAGE_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace skein::testing {

inline std::string text(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// What a message of `size` bytes consists of.
inline std::vector<std::uint8_t> pattern(std::size_t size, unsigned seed = 7) {
  std::vector<std::uint8_t> bytes(size);
  std::uint32_t x = seed;
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>((x = x * 1664525 + 1013904223) >> 24);
  return bytes;
}
inline bool is_pattern(const std::vector<std::byte>& bytes, std::size_t size, unsigned seed = 7) {
  const auto expected = pattern(size, seed);
  return bytes.size() == size && (size == 0 || std::memcmp(bytes.data(), expected.data(), size) == 0);
}

}  // namespace skein::testing

#endif  // SKEIN_TESTS_MULTIPROCESSING_MESSAGE_BYTES_H_
