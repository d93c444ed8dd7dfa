// Handles onto shared memory, pickled into the parcel of a new process and out of it: what locks and queues do.
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/multiprocessing/internal/parcel.h>
#include <skein/multiprocessing/internal/shared_block.h>
#include <skein/pickle.h>

#include <cstddef>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace skein::testing {

using multiprocessing::internal::BlockAddress;
using multiprocessing::internal::BlockKind;
using multiprocessing::internal::Packing;
using multiprocessing::internal::Parcel;
using multiprocessing::internal::SharedBlock;
using multiprocessing::internal::Unpacking;

class Handle {
 public:
  Handle() = default;
  explicit Handle(int value) : block_(BlockKind::kValue, sizeof(int)) { block_.as<int>() = value; }
  [[nodiscard]] int& value() const { return block_.as<int>(); }
  friend bool operator==(const Handle&, const Handle&) = default;

  template <class Archive>
  void save(Archive& archive) const {
    archive(block_.pack());
  }
  template <class Archive>
  void load(Archive& archive) {
    BlockAddress address;
    archive(address);
    block_ = SharedBlock::unpack(address, BlockKind::kValue);
  }

 private:
  SharedBlock block_;
};

namespace {

using Arguments = std::tuple<Handle, std::string, std::vector<Handle>>;

TEST(PickleParcel, AHandleIsTheSameBlockOnTheOtherSide) {
  static_assert(pickle::Picklable<Handle> && pickle::Picklable<BlockAddress>);
  const Handle handle(5);
  Parcel parcel;
  {
    const Packing packing(parcel);
    parcel.bytes = pickle::dumps(Arguments(handle, "beside it", {handle, Handle(6)}));
  }
  EXPECT_FALSE(parcel.descriptors.empty());
  const Unpacking unpacking(parcel);
  const auto [first, text, others] = pickle::loads<Arguments>(parcel.bytes);
  EXPECT_EQ(first, handle);
  EXPECT_EQ(first, others[0]);
  EXPECT_EQ(text, "beside it");
  EXPECT_EQ(others[1].value(), 6);
  first.value() = 7;
  EXPECT_EQ(handle.value(), 7);
}

// As Python: "... should only be shared between processes through inheritance".
TEST(PickleParcel, OutsideOfAParcelItIsARuntimeErrorBothWays) {
  const Handle handle(5);
  EXPECT_THROW(static_cast<void>(pickle::dumps(handle)), RuntimeError);
  Parcel parcel;
  std::vector<std::byte> bytes;
  {
    const Packing packing(parcel);
    bytes = pickle::dumps(handle);
  }
  EXPECT_THROW(static_cast<void>(pickle::loads<Handle>(bytes)), RuntimeError);
}

// An address is not trusted either: each of its bytes changed is refused, or still means this block.
TEST(PickleParcel, P34_AnAddressThatWasChangedIsAnError) {
  const Handle handle(5);
  Parcel parcel;
  {
    const Packing packing(parcel);
    parcel.bytes = pickle::dumps(handle);
  }
  const Unpacking unpacking(parcel);
  const std::size_t start = parcel.bytes.size() - sizeof(BlockAddress);
  for (std::size_t i = start; i < parcel.bytes.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      auto bytes = parcel.bytes;
      bytes[i] ^= static_cast<std::byte>(1U << bit);
      try {
        EXPECT_EQ(pickle::loads<Handle>(bytes), handle) << i - start;
      } catch (const RuntimeError&) {
        continue;
      } catch (const OSError&) {
        continue;
      }
    }
  }
}

}  // namespace
}  // namespace skein::testing
