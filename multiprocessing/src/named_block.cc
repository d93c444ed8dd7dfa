#include "named_block.h"

#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/core/internal/platform.h>
#include <skein/threading/lock.h>

#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <string_view>
#include <utility>

namespace skein::inline v0::multiprocessing::shared_memory::internal {

namespace {

constexpr const char* kFolder = "/dev/shm";  // Where shm_open() has them.
constexpr std::size_t kLongestName = 256;    // shm_open() knows longer ones for wrong without asking the system.
constexpr std::uint64_t kLargest = std::uint64_t{1} << 62;
constexpr off_t kStep = off_t{16} << 20;  // A signal undoes what the call in progress has reserved: no more than this.
constexpr mode_t kMode = 0600;
constexpr mode_t kOthers = 0077;

[[noreturn]] void throw_about(int number, const std::string& name) {
  skein::internal::throw_os_error(number, "/" + name);
}

// The blocks that this process has open.
class Table {
 public:
  // Never destroyed: handles in static objects outlive everything.
  static Table& get() {
    static Table* const table = [] {
      static_cast<void>(skein::internal::thread_token());  // Its own fork handlers come first.
      auto made = std::make_unique<Table>();
      ::pthread_atfork(
          [] {
            get().lock_.acquire();
            for (NamedBlock* block : get().open_) block->before_fork();
          },
          [] {
            for (NamedBlock* block : get().open_) block->after_fork_in_parent();
            get().lock_.release();
          },
          [] {
            for (NamedBlock* block : get().open_) block->after_fork_in_child();
            get().lock_.release();
          });
      return made.release();
    }();
    return *table;
  }

  threading::Lock& lock() noexcept { return lock_; }
  [[nodiscard]] const std::vector<NamedBlock*>& open() const noexcept { return open_; }

  void add(NamedBlock* block) {
    const std::scoped_lock guard(lock_);
    open_.push_back(block);
  }
  // Under the lock. Whether it was there.
  bool remove(NamedBlock* block) noexcept {
    const auto at = std::find(open_.begin(), open_.end(), block);
    if (at == open_.end()) return false;
    open_.erase(at);
    return true;
  }

 private:
  threading::Lock lock_;
  std::vector<NamedBlock*> open_;
};
// Made when the library is loaded, not in a thread that may be in the middle of it when another one forks.
[[maybe_unused]] const Table& g_made_at_load = Table::get();

// What shm_open() makes of a name: the file's. Throws as that would for names that it does not take.
std::string file_name_of(const std::string& name) {
  if (name.find('\0') != std::string::npos) throw ValueError("embedded null character");
  const std::size_t start = name.find_first_not_of('/');
  std::string file = start == std::string::npos ? std::string() : name.substr(start);
  if (file.empty() || file.find('/') != std::string::npos || file.size() > kLongestName) throw_about(EINVAL, name);
  return file;
}

// A lock of its own kind on the file's first byte: who removes the name holds it.
class RemovalLock {
 public:
  explicit RemovalLock(int file) noexcept : file_(file) {
    // Others hold it for an instant; one that is stopped meanwhile does not stop everybody.
    for (int tries = 0; tries < 200 && !set(F_WRLCK); ++tries) {
      const timespec pause{.tv_sec = 0, .tv_nsec = 1'000'000};
      ::nanosleep(&pause, nullptr);
    }
  }
  ~RemovalLock() { set(F_UNLCK); }
  RemovalLock(const RemovalLock&) = delete;
  RemovalLock& operator=(const RemovalLock&) = delete;

 private:
  bool set(short kind) const noexcept {
    struct flock range{};
    range.l_type = kind;
    range.l_whence = SEEK_SET;
    range.l_len = 1;
    return ::fcntl(file_, F_OFD_SETLK, &range) == 0;
  }

  int file_;
};

}  // namespace

void for_each_open_block(void (*visit)(NamedBlock& block)) noexcept {
  const std::scoped_lock guard(Table::get().lock());
  for (NamedBlock* block : Table::get().open()) visit(*block);
}

Descriptor open_folder() {
  Descriptor folder(::open(kFolder, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) skein::internal::throw_os_error(errno, kFolder);
  return folder;
}

int remove_if_same(int folder, const char* file_name, int file) {
  struct stat open_one{};
  struct stat named{};
  if (::fstat(file, &open_one) != 0) return errno;
  const RemovalLock alone(file);
  if (::fstatat(folder, file_name, &named, AT_SYMLINK_NOFOLLOW) != 0) return errno;
  if (named.st_dev != open_one.st_dev || named.st_ino != open_one.st_ino) return ENOENT;
  SKEIN_FAULT("memory.unlinking");
  return ::unlinkat(folder, file_name, 0) == 0 ? 0 : errno;
}

std::shared_ptr<NamedBlock> NamedBlock::create(std::string name, std::uint64_t size, bool track,
                                               const std::function<void(std::byte*)>& fill) {
  const std::string file_name = file_name_of(name);
  const Descriptor folder = open_folder();
  struct stat taken{};
  // Not the decision, which comes last; but so that nothing is reserved in vain.
  if (::fstatat(folder.number(), file_name.c_str(), &taken, AT_SYMLINK_NOFOLLOW) == 0) {
    throw_about(EEXIST, name);
  }
  if (size > kLargest) throw_about(ENOMEM, name);
  auto block = std::make_shared<NamedBlock>(std::move(name));
  // A file without a name: it goes with this process, whatever happens to that.
  block->file_ = Descriptor(::open(kFolder, O_TMPFILE | O_RDWR | O_CLOEXEC, kMode));
  if (!block->file_) throw_about(errno, block->name_);
  SKEIN_FAULT("memory.made");
  const int file = block->file_.number();
  const auto bytes = static_cast<off_t>(file_size(size));
  if (::ftruncate(file, bytes) != 0) throw_about(errno, block->name_);
  SKEIN_FAULT("memory.sized");
  block->map(static_cast<std::uint64_t>(bytes));
  SKEIN_FAULT("memory.mapped");
  // Without this, memory would be looked for at the first touch, where its lack is a SIGBUS.
  for (off_t at = 0; at < bytes;) {
    const int refused = ::posix_fallocate(file, at, std::min(kStep, bytes - at));
    if (refused == EINTR || SKEIN_FAULT_EINTR("memory.reserving")) continue;
    if (refused != 0) throw_about(refused, block->name_);
    at += kStep;
  }
  SKEIN_FAULT("memory.reserved");
  if (fill) fill(block->data());
  block->size_ = size;
  block->record_ = make_record(size, track);
  const auto end = static_cast<std::size_t>(bytes);
  *reinterpret_cast<BlockRecord*>(block->data() + end - sizeof(BlockRecord)) = block->record_;
  block->identify();
  if (::flock(file, LOCK_SH | LOCK_NB) != 0) throw_about(errno, block->name_);
  Table::get().add(block.get());
  SKEIN_FAULT("memory.recorded");
  // All is there: now the name, if nobody has it.
  const std::string self = "/proc/self/fd/" + std::to_string(file);
  if (::linkat(AT_FDCWD, self.c_str(), folder.number(), file_name.c_str(), AT_SYMLINK_FOLLOW) != 0) {
    throw_about(errno, block->name_);
  }
  try {
    SKEIN_FAULT("memory.named");
  } catch (...) {
    remove_if_same(folder.number(), file_name.c_str(), file);
    throw;
  }
  return block;
}

std::shared_ptr<NamedBlock> NamedBlock::attach(std::string name) {
  const std::string file_name = file_name_of(name);
  auto block = std::make_shared<NamedBlock>(std::move(name));
  block->file_ = Descriptor(::shm_open(("/" + file_name).c_str(), O_RDWR, 0));
  if (!block->file_) throw_about(errno, block->name_);
  SKEIN_FAULT("memory.opened");
  const int file = block->file_.number();
  struct stat status{};
  if (::fstat(file, &status) != 0) throw_about(errno, block->name_);
  if (!S_ISREG(status.st_mode)) throw_about(EINVAL, block->name_);
  // Somebody else may have put it there, to read or to shrink what this process writes.
  if (status.st_uid != ::geteuid() || (status.st_mode & kOthers) != 0) throw_about(EACCES, block->name_);
  // prune() has it: it is as good as gone.
  if (::flock(file, LOCK_SH | LOCK_NB) != 0) throw_about(errno == EWOULDBLOCK ? ENOENT : errno, block->name_);
  if (::fstat(file, &status) != 0) throw_about(errno, block->name_);
  if (status.st_nlink == 0) throw_about(ENOENT, block->name_);
  if (status.st_size == 0) throw ValueError("cannot mmap an empty file");
  const auto bytes = static_cast<std::uint64_t>(status.st_size);
  block->size_ = bytes;
  if (const auto record = read_record(file, bytes)) {
    if (record->version != kBlockFormat) {
      throw RuntimeError(record->version == 0 ? "the record of the shared memory '/" + block->name_ + "' is damaged"
                                              : "the shared memory '/" + block->name_ + "' has format " +
                                                    std::to_string(record->version) +
                                                    ", of another version of skein; this one reads format " +
                                                    std::to_string(kBlockFormat));
    }
    block->record_ = *record;
    block->size_ = record->size;
  }
  block->map(bytes);
  block->identify();
  Table::get().add(block.get());
  SKEIN_FAULT("memory.attached");
  return block;
}

NamedBlock::~NamedBlock() { close(); }

void NamedBlock::map(std::uint64_t bytes) {
  void* const base = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file_.number(), 0);
  if (base == MAP_FAILED) throw_about(errno, name_);
  mapped_ = bytes;
  data_.store(static_cast<std::byte*>(base));
}

void NamedBlock::identify() {
  struct stat status{};
  if (::fstat(file_.number(), &status) != 0) throw_about(errno, name_);
  device_ = status.st_dev;
  inode_ = status.st_ino;
}

void NamedBlock::close() noexcept {
  // Under the table's lock, so that a fork sees it open or closed.
  const std::scoped_lock guard(Table::get().lock());
  Table::get().remove(this);
  if (std::byte* const data = data_.exchange(nullptr)) ::munmap(data, mapped_);
  file_.close();
}

void NamedBlock::unlink() {
  const std::string file_name = file_name_of(name_);
  const Descriptor folder = open_folder();
  // The file itself, to compare and to lock. Opened by name, so that this goes on after close(), too.
  const Descriptor file(::openat(folder.number(), file_name.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file) throw_about(errno, name_);
  struct stat status{};
  if (::fstat(file.number(), &status) != 0) throw_about(errno, name_);
  if (status.st_dev != device_ || status.st_ino != inode_) throw_about(ENOENT, name_);
  // The number of a file that is gone may be used again.
  if (record_.version != 0) {
    const auto there = read_record(file.number(), static_cast<std::uint64_t>(status.st_size));
    if (there && there->version == kBlockFormat && there->token != record_.token) throw_about(ENOENT, name_);
  }
  const int refused = remove_if_same(folder.number(), file_name.c_str(), file.number());
  if (refused != 0) throw_about(refused, name_);
}

void NamedBlock::before_fork() noexcept {
  if (!file_) return;
  const int saved = errno;
  std::array<char, 32> path{};
  std::snprintf(path.data(), path.size(), "/proc/self/fd/%d", file_.number());
  // Where it fails, the child and this process will have it open as one.
  for_child_ = Descriptor(::open(path.data(), O_RDWR | O_CLOEXEC));
  if (for_child_ && ::flock(for_child_.number(), LOCK_SH | LOCK_NB) != 0) for_child_.close();
  errno = saved;
}

void NamedBlock::after_fork_in_parent() noexcept { for_child_.close(); }

void NamedBlock::after_fork_in_child() noexcept {
  if (!for_child_) return;
  ::dup3(for_child_.number(), file_.number(), O_CLOEXEC);
  for_child_.close();
}

void NamedBlock::let_go() noexcept {
  if (file_ && record_.version != 0 && record_.root() == family_root()) ::flock(file_.number(), LOCK_UN);
}

}  // namespace skein::inline v0::multiprocessing::shared_memory::internal
