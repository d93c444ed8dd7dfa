#include "shared_area.h"

#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "memory_limit.h"

namespace skein::inline v0::multiprocessing::internal {

namespace {

constexpr std::uint64_t kPage = 4096;
constexpr std::uint64_t kAlignment = 64;
// What the first payload that needs a place gets at least.
constexpr std::uint64_t kFirst = std::uint64_t{64} << 10;
// Below this the memory that there is is not looked up.
constexpr std::uint64_t kSmall = std::uint64_t{1} << 20;

constexpr std::uint64_t round_up(std::uint64_t size, std::uint64_t to) noexcept { return (size + to - 1) / to * to; }

[[noreturn]] void throw_error(int error, const char* what) {
  throw OSError(std::error_code(error, std::generic_category()), what);
}

}  // namespace

int SharedArea::make_file() noexcept {
  const int file = ::memfd_create("skein-pool", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file < 0) return -1;
  if (::fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK) == 0) return file;
  const int error = errno;
  ::close(file);
  errno = error;
  return -1;
}

SharedArea::~SharedArea() {
  if (data_ != nullptr) ::munmap(data_, mapped_);
}

void SharedArea::reserve(std::size_t from, std::size_t size) {
  if (size <= from) return;
  // Otherwise the system would kill somebody for it.
  if (size - from > kSmall && size - from > available_memory()) throw_error(ENOMEM, "no memory for a call's data");
  int failed = EINTR;
  while (failed == EINTR) {
    failed = SKEIN_FAULT_EINTR("engine.reserve")
                 ? ENOSPC
                 : ::posix_fallocate(file_, static_cast<off_t>(from_ + from), static_cast<off_t>(size - from));
  }
  if (failed != 0) throw_error(failed, "no memory for a call's data");
}

void SharedArea::release_beyond(std::size_t size) noexcept {
  struct stat status{};
  if (::fstat(file_, &status) != 0) return;
  const auto end = static_cast<std::size_t>(status.st_size);
  if (end <= from_ + size) return;
  // If it fails, the memory is just kept.
  static_cast<void>(::fallocate(file_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(from_ + size),
                                static_cast<off_t>(end - from_ - size)));
}

void SharedArea::map(std::size_t size) {
  struct stat status{};
  if (::fstat(file_, &status) != 0) throw_error(errno, "cannot look at shared memory");
  const auto there = static_cast<std::size_t>(status.st_size);
  if (there < from_ || there - from_ < size) throw RuntimeError("the other side speaks of memory that is not there");
  // All that there is, so that it is done seldom.
  const std::size_t whole = there - from_;
  void* const data = ::mmap(nullptr, whole, PROT_READ | PROT_WRITE, MAP_SHARED, file_, static_cast<off_t>(from_));
  if (data == MAP_FAILED) throw_error(errno, "cannot map shared memory");
  static_cast<void>(::madvise(data, whole, MADV_DONTFORK));
  if (data_ != nullptr) ::munmap(data_, mapped_);
  data_ = static_cast<std::byte*>(data);
  mapped_ = whole;
}

std::span<std::byte> SharedArea::at(std::uint64_t where, std::uint64_t size) {
  if (where > mapped_ || size > mapped_ - where) {
    if (size > (std::uint64_t{1} << 62) || where > (std::uint64_t{1} << 62)) {
      throw RuntimeError("the other side speaks of memory that is not there");
    }
    map(where + size);
  }
  return {data_ + where, size};
}

std::uint64_t PayloadPlaces::take(std::size_t asked) {
  const std::uint64_t size = round_up(std::max<std::size_t>(asked, 1), kAlignment);
  if (limit_ - cursor_ < size && !find_gap(size)) {
    const std::uint64_t end =
        round_up(capacity_ + std::max(size, used_.empty() ? kFirst : std::min(capacity_, kKeep)), kPage);
    area_.reserve(capacity_, end);
    cursor_ = capacity_;
    limit_ = capacity_ = end;
  }
  const std::uint64_t where = cursor_;
  used_.emplace_hint(used_.end(), where, where + size);
  cursor_ += size;
  return where;
}

// The first one from the cursor on, then from the beginning.
bool PayloadPlaces::find_gap(std::uint64_t size) noexcept {
  for (const std::uint64_t start : {cursor_, std::uint64_t{0}}) {
    std::uint64_t begin = start;
    for (auto next = used_.lower_bound(start);; ++next) {
      const std::uint64_t end = next == used_.end() ? capacity_ : next->first;
      if (end > begin && end - begin >= size) {
        cursor_ = begin;
        limit_ = end;
        return true;
      }
      if (next == used_.end()) break;
      begin = next->second;
    }
  }
  return false;
}

void PayloadPlaces::give_back(std::uint64_t where) noexcept {
  used_.erase(where);
  if (!used_.empty() || capacity_ <= kKeep) return;
  area_.release_beyond(kKeep);
  capacity_ = kKeep;
  cursor_ = 0;
  limit_ = kKeep;
}

}  // namespace skein::inline v0::multiprocessing::internal
