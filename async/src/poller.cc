#include "poller.h"

#include <skein/core/errors.h>
#include <skein/core/internal/platform.h>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <limits>
#include <system_error>
#include <utility>

namespace skein::inline v0::internal {
namespace {

constexpr std::uint64_t kWake = ~std::uint64_t{0};

[[noreturn]] void throw_errno(int error, const char* what) {
  throw OSError(std::error_code(error, std::generic_category()), what);
}

}  // namespace

Poller::Poller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.u64 = kWake;
  if (epoll_ < 0 || wake_fd_ < 0 || ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_fd_, &event) != 0) {
    const int error = errno;
    if (epoll_ >= 0) ::close(epoll_);
    if (wake_fd_ >= 0) ::close(wake_fd_);
    throw_errno(error, "epoll");
  }
}

Poller::~Poller() {
  ::close(epoll_);
  ::close(wake_fd_);
}

void Poller::update(int fd, Entry& entry) {
  const std::uint32_t wanted =
      (entry.read != nullptr ? std::uint32_t{EPOLLIN} : 0U) | (entry.write != nullptr ? std::uint32_t{EPOLLOUT} : 0U);
  epoll_event event{};
  event.events = wanted;
  event.data.u64 = std::uint64_t{entry.generation} << 32U | static_cast<std::uint32_t>(fd);
  int result = ::epoll_ctl(epoll_, entry.events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event);
  // The number was closed and used again without our knowing, or a duplicate kept the old registration alive.
  if (result != 0 && errno == ENOENT) result = ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  if (result != 0 && errno == EEXIST) result = ::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
  if (result != 0) throw_errno(errno, "epoll_ctl");
  entry.events = wanted;
}

void Poller::watch(int fd, bool write, std::function<void()> callback) {
  const auto call = std::make_shared<Watch>(Watch{std::move(callback)});
  const auto [at, is_new] = entries_.try_emplace(fd);
  Entry& entry = at->second;
  if (is_new) entry.generation = next_generation_++;
  Call& place = write ? entry.write : entry.read;
  const Call before = std::exchange(place, call);
  try {
    update(fd, entry);
  } catch (...) {
    (write ? entry.write : entry.read) = before;
    if (is_new) entries_.erase(fd);
    throw;
  }
  if (before != nullptr) before->dropped = true;
}

bool Poller::unwatch(int fd, bool write) {
  const auto at = entries_.find(fd);
  if (at == entries_.end()) return false;
  Entry& entry = at->second;
  Call& place = write ? entry.write : entry.read;
  if (place == nullptr) return false;
  const Call dropped = std::exchange(place, nullptr);  // Destroyed last: its destructor may come back here.
  dropped->dropped = true;
  if (entry.read == nullptr && entry.write == nullptr) {
    epoll_event event{};
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, &event);  // Fails where the descriptor is closed already: all the better.
    entries_.erase(at);
  } else {
    try {
      update(fd, entry);
    } catch (const OSError&) {  // Closed: nothing will come of it any more.
    }
  }
  return true;
}

void Poller::poll(std::int64_t deadline_ns, std::vector<Call>& ready) {
  std::array<epoll_event, 64> events{};
  int count = 0;
  for (;;) {
    timespec span{};
    const timespec* limit = nullptr;
    if (deadline_ns != std::numeric_limits<std::int64_t>::max()) {
      const std::int64_t left = deadline_ns == 0 ? 0 : std::max<std::int64_t>(deadline_ns - monotonic_ns(), 0);
      span = {left / 1'000'000'000, left % 1'000'000'000};
      limit = &span;
    }
#ifdef SKEIN_THREAD_SANITIZER  // Which does not know the newer call: see LoopImpl::must_poll_for_signals.
    const std::int64_t ms = limit == nullptr ? -1 : span.tv_sec * 1000 + (span.tv_nsec + 999'999) / 1'000'000;
    count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                         static_cast<int>(std::min<std::int64_t>(ms, 3'600'000)));
#else
    count = ::epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), limit, nullptr);
#endif
    if (count >= 0 || errno != EINTR) break;
    return;  // A signal: the loop looks whether it was for it.
  }
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.u64 == kWake) continue;
    const int fd = static_cast<int>(static_cast<std::uint32_t>(event.data.u64));
    const auto at = entries_.find(fd);
    if (at == entries_.end() || at->second.generation != event.data.u64 >> 32U) continue;
    constexpr std::uint32_t kReadable = EPOLLIN | EPOLLHUP | EPOLLERR | EPOLLRDHUP;
    constexpr std::uint32_t kWritable = EPOLLOUT | EPOLLHUP | EPOLLERR;
    if ((event.events & kReadable) != 0 && at->second.read != nullptr) ready.push_back(at->second.read);
    if ((event.events & kWritable) != 0 && at->second.write != nullptr) ready.push_back(at->second.write);
  }
}

void Poller::wake() noexcept {
  const std::uint64_t one = 1;
  const int error = errno;
  static_cast<void>(::write(wake_fd_, &one, sizeof one));  // Edge-triggered, never read: each write rings.
  errno = error;
}

}  // namespace skein::inline v0::internal
