// Receiving: see channel.h.
#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing/connection_errors.h>
#include <skein/multiprocessing/errors.h>

#include <array>
#include <cstring>

#include "channel.h"

namespace skein::inline v0::multiprocessing::internal {

namespace {

// No more than this is reserved on a header's word alone; the rest as it comes.
constexpr std::size_t kReservedAtOnce = std::size_t{64} * 1024 * 1024;

}  // namespace

class Channel::Receiving {
 public:
  explicit Receiving(Channel& channel) : channel_(channel) {
    acquire(channel.in_->receiving, {.deadline = Deadline()});
  }
  ~Receiving() { release(channel_.in_->receiving); }
  Receiving(const Receiving&) = delete;
  Receiving& operator=(const Receiving&) = delete;

 private:
  Channel& channel_;
};

std::size_t Channel::receive(std::span<std::byte> room, std::vector<std::byte>& rest,
                             std::optional<std::uint64_t> most) {
  for (;;) {
    std::uint64_t head = in_->head.load();
    std::uint64_t header = slot_at(*in_, head).header.load();
    if (!is_published(header, head)) {
      if (await_frame(Deadline()) == Awaited::kEnd) throw EOFError();
      continue;
    }
    SKEIN_FAULT("connection.recv.seen");
    Part part = read_header(header);
    std::size_t size = 0;
    if (part.in_line()) [[likely]] {
      if (most && part.length > *most) bad_length();
      if (!take_from_line(head, part, room, rest)) continue;
      size = part.length;
    } else {
      const Receiving lock(*this);
      head = in_->head.load();
      header = slot_at(*in_, head).header.load();
      if (!is_published(header, head)) continue;  // Another receiver was faster.
      part = read_header(header);
      if (part.in_line()) continue;
      SKEIN_FAULT("connection.recv.locked");
      if (!part.first) {  // The rest of a message whose receiver was killed.
        take(head + 1);
        in_->senders.wake_one();
        continue;
      }
      size = receive_parts(head, part, room, rest, most);
    }
    after_taking();
    return size;
  }
}

// Copies first, and takes it then. What another receiver has taken meanwhile may be overwritten while it is read here:
// hence single words, and hence the copy counts only if the exchange is made.
bool Channel::take_from_line(std::uint64_t head, const Part& part, std::span<std::byte> room,
                             std::vector<std::byte>& rest) {
  const Slot& slot = slot_at(*in_, head);
  std::array<std::uint64_t, kInline / 8> words;
  // Relaxed: after the header's load, before the exchange.
  for (std::size_t i = 0; i * 8 < part.length; ++i) words[i] = slot.words[i].load(std::memory_order_relaxed);
  const bool fits = part.length <= room.size();
  if (!fits) rest.resize(part.length);
  SKEIN_FAULT("connection.recv.copied");
  if (!in_->head.compare_exchange_strong(head, head + 1)) {
    rest.clear();
    return false;
  }
  SKEIN_FAULT("connection.recv.taken");
  if (part.length != 0) std::memcpy(fits ? room.data() : rest.data(), words.data(), part.length);
  return true;
}

// A message that lies in the room, and may come in parts. With the lock.
std::size_t Channel::receive_parts(std::uint64_t head, Part part, std::span<std::byte> room,
                                   std::vector<std::byte>& rest, std::optional<std::uint64_t> most) {
  const std::uint64_t total = slot_at(*in_, head).words[1].load();
  if (total > kLongestMessage || (part.last ? total != part.length : total <= part.length)) damaged();
  if (most && total > *most) bad_length();
  const bool fits = total <= room.size();
  if (!fits) rest.reserve(std::min<std::uint64_t>(total, kReservedAtOnce));
  std::uint64_t got = 0;
  for (;;) {
    if (part.length > total - got || (part.last && got + part.length != total)) damaged();
    const std::uint64_t where = slot_at(*in_, head).words[0].load();
    if (fits) {
      copy_out(where, part.length, room.data() + got);
    } else {
      append(where, part.length, rest);
    }
    got += part.length;
    SKEIN_FAULT("connection.recv.part");
    take(++head);
    if (part.last) return total;
    in_->senders.wake_one();
    await_continuation();
    part = read_header(slot_at(*in_, head).header.load());
    // Its sender was killed, and this is another's message, which another receiver may have taken by now.
    if (part.first || in_->head.load() != head) throw HandleError("got end of file during message");
  }
}

void Channel::copy_out(std::uint64_t where, std::size_t size, std::byte* to) const noexcept {
  const std::size_t at = where % kRoom;
  const std::size_t before_the_end = std::min(size, kRoom - at);
  std::memcpy(to, in_->room.data() + at, before_the_end);
  std::memcpy(to + before_the_end, in_->room.data(), size - before_the_end);
}

void Channel::append(std::uint64_t where, std::size_t size, std::vector<std::byte>& to) const {
  const std::byte* const room = in_->room.data();
  const std::size_t at = where % kRoom;
  const std::size_t before_the_end = std::min(size, kRoom - at);
  to.insert(to.end(), room + at, room + at + before_the_end);
  to.insert(to.end(), room, room + (size - before_the_end));
}

// The one step by which a slot is taken that lies in the room.
void Channel::take(std::uint64_t next) {
  in_->head.store(next);
  SKEIN_FAULT("connection.recv.moved");
}

void Channel::after_taking() {
  in_->senders.wake_one();
  // A sender wakes one receiver for each message, but while this one was on its way it woke none.
  if (in_->receivers.any() && has_frame()) in_->receivers.wake_one();
  // Relaxed: guesses.
  heard_since_send_.store(true, std::memory_order_relaxed);
  heard_since_sleep_.store(true, std::memory_order_relaxed);
  if ((in_->bell.load() & kWatched) != 0) [[unlikely]]
    quieten_if_empty();
  SKEIN_FAULT("connection.recv.told");
}

// As Python does: the message is never received. A duplex connection may still send.
void Channel::bad_length() {
  if (writable_) {
    readable_.store(false);
  } else {
    close();
  }
  throw HandleError("bad message length");
}

// A message that answers this process's last one is there in a few hundred nanoseconds, if the other side is awake:
// less than a look at the clock and a yield take, with which Spin begins.
bool Channel::glance() noexcept {
  constexpr int kLooks = 96;
  constexpr std::int32_t kBest = 8;
  constexpr std::uint32_t kProbeEvery = 32;
  // Relaxed: guesses.
  const std::int32_t score = glance_score_.load(std::memory_order_relaxed);
  if (score == 0) {
    const std::uint32_t skipped = glances_skipped_.load(std::memory_order_relaxed) + 1;
    glances_skipped_.store(skipped, std::memory_order_relaxed);
    if (skipped % kProbeEvery != 0) return false;
  }
  bool found = has_frame();
  for (int i = 0; i < kLooks && !found; ++i) {
    skein::internal::cpu_relax();
    found = has_frame();
  }
  glance_score_.store(found ? std::min(score + 1, kBest) : std::max(score - 2, 0), std::memory_order_relaxed);
  return found;
}

// Waits for a frame, without the lock.
Channel::Awaited Channel::await_frame(Deadline deadline) {
  if (glance()) return Awaited::kFrame;
  skein::internal::Spin spin(frame_history_, deadline);
  do {
    if (has_frame()) {
      spin.paid_off();
      return Awaited::kFrame;
    }
    check_open();
  } while (spin.step());

  // Whom nobody has told of an end may still have missed it: the kernel is asked before the first sleep if nothing came
  // since the last one, and after each sleep that nobody ended with a frame.
  bool ask = !heard_since_sleep_.exchange(false, std::memory_order_relaxed);
  for (;;) {
    in_->receivers.announce();
    if (has_frame()) return Awaited::kFrame;
    check_open();
    if (closings_changed(*in_, closings_seen_in_) || ask) {
      if (hung_up()) return has_frame() ? Awaited::kFrame : Awaited::kEnd;
    }
    if (deadline.passed()) return Awaited::kTime;
    SKEIN_FAULT("connection.recv.sleeps");
    in_->receivers.sleep(slice_of(deadline, kSliceNs));
    if (has_frame()) {
      in_->receivers.announce();  // There may be others.
      return Awaited::kFrame;
    }
    ask = true;
  }
}

// Waits for the next frame of a message, with the lock.
void Channel::await_continuation() {
  skein::internal::Spin spin(frame_history_, Deadline());
  do {
    if (has_frame()) {
      spin.paid_off();
      return;
    }
    check_open();
  } while (spin.step());
  for (;;) {
    in_->receivers.announce();
    if (has_frame()) return;
    check_open();
    in_->receivers.sleep(slice_of(Deadline(), kSliceNs));
    if (has_frame()) return;
    check_open();
    if (hung_up() || is_abandoned(in_->sending)) {
      if (has_frame()) return;
      throw HandleError("got end of file during message");
    }
  }
}

// What is left of a message whose receiver was killed is dropped here, as in receive(); what another one is receiving
// is none. Waits for that a little: it takes so long to find out which of the two it is.
bool Channel::has_message() {
  constexpr std::int64_t kPatienceNs = 30'000'000;
  while (has_frame()) {
    std::uint64_t head = in_->head.load();
    std::uint64_t header = slot_at(*in_, head).header.load();
    if (!is_published(header, head)) continue;
    if (read_header(header).first) return true;
    if (!acquire(in_->receiving, {.deadline = slice_of(Deadline(), kPatienceNs)})) return false;
    head = in_->head.load();
    header = slot_at(*in_, head).header.load();
    if (is_published(header, head) && (header >> 32 & 1) == 0) in_->head.store(head + 1);
    release(in_->receiving);
    in_->senders.wake_one();
  }
  return false;
}

bool Channel::poll(Deadline deadline) {
  if (in_ == nullptr) return false;
  for (;;) {
    if (has_message()) return true;
    if ((in_->bell.load() & kWatched) != 0) quieten_if_empty();
    if (deadline.passed()) return hung_up() || has_message();
    const Awaited awaited = await_frame(deadline);
    if (awaited == Awaited::kFrame) in_->receivers.wake_one();  // This one takes nothing.
    if (awaited == Awaited::kEnd) return true;
  }
}

void Channel::quieten_if_empty() {
  if (has_frame() || closed()) return;
  const Use use(*this);
  quieten();
}

}  // namespace skein::inline v0::multiprocessing::internal
