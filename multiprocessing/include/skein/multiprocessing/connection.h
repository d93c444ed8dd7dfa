// skein/multiprocessing/connection.h - one end of a pipe. Python: multiprocessing.connection.Connection.
#ifndef SKEIN_MULTIPROCESSING_CONNECTION_H_
#define SKEIN_MULTIPROCESSING_CONNECTION_H_

#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/connection_errors.h>
#include <skein/multiprocessing/errors.h>
#include <skein/multiprocessing/internal/pipe_address.h>
#include <skein/pickle.h>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <ranges>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace skein::inline v0::multiprocessing {

namespace internal {
class Channel;
}  // namespace internal

namespace connection {

// What send_bytes() takes, Python's bytes-like object: any contiguous range of trivially copyable elements, as the
// bytes that it consists of; a string (a literal, too) without the zero at its end.
class ByteView {
 public:
  ByteView(std::string_view text) noexcept  // NOLINT(google-explicit-constructor)
      : bytes_(std::as_bytes(std::span(text))) {}
  template <std::convertible_to<std::string_view> S>
  ByteView(const S& text) noexcept : ByteView(std::string_view(text)) {}  // NOLINT(google-explicit-constructor)
  template <std::ranges::contiguous_range R>
    requires(std::ranges::sized_range<R> && !std::convertible_to<const R&, std::string_view> &&
             std::is_trivially_copyable_v<std::ranges::range_value_t<R>>)
  ByteView(const R& range) noexcept  // NOLINT(google-explicit-constructor)
      : bytes_(std::as_bytes(std::span(std::ranges::data(range), std::ranges::size(range)))) {}

  // The bytes, which are the caller's.
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
};

// What recv_bytes_into() takes, Python's writable bytes-like object.
class ByteRoom {
 public:
  template <std::ranges::contiguous_range R>
    requires(std::ranges::sized_range<R> && std::is_trivially_copyable_v<std::ranges::range_value_t<R>> &&
             !std::is_const_v<std::remove_reference_t<std::ranges::range_reference_t<R>>>)
  ByteRoom(R&& range) noexcept  // NOLINT(google-explicit-constructor)
      : bytes_(std::as_writable_bytes(std::span(std::ranges::data(range), std::ranges::size(range)))) {}

  // The room, which is the caller's.
  [[nodiscard]] std::span<std::byte> bytes() const noexcept { return bytes_; }

 private:
  std::span<std::byte> bytes_;
};

// A number of bytes, or None.
class ByteCount {
 public:
  constexpr ByteCount(NoneType) noexcept {}  // NOLINT(google-explicit-constructor)
  template <std::integral I>
    requires(!std::same_as<I, bool>)
  constexpr ByteCount(I count) noexcept  // NOLINT(google-explicit-constructor)
      : none_(false), count_(static_cast<std::int64_t>(count)) {}

  // Whether it is None, and else the number.
  [[nodiscard]] constexpr bool none() const noexcept { return none_; }
  [[nodiscard]] constexpr std::int64_t count() const noexcept { return count_; }

 private:
  bool none_ = true;
  std::int64_t count_ = 0;
};

// The keyword arguments of Connection's members.
struct SendBytesOptions {
  std::int64_t offset = 0;
  ByteCount size = None;
};
struct RecvBytesOptions {
  ByteCount maxlength = None;
};
struct RecvBytesIntoOptions {
  std::int64_t offset = 0;
};
struct PollOptions {
  Timeout timeout = 0.0;
};

// One end of a pipe: messages, each whole, in their order. A handle: copies are the same end, as with Python's
// references, and close() closes it for all of them in this process. The last copy to go closes it, too. Made by
// Pipe().
//
// A process that this one forks has all ends that are open here; one that is started otherwise has those that it is
// given as arguments. As in Python, the other end is at its end of file only when every process has closed its copies
// of this one, or has ended: a program closes what it does not use.
//
// Threads:  any member, from any thread and any process, at any time. Messages of several senders do not mix, and each
//           message goes to one receiver, whole (Python: data may become corrupted); the senders of one end take turns
//           by a lock in shared memory that a killed process does not take along. close() wakes those who wait in other
//           threads of this process; they throw HandleError ("handle is closed").
// Lifetime: the last copy must stay until no call is under way.
// Ordering: what was done before a send() is visible to the process that has received the message. Messages come in the
//           order of their sending.
// Cost:     a message of up to 56 bytes is one line of memory that passes from one processor to the other; no system
//           call while the other side is awake. A message is copied twice, in and out; those of more than 32 KiB
//           overlap the two. What does not fit into the pipe (256 KiB in each direction, in steps of 64 bytes) waits
//           for the receiver. Three descriptors an end (two where only one end sends) and half a MiB a pipe.
// Death:    the other side is told within 50 ms of waiting: a receiver by EOFError when all that was sent has been
//           received, a sender by BrokenPipeError, though it may have sent some messages into the void by then (those
//           of 10 ms). A message whose sender was killed in the middle of it is a HandleError ("got end of file during
//           message") and not a part of one; later messages are whole. A message whose receiver was killed in the
//           middle of it is lost with that one; the next receiver gets the next message. Nobody waits for a dead
//           process.
class SKEIN_API Connection {
 public:
  // None: closed.
  Connection() noexcept;
  Connection(const Connection&) noexcept;
  Connection& operator=(const Connection&) noexcept;
  ~Connection();

  // Sends an object, pickled.
  // Errors: as send_bytes; what pickle throws, and then nothing is sent.
  template <class T>
  void send(const T& object) const {
    check_writable();
    send_bytes(pickle::dumps(object));
  }
  // The next message, which must be an object of type T; waits until there is one.
  // Errors: as recv_bytes; what pickle throws, UnpicklingError if it is no T; then the message is gone.
  template <class T>
  [[nodiscard]] T recv() const {
    return pickle::loads<T>(receive().get());
  }

  // Sends the bytes of `buf` from `offset` on, `size` of them (None: all the rest), as one message, which may be empty.
  // Waits while the pipe is full.
  // Errors: HandleError if this end is closed or cannot send; BrokenPipeError if every copy of the other end is closed,
  // also while this waits; ValueError if `offset` or `size` is negative or too large. A message is sent whole or, if
  // this throws, not received.
  void send_bytes(ByteView buf, std::int64_t offset = 0, ByteCount size = None) const;
  void send_bytes(ByteView buf, SendBytesOptions options) const { send_bytes(buf, options.offset, options.size); }

  // The next message; waits until there is one.
  // Errors: EOFError if there is none and every copy of the other end is closed; HandleError if this end is closed or
  // cannot receive, or if the message has no end, since its sender was killed; "bad message length" if it has more than
  // `maxlength` bytes, and as in Python this end cannot receive any more then, and is closed if it cannot send;
  // ValueError if `maxlength` is negative; std::bad_alloc (then a message of up to 32 KiB stays).
  [[nodiscard]] std::vector<std::byte> recv_bytes(ByteCount maxlength = None) const;
  [[nodiscard]] std::vector<std::byte> recv_bytes(RecvBytesOptions options) const {
    return recv_bytes(options.maxlength);
  }
  // The same into `buf`, from `offset` on; returns the message's size.
  // Errors: as recv_bytes; BufferTooShort, with the message, if `buf` has not so much room; ValueError if `offset` is
  // negative or beyond the end.
  std::size_t recv_bytes_into(ByteRoom buf, std::int64_t offset = 0) const;
  std::size_t recv_bytes_into(ByteRoom buf, RecvBytesIntoOptions options) const {
    return recv_bytes_into(buf, options.offset);
  }

  // Whether there is something to receive, a message or the end, waiting for it for at most `timeout` (monotonic, from
  // entry; None: no limit; zero or less: only looks).
  // Errors: HandleError if this end is closed or cannot receive; ValueError if `timeout` is NaN.
  [[nodiscard]] bool poll(Timeout timeout = 0.0) const;
  [[nodiscard]] bool poll(PollOptions options) const { return poll(options.timeout); }

  // A descriptor that is readable (poll, select, epoll, an event loop's add_reader) while there is something to
  // receive. For nothing else: do not read from it. From now on each message costs its sender a system call. If a
  // sender is killed between its message and that call, while other processes hold that end, the descriptor tells of
  // the message when the next one comes; poll() and wait() tell in any case. Errors: HandleError if this end is closed;
  // OSError.
  [[nodiscard]] int fileno() const;

  // Closes this end in this process. Closed already: does nothing.
  void close() const noexcept;
  [[nodiscard]] bool closed() const noexcept;
  // What it was made for, also when it is closed.
  [[nodiscard]] bool readable() const noexcept;
  [[nodiscard]] bool writable() const noexcept;

  // Whether both are the same end, as Python's `is`.
  friend bool operator==(const Connection& a, const Connection& b) noexcept { return a.channel_ == b.channel_; }

  // For a process that is being started: inherits this end.
  // Errors: RuntimeError where no process is being started; HandleError if it is closed; OSError.
  template <class Archive>
  void save(Archive& archive) const {
    archive(pack());
  }
  template <class Archive>
  void load(Archive& archive) {
    internal::PipeAddress address;
    archive(address);
    unpack(address);
  }

 private:
  friend struct std::hash<Connection>;
  friend class Waitable;
  friend class Waiting;
  friend SKEIN_API std::pair<Connection, Connection> make_pipe(bool duplex);
  explicit Connection(std::shared_ptr<internal::Channel> channel) noexcept;

  // A small message where it came, without an allocation.
  struct Received {
    std::array<std::byte, 256> small;
    std::size_t size = 0;
    std::vector<std::byte> large;
    [[nodiscard]] std::span<const std::byte> get() const noexcept {
      return large.empty() ? std::span(small).first(size) : std::span(large);
    }
  };
  [[nodiscard]] Received receive() const;
  void check_writable() const;
  [[nodiscard]] internal::Channel& open() const;
  [[nodiscard]] internal::PipeAddress pack() const;
  void unpack(const internal::PipeAddress& address);

  std::shared_ptr<internal::Channel> channel_;
};

}  // namespace connection

using connection::Connection;

}  // namespace skein::inline v0::multiprocessing

template <>
struct std::hash<skein::multiprocessing::connection::Connection> {
  std::size_t operator()(const skein::multiprocessing::connection::Connection& end) const noexcept {
    return std::hash<const void*>()(end.channel_.get());
  }
};

#endif  // SKEIN_MULTIPROCESSING_CONNECTION_H_
