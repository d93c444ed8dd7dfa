#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing/shared_memory_block.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "block_record.h"
#include "named_block.h"

namespace skein::inline v0::multiprocessing::shared_memory {

using internal::BlockRecord;
using internal::Descriptor;
using internal::NamedBlock;

namespace {

// Whether the file is one that skein made for this user, by what can be seen from outside.
bool looks_like_ours(const struct stat& status) noexcept {
  return S_ISREG(status.st_mode) && status.st_uid == ::geteuid() && (status.st_mode & 077) == 0 &&
         status.st_size > static_cast<off_t>(sizeof(BlockRecord));
}

using Predicate = bool (*)(const BlockRecord& record);

// Removes one file if `goes` says so of its record and nobody has it open.
bool remove_left_over(int folder, const char* file_name, Predicate goes) {
  struct stat seen{};
  if (::fstatat(folder, file_name, &seen, AT_SYMLINK_NOFOLLOW) != 0 || !looks_like_ours(seen)) return false;
  const Descriptor file(::openat(folder, file_name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat opened{};
  if (!file || ::fstat(file.number(), &opened) != 0 || !looks_like_ours(opened)) return false;
  const auto record = internal::read_record(file.number(), static_cast<std::uint64_t>(opened.st_size));
  if (!record || record->version != internal::kBlockFormat || !goes(*record)) return false;
  // Who attaches from here on is refused; who has attached refuses this.
  if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) return false;
  SKEIN_FAULT("memory.pruning");
  return internal::remove_if_same(folder, file_name, file.number()) == 0;
}

std::vector<std::string> remove_left_overs(Predicate goes) {
  Descriptor folder = internal::open_folder();
  struct Close {
    void operator()(DIR* entries) const noexcept { ::closedir(entries); }
  };
  const std::unique_ptr<DIR, Close> entries(::fdopendir(folder.number()));
  if (entries == nullptr) skein::internal::throw_os_error(errno, "/dev/shm");
  static_cast<void>(folder.release());  // It is `entries`' now.
  std::vector<std::string> removed;
  while (const dirent* const entry = ::readdir(entries.get())) {  // NOLINT(concurrency-mt-unsafe): of its own stream
    if (remove_left_over(::dirfd(entries.get()), entry->d_name, goes)) removed.emplace_back(entry->d_name);
  }
  return removed;
}

bool is_of_this_table(const BlockRecord& record) noexcept {
  return record.tracked != 0 && record.pid_namespace != 0 && record.pid_namespace == internal::pid_namespace();
}

// What the family of this process has left, at its end. In other processes of the family: nothing, since others of it
// may attach yet.
void clean_up_at_exit() {
  const internal::Identity self = multiprocessing::internal::self();
  if (!(internal::family_root() == self)) return;
  try {
    internal::for_each_open_block([](NamedBlock& block) { block.let_go(); });
    const auto removed = remove_left_overs(
        [](const BlockRecord& record) { return is_of_this_table(record) && record.root() == internal::family_root(); });
    for (const std::string& name : removed) {
      std::fprintf(stderr, "skein: the shared memory '/%s' was not unlinked by the program; it is removed now\n",
                   name.c_str());
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "skein: cannot look for shared memory that was left: %s\n", error.what());
  }
}

}  // namespace

SharedMemory::SharedMemory(const Options& options) : SharedMemory(options, nullptr) {}

SharedMemory::SharedMemory(const Options& options, const std::function<void(std::byte*)>& fill) {
  if (options.size < 0) throw ValueError("'size' must be a positive integer");
  if (options.create && options.size == 0) throw ValueError("'size' must be a positive number different from zero");
  if (!options.create && !options.name) throw ValueError("'name' can only be None if create=True");
  if (options.track) {
    static const int registered = std::atexit(clean_up_at_exit);
    static_cast<void>(registered);
  }
  if (!options.create) {
    block_ = NamedBlock::attach(*options.name);
    return;
  }
  const auto size = static_cast<std::uint64_t>(options.size);
  if (options.name) {
    block_ = NamedBlock::create(*options.name, size, options.track, fill);
    return;
  }
  for (;;) {
    try {
      block_ = NamedBlock::create(internal::random_name(), size, options.track, fill);
      return;
    } catch (const FileExistsError&) {  // Of 128 random bits.
    }
  }
}

std::span<std::byte> SharedMemory::buf() const noexcept {
  std::byte* const data = block_ == nullptr ? nullptr : block_->data();
  return data == nullptr ? std::span<std::byte>() : std::span(data, block_->size());
}

const std::string& SharedMemory::name() const noexcept {
  static const std::string none;
  return block_ == nullptr ? none : block_->name();
}

std::size_t SharedMemory::size() const noexcept { return block_ == nullptr ? 0 : block_->size(); }

void SharedMemory::close() const noexcept {
  if (block_ != nullptr) block_->close();
}

void SharedMemory::unlink() const {
  if (block_ != nullptr) block_->unlink();
}

std::string SharedMemory::repr() const { return "SharedMemory('" + name() + "', size=" + std::to_string(size()) + ")"; }

std::vector<std::string> prune() {
  return remove_left_overs([](const BlockRecord& record) {
    return is_of_this_table(record) && multiprocessing::internal::gone(record.creator()) &&
           multiprocessing::internal::gone(record.root());
  });
}

}  // namespace skein::inline v0::multiprocessing::shared_memory
