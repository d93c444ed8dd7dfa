#include "timers.h"

#include <algorithm>
#include <utility>

namespace skein::inline v0::internal {

void TimerHeap::push(Timer& timer) {
  const std::size_t place = end();
  if (place / 4 >= groups_.size()) groups_.emplace_back();
  ++size_;
  timer.number = next_number_++;
  timer.scheduled = true;
  sift_up(place, {timer.when, &timer});
}

void TimerHeap::sift_up(std::size_t hole, Entry entry) noexcept {
  while (hole > kRoot) {
    const std::size_t parent = parent_of(hole);
    if (!entry.before(at(parent))) break;
    at(hole) = at(parent);
    hole = parent;
  }
  at(hole) = entry;
}

std::size_t TimerHeap::least_between(std::size_t first, std::size_t last) noexcept {
  std::size_t least = first;
  for (std::size_t i = first + 1; i < last; ++i) {
    if (at(i).before(at(least))) least = i;
  }
  return least;
}

// Without branches, but for equal times: which of the four it is nobody can foresee.
std::size_t TimerHeap::least_of(std::size_t first) noexcept {
  const std::array<Entry, 4>& of = groups_[first / 4].entries;
  const std::size_t left = of[1].when < of[0].when ? 1 : 0;
  const std::size_t right = of[3].when < of[2].when ? 3 : 2;
  const std::size_t least = of[right].when < of[left].when ? right : left;
  if (of[0].when == of[1].when || of[2].when == of[3].when || of[left].when == of[right].when) [[unlikely]]
    return least_between(first, first + 4);
  return first + least;
}

void TimerHeap::sift_down(std::size_t hole, Entry entry) noexcept {
  for (;;) {
    const std::size_t first = first_child_of(hole);
    if (first >= end()) break;
    // Where it goes on from each of the four: four lines in a row.
    const std::size_t beyond = first_child_of(first) / 4;
    if (beyond + 4 <= groups_.size()) {
      for (std::size_t i = beyond; i < beyond + 4; ++i) __builtin_prefetch(&groups_[i]);
    }
    const std::size_t least = first + 4 <= end() ? least_of(first) : least_between(first, end());
    if (!at(least).before(entry)) break;
    at(hole) = at(least);
    hole = least;
  }
  at(hole) = entry;
}

Timer* TimerHeap::pop() noexcept {
  Timer* const timer = first();
  --size_;
  if (size_ > 0) {
    sift_down(kRoot, at(end()));
    // It is the next to be popped, and most often cold.
    __builtin_prefetch(first(), 1);
    __builtin_prefetch(reinterpret_cast<const char*>(first()) + 64, 1);
  }
  if (groups_.size() > end() / 4 + 2) groups_.pop_back();
  timer->scheduled = false;
  return timer;
}

void TimerHeap::purge() noexcept {
  std::size_t kept = kRoot;
  Timer* gone = nullptr;
  for (std::size_t place = kRoot; place < end(); ++place) {
    Timer* const timer = at(place).timer;
    if (timer->cancelled) {
      timer->next = gone;
      gone = timer;
    } else {
      at(kept++) = at(place);
    }
  }
  size_ = kept - kRoot;
  groups_.resize(end() / 4 + 1);
  if (size_ > 1) {
    for (std::size_t place = parent_of(end() - 1) + 1; place-- > kRoot;) sift_down(place, at(place));
  }
  while (gone != nullptr) {
    Timer* const timer = gone;
    gone = static_cast<Timer*>(timer->next);
    timer->scheduled = false;
    timer->kind.discard(timer);
  }
}

void TimerHeap::discard_all() noexcept {
  for (std::size_t place = kRoot; place < end(); ++place) at(place).timer->scheduled = false;
  // Not in the heap any more while destructors run.
  std::vector<Group> groups = std::exchange(groups_, {});
  const std::size_t last = kRoot + std::exchange(size_, 0);
  for (std::size_t place = kRoot; place < last; ++place) {
    Timer* const timer = groups[place / 4].entries[place % 4].timer;
    timer->cancelled = true;
    timer->kind.discard(timer);
  }
}

}  // namespace skein::inline v0::internal
