// One end of a Pipe in one process: what the copies of a Connection share.
//
// Messages travel through rings in shared memory, one for each direction. A ring is a sequence of slots of one line
// each, and room for what does not fit into them. A slot begins with a header word:
//
//   bits 0-31   how many bytes of a message it has
//   bits 32,33  whether they are a message's first, its last
//   bits 34-63  the round that it was published in; the ring's first round is 1
//
// A whole message of up to 56 bytes follows in the line itself: the word is signal and length, and a small message
// crosses from one processor to another as a single line. Else two words follow: where in the room the bytes lie, and
// how many the message has in all; long messages go in several slots.
//
//   sender    holds `sending` for the whole message, so that messages of several senders do not mix. Fills the slot at
//             `tail` and the room, and publishes by ONE store of the header, in this round's number. `tail` and
//             `room_tail` follow and are only hints: killed in between, the next sender finds the slot published.
//   receiver  looks at the header at `head`. A message that lies in the line is copied out and then taken by ONE
//             exchange of `head`; if another receiver was faster, the copy is forgotten. Else it holds `receiving`,
//             copies, and takes the slot by ONE store. Killed before it, the message is there for the next; killed
//             after it, it is gone with the dead.
//
// A sender killed between two slots of a message: the receiver finds that nobody alive holds `sending`, or a slot with
// the first bytes of another message, and says that the message has no end. A receiver killed there: the next one skips
// slots until a first one.
//
// Beside the rings each end has a socket of a pair, through which nothing is ever sent. The kernel knows when the last
// copy of the other end's is closed, by whatever cause: that is the end of the stream. And each ring has an eventfd,
// the bell, which a sender rings only if the ring's `bell` says that somebody sleeps in poll().
#ifndef SKEIN_MULTIPROCESSING_SRC_CHANNEL_H_
#define SKEIN_MULTIPROCESSING_SRC_CHANNEL_H_

#include <skein/core/internal/platform.h>
#include <skein/core/spin.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/descriptor.h>
#include <skein/multiprocessing/internal/pipe_address.h>
#include <skein/multiprocessing/internal/shared_block.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "lock_word.h"

namespace skein::inline v0::multiprocessing::internal {

inline constexpr std::size_t kLine = 64;
inline constexpr std::size_t kSlots = 2048;
inline constexpr std::size_t kRoom = std::size_t{128} * 1024;
// The most that lies in a slot itself.
inline constexpr std::size_t kInline = kLine - 8;
// The most that one slot has. Longer messages go in several, so that one side copies in while the other copies out.
inline constexpr std::size_t kPart = std::size_t{32} * 1024;
// Of a message: more than any machine's memory; what says it is longer is damaged.
inline constexpr std::uint64_t kLongestMessage = std::uint64_t{1} << 46;

// In shared memory.
struct Slot {
  alignas(kLine) skein::internal::Atomic<std::uint64_t> header;
  std::array<skein::internal::Atomic<std::uint64_t>, kInline / 8> words;
};
static_assert(sizeof(Slot) == kLine);

// In shared memory. The lines before the slots are written by senders, by receivers and by who sleeps.
struct Ring {
  alignas(kLine) LockWord sending;
  skein::internal::Atomic<std::uint64_t> tail;        // The next slot to fill, or one before it. Slots since the start.
  skein::internal::Atomic<std::uint64_t> known_head;  // `head` as a sender last saw it.
  skein::internal::Atomic<std::uint64_t> room_tail;   // Where the next bytes go, or before it. Bytes since the start.
  skein::internal::Atomic<std::uint64_t> known_room_head;  // The first bytes there that may not have been taken.
  alignas(kLine) LockWord receiving;
  alignas(kLine) skein::internal::Atomic<std::uint64_t> head;  // The next slot to take.
  alignas(kLine) Sleepers receivers;
  Sleepers senders;
  skein::internal::Atomic<std::uint32_t> bell;      // kArmed, kWatched.
  skein::internal::Atomic<std::uint32_t> closings;  // How often a process closed an end of this pipe.
  std::array<Slot, kSlots> slots;
  alignas(kLine) std::array<std::byte, kRoom> room;
};

// Somebody sleeps in poll(), or is about to: rung once and taken down.
inline constexpr std::uint32_t kArmed = 1;
// Somebody has the descriptor and may poll it at any time: rung for every frame.
inline constexpr std::uint32_t kWatched = 2;

class Channel {
 public:
  using Pair = std::pair<std::shared_ptr<Channel>, std::shared_ptr<Channel>>;
  // Two ends; without `duplex` the first one only receives and the second one only sends.
  static Pair make(bool duplex);
  // For another process.
  [[nodiscard]] PipeAddress pack() const;
  static std::shared_ptr<Channel> unpack(const PipeAddress& address);

  Channel(SharedBlock block, bool second, bool readable, bool writable, Descriptor socket, Descriptor bell_in,
          Descriptor bell_out);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // The checks that come before everything, in Python's words.
  void check_open() const;
  void check_readable() const;
  void check_writable() const;
  [[nodiscard]] bool closed() const noexcept { return (users_.load() & kClosed) != 0; }
  [[nodiscard]] bool readable() const noexcept { return readable_.load(); }
  [[nodiscard]] bool writable() const noexcept { return writable_; }

  void send(std::span<const std::byte> message);
  // Into `room` if the message fits, else whole into `rest`. Returns its size.
  std::size_t receive(std::span<std::byte> room, std::vector<std::byte>& rest, std::optional<std::uint64_t> most);
  bool poll(Deadline deadline);
  int fileno();
  void close() noexcept;

  // ---- for wait() ----
  // While one lives, the descriptors stay open.
  class Use {
   public:
    // Errors: OSError if it is closed.
    explicit Use(const Channel& channel) : channel_(channel) { channel.enter(); }
    ~Use() { channel_.leave(); }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

   private:
    const Channel& channel_;
  };
  [[nodiscard]] bool has_frame() const noexcept { return in_ != nullptr && is_published(*in_, in_->head.load()); }
  // Whether a message begins there.
  [[nodiscard]] bool has_message();
  [[nodiscard]] int socket() const noexcept { return socket_.number(); }
  [[nodiscard]] int bell_in() const noexcept { return bell_in_.number(); }
  // From now on a sender rings, once. Look for a frame after it.
  void arm() const noexcept {
    if (in_ != nullptr) in_->bell.fetch_or(kArmed);
  }
  // After a wake-up by the bell.
  void quieten() const noexcept;

 private:
  // What a header says.
  struct Part {
    std::uint32_t length = 0;
    bool first = false;
    bool last = false;
    [[nodiscard]] bool in_line() const noexcept { return first && last && length <= kInline; }
    // What it takes of the room.
    [[nodiscard]] std::uint64_t span() const noexcept {
      return in_line() ? 0 : (std::uint64_t{length} + kLine - 1) / kLine * kLine;
    }
  };
  class Sending;
  class Receiving;

  static Slot& slot_at(Ring& ring, std::uint64_t number) noexcept { return ring.slots[number % kSlots]; }
  static bool is_published(std::uint64_t header, std::uint64_t number) noexcept {
    return header >> 34 == ((number / kSlots + 1) & 0x3fff'ffff);
  }
  static bool is_published(Ring& ring, std::uint64_t number) noexcept {
    return is_published(slot_at(ring, number).header.load(), number);
  }
  static std::uint64_t header_of(const Part& part, std::uint64_t number) noexcept {
    return part.length | (std::uint64_t{part.first} << 32) | (std::uint64_t{part.last} << 33) |
           ((number / kSlots + 1) << 34);
  }
  static Part read_header(std::uint64_t header);
  [[noreturn]] static void damaged();

  // Sending: channel_send.cc. Each with the lock.
  void check_for_listeners();
  struct Tail {
    std::uint64_t slot = 0;
    std::uint64_t room = 0;
  };
  Tail settled_tail();
  void make_room(const Tail& tail, std::uint64_t span);
  bool has_room(const Tail& tail, std::uint64_t span);
  void publish(Tail& tail, const Part& part, std::uint64_t total, const std::byte* from);
  void announce_frame() const noexcept;

  // Receiving: channel_receive.cc.
  enum class Awaited : std::uint8_t { kFrame, kEnd, kTime };
  Awaited await_frame(Deadline deadline);
  bool glance() noexcept;
  void await_continuation();
  bool take_from_line(std::uint64_t head, const Part& part, std::span<std::byte> room, std::vector<std::byte>& rest);
  std::size_t receive_parts(std::uint64_t head, Part part, std::span<std::byte> room, std::vector<std::byte>& rest,
                            std::optional<std::uint64_t> most);
  void copy_out(std::uint64_t where, std::size_t size, std::byte* to) const noexcept;
  void append(std::uint64_t where, std::size_t size, std::vector<std::byte>& to) const;
  void take(std::uint64_t next);
  void after_taking();
  void quieten_if_empty();
  [[noreturn]] void bad_length();

  // The other end: channel.cc.
  [[nodiscard]] bool hung_up();
  static bool closings_changed(const Ring& ring, std::atomic<std::uint32_t>& seen) noexcept;
  void enter() const;
  void leave() const noexcept;
  void close_descriptors() const noexcept;
  void forget_left_behind() const noexcept;

  const SharedBlock block_;
  const bool second_;
  Ring* in_ = nullptr;   // nullptr: cannot receive.
  Ring* out_ = nullptr;  // nullptr: cannot send.
  skein::internal::Atomic<bool> readable_;
  const bool writable_;

  // The descriptors are used in slow paths alone; the last user closes them.
  static constexpr std::uint32_t kClosed = std::uint32_t{1} << 31;
  mutable skein::internal::Atomic<std::uint32_t> users_{0};
  mutable skein::internal::Atomic<std::uint32_t> forks_;
  mutable Descriptor socket_;
  mutable Descriptor bell_in_;
  mutable Descriptor bell_out_;
  mutable skein::internal::Atomic<bool> descriptors_closed_{false};
  // An epoll instance of the socket and the bell, made when somebody asks: its number, or -1; and in the high half in
  // which of a line of forked processes.
  static constexpr std::uint64_t kNotWatched = 0xffff'ffff;
  mutable skein::internal::Atomic<std::uint64_t> watched_{kNotWatched};

  // What this process knows of the other end. Guesses: races cost a system call.
  std::atomic<std::uint32_t> closings_seen_in_{0};
  std::atomic<std::uint32_t> closings_seen_out_{0};
  std::atomic<bool> heard_since_send_{false};  // Then it was alive a moment ago.
  std::atomic<bool> heard_since_sleep_{false};
  std::atomic<std::int64_t> asked_at_{-1};  // The tick of the coarse clock.
  skein::internal::SpinHistory room_history_;
  skein::internal::SpinHistory frame_history_;
  // How much a glance has paid off lately; 0: only now and then.
  std::atomic<std::int32_t> glance_score_{4};
  std::atomic<std::uint32_t> glances_skipped_{0};
};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_CHANNEL_H_
