#include <skein/core/errors.h>
#include <skein/multiprocessing/internal/parcel.h>

#include <utility>

namespace skein::inline v0::multiprocessing::internal {

namespace {

constinit thread_local Packing* t_packing = nullptr;
constinit thread_local Unpacking* t_unpacking = nullptr;

}  // namespace

Packing::Packing(Parcel& parcel) noexcept : parcel_(parcel), outer_(std::exchange(t_packing, this)) {}
Packing::~Packing() { t_packing = outer_; }

Unpacking::Unpacking(const Parcel& parcel) noexcept : parcel_(parcel), outer_(std::exchange(t_unpacking, this)) {}
Unpacking::~Unpacking() { t_unpacking = outer_; }

std::uint32_t pack_descriptor(int number) {
  if (t_packing == nullptr) {
    throw RuntimeError(
        "objects of this kind are shared between processes by inheritance only: give them to a Process as arguments");
  }
  for (const auto& [packed, place] : t_packing->packed_) {
    if (packed == number) return place;
  }
  auto& descriptors = t_packing->parcel_.descriptors;
  const auto place = static_cast<std::uint32_t>(descriptors.size());
  t_packing->packed_.emplace_back(number, place);
  try {
    descriptors.push_back(Descriptor::duplicate(number));
  } catch (...) {
    t_packing->packed_.pop_back();
    throw;
  }
  return place;
}

int unpack_descriptor(std::uint32_t place) {
  if (t_unpacking == nullptr) {
    throw RuntimeError(
        "objects of this kind are shared between processes by inheritance only: they cannot be unpickled "
        "but in the process that was given them");
  }
  const auto& descriptors = t_unpacking->parcel_.descriptors;
  if (place >= descriptors.size() || !descriptors[place]) {
    throw RuntimeError("the parcel of the new process holds no such descriptor");
  }
  return descriptors[place].number();
}

}  // namespace skein::inline v0::multiprocessing::internal
