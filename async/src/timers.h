// timers.h - the timers of a loop.
#ifndef SKEIN_ASYNC_SRC_TIMERS_H_
#define SKEIN_ASYNC_SRC_TIMERS_H_

#include <skein/asyncio/internal/loop_core.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace skein::inline v0::internal {

// The earliest timer first; of those of one time, the one that was put in first. Four children a node, which lie in one
// cache line: half as many lines on the way down as with two.
class TimerHeap {
 public:
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::int64_t first_due() const noexcept { return groups_[0].entries[kRoot].when; }
  [[nodiscard]] Timer* first() const noexcept { return groups_[0].entries[kRoot].timer; }
  void push(Timer& timer);
  Timer* pop() noexcept;
  // Takes out and disposes of what was cancelled.
  void purge() noexcept;
  // All are cancelled, in no order.
  void discard_all() noexcept;

 private:
  struct Entry {
    std::int64_t when;
    Timer* timer;
    [[nodiscard]] bool before(const Entry& other) const noexcept {
      return when != other.when ? when < other.when : timer->number < other.timer->number;
    }
  };
  struct alignas(64) Group {
    std::array<Entry, 4> entries;
  };
  // Places count from 3, so that the four children of a place are a group.
  static constexpr std::size_t kRoot = 3;
  static constexpr std::size_t parent_of(std::size_t place) noexcept { return place / 4 + 2; }
  static constexpr std::size_t first_child_of(std::size_t place) noexcept { return 4 * (place - 2); }
  [[nodiscard]] Entry& at(std::size_t place) noexcept { return groups_[place / 4].entries[place % 4]; }
  [[nodiscard]] std::size_t end() const noexcept { return kRoot + size_; }
  // Of the four in the group that begins at `first`.
  [[nodiscard]] std::size_t least_of(std::size_t first) noexcept;
  [[nodiscard]] std::size_t least_between(std::size_t first, std::size_t last) noexcept;
  void sift_up(std::size_t hole, Entry entry) noexcept;
  void sift_down(std::size_t hole, Entry entry) noexcept;

  std::vector<Group> groups_;
  std::size_t size_ = 0;
  std::uint64_t next_number_ = 0;
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_ASYNC_SRC_TIMERS_H_
