// A named block that is mapped here, and the table of all of them.
#ifndef SKEIN_MULTIPROCESSING_SRC_NAMED_BLOCK_H_
#define SKEIN_MULTIPROCESSING_SRC_NAMED_BLOCK_H_

#include <skein/core/internal/platform.h>
#include <skein/multiprocessing/internal/descriptor.h>

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "block_record.h"

namespace skein::inline v0::multiprocessing::shared_memory::internal {

using multiprocessing::internal::Descriptor;

// Whoever has a block open holds a shared flock on its file. So prune(), which takes it exclusively for a moment, finds
// out whether anybody does, however they may have ended. A forked child opens the file anew, since a flock belongs to
// the opening, which it would share with its parent.
class NamedBlock {
 public:
  // Both: see SharedMemory.
  static std::shared_ptr<NamedBlock> create(std::string name, std::uint64_t size, bool track,
                                            const std::function<void(std::byte*)>& fill);
  static std::shared_ptr<NamedBlock> attach(std::string name);

  explicit NamedBlock(std::string name) : name_(std::move(name)) {}
  ~NamedBlock();
  NamedBlock(const NamedBlock&) = delete;
  NamedBlock& operator=(const NamedBlock&) = delete;

  [[nodiscard]] std::byte* data() const noexcept { return data_.load(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  void close() noexcept;
  void unlink();

  // For the table, under its lock, around a fork: has the file opened for the child before there is one, so that it
  // is never without its lock. Only calls that are safe in a forked child.
  void before_fork() noexcept;
  void after_fork_in_parent() noexcept;
  void after_fork_in_child() noexcept;
  // Lets prune() have what this process keeps open, if it is of this process's own family.
  void let_go() noexcept;

 private:
  // Errors: OSError.
  void map(std::uint64_t bytes);
  void identify();

  std::string name_;  // As given: without the '/' that stands before it in messages.
  Descriptor file_;
  Descriptor for_child_;
  skein::internal::Atomic<std::byte*> data_{nullptr};
  std::uint64_t mapped_ = 0;
  std::size_t size_ = 0;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  BlockRecord record_;  // Of skein's own.
};

// Calls `visit` for each block that this process has open, under the table's lock.
void for_each_open_block(void (*visit)(NamedBlock& block)) noexcept;

// The folder of the blocks.
// Errors: OSError.
Descriptor open_folder();

// Removes the file from the folder if that name is (still) the open file's. Two processes of skein's that remove one
// file do not both look before either has removed it, so that no later file of that name goes.
// Returns 0, or an errno: ENOENT if the name is gone or another file's. A kill in the middle leaves the name.
int remove_if_same(int folder, const char* file_name, int file);

}  // namespace skein::inline v0::multiprocessing::shared_memory::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_NAMED_BLOCK_H_
