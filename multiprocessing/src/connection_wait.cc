#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/core/park.h>
#include <skein/core/spin.h>
#include <skein/multiprocessing/connection_wait.h>

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <deque>
#include <string>

#include "channel.h"

namespace skein::inline v0::multiprocessing {

namespace connection {

// One call's state. Has the channels in use, so that no descriptor is closed, and its number given away, meanwhile.
class Waiting {
 public:
  explicit Waiting(const std::vector<Waitable>& objects) {
    for (const Waitable& object : objects) {
      Entry entry;
      if (object.is<Connection>()) {
        entry.channel = &object.get<Connection>().open();
        uses_.emplace_back(*entry.channel);
        entry.first = descriptors_.size();
        add(entry.channel->socket(), POLLIN | POLLRDHUP);
        if (entry.channel->bell_in() >= 0) add(entry.channel->bell_in(), POLLIN);
      } else {
        entry.first = descriptors_.size();
        add(object.get<int>(), POLLIN);
      }
      for (const Entry& other : entries_) {
        if (descriptors_[other.first].fd != descriptors_[entry.first].fd) continue;
        throw KeyError("'descriptor " + std::to_string(descriptors_[entry.first].fd) + " is already registered'");
      }
      entries_.push_back(entry);
    }
  }

  std::vector<std::size_t> run(Deadline deadline) {
    std::vector<std::size_t> ready;
    look(0);
    collect(ready);
    if (!ready.empty() || deadline.passed()) return ready;
    if (spin(deadline)) {
      look(0);
      collect(ready);
      if (!ready.empty()) return ready;
    }
    for (;;) {
      for (const Entry& entry : entries_) {
        if (entry.channel != nullptr) entry.channel->arm();
      }
      SKEIN_FAULT("connection.wait.armed");
      const bool found = any_frame();
      look(found ? 0 : milliseconds_until(slice(deadline)));
      SKEIN_FAULT("connection.wait.woken");
      collect(ready);
      if (!ready.empty() || deadline.passed()) return ready;
    }
  }

 private:
  struct Entry {
    multiprocessing::internal::Channel* channel = nullptr;
    std::size_t first = 0;  // Of its descriptors.
  };

  void add(int number, short events) { descriptors_.push_back({.fd = number, .events = events, .revents = 0}); }

  [[nodiscard]] bool any_frame() const noexcept {
    return std::any_of(entries_.begin(), entries_.end(),
                       [](const Entry& entry) { return entry.channel != nullptr && entry.channel->has_frame(); });
  }

  // Whether a frame came.
  bool spin(Deadline deadline) const noexcept {
    if (any_frame()) return true;
    static constinit skein::internal::SpinHistory history;
    if (uses_.empty()) return false;
    skein::internal::Spin spin(history, deadline);
    do {
      if (any_frame()) {
        spin.paid_off();
        return true;
      }
    } while (spin.longer_step());
    return false;
  }

  // With connections: a slice, since a sender may be killed between its message and the bell.
  [[nodiscard]] Deadline slice(Deadline deadline) const noexcept {
    if (uses_.empty()) return deadline;
    return multiprocessing::internal::slice_of(deadline, multiprocessing::internal::kSliceNs);
  }

  // Rounded up: never early.
  static int milliseconds_until(Deadline deadline) noexcept {
    if (deadline.never()) return -1;
    const std::int64_t left = deadline.ns() - skein::internal::monotonic_ns();
    if (left <= 0) return 0;
    return static_cast<int>(std::min<std::int64_t>((left + 999'999) / 1'000'000, INT_MAX));
  }

  void look(int milliseconds) {
    int got = 0;
    if (milliseconds == 0) {
      got = ::poll(descriptors_.data(), descriptors_.size(), 0);
    } else {
      const skein::internal::BlockedElsewhere blocked;
      got = ::poll(descriptors_.data(), descriptors_.size(), milliseconds);
    }
    if (got >= 0) return;
    if (errno != EINTR) throw OSError(std::error_code(errno, std::generic_category()), "cannot wait for descriptors");
    for (pollfd& each : descriptors_) each.revents = 0;  // The caller looks at its deadline and comes again.
  }

  void collect(std::vector<std::size_t>& ready) {
    for (std::size_t place = 0; place < entries_.size(); ++place) {
      const Entry& entry = entries_[place];
      const bool signalled = descriptors_[entry.first].revents != 0;
      if (entry.channel == nullptr) {
        if (signalled) ready.push_back(place);
        continue;
      }
      entry.channel->check_open();
      if (entry.channel->bell_in() >= 0 && descriptors_[entry.first + 1].revents != 0 && !entry.channel->has_frame()) {
        entry.channel->quieten();
      }
      if (signalled || entry.channel->has_message()) ready.push_back(place);
    }
  }

  std::vector<Entry> entries_;
  std::vector<pollfd> descriptors_;
  std::deque<multiprocessing::internal::Channel::Use> uses_;
};

}  // namespace connection

std::vector<std::size_t> internal::wait_places(const std::vector<connection::Waitable>& objects, Timeout timeout) {
  return connection::Waiting(objects).run(Deadline(timeout));
}

}  // namespace skein::inline v0::multiprocessing
