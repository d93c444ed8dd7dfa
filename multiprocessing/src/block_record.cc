#include "block_record.h"

#include <skein/core/errors.h>
#include <skein/core/internal/platform.h>

#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace skein::inline v0::multiprocessing::shared_memory::internal {

namespace {

constexpr std::uint64_t kMagic = 0x736b'6569'6e2d'6d62;  // "skein-mb"

std::uint64_t check_of(const BlockRecord& record) noexcept {
  const auto bytes = std::bit_cast<std::array<unsigned char, sizeof(BlockRecord)>>(record);
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
  for (std::size_t i = 0; i < offsetof(BlockRecord, check); ++i) {
    hash = (hash ^ bytes[i]) * 0x100'0000'01b3;
  }
  return hash;
}

constexpr std::uint64_t packed(Identity process) noexcept {
  return (std::uint64_t{process.pid} << 32) | process.started;
}

// Set before main, and so before any fork of the program's own.
skein::internal::Atomic<std::uint64_t> g_root{packed(multiprocessing::internal::self())};

}  // namespace

Identity family_root() noexcept {
  const std::uint64_t root = g_root.load();
  // A constructor of a static object in another file may come first.
  if (root == 0) return multiprocessing::internal::self();
  return {static_cast<std::uint32_t>(root >> 32), static_cast<std::uint32_t>(root)};
}

void set_family_root(Identity root) noexcept { g_root.store(packed(root)); }

std::uint64_t pid_namespace() noexcept {
  struct stat status{};
  return ::stat("/proc/self/ns/pid", &status) == 0 ? status.st_ino : 0;
}

std::array<std::uint64_t, 2> random_token() {
  std::array<std::uint64_t, 2> token{};
  std::size_t got = 0;
  while (got < sizeof(token)) {
    const ssize_t now = ::getrandom(reinterpret_cast<char*>(token.data()) + got, sizeof(token) - got, 0);
    if (now < 0 && errno != EINTR) {
      throw OSError(std::error_code(errno, std::generic_category()), "no random numbers");
    }
    if (now > 0) got += static_cast<std::size_t>(now);
  }
  return token;
}

std::string random_name() {
  const auto token = random_token();
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "skm_%016llx%016llx", static_cast<unsigned long long>(token[0]),
                static_cast<unsigned long long>(token[1]));
  return text.data();
}

BlockRecord make_record(std::uint64_t size, bool tracked) {
  BlockRecord record;
  record.size = size;
  record.token = random_token();
  const Identity creator = multiprocessing::internal::self();
  record.creator_pid = creator.pid;
  record.creator_started = creator.started;
  const Identity root = family_root();
  record.root_pid = root.pid;
  record.root_started = root.started;
  record.pid_namespace = pid_namespace();
  record.tracked = tracked ? 1 : 0;
  record.check = check_of(record);
  record.version = kBlockFormat;
  record.magic = kMagic;
  return record;
}

std::optional<BlockRecord> read_record(int descriptor, std::uint64_t size_of_file) noexcept {
  if (size_of_file < sizeof(BlockRecord)) return std::nullopt;
  BlockRecord record;
  std::size_t got = 0;
  while (got < sizeof(record)) {
    const ssize_t now = ::pread(descriptor, reinterpret_cast<char*>(&record) + got, sizeof(record) - got,
                                static_cast<off_t>(size_of_file - sizeof(record) + got));
    if (now < 0 && errno == EINTR) continue;
    if (now <= 0) return std::nullopt;
    got += static_cast<std::size_t>(now);
  }
  if (record.magic != kMagic) return std::nullopt;
  const bool whole = record.check == check_of(record) && record.size != 0 && record.size <= size_of_file &&
                     file_size(record.size) == size_of_file;
  if (record.version == kBlockFormat && whole) return record;
  BlockRecord unknown;
  unknown.version = record.version == kBlockFormat ? 0 : record.version;
  return unknown;
}

}  // namespace skein::inline v0::multiprocessing::shared_memory::internal
