// What stands behind the bytes of a named block: the format's version, and who made it.
#ifndef SKEIN_MULTIPROCESSING_SRC_BLOCK_RECORD_H_
#define SKEIN_MULTIPROCESSING_SRC_BLOCK_RECORD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "identity.h"

namespace skein::inline v0::multiprocessing::shared_memory::internal {

using multiprocessing::internal::Identity;

constexpr std::uint32_t kBlockFormat = 1;

// The last bytes of the file. `version` and `magic` stay where they are, at its end, in every future format.
struct BlockRecord {
  std::uint64_t size = 0;                // Bytes asked for.
  std::array<std::uint64_t, 2> token{};  // Random: which block this is.
  std::uint32_t creator_pid = 0;
  std::uint32_t creator_started = 0;
  std::uint32_t root_pid = 0;  // The first process of the creator's family.
  std::uint32_t root_started = 0;
  std::uint64_t pid_namespace = 0;  // Of both.
  std::uint32_t tracked = 0;
  std::uint32_t unused = 0;
  std::uint64_t check = 0;  // Of all before.
  std::uint32_t unused_too = 0;
  std::uint32_t version = 0;
  std::uint64_t magic = 0;

  [[nodiscard]] Identity creator() const noexcept { return {creator_pid, creator_started}; }
  [[nodiscard]] Identity root() const noexcept { return {root_pid, root_started}; }
};
static_assert(sizeof(BlockRecord) == 80);

// Bytes of the file for a block of `size` bytes (up to 2^62).
constexpr std::uint64_t file_size(std::uint64_t size) noexcept {
  constexpr std::uint64_t kAligned = alignof(BlockRecord);
  return (size + kAligned - 1) / kAligned * kAligned + sizeof(BlockRecord);
}

// The record of a new block of this process.
// Errors: OSError (no random numbers).
BlockRecord make_record(std::uint64_t size, bool tracked);

// Reads the record of an open file, by a copy. Nothing if it has none, as other programs' files; of a record of another
// version the version alone, and 0 for one that is damaged.
std::optional<BlockRecord> read_record(int descriptor, std::uint64_t size_of_file) noexcept;

// 16 random bytes of the kernel's, fresh each time and in each process.
// Errors: OSError.
std::array<std::uint64_t, 2> random_token();
// A new name, with 128 random bits.
std::string random_name();

// The first process of this one's family: itself, or the one that it was forked from, however often.
Identity family_root() noexcept;
// For a child that is no fork, to join the family of the process that started it.
void set_family_root(Identity root) noexcept;

// The number of this process's pid namespace; 0 if it cannot be found out.
std::uint64_t pid_namespace() noexcept;

}  // namespace skein::inline v0::multiprocessing::shared_memory::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_BLOCK_RECORD_H_
