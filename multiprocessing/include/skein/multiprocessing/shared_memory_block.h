// skein/multiprocessing/shared_memory_block.h - a named block of shared memory. Python:
// multiprocessing.shared_memory.SharedMemory.
#ifndef SKEIN_MULTIPROCESSING_SHARED_MEMORY_BLOCK_H_
#define SKEIN_MULTIPROCESSING_SHARED_MEMORY_BLOCK_H_

#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/held_block.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace skein::inline v0::multiprocessing::shared_memory {

namespace internal {
class NamedBlock;
}  // namespace internal

// The keyword arguments of SharedMemory.
struct SharedMemoryOptions {
  std::optional<std::string> name{};  // Left out: a new random one. Required unless `create`.
  bool create = false;                // Makes a new block; else attaches to the one of that name.
  std::int64_t size = 0;              // Bytes of a new block. Attaching does not look at it.
  bool track = true;                  // See SharedMemory, "Lifetime".
};

// A handle of a block that any process of this user finds by its name; copies of the handle share it, as names of one
// object do in Python. Without need for a name, prefer Value and Array, whose memory is anonymous.
//
// Whoever makes the block owns it, whoever attaches does not, and only a call of unlink() takes its name away, in
// Python's manner: the destructor and close() never do, nor does an attach that fails.
//
// Threads:  copies are independent; close() only when no other thread uses the memory. What lies in the memory is
//           nobody's: guard it with a Lock.
// Lifetime: the memory stays until the name is gone and no process maps it. `track`, on the side that creates, stands
//           for Python's resource tracker: what a tracked block's family of processes (the first one, and all that were
//           started from it as Process or by fork()) leaves behind is removed, with a message, when that first process
//           exits, provided that it has itself made or attached to a tracked one; or by prune(), after the family was
//           killed. In both cases only if no process of skein has the block open. One that is not tracked stays until
//           somebody calls unlink(). (CPython's tracker also removes what its family had only attached to, under the
//           feet of the owner; skein does not.)
// Ordering: none by itself, as for any memory.
// Cost:     some system calls to create or attach; none to use it.
// Death:    a creator that is killed on the way leaves nothing, since the name comes last, when all is in place; so
//           nobody ever attaches to half a block. A process that dies later leaves the block, for prune() if tracked.
//
// The file is 0600 in /dev/shm, made by O_EXCL's rule (never adopted), with all its pages reserved: a full /dev/shm
// is an OSError (ENOSPC) here and no SIGBUS later. Behind the bytes that were asked for lies a record of 80 bytes with
// the format's version and who made it, so that another Python or C program reads the bytes as they are and sees a
// block that is a little larger than asked for, which Python's documentation allows for. Blocks that others made,
// Python's too, are attached to as they are.
//
// In a forked child a handle goes on as it was; pickled, it travels as its name and attaches on the other side.
class SharedMemory {
 public:
  using Options = SharedMemoryOptions;

  // No block, as after close() with no name: for archives. (Python: a ValueError.)
  SharedMemory() noexcept = default;
  explicit SharedMemory(multiprocessing::internal::Unpickled) noexcept {}

  // Errors: ValueError if `size` is negative, or zero with `create`; if there is no name without `create`; if the
  //         name holds a NUL, or an empty file has it. FileExistsError if the name is taken, FileNotFoundError if
  //         nobody has it (or it is being pruned), PermissionError if the file is another user's or open to others;
  //         OSError: EINVAL for a name that is empty or holds a '/' (but in front), ENAMETOOLONG, ENOMEM for sizes that
  //         cannot be mapped, ENOSPC if there is no room. RuntimeError if another format of skein made the block.
  SKEIN_API explicit SharedMemory(const Options& options);
  // The same, in Python's order.
  template <std::same_as<bool> B = bool>
  explicit SharedMemory(std::string name, B create = false, std::int64_t size = 0)
      : SharedMemory(Options{.name = std::move(name), .create = create, .size = size}) {}
  template <std::same_as<bool> B = bool>
  explicit SharedMemory(NoneType, B create = false, std::int64_t size = 0)
      : SharedMemory(Options{.create = create, .size = size}) {}

  // The memory: size() bytes, from a page's start, zero when new. After close(), empty; so is what earlier calls gave
  // not to be touched any more. Python: the property buf.
  [[nodiscard]] SKEIN_API std::span<std::byte> buf() const noexcept;
  // The name to attach by. Also after close() and unlink().
  [[nodiscard]] SKEIN_API const std::string& name() const noexcept;
  // Bytes asked for by whoever made it. Also after close().
  [[nodiscard]] SKEIN_API std::size_t size() const noexcept;

  // Unmaps the memory, for all copies of this handle; the block stays. Closed already: does nothing.
  SKEIN_API void close() const noexcept;
  // Takes the block's name away: nobody can attach any more, and the memory is freed once nobody maps it. Owner or not,
  // closed or not; once only. If the name is another block's by now, that one keeps it.
  // Errors: FileNotFoundError if the name is gone.
  SKEIN_API void unlink() const;

  // Python: repr().
  [[nodiscard]] SKEIN_API std::string repr() const;

  // Whether both are copies of one handle.
  friend bool operator==(const SharedMemory& a, const SharedMemory& b) noexcept { return a.block_ == b.block_; }

  // The name travels. Loading attaches.
  // Errors: as attaching.
  template <class Archive>
  void save(Archive& archive) const {
    archive(name());
  }
  template <class Archive>
  void load(Archive& archive) {
    std::string name;
    archive(name);
    *this = name.empty() ? SharedMemory() : SharedMemory(std::move(name));
  }

 private:
  friend class ShareableList;

  // `fill` gets the memory of the new block before that has its name.
  SKEIN_API SharedMemory(const Options& options, const std::function<void(std::byte*)>& fill);

  std::shared_ptr<internal::NamedBlock> block_;
};

// Removes what programs that were killed have left in /dev/shm, and returns the names. Only tracked blocks of skein's,
// of this user and this process table (pid namespace), whose creator and family's first process are both gone, and
// which no process of skein has open. Never touches anything else; it is safe to call at the start of every program,
// at any time and from several processes at once. A kill in the middle leaves the rest for the next call.
// Python: the resource tracker.
// Errors: OSError if /dev/shm cannot be read. A block that cannot be looked at is passed over.
SKEIN_API std::vector<std::string> prune();

}  // namespace skein::inline v0::multiprocessing::shared_memory

#endif  // SKEIN_MULTIPROCESSING_SHARED_MEMORY_BLOCK_H_
