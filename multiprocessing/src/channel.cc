#include "channel.h"

#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing/connection_errors.h>
#include <skein/multiprocessing/internal/parcel.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <new>

namespace skein::inline v0::multiprocessing {

HandleError::HandleError(std::string message)
    : OSError(std::error_code(EBADF, std::generic_category()), message), message_(std::move(message)) {}
HandleError::~HandleError() = default;
const char* HandleError::what() const noexcept { return message_.c_str(); }

BrokenPipeError::BrokenPipeError() : OSError(std::error_code(EPIPE, std::generic_category()), "broken pipe") {}
BrokenPipeError::~BrokenPipeError() = default;
const char* BrokenPipeError::what() const noexcept { return "[Errno 32] Broken pipe"; }

namespace internal {

namespace {

[[noreturn]] void throw_errno(const char* what) {
  throw OSError(std::error_code(errno, std::generic_category()), what);
}

Descriptor make_bell() {
  Descriptor bell(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!bell) throw_errno("cannot make a pipe's bell");
  return bell;
}

Ring* ring_in(const SharedBlock& block, bool second) noexcept {
  return std::launder(reinterpret_cast<Ring*>(static_cast<std::byte*>(block.data()) + (second ? sizeof(Ring) : 0)));
}

}  // namespace

// ---- the ends ----

Channel::Pair Channel::make(bool duplex) {
  SharedBlock block(BlockKind::kRing, duplex ? 2 * sizeof(Ring) : sizeof(Ring), kLine);
  // A ring begins as zeros, which it is but for its locks.
  for (int i = 0; i < (duplex ? 2 : 1); ++i) {
    Ring* const ring = ring_in(block, i == 1);
    std::construct_at(&ring->sending);
    std::construct_at(&ring->receiving);
  }
  SKEIN_FAULT("pipe.memory");
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) throw_errno("cannot make a pipe");
  Descriptor first_socket(pair[0]);
  Descriptor second_socket(pair[1]);
  SKEIN_FAULT("pipe.sockets");
  // The first ring leads to the first end.
  Descriptor to_first = make_bell();
  Descriptor rings_first = Descriptor::duplicate(to_first.number());
  Descriptor to_second;
  Descriptor rings_second;
  if (duplex) {
    to_second = make_bell();
    rings_second = Descriptor::duplicate(to_second.number());
  }
  auto first = std::make_shared<Channel>(block, false, true, duplex, std::move(first_socket), std::move(to_first),
                                         std::move(rings_second));
  auto second = std::make_shared<Channel>(std::move(block), true, duplex, true, std::move(second_socket),
                                          std::move(to_second), std::move(rings_first));
  return {std::move(first), std::move(second)};
}

Channel::Channel(SharedBlock block, bool second, bool readable, bool writable, Descriptor socket, Descriptor bell_in,
                 Descriptor bell_out)
    : block_(std::move(block)),
      second_(second),
      readable_(readable),
      writable_(writable),
      forks_(skein::internal::fork_count()),
      socket_(std::move(socket)),
      bell_in_(std::move(bell_in)),
      bell_out_(std::move(bell_out)) {
  // Of one that is not duplex, the one ring leads from the second end to the first.
  if (readable) in_ = ring_in(block_, second_);
  if (writable) out_ = ring_in(block_, !second_);
}

Channel::~Channel() { close(); }

PipeAddress Channel::pack() const {
  const Use use(*this);
  PipeAddress address;
  address.block = block_.pack();
  address.second = second_ ? 1 : 0;
  address.readable = in_ != nullptr ? 1 : 0;
  address.writable = out_ != nullptr ? 1 : 0;
  address.socket = pack_descriptor(socket_.number());
  if (bell_in_) address.bell_in = pack_descriptor(bell_in_.number());
  if (bell_out_) address.bell_out = pack_descriptor(bell_out_.number());
  return address;
}

std::shared_ptr<Channel> Channel::unpack(const PipeAddress& address) {
  const bool second = address.second != 0;
  const bool readable = address.readable != 0;
  const bool writable = address.writable != 0;
  SharedBlock block = SharedBlock::unpack(address.block, BlockKind::kRing);
  const bool duplex = block.size() == 2 * sizeof(Ring);
  if ((!duplex && block.size() != sizeof(Ring)) || (duplex && !(readable && writable)) ||
      (!duplex && (readable == second || writable != second))) {
    throw RuntimeError("what came from the other process is no end of a pipe");
  }
  const auto duplicate = [](std::uint32_t place) { return Descriptor::duplicate(unpack_descriptor(place)); };
  return std::make_shared<Channel>(std::move(block), second, readable, writable, duplicate(address.socket),
                                   readable ? duplicate(address.bell_in) : Descriptor(),
                                   writable ? duplicate(address.bell_out) : Descriptor());
}

void Channel::check_open() const {
  if (closed()) throw HandleError("handle is closed");
}
void Channel::check_readable() const {
  if (!readable()) throw HandleError("connection is write-only");
}
void Channel::check_writable() const {
  if (!writable_) throw HandleError("connection is read-only");
}

// ---- closing ----

// Threads that a fork left behind in the parent use nothing here.
void Channel::forget_left_behind() const noexcept {
  const std::uint32_t forks = skein::internal::fork_count();
  if (forks_.load() == forks) return;
  users_.fetch_and(kClosed);
  forks_.store(forks);
}

void Channel::enter() const {
  forget_left_behind();
  if ((users_.fetch_add(1) & kClosed) == 0) return;
  leave();
  throw HandleError("handle is closed");
}

void Channel::leave() const noexcept {
  if (users_.fetch_sub(1) == (kClosed | 1)) close_descriptors();
}

void Channel::close() noexcept {
  forget_left_behind();
  users_.fetch_add(1);  // The bell must stay until it has been rung.
  const std::uint32_t users = users_.fetch_or(kClosed);
  // Who sleeps here in poll() is to look, and then closes them.
  if ((users & kClosed) == 0 && users != 1 && bell_in_) ::eventfd_write(bell_in_.number(), 1);
  leave();
}

// First they are closed, then the others are told to look; a copy of this end that another process has keeps it open.
void Channel::close_descriptors() const noexcept {
  if (descriptors_closed_.exchange(true)) return;  // By one who came too late, and then left.
  socket_.close();
  bell_in_.close();
  bell_out_.close();
  const Descriptor watched(static_cast<int>(static_cast<std::uint32_t>(watched_.exchange(kNotWatched))));
  SKEIN_FAULT("connection.close.closed");
  for (Ring* const ring : {in_, out_}) {
    if (ring == nullptr) continue;
    ring->closings.fetch_add(1);
    ring->receivers.rouse();
    ring->senders.rouse();
  }
}

// ---- the other end ----

bool Channel::hung_up() {
  const Use use(*this);
  // Nothing is ever written to it, so readable is the end.
  pollfd end{.fd = socket_.number(), .events = POLLIN | POLLRDHUP, .revents = 0};
  int got;
  do {
    got = SKEIN_FAULT_EINTR("connection.hung_up") ? (errno = EINTR, -1) : ::poll(&end, 1, 0);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return false;
  heard_since_send_.store(false, std::memory_order_relaxed);  // The next send() asks, too.
  asked_at_.store(-1, std::memory_order_relaxed);
  return true;
}

bool Channel::closings_changed(const Ring& ring, std::atomic<std::uint32_t>& seen) noexcept {
  const std::uint32_t now = ring.closings.load();
  if (now == seen.load(std::memory_order_relaxed)) [[likely]]
    return false;
  seen.store(now, std::memory_order_relaxed);
  return true;
}

// ---- the bell ----

// 1. Who polls raises kArmed, looks for a frame, and only then sleeps. Who publishes looks at `bell` after it. So one
//    sees the other.
// 2. Who takes the bell's count away raises kArmed again after it, and then looks for a frame; finding one it rings
//    itself. So while somebody sleeps, either kArmed is up, or the bell has been rung, or somebody alive is about to
//    ring it, or is between the two steps. If that one is killed, who sleeps here looks again after its slice.
void Channel::quieten() const noexcept {
  if (in_ == nullptr) return;
  SKEIN_FAULT("connection.bell.empty");
  eventfd_t count = 0;
  ::eventfd_read(bell_in_.number(), &count);
  SKEIN_FAULT("connection.bell.taken");
  in_->bell.fetch_or(kArmed);
  if (has_frame()) ::eventfd_write(bell_in_.number(), 1);
}

int Channel::fileno() {
  check_open();
  const Use use(*this);
  const std::uint64_t here = std::uint64_t{skein::internal::fork_count()} << 32;
  std::uint64_t known = watched_.load();
  // What a fork brought along is the parent's.
  while (static_cast<std::uint32_t>(known) == kNotWatched || (known & ~kNotWatched) != here) {
    Descriptor made(::epoll_create1(EPOLL_CLOEXEC));
    if (!made) throw_errno("cannot watch a pipe");
    epoll_event event{};
    event.events = EPOLLIN | EPOLLRDHUP;
    if (::epoll_ctl(made.number(), EPOLL_CTL_ADD, socket_.number(), &event) != 0) throw_errno("cannot watch a pipe");
    event.events = EPOLLIN;
    if (bell_in_ && ::epoll_ctl(made.number(), EPOLL_CTL_ADD, bell_in_.number(), &event) != 0) {
      throw_errno("cannot watch a pipe");
    }
    const std::uint64_t mine = here | static_cast<std::uint32_t>(made.number());
    if (watched_.compare_exchange_strong(known, mine)) {
      static_cast<void>(made.release());
      const Descriptor inherited(static_cast<int>(static_cast<std::uint32_t>(known)));
      known = mine;
    }
  }
  if (in_ != nullptr) {
    in_->bell.fetch_or(kWatched);
    if (has_frame()) ::eventfd_write(bell_in_.number(), 1);
  }
  return static_cast<int>(static_cast<std::uint32_t>(known));
}

// ---- headers ----

// Written by another process: believed only if it makes sense.
Channel::Part Channel::read_header(std::uint64_t header) {
  Part part{
      .length = static_cast<std::uint32_t>(header), .first = (header >> 32 & 1) != 0, .last = (header >> 33 & 1) != 0};
  if (part.length > kPart || (part.length == 0 && !part.in_line())) damaged();
  return part;
}

void Channel::damaged() {
  throw OSError(std::error_code(EPROTO, std::generic_category()), "the pipe's memory is damaged");
}

}  // namespace internal
}  // namespace skein::inline v0::multiprocessing
