#include "queue_state.h"

#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing/internal/parcel.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <stop_token>

namespace skein::inline v0::multiprocessing::internal {

namespace {

constexpr std::uint32_t kSmallLog = 8;   // 16 KiB.
constexpr std::uint32_t kLargeLog = 14;  // 1 MiB: a ring from which one goes back to a small one.
constexpr std::uint32_t kLargestLog = 30;
constexpr std::uint32_t kCalmPuts = 64;
// An item's word: its size, whether it lies in a block, and the low bits of its number, by which damage is noticed.
constexpr int kSizeBits = 47;
constexpr std::uint64_t kSizeMask = (std::uint64_t{1} << kSizeBits) - 1;
constexpr std::uint64_t kInBlock = std::uint64_t{1} << kSizeBits;  // What follows is a BlockItem.
constexpr int kCountShift = 48;
constexpr std::uint32_t kMostItems = std::uint32_t{1} << 31;
constexpr std::uint32_t kTrimEvery = 64;

struct BlockItem {
  std::uint64_t number;
  std::uint64_t extent;
};

[[noreturn]] void throw_errno(const char* what, int error = errno) {
  throw OSError(std::error_code(error, std::generic_category()), what);
}
[[noreturn]] void damaged() { throw_errno("the queue's memory is damaged", EPROTO); }

// Ends a wait when a stop is requested. One wake-up, that may come too early; the sleeper's slices are short then.
struct Rouse {
  Sleepers* sleepers;
  void operator()() const noexcept { sleepers->rouse(); }
};

}  // namespace

QueueState::Mapped::~Mapped() { ::munmap(base, size); }

QueueState::QueueState(std::int64_t maxsize, std::uint64_t type)
    : block_(BlockKind::kQueue, sizeof(QueueControl), alignof(QueueControl)),
      memory_(::memfd_create("skein-queue", MFD_CLOEXEC | MFD_ALLOW_SEALING)) {
  if (!memory_) throw_errno("cannot make a queue's memory");
  SKEIN_FAULT("queue.made");
  // It may grow, but never shrink under who has it mapped.
  if (::fcntl(memory_.number(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_SEAL) != 0) throw_errno("cannot seal a queue");
  std::construct_at(&control().putting);
  std::construct_at(&control().getting);
  control().type = type;
  control().maxsize = maxsize;
  make_ring(0, kSmallLog, true);
}

QueueState::QueueState(const QueueAddress& address, std::uint64_t type)
    : block_(SharedBlock::unpack(address.block, BlockKind::kQueue)),
      memory_(Descriptor::duplicate(unpack_descriptor(address.memory))) {
  const int seals = ::fcntl(memory_.number(), F_GET_SEALS);
  if (block_.size() != sizeof(QueueControl) || seals < 0 || (seals & F_SEAL_SHRINK) == 0) {
    throw RuntimeError("what came from the other process is no queue");
  }
  if (control().type != type || address.type != type) {
    throw RuntimeError("the queue that came from the other process has items of another type, or of another build's");
  }
}

QueueState::~QueueState() {
  delete putting_side_.load();
  delete getting_side_.load();
  for (const Side& side : block_sides_) delete side.load();
}

QueueAddress QueueState::pack() const {
  QueueAddress address;
  address.block = block_.pack();
  address.type = control().type;
  address.memory = pack_descriptor(memory_.number());
  return address;
}

// ---- rings ----

QueueRing QueueState::ring(std::uint32_t number) const {
  QueueRing copy;
  std::memcpy(&copy, &control().ring[number % QueueControl::kRings], sizeof copy);
  if (copy.log_lines < kSmallLog || copy.log_lines > kLargestLog || copy.place % 4096 != 0) damaged();
  return copy;
}

// `whole`: all of it will be used.
const QueueState::Mapped& QueueState::map(Side& side, std::uint64_t place, std::size_t size, bool whole) {
  const Mapped* const known = side.load();
  if (known != nullptr && known->place == place && known->size == size) [[likely]]
    return *known;
  struct stat status{};
  if (::fstat(memory_.number(), &status) != 0) throw_errno("cannot look at a queue's memory");
  const auto there = static_cast<std::uint64_t>(status.st_size);
  if (place > there || size > there - place) damaged();
  // To map pages all at once costs a small part of what a page fault for each does.
  const int flags = MAP_SHARED | (whole ? MAP_POPULATE : 0);
  void* const base = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, memory_.number(), static_cast<off_t>(place));
  if (base == MAP_FAILED) throw_errno("cannot map a queue's memory");
  std::unique_ptr<const Mapped> made;
  try {
    made.reset(new Mapped{place, static_cast<std::byte*>(base), size});
  } catch (...) {
    ::munmap(base, size);
    throw;
  }
  side.store(made.get());  // One store, so that a fork in another thread leaves the child with one or the other.
  delete known;
  return *made.release();
}

// Another ring, behind the last one, for items from `line` on. By a putter.
std::uint32_t QueueState::make_ring(std::uint32_t line, std::uint32_t log_lines, bool first) {
  QueueControl& shared = control();
  const std::uint32_t number = first ? 0 : shared.rings.load();
  const std::uint64_t place = first ? 0 : next_place();
  const std::size_t size = kLineSize << log_lines;
  // Killed here: the next one takes the same place.
  const int refused = ::posix_fallocate(memory_.number(), static_cast<off_t>(place), static_cast<off_t>(size));
  if (refused != 0) throw_errno("no room for a queue's items", refused);
  SKEIN_FAULT("queue.ring.reserved");
  const QueueRing made{.place = place, .start = line, .log_lines = log_lines};
  std::memcpy(&shared.ring[number % QueueControl::kRings], &made, sizeof made);
  SKEIN_FAULT("queue.ring.written");
  shared.rings.store(number + 1);
  SKEIN_FAULT("queue.ring.made");
  return number;
}

// The ring that takes an item of so many lines.
std::uint32_t QueueState::ring_for(Ends tail, std::uint32_t lines) {
  QueueControl& shared = control();
  const std::uint32_t number = shared.rings.load() - 1;
  const QueueRing last = ring(number);
  const std::uint32_t room = std::uint32_t{1} << last.log_lines;
  // While getters empty an older ring, nothing of this one has been taken.
  const std::uint32_t from = shared.oldest.load() == number ? ends_of(shared.head.load()).line : last.start;
  const std::uint32_t used = tail.line - from;
  if (used > room) damaged();
  if (used == 0 && last.log_lines >= kLargeLog && lines <= room >> 8) {
    if (const std::uint32_t calm = shared.calm.load() + 1; calm < kCalmPuts) {
      shared.calm.store(calm);
    } else {
      shared.calm.store(0);
      return make_ring(tail.line, std::max<std::uint32_t>(kSmallLog, std::bit_width(lines) + 1U), false);
    }
  } else if (last.log_lines >= kLargeLog) {
    shared.calm.store(0);
  }
  if (lines <= room - used) [[likely]]
    return number;
  const std::uint32_t needed = static_cast<std::uint32_t>(std::bit_width(lines - 1));
  const std::uint32_t log_lines = used == 0 ? needed : std::max(last.log_lines + 1, needed);
  if (log_lines > kLargestLog) throw OverflowError("the queue's items are too large for any queue");
  return make_ring(tail.line, std::max(log_lines, kSmallLog), false);
}

// The ring that the head's item is in. By a getter, when there is one.
std::uint32_t QueueState::ring_of_head(Ends head) {
  QueueControl& shared = control();
  std::uint32_t number = shared.oldest.load();
  const std::uint32_t rings = shared.rings.load();
  if (number + 1 == rings) [[likely]]
    return number;
  if (rings - number > QueueControl::kRings) damaged();
  // Items lie without gaps: who has got to where the next ring starts is in that. (One may hold nothing: its putter was
  // killed.) The step is made before the first item of that ring is taken.
  while (number + 1 != rings && ring(number + 1).start == head.line) {
    const QueueRing old = ring(number);
    shared.oldest.store(++number);
    SKEIN_FAULT("queue.ring.left");
    // Nobody reads that any more; and if this does not work, it is memory that stays.
    static_cast<void>(::fallocate(memory_.number(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                  static_cast<off_t>(old.place), static_cast<off_t>(ring_size(old))));
  }
  return number;
}

// ---- items ----

bool QueueState::has_place(Ends tail) const noexcept {
  const QueueControl& shared = control();
  return shared.maxsize <= 0 ||
         std::uint64_t{tail.count - ends_of(shared.head.load()).count} < static_cast<std::uint64_t>(shared.maxsize);
}

// With the lock, when there is a place.
void QueueState::write(QueueItem& item) {
  QueueControl& shared = control();
  const Ends tail = ends_of(shared.tail.load());
  BlockItem in_block{};
  std::span<const std::byte> bytes = item.bytes();
  std::uint64_t word = bytes.size() | (std::uint64_t{tail.count} << kCountShift);
  if (item.block_) {
    word |= kInBlock;
    in_block = {.number = item.block_.number(), .extent = shared.block[item.block_.number()].extent.load()};
    bytes = std::as_bytes(std::span(&in_block, 1));
  }
  if (bytes.size() > (kLineSize << kLargestLog) - kLineSize) {
    throw OverflowError("the item is too large for any queue");
  }
  if (tail.count - ends_of(shared.head.load()).count >= kMostItems) throw OverflowError("too many items for any queue");
  const auto lines = static_cast<std::uint32_t>((bytes.size() + 8 + kLineSize - 1) / kLineSize);
  const std::uint32_t number = ring_for(tail, lines);
  const Mapped& mapped = map(putting_side_, ring(number));
  const std::size_t at = std::size_t{tail.line} * kLineSize & (mapped.size - 1);
  std::memcpy(mapped.base + at, &word, sizeof word);  // Lies in one line.
  const std::size_t begin = at + 8;
  const std::size_t before_the_end = std::min(bytes.size(), mapped.size - begin);
  if (before_the_end != 0) std::memcpy(mapped.base + begin, bytes.data(), before_the_end);
  if (before_the_end != bytes.size()) {
    std::memcpy(mapped.base, bytes.data() + before_the_end, bytes.size() - before_the_end);
  }
  if (item.block_) {
    QueueBlock& block = shared.block[in_block.number];
    item.block_.forget();  // Before: a getter in this process may soon have it.
    block.last.store(tail.count);
    block.holder.store(block_of_item(tail.count));
    SKEIN_FAULT("queue.put.handed");
  }
  SKEIN_FAULT("queue.put.copied");
  shared.tail.store(Ends{tail.count + 1, tail.line + lines}.word());
  SKEIN_FAULT("queue.put.published");
  if (tail.count % kTrimEvery == 0 && shared.has_blocks.load() != 0) trim_blocks(tail.count);
}

// With the lock, when there is one.
void QueueState::read(QueueBytes& item, Ends head) {
  QueueControl& shared = control();
  const std::uint32_t number = ring_of_head(head);
  const Mapped& mapped = map(getting_side_, ring(number));
  const std::size_t at = std::size_t{head.line} * kLineSize & (mapped.size - 1);
  std::uint64_t word = 0;
  std::memcpy(&word, mapped.base + at, sizeof word);
  const bool in_block = (word & kInBlock) != 0;
  const std::uint64_t item_size = word & kSizeMask;
  const std::uint64_t size = in_block ? sizeof(BlockItem) : item_size;
  if (word >> kCountShift != (head.count & 0xffff) || size > mapped.size - 8) damaged();
  const std::size_t begin = at + 8;
  QueueBlock* block = nullptr;
  ItemBlock found;
  if (in_block) {
    BlockItem named{};
    std::memcpy(&named, mapped.base + begin, sizeof named);  // Lies in one line.
    if (named.number >= QueueControl::kBlocks) damaged();
    block = &shared.block[named.number];
    const auto extent = BlockExtent::of(named.extent);
    if (block->holder.load() != block_of_item(head.count) || block->extent.load() != named.extent ||
        item_size > extent.size()) {
      damaged();
    }
    const Mapped& there = map(block_sides_[named.number], extent.place(), extent.size(), true);
    found = ItemBlock(*this, static_cast<std::uint32_t>(named.number), {there.base, item_size});
  } else {
    copy_out(mapped, begin, size, item);
  }
  SKEIN_FAULT("queue.get.copied");
  const auto lines = static_cast<std::uint32_t>((size + 8 + kLineSize - 1) / kLineSize);
  shared.head.store(Ends{head.count + 1, head.line + lines}.word());
  SKEIN_FAULT("queue.get.taken");
  if (block != nullptr) {
    block->holder.store(block_of_this_process());
    SKEIN_FAULT("queue.get.held");
  }
  item.block_ = std::move(found);
}

void QueueState::copy_out(const Mapped& from, std::size_t begin, std::size_t size, QueueBytes& item) {
  const std::size_t before_the_end = std::min(size, from.size - begin);
  item.large_.clear();
  item.size_ = size;
  if (size <= item.small_.size()) {
    if (before_the_end != 0) std::memcpy(item.small_.data(), from.base + begin, before_the_end);
    if (before_the_end != size) std::memcpy(item.small_.data() + before_the_end, from.base, size - before_the_end);
  } else {
    item.large_.reserve(size);  // Not more than the ring has.
    item.large_.insert(item.large_.end(), from.base + begin, from.base + begin + before_the_end);
    item.large_.insert(item.large_.end(), from.base, from.base + (size - before_the_end));
  }
}

// ---- waiting ----

// Until `condition()`: then true.
template <class Condition>
bool QueueState::wait(Sleepers& sleepers, skein::internal::SpinHistory& history, const skein::internal::Until& until,
                      Condition condition) {
  skein::internal::Spin spin(history, until.deadline);
  do {
    if (condition()) {
      spin.paid_off();
      return true;
    }
    if (until.stopped()) return false;
  } while (spin.longer_step());
  const bool stoppable = until.stop != nullptr && until.stop->stop_possible();
  std::optional<std::stop_callback<Rouse>> rouse;
  if (stoppable) rouse.emplace(*until.stop, Rouse{&sleepers});
  for (;;) {
    sleepers.announce();
    if (condition()) return true;
    if (until.stopped() || until.deadline.passed()) {
      sleepers.wake_one();  // A wake-up may have been this one's.
      return false;
    }
    SKEIN_FAULT("queue.sleeps");
    sleepers.sleep(slice_of(until.deadline, stoppable ? kStopSliceNs : kSliceNs));
  }
}

namespace {

skein::internal::Until until_of(const skein::internal::QueueRequest& request) {
  const bool looks = !request.block || request.timeout.negative();
  return {.deadline = looks ? Deadline::at(0) : Deadline(request.timeout), .stop = request.stop};
}

// Who does not wait for an item or a place still waits for a copy that is under way, or could not tell.
Deadline for_the_lock(const skein::internal::Until& until) {
  return until.deadline.ns() == 0 ? Deadline() : until.deadline;
}

}  // namespace

QueueCore::Outcome QueueState::put(QueueItem& item, const Request& request) {
  QueueControl& shared = control();
  const skein::internal::Until until = until_of(request);
  for (;;) {
    bool done = false;
    {
      const Held lock(shared, shared.putting, for_the_lock(until));
      if (!lock) return Outcome::kNotInTime;
      SKEIN_FAULT("queue.put.locked");
      if (shared.shut.load() != 0) return Outcome::kShutDown;
      if (has_place(ends_of(shared.tail.load()))) {
        write(item);
        done = true;
      }
    }
    if (done) {
      SKEIN_FAULT("queue.put.unlocked");
      shared.getters.wake_one();
      if (shared.maxsize > 0 && has_place(ends_of(shared.tail.load()))) shared.putters.wake_one();
      SKEIN_FAULT("queue.put.told");
      return Outcome::kDone;
    }
    if (until.deadline.ns() == 0) return Outcome::kNotInTime;
    const bool in_time = wait(shared.putters, putter_history_, until,
                              [&] { return shared.shut.load() != 0 || has_place(ends_of(shared.tail.load())); });
    if (!in_time) return Outcome::kNotInTime;
  }
}

QueueCore::Outcome QueueState::get(QueueBytes& item, const Request& request) {
  QueueControl& shared = control();
  const skein::internal::Until until = until_of(request);
  const auto has_item = [&] { return ends_of(shared.head.load()).count != ends_of(shared.tail.load()).count; };
  for (;;) {
    if (has_item() || shared.shut.load() != 0) {
      bool done = false;
      {
        const Held lock(shared, shared.getting, for_the_lock(until));
        if (!lock) return Outcome::kNotInTime;
        SKEIN_FAULT("queue.get.locked");
        const std::uint32_t shut = shared.shut.load();  // Before the tail, which does not move after it.
        const Ends head = ends_of(shared.head.load());
        const Ends tail = ends_of(shared.tail.load());
        if (shut == 2 || (shut == 1 && head.count == tail.count)) return Outcome::kShutDown;
        if (head.count != tail.count) {
          read(item, head);
          done = true;
        }
      }
      if (done) {
        SKEIN_FAULT("queue.get.unlocked");
        if (shared.maxsize > 0) shared.putters.wake_one();
        if (has_item()) shared.getters.wake_one();
        SKEIN_FAULT("queue.get.told");
        return Outcome::kDone;
      }
    }
    if (until.deadline.ns() == 0) return Outcome::kNotInTime;
    if (!wait(shared.getters, getter_history_, until, [&] { return has_item() || shared.shut.load() != 0; })) {
      return Outcome::kNotInTime;
    }
  }
}

// ---- counts, and the end ----

std::size_t QueueState::size() const noexcept {
  const QueueControl& shared = control();
  for (;;) {
    if (shared.shut.load() == 2) return 0;
    const std::uint64_t head = shared.head.load();
    const std::uint64_t tail = shared.tail.load();
    // Both at one moment.
    if (shared.head.load() == head) return ends_of(tail).count - ends_of(head).count;
  }
}

// What was dropped by a shutdown at once was done by nobody, and need not be.
std::int32_t QueueState::unfinished(std::uint32_t done) const noexcept {
  const QueueControl& shared = control();
  const bool dropped = shared.shut.load() == 2;
  return static_cast<std::int32_t>(ends_of(dropped ? shared.head.load() : shared.tail.load()).count - done);
}

bool QueueState::task_done() {
  QueueControl& shared = control();
  std::uint32_t done = shared.done.load();
  do {
    if (unfinished(done) <= 0) return false;
  } while (!shared.done.compare_exchange_weak(done, done + 1));
  SKEIN_FAULT("queue.task_done.counted");
  if (unfinished(done + 1) <= 0) {
    shared.ends.fetch_add(1);
    SKEIN_FAULT("queue.task_done.ended");
    shared.joiners.wake_all();
  }
  return true;
}

bool QueueState::join(const Request& request) {
  QueueControl& shared = control();
  const std::uint32_t ends = shared.ends.load();
  // Also if more has been put since.
  const auto ended = [&] { return unfinished(shared.done.load()) <= 0 || shared.ends.load() != ends; };
  if (ended()) return true;
  const skein::internal::Until until = until_of(request);
  if (until.deadline.ns() == 0) return false;
  const bool in_time = wait(shared.joiners, joiner_history_, until, ended);
  shared.joiners.wake_one();  // There may be others.
  return in_time;
}

// With both locks, so that nobody is between his look at this and his item.
void QueueState::shut_down(bool immediate) {
  QueueControl& shared = control();
  {
    const Held putting(shared, shared.putting, Deadline());
    SKEIN_FAULT("queue.shutdown.locked");
    const Held getting(shared, shared.getting, Deadline());
    if (immediate || shared.shut.load() == 0) shared.shut.store(immediate ? 2 : 1);
    SKEIN_FAULT("queue.shutdown.shut");
  }
  shared.getters.rouse();
  shared.putters.rouse();
  shared.joiners.rouse();
}

}  // namespace skein::inline v0::multiprocessing::internal
