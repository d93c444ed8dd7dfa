#include "launch.h"

#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/core/version.h>
#include <skein/multiprocessing/internal/descriptor.h>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "block_record.h"

namespace skein::inline v0::multiprocessing::internal {

namespace {

constexpr std::uint64_t kMagic = 0x736b'6569'6e2d'6c61;  // "skein-la"
constexpr std::uint32_t kLayout = 1;

struct Header {
  std::uint64_t magic;
  std::uint32_t layout;
  std::uint32_t reached;  // freeze_support(). Written by the new process.
};
static_assert(sizeof(Header) == 16 && offsetof(Header, reached) == 12);

[[noreturn]] void throw_errno(const char* what) {
  throw OSError(std::error_code(errno, std::generic_category()), what);
}

}  // namespace

void Launch::write(std::vector<std::byte>& bytes) const {
  PayloadWriter out(bytes);
  out.value(Header{kMagic, kLayout, 0});
  out.value(method);
  out.value(daemon);
  out.text(name);
  out.blob(std::as_bytes(std::span(identity)));
  out.value(parent_pid);
  out.text(parent_name);
  const Identity root = shared_memory::internal::family_root();
  out.value(root.pid);
  out.value(root.started);
  out.text(directory);
  out.value(log_level);
  out.value(log_handlers);
  out.value(static_cast<std::uint32_t>(modules.size()));
  for (const Module& module : modules) {
    out.text(module.name);
    out.value(module.build);
  }
  out.value(descriptors);
}

Launch Launch::read(std::span<const std::byte> bytes, std::span<const std::byte>& payload) {
  PayloadReader in(bytes);
  const auto header = in.value<Header>();
  if (header.magic != kMagic) throw RuntimeError("this is not what a process of skein's starts with");
  if (header.layout != kLayout) {
    throw RuntimeError("the process that started this one uses another version of skein (layout " +
                       std::to_string(header.layout) + "; this one's is " + std::to_string(kLayout) + ")");
  }
  Launch launch;
  const auto method = in.value<std::uint8_t>();
  if (method > static_cast<std::uint8_t>(Method::kForkserver)) throw RuntimeError("no such start method");
  launch.method = static_cast<Method>(method);
  launch.daemon = in.value<std::uint8_t>() != 0;
  launch.name = in.text();
  const std::span<const std::byte> identity = in.blob();
  launch.identity.resize(identity.size() / sizeof(std::uint32_t));
  if (!launch.identity.empty()) {
    std::memcpy(launch.identity.data(), identity.data(), launch.identity.size() * sizeof(std::uint32_t));
  }
  launch.parent_pid = in.value<std::int32_t>();
  launch.parent_name = in.text();
  launch.family.pid = in.value<std::uint32_t>();
  launch.family.started = in.value<std::uint32_t>();
  launch.directory = in.text();
  launch.log_level = in.value<std::int32_t>();
  launch.log_handlers = in.value<std::int32_t>();
  for (auto left = in.value<std::uint32_t>(); left > 0; --left) {
    std::string name = in.text();
    launch.modules.push_back({std::move(name), in.value<BuildId>()});
  }
  launch.descriptors = in.value<std::uint32_t>();
  payload = in.rest();
  return launch;
}

void Launch::mark_reached(int file) noexcept {
  const std::uint32_t reached = 1;
  static_cast<void>(!::pwrite(file, &reached, sizeof(reached), offsetof(Header, reached)));
}

bool Launch::was_reached(int file) noexcept {
  std::uint32_t reached = 0;
  return ::pread(file, &reached, sizeof(reached), offsetof(Header, reached)) == sizeof(reached) && reached != 0;
}

int make_file(std::span<const std::byte> bytes) {
  Descriptor file(::memfd_create("skein-launch", MFD_CLOEXEC));
  if (!file) throw_errno("cannot make a file for a new process");
  SKEIN_FAULT("launch.file");
  std::size_t written = 0;
  while (written < bytes.size()) {
    const std::size_t size = SKEIN_FAULT_SHORT("launch.write", bytes.size() - written);
    const ssize_t now = ::pwrite(file.number(), bytes.data() + written, size, static_cast<off_t>(written));
    if (now < 0 && errno != EINTR) throw_errno("cannot write what a new process starts with");
    if (now > 0) written += static_cast<std::size_t>(now);
  }
  return file.release();
}

std::vector<std::byte> read_file(int file) {
  struct stat status{};
  if (::fstat(file, &status) != 0) throw_errno("cannot look at what this process starts with");
  if (!S_ISREG(status.st_mode)) throw RuntimeError("this is not what a process of skein's starts with");
  std::vector<std::byte> bytes(static_cast<std::size_t>(status.st_size));
  std::size_t read = 0;
  while (read < bytes.size()) {
    const std::size_t size = SKEIN_FAULT_SHORT("launch.read", bytes.size() - read);
    const ssize_t now = ::pread(file, bytes.data() + read, size, static_cast<off_t>(read));
    if (now < 0 && errno != EINTR) throw_errno("cannot read what this process starts with");
    if (now == 0) break;
    if (now > 0) read += static_cast<std::size_t>(now);
  }
  bytes.resize(read);
  return bytes;
}

}  // namespace skein::inline v0::multiprocessing::internal
