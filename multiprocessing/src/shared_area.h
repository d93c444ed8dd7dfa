// shared_area.h - memory that one process writes payloads into and another reads: it grows, and never shrinks under the
// reader.
#ifndef SKEIN_MULTIPROCESSING_SRC_SHARED_AREA_H_
#define SKEIN_MULTIPROCESSING_SRC_SHARED_AREA_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>

namespace skein::inline v0::multiprocessing::internal {

// One process's mapping of an anonymous file, from a place of it on. Children that this process forks do not have it.
class SharedArea {
 public:
  // A new file, close-on-exec, that cannot shrink: -1 and errno if there is none to be had.
  static int make_file() noexcept;

  // `file` stays the caller's. `from`: a multiple of the page size.
  SharedArea(int file, std::size_t from) noexcept : file_(file), from_(from) {}
  ~SharedArea();
  SharedArea(const SharedArea&) = delete;
  SharedArea& operator=(const SharedArea&) = delete;

  // The writer: from now on the bytes up to `size` may be touched; no SIGBUS later.
  // Errors: OSError (ENOMEM, ENOSPC).
  void reserve(std::size_t from, std::size_t size);
  // Gives the memory of the bytes from `size` on back to the system.
  void release_beyond(std::size_t size) noexcept;
  // What lies there. Stays there until the next call for a place that is not mapped yet.
  // Errors: RuntimeError if the file does not reach that far; OSError.
  [[nodiscard]] std::span<std::byte> at(std::uint64_t where, std::uint64_t size);

 private:
  void map(std::size_t size);

  const int file_;
  const std::size_t from_;
  std::byte* data_ = nullptr;
  std::size_t mapped_ = 0;
};

// The writer's side: finds places for payloads in an area that it alone writes. Places may be given back in any order.
class PayloadPlaces {
 public:
  explicit PayloadPlaces(SharedArea& area) noexcept : area_(area) {}

  // Errors: OSError if there is no memory for it.
  [[nodiscard]] std::uint64_t take(std::size_t size);
  void give_back(std::uint64_t where) noexcept;

 private:
  // As much is kept when nothing is in use.
  static constexpr std::uint64_t kKeep = std::uint64_t{8} << 20;

  bool find_gap(std::uint64_t size) noexcept;

  SharedArea& area_;
  std::map<std::uint64_t, std::uint64_t> used_;  // Where each begins and ends.
  std::uint64_t capacity_ = 0;
  // Between them nothing is used.
  std::uint64_t cursor_ = 0;
  std::uint64_t limit_ = 0;
};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_SHARED_AREA_H_
