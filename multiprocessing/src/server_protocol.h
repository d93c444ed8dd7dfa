// server_protocol.h - what a process and its fork server say to each other, over a pair of sockets without a name.
//
//   process                                   server
//   kSetUp (modules, functions to call)  -->
//                                        <--  kReached, as soon as it is in freeze_support()
//                                        <--  kReady, or why not
//   kDescriptors, as often as it takes   -->
//   kFork (the launch, or its file)      -->  forks
//                                        <--  kForked (pid; its pidfd), or the error
//   a byte into the child's lifeline          the child goes on
//
// The child does nothing before that byte, so that a server that dies in between can be replaced and asked again: no
// process is started twice. When it has ended the server writes the exit code into its status pipe. The connection's
// end is the server's.
#ifndef SKEIN_MULTIPROCESSING_SRC_SERVER_PROTOCOL_H_
#define SKEIN_MULTIPROCESSING_SRC_SERVER_PROTOCOL_H_

#include <skein/multiprocessing/internal/descriptor.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace skein::inline v0::multiprocessing::internal {

enum class MessageKind : std::uint32_t { kSetUp = 1, kReached, kReady, kDescriptors, kFork, kForked };

struct MessageHeader {
  std::uint32_t magic;
  MessageKind kind;
  std::int64_t value;  // kForked: the pid, or minus errno.
  std::uint32_t size;  // Of the bytes that follow; 0: they are a file, the first descriptor.
  std::uint32_t descriptors;
};

struct Message {
  MessageKind kind{};
  std::int64_t value = 0;
  std::vector<std::byte> bytes;
  std::vector<Descriptor> descriptors;
};

// No more at once: the kernel's limit is 253.
inline constexpr std::size_t kDescriptorsAtOnce = 250;
// Larger ones go by a file.
inline constexpr std::size_t kLargestMessage = std::size_t{32} * 1024;

// False if the other side is gone.
// Errors: OSError.
bool send_message(int connection, MessageKind kind, std::int64_t value, std::span<const std::byte> bytes,
                  std::span<const int> descriptors);
// Waits for one. False if the other side is gone.
// Errors: OSError; RuntimeError if what comes is no message.
bool receive_message(int connection, Message& message);

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_SERVER_PROTOCOL_H_
