#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/core/internal/platform.h>
#include <skein/multiprocessing/internal/descriptor.h>
#include <skein/multiprocessing/internal/parcel.h>
#include <skein/multiprocessing/internal/shared_block.h>
#include <skein/threading/lock.h>

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace skein::inline v0::multiprocessing::internal {

namespace {

constexpr std::uint64_t kMagic = 0x736b'6569'6e2d'7367;      // "skein-sg"
constexpr std::uint32_t kBlockMagic = 0x736b'6274;           // "skbt"
constexpr std::uint32_t kLayout = 1;                         // Of the two headers, and of what lies in the blocks.
constexpr std::size_t kCommonSize = std::size_t{32} * 1024;  // Of a segment for small blocks.
constexpr std::size_t kSmall = std::size_t{4} * 1024;        // Larger blocks get one of their own.
constexpr std::size_t kLine = 64;
constexpr std::size_t kPage = 4096;
constexpr std::size_t kLargest = std::size_t{1} << 46;  // Of a block: half of what 64-bit Linux can map.

struct SegmentHeader {
  std::uint64_t magic;
  std::uint32_t layout;
  std::uint32_t unused;
  std::uint64_t size;
  std::array<std::uint64_t, 2> name;
  skein::internal::Atomic<std::uint64_t> used;  // Bytes from the segment's start. Written by its maker alone.
};
static_assert(sizeof(SegmentHeader) <= kLine);

// Before every block, at a multiple of kLine.
struct BlockHeader {
  std::uint32_t magic;
  std::uint16_t kind;
  std::uint16_t data;  // From the header's start to the block's bytes.
  std::uint64_t size;
};
static_assert(sizeof(BlockHeader) == 16);

[[noreturn]] void throw_errno(const char* what) {
  throw OSError(std::error_code(errno, std::generic_category()), what);
}

constexpr std::size_t round_up(std::size_t size, std::size_t to) noexcept { return (size + to - 1) / to * to; }

}  // namespace

// One mapping.
class Segment {
 public:
  // A new one, with `size` bytes of memory.
  static std::shared_ptr<Segment> make(std::size_t size) {
    Descriptor descriptor(::memfd_create("skein", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!descriptor) throw_errno("cannot make shared memory");
    SKEIN_FAULT("segment.made");
    if (::ftruncate(descriptor.number(), static_cast<off_t>(size)) != 0) throw_errno("cannot size shared memory");
    // Without this the memory would be looked for at the first touch, where its lack is a SIGBUS.
    const int refused = ::posix_fallocate(descriptor.number(), 0, static_cast<off_t>(size));
    if (refused != 0) throw OSError(std::error_code(refused, std::generic_category()), "no room for shared memory");
    SKEIN_FAULT("segment.sized");
    if (::fcntl(descriptor.number(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
      throw_errno("cannot seal shared memory");
    }
    auto segment = std::make_shared<Segment>(std::move(descriptor), size);
    SegmentHeader& header = segment->header();
    header.layout = kLayout;
    header.size = size;
    std::size_t got = 0;
    while (got < sizeof(header.name)) {
      const ssize_t now = ::getrandom(reinterpret_cast<char*>(header.name.data()) + got, sizeof(header.name) - got, 0);
      if (now < 0 && errno != EINTR) throw_errno("no random numbers");
      if (now > 0) got += static_cast<std::size_t>(now);
    }
    header.used.store(kLine);
    header.magic = kMagic;
    segment->name_ = header.name;
    return segment;
  }

  // The one behind a descriptor that another process gave.
  static std::shared_ptr<Segment> map(int number, const std::array<std::uint64_t, 2>& name) {
    struct stat status{};
    if (::fstat(number, &status) != 0) throw_errno("cannot look at shared memory");
    const int seals = ::fcntl(number, F_GET_SEALS);
    if (!S_ISREG(status.st_mode) || seals < 0 || (seals & F_SEAL_SHRINK) == 0 ||
        status.st_size < static_cast<off_t>(kLine)) {
      throw RuntimeError("what came from the other process is no shared memory of skein's");
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    auto segment = std::make_shared<Segment>(Descriptor::duplicate(number), size);
    const SegmentHeader& header = segment->header();
    if (header.magic != kMagic || header.size != size || header.name != name) {
      throw RuntimeError("what came from the other process is no shared memory of skein's");
    }
    if (header.layout != kLayout) {
      throw RuntimeError("shared memory of layout " + std::to_string(header.layout) +
                         " came from a process that uses another version of skein; this one reads layout " +
                         std::to_string(kLayout));
    }
    segment->name_ = name;
    return segment;
  }

  Segment(Descriptor descriptor, std::size_t size) : descriptor_(std::move(descriptor)), size_(size) {
    void* const base = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_.number(), 0);
    if (base == MAP_FAILED) throw_errno("cannot map shared memory");
    base_ = static_cast<std::byte*>(base);
  }
  ~Segment() { ::munmap(base_, size_); }
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  [[nodiscard]] SegmentHeader& header() const noexcept { return *reinterpret_cast<SegmentHeader*>(base_); }
  [[nodiscard]] std::byte* base() const noexcept { return base_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_.number(); }
  [[nodiscard]] const std::array<std::uint64_t, 2>& name() const noexcept { return name_; }

  // A new block; nullptr if it does not fit in any more. For the segment's maker, under the table's lock.
  void* take(BlockKind kind, std::size_t size, std::size_t alignment) noexcept {
    SegmentHeader& head = header();
    const std::size_t used = head.used.load();
    const std::size_t data = round_up(used + sizeof(BlockHeader), std::max(alignment, sizeof(BlockHeader)));
    if (data > size_ || size_ - data < size) return nullptr;
    *reinterpret_cast<BlockHeader*>(base_ + used) = {kBlockMagic, static_cast<std::uint16_t>(kind),
                                                     static_cast<std::uint16_t>(data - used), size};
    SKEIN_FAULT("segment.taken");
    head.used.store(std::min(round_up(data + size, kLine), size_));
    return base_ + data;
  }

  // The header at `offset`, copied once since others can write there; nothing if it is none or does not fit.
  [[nodiscard]] std::optional<BlockHeader> block_at(std::size_t offset) const noexcept {
    if (offset % kLine != 0 || offset < kLine || offset > size_ - sizeof(BlockHeader)) return std::nullopt;
    BlockHeader block;
    std::memcpy(&block, base_ + offset, sizeof(block));
    const std::size_t room = size_ - offset;
    if (block.magic != kBlockMagic || block.data < sizeof(BlockHeader) || block.data > room ||
        block.size > room - block.data) {
      return std::nullopt;
    }
    return block;
  }

 private:
  Descriptor descriptor_;
  std::size_t size_;
  std::byte* base_ = nullptr;
  std::array<std::uint64_t, 2> name_{};
};

namespace {

// The segments that are mapped here, and the one that small blocks are taken from.
class Table {
 public:
  // Never destroyed: handles in static objects outlive everything.
  static Table& get() {
    static Table* const table = [] {
      static_cast<void>(skein::internal::thread_token());  // Its own fork handlers come first.
      auto made = std::make_unique<Table>();
      // A fork while another thread has the lock would leave it held in the child.
      ::pthread_atfork([] { get().lock_.acquire(); }, [] { get().lock_.release(); },
                       [] {
                         get().common_.reset();  // The parent goes on taking blocks from it.
                         get().lock_.release();
                       });
      return made.release();
    }();
    return *table;
  }

  std::pair<std::shared_ptr<Segment>, void*> take(BlockKind kind, std::size_t size, std::size_t alignment) {
    if (size > kSmall || alignment > kLine) {
      const std::size_t before = round_up(kLine + sizeof(BlockHeader), std::max(alignment, sizeof(BlockHeader)));
      auto own = Segment::make(round_up(before + size, kPage));
      void* const data = own->take(kind, size, alignment);
      const std::scoped_lock guard(lock_);
      add(own);
      return {std::move(own), data};
    }
    const std::scoped_lock guard(lock_);
    if (common_ != nullptr) {
      if (void* const data = common_->take(kind, size, alignment)) return {common_, data};
    }
    auto segment = Segment::make(kCommonSize);
    add(segment);
    common_ = segment;
    return {segment, segment->take(kind, size, alignment)};
  }

  std::shared_ptr<Segment> find_or_map(int number, const std::array<std::uint64_t, 2>& name) {
    const std::scoped_lock guard(lock_);
    for (const auto& mapped : mapped_) {
      if (auto segment = mapped.lock(); segment != nullptr && segment->name() == name) return segment;
    }
    auto segment = Segment::map(number, name);
    add(segment);
    return segment;
  }

  void keep(const std::shared_ptr<Segment>& segment) {
    const std::scoped_lock guard(lock_);
    if (std::find(kept_.begin(), kept_.end(), segment) == kept_.end()) kept_.push_back(segment);
  }

  template <class V>
  void for_each(V visit) {
    const std::scoped_lock guard(lock_);
    for (const auto& mapped : mapped_) {
      if (auto segment = mapped.lock()) visit(*segment);
    }
  }

 private:
  void add(const std::shared_ptr<Segment>& segment) {
    std::erase_if(mapped_, [](const std::weak_ptr<Segment>& one) { return one.expired(); });
    mapped_.emplace_back(segment);
  }

  threading::Lock lock_;
  std::vector<std::weak_ptr<Segment>> mapped_;
  std::vector<std::shared_ptr<Segment>> kept_;
  std::shared_ptr<Segment> common_;
};
// Made when the library is loaded, not in a thread that may be in the middle of it when another one forks.
[[maybe_unused]] const Table& g_made_at_load = Table::get();

}  // namespace

SharedBlock::SharedBlock(BlockKind kind, std::size_t size, std::size_t alignment) : size_(size) {
  if (!std::has_single_bit(alignment) || alignment > kPage) throw ValueError("no such alignment of shared memory");
  if (size > kLargest) throw OverflowError("shared memory cannot be that large");
  std::tie(segment_, data_) = Table::get().take(kind, size, alignment);
}

BlockAddress SharedBlock::pack() const {
  if (segment_ == nullptr) throw RuntimeError("an object that was moved from cannot be given to a process");
  const auto data = static_cast<std::size_t>(static_cast<std::byte*>(data_) - segment_->base());
  // The header: at the last multiple of a line that can be it.
  std::size_t offset = (data - sizeof(BlockHeader)) / kLine * kLine;
  std::optional<BlockHeader> block = segment_->block_at(offset);
  while (offset > kLine && (!block || offset + block->data != data)) {
    offset -= kLine;
    block = segment_->block_at(offset);
  }
  if (!block || offset + block->data != data) throw RuntimeError("the shared memory's own records are damaged");
  return {segment_->name(), offset, size_, static_cast<BlockKind>(block->kind),
          pack_descriptor(segment_->descriptor())};
}

SharedBlock SharedBlock::unpack(const BlockAddress& address, BlockKind kind) {
  auto segment = Table::get().find_or_map(unpack_descriptor(address.descriptor), address.segment);
  const std::optional<BlockHeader> block = segment->block_at(address.offset);
  if (!block || block->kind != static_cast<std::uint16_t>(kind) || address.kind != kind ||
      block->size != address.size) {
    throw RuntimeError("the shared memory that came from the other process holds no such object");
  }
  SharedBlock found;
  found.data_ = segment->base() + address.offset + block->data;
  found.size_ = block->size;
  found.segment_ = std::move(segment);
  return found;
}

void SharedBlock::keep_mapped() const {
  if (segment_ != nullptr) Table::get().keep(segment_);
}

void for_each_block(BlockKind kind, void (*visit)(void* data, std::size_t size)) noexcept {
  Table::get().for_each([kind, visit](const Segment& segment) {
    std::size_t offset = kLine;
    while (const std::optional<BlockHeader> block = segment.block_at(offset)) {
      if (block->kind == static_cast<std::uint16_t>(kind)) visit(segment.base() + offset + block->data, block->size);
      offset = round_up(offset + block->data + block->size, kLine);
    }
  });
}

}  // namespace skein::inline v0::multiprocessing::internal
