// Sending: see channel.h.
#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing/connection_errors.h>

#include <sys/eventfd.h>

#include <array>
#include <cstring>
#include <ctime>

#include "channel.h"

namespace skein::inline v0::multiprocessing::internal {

namespace {

// A tick is some milliseconds, and to ask costs a few nanoseconds.
std::int64_t coarse_tick() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

class Channel::Sending {
 public:
  explicit Sending(Channel& channel) : channel_(channel) { acquire(channel.out_->sending, {.deadline = Deadline()}); }
  ~Sending() { release(channel_.out_->sending); }
  Sending(const Sending&) = delete;
  Sending& operator=(const Sending&) = delete;

 private:
  Channel& channel_;
};

void Channel::send(std::span<const std::byte> message) {
  check_for_listeners();
  {
    const Sending lock(*this);
    SKEIN_FAULT("connection.send.locked");
    Tail tail = settled_tail();
    if (message.size() <= kPart) [[likely]] {
      const Part part{.length = static_cast<std::uint32_t>(message.size()), .first = true, .last = true};
      make_room(tail, part.span());
      publish(tail, part, message.size(), message.data());
    } else {
      if (message.size() > kLongestMessage) throw OverflowError("the message is too long for any pipe");
      const std::byte* from = message.data();
      std::size_t left = message.size();
      for (bool first = true; left != 0; first = false) {
        const std::size_t now = std::min(left, kPart);
        const Part part{.length = static_cast<std::uint32_t>(now), .first = first, .last = now == left};
        make_room(tail, part.span());
        publish(tail, part, message.size(), from);
        from += now;
        left -= now;
        if (left != 0) announce_frame();
        SKEIN_FAULT("connection.send.between");
      }
    }
  }
  SKEIN_FAULT("connection.send.unlocked");
  announce_frame();
}

// A pipe whose other end is closed takes nothing. To ask the kernel each time would cost more than the message: it is
// asked when a process says that it closed an end, and else once in a tick of the coarse clock, unless something was
// received since.
void Channel::check_for_listeners() {
  if (!closings_changed(*out_, closings_seen_out_)) [[likely]] {
    if (heard_since_send_.load(std::memory_order_relaxed)) {
      heard_since_send_.store(false, std::memory_order_relaxed);
      return;
    }
    const std::int64_t tick = coarse_tick();
    if (tick == asked_at_.load(std::memory_order_relaxed)) return;
    asked_at_.store(tick, std::memory_order_relaxed);
  }
  if (hung_up()) {
    closings_seen_out_.fetch_sub(1, std::memory_order_relaxed);  // It stays closed: ask again the next time.
    throw BrokenPipeError();
  }
}

// Where the next bytes go: behind all that has been published, also by a sender that was killed before it could say so.
Channel::Tail Channel::settled_tail() {
  Tail tail{.slot = out_->tail.load(), .room = out_->room_tail.load()};
  for (std::size_t walked = 0;; ++walked) {
    Slot& slot = slot_at(*out_, tail.slot);
    const std::uint64_t header = slot.header.load();
    if (!is_published(header, tail.slot)) [[likely]]
      return tail;
    const Part part = read_header(header);
    if (!part.in_line()) tail.room = slot.words[0].load() + part.span();
    ++tail.slot;
    if (walked > kSlots) damaged();
  }
}

// Waits until there is a slot, and `span` bytes of the room.
void Channel::make_room(const Tail& tail, std::uint64_t span) {
  if (tail.slot - out_->known_head.load() < kSlots && tail.room - out_->known_room_head.load() + span <= kRoom)
      [[likely]]
    return;
  if (has_room(tail, span)) return;
  skein::internal::Spin spin(room_history_, Deadline());
  do {
    if (has_room(tail, span)) {
      spin.paid_off();
      return;
    }
    check_open();
  } while (spin.longer_step());
  if (hung_up()) throw BrokenPipeError();
  for (;;) {
    out_->senders.announce();
    if (has_room(tail, span)) return;
    check_open();
    if (!closings_changed(*out_, closings_seen_out_)) {
      SKEIN_FAULT("connection.send.full");
      out_->senders.sleep(slice_of(Deadline(), kSliceNs));
      if (has_room(tail, span)) return;
    }
    check_open();
    if (hung_up()) throw BrokenPipeError();
  }
}

// Whether there is so much now. What receivers write is not believed: no nonsense there lets one message be written
// over another.
bool Channel::has_room(const Tail& tail, std::uint64_t span) {
  const std::uint64_t head = out_->head.load();
  if (tail.slot - head > kSlots) damaged();
  if (tail.slot - head == kSlots) return false;
  // The first slot that has not been taken and has bytes in the room says where the taken ones end.
  std::uint64_t room_head = tail.room;
  for (std::uint64_t number = head; number != tail.slot; ++number) {
    Slot& slot = slot_at(*out_, number);
    if (read_header(slot.header.load()).in_line()) continue;
    room_head = slot.words[0].load();
    break;
  }
  if (tail.room - room_head > kRoom) damaged();
  // Relaxed: for senders alone, which have the lock.
  out_->known_head.store(head, std::memory_order_relaxed);
  out_->known_room_head.store(room_head, std::memory_order_relaxed);
  return tail.room - room_head + span <= kRoom;
}

void Channel::publish(Tail& tail, const Part& part, std::uint64_t total, const std::byte* from) {
  Slot& slot = slot_at(*out_, tail.slot);
  // Relaxed: the header's store comes after them.
  if (part.in_line()) {
    std::array<std::uint64_t, kInline / 8> words{};
    if (part.length != 0) std::memcpy(words.data(), from, part.length);
    for (std::size_t i = 0; i * 8 < part.length; ++i) slot.words[i].store(words[i], std::memory_order_relaxed);
  } else {
    slot.words[0].store(tail.room, std::memory_order_relaxed);
    slot.words[1].store(total, std::memory_order_relaxed);
    const std::size_t at = tail.room % kRoom;
    const std::size_t before_the_end = std::min<std::size_t>(part.length, kRoom - at);
    std::memcpy(out_->room.data() + at, from, before_the_end);
    std::memcpy(out_->room.data(), from + before_the_end, part.length - before_the_end);
  }
  SKEIN_FAULT("connection.send.copied");
  slot.header.store(header_of(part, tail.slot));
  SKEIN_FAULT("connection.send.published");
  tail.room += part.span();
  ++tail.slot;
  // Release: for senders alone, which have the lock.
  out_->room_tail.store(tail.room, std::memory_order_release);
  SKEIN_FAULT("connection.send.counted");
  out_->tail.store(tail.slot, std::memory_order_release);
}

void Channel::announce_frame() const noexcept {
  out_->receivers.wake_one();
  const std::uint32_t bell = out_->bell.load();
  if (bell == 0) [[likely]]
    return;
  if ((bell & kWatched) == 0 && (out_->bell.fetch_and(~kArmed) & kArmed) == 0) return;
  SKEIN_FAULT("connection.send.bell");
  forget_left_behind();
  if ((users_.fetch_add(1) & kClosed) == 0) ::eventfd_write(bell_out_.number(), 1);
  leave();
}

}  // namespace skein::inline v0::multiprocessing::internal
