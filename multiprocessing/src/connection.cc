#include <skein/core/errors.h>
#include <skein/multiprocessing/connection.h>
#include <skein/multiprocessing/pipe.h>

#include <optional>
#include <string>

#include "channel.h"

namespace skein::inline v0::multiprocessing::connection {

Connection::Connection() noexcept = default;
Connection::Connection(const Connection&) noexcept = default;
Connection& Connection::operator=(const Connection&) noexcept = default;
Connection::~Connection() = default;
Connection::Connection(std::shared_ptr<internal::Channel> channel) noexcept : channel_(std::move(channel)) {}

internal::Channel& Connection::open() const {
  if (channel_ == nullptr) throw HandleError("handle is closed");
  channel_->check_open();
  return *channel_;
}

void Connection::send_bytes(ByteView buf, std::int64_t offset, ByteCount size) const {
  internal::Channel& channel = open();
  channel.check_writable();
  const std::span<const std::byte> bytes = buf.bytes();
  const auto length = static_cast<std::int64_t>(bytes.size());
  if (offset < 0) throw ValueError("offset is negative");
  if (length < offset) throw ValueError("buffer length < offset");
  if (size.none()) {
    channel.send(bytes.subspan(static_cast<std::size_t>(offset)));
    return;
  }
  if (size.count() < 0) throw ValueError("size is negative");
  if (size.count() > length - offset) throw ValueError("buffer length < offset + size");
  channel.send(bytes.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size.count())));
}

std::vector<std::byte> Connection::recv_bytes(ByteCount maxlength) const {
  internal::Channel& channel = open();
  channel.check_readable();
  std::optional<std::uint64_t> most;
  if (!maxlength.none()) {
    if (maxlength.count() < 0) throw ValueError("negative maxlength");
    most = static_cast<std::uint64_t>(maxlength.count());
  }
  std::vector<std::byte> message;
  channel.receive({}, message, most);
  return message;
}

std::size_t Connection::recv_bytes_into(ByteRoom buf, std::int64_t offset) const {
  internal::Channel& channel = open();
  channel.check_readable();
  const std::span<std::byte> bytes = buf.bytes();
  if (offset < 0) throw ValueError("negative offset");
  if (offset > static_cast<std::int64_t>(bytes.size())) throw ValueError("offset too large");
  const std::span<std::byte> room = bytes.subspan(static_cast<std::size_t>(offset));
  std::vector<std::byte> rest;
  const std::size_t size = channel.receive(room, rest, std::nullopt);
  if (size > room.size()) throw BufferTooShort(std::string(reinterpret_cast<const char*>(rest.data()), rest.size()));
  return size;
}

Connection::Received Connection::receive() const {
  internal::Channel& channel = open();
  channel.check_readable();
  Received received;
  received.size = channel.receive(received.small, received.large, std::nullopt);
  return received;
}

void Connection::check_writable() const { open().check_writable(); }

bool Connection::poll(Timeout timeout) const {
  internal::Channel& channel = open();
  channel.check_readable();
  return channel.poll(Deadline(timeout));
}

int Connection::fileno() const { return open().fileno(); }
void Connection::close() const noexcept {
  if (channel_ != nullptr) channel_->close();
}
bool Connection::closed() const noexcept { return channel_ == nullptr || channel_->closed(); }
bool Connection::readable() const noexcept { return channel_ != nullptr && channel_->readable(); }
bool Connection::writable() const noexcept { return channel_ != nullptr && channel_->writable(); }

internal::PipeAddress Connection::pack() const { return open().pack(); }
void Connection::unpack(const internal::PipeAddress& address) { channel_ = internal::Channel::unpack(address); }

std::pair<Connection, Connection> make_pipe(bool duplex) {
  auto [first, second] = internal::Channel::make(duplex);
  return {Connection(std::move(first)), Connection(std::move(second))};
}

}  // namespace skein::inline v0::multiprocessing::connection
