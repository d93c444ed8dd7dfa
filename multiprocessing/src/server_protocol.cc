#include "server_protocol.h"

#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "launch.h"

namespace skein::inline v0::multiprocessing::internal {

namespace {

constexpr std::uint32_t kMagic = 0x736b'6673;  // "skfs"
constexpr std::size_t kControlSize = CMSG_SPACE(sizeof(int) * (kDescriptorsAtOnce + 1));

bool gone(int error) noexcept { return error == EPIPE || error == ECONNRESET || error == ENOTCONN; }

[[noreturn]] void throw_errno(const char* what) {
  throw OSError(std::error_code(errno, std::generic_category()), what);
}

}  // namespace

bool send_message(int connection, MessageKind kind, std::int64_t value, std::span<const std::byte> bytes,
                  std::span<const int> descriptors) {
  std::array<int, kDescriptorsAtOnce + 1> numbers{};
  std::size_t count = 0;
  Descriptor file;
  if (bytes.size() > kLargestMessage) {
    file = Descriptor(make_file(bytes));
    numbers[count++] = file.number();
  }
  for (const int number : descriptors) numbers[count++] = number;
  MessageHeader header{kMagic, kind, value, file ? 0 : static_cast<std::uint32_t>(bytes.size()),
                       static_cast<std::uint32_t>(count)};
  std::array<iovec, 2> parts{
      {{&header, sizeof(header)}, {const_cast<std::byte*>(bytes.data()), file ? 0 : bytes.size()}}};
  alignas(cmsghdr) std::array<char, kControlSize> control;
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  if (count > 0) {
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
    cmsghdr* const rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int) * count);
    std::memcpy(CMSG_DATA(rights), numbers.data(), sizeof(int) * count);
  }
  for (;;) {
    if (SKEIN_FAULT_EINTR("server.send")) continue;
    if (::sendmsg(connection, &message, MSG_NOSIGNAL) >= 0) return true;
    if (errno == EINTR) continue;
    if (gone(errno)) return false;
    throw_errno("cannot send to the fork server");
  }
}

bool receive_message(int connection, Message& received) {
  received = Message();
  MessageHeader header{};
  std::vector<std::byte> bytes(kLargestMessage);
  std::array<iovec, 2> parts{{{&header, sizeof(header)}, {bytes.data(), bytes.size()}}};
  alignas(cmsghdr) std::array<char, kControlSize> control;
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t got = 0;
  do {
    got = SKEIN_FAULT_EINTR("server.receive") ? (errno = EINTR, -1) : ::recvmsg(connection, &message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got == 0 || (got < 0 && gone(errno))) return false;
  if (got < 0) throw_errno("cannot receive from the fork server's connection");
  // First of all, so that they are closed whatever comes.
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    std::vector<int> numbers(count);
    std::memcpy(numbers.data(), CMSG_DATA(part), count * sizeof(int));
    for (const int number : numbers) received.descriptors.emplace_back(number);
  }
  if (static_cast<std::size_t>(got) < sizeof(header) || header.magic != kMagic ||
      (message.msg_flags & MSG_TRUNC) != 0 || header.size != static_cast<std::size_t>(got) - sizeof(header)) {
    throw RuntimeError("what came over the fork server's connection is no message of skein's");
  }
  if ((message.msg_flags & MSG_CTRUNC) != 0 || header.descriptors != received.descriptors.size()) {
    // The limit on open files was reached: the rest was dropped by the kernel.
    throw OSError(std::error_code(EMFILE, std::generic_category()), "some descriptors did not come along");
  }
  received.kind = header.kind;
  received.value = header.value;
  bytes.resize(header.size);
  received.bytes = std::move(bytes);
  if (header.kind == MessageKind::kFork && header.size == 0 && !received.descriptors.empty()) {
    received.bytes = read_file(received.descriptors.front().number());
    received.descriptors.erase(received.descriptors.begin());
  }
  return true;
}

}  // namespace skein::inline v0::multiprocessing::internal
