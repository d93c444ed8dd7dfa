#include <skein/core/errors.h>
#include <skein/multiprocessing/internal/descriptor.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace skein::inline v0::multiprocessing::internal {

void Descriptor::close() noexcept {
  // Never again after EINTR: on Linux the number is free by then, and may be somebody else's.
  if (number_ >= 0) ::close(std::exchange(number_, -1));
}

Descriptor Descriptor::duplicate(int number) {
  const int copy = ::fcntl(number, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) throw OSError(std::error_code(errno, std::generic_category()), "cannot duplicate a descriptor");
  return Descriptor(copy);
}

}  // namespace skein::inline v0::multiprocessing::internal
