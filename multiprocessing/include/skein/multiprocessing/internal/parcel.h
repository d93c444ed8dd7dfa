// skein/multiprocessing/internal/parcel.h - what a new process is given: bytes, and the descriptors they speak of.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_PARCEL_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_PARCEL_H_

#include <skein/core/export.h>
#include <skein/multiprocessing/internal/descriptor.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace skein::inline v0::multiprocessing::internal {

struct Parcel {
  std::vector<std::byte> bytes;
  std::vector<Descriptor> descriptors;
};

// While one lives, what the calling thread pickles may hold what is shared by inheritance alone: locks, queues,
// connections, blocks of shared memory. They put their descriptors into the parcel. Nests; the innermost counts.
class SKEIN_API Packing {
 public:
  explicit Packing(Parcel& parcel) noexcept;
  ~Packing();
  Packing(const Packing&) = delete;
  Packing& operator=(const Packing&) = delete;

 private:
  friend SKEIN_API std::uint32_t pack_descriptor(int number);

  Parcel& parcel_;
  Packing* outer_;
  std::vector<std::pair<int, std::uint32_t>> packed_;  // The number here, and its place in the parcel.
};

// The other side of it: while one lives, what the calling thread unpickles finds its descriptors in `parcel`.
class SKEIN_API Unpacking {
 public:
  explicit Unpacking(const Parcel& parcel) noexcept;
  ~Unpacking();
  Unpacking(const Unpacking&) = delete;
  Unpacking& operator=(const Unpacking&) = delete;

 private:
  friend SKEIN_API int unpack_descriptor(std::uint32_t place);

  const Parcel& parcel_;
  Unpacking* outer_;
};

// Puts a duplicate of `number` into the parcel that this thread packs, once for each number, and says where. `number`
// must stay open until the packing ends.
// Errors: RuntimeError if this thread packs none; OSError.
[[nodiscard]] SKEIN_API std::uint32_t pack_descriptor(int number);
// The descriptor at that place of the parcel that this thread unpacks, which keeps it: duplicate it.
// Errors: RuntimeError if this thread unpacks none, or it has no such place.
[[nodiscard]] SKEIN_API int unpack_descriptor(std::uint32_t place);

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_PARCEL_H_
