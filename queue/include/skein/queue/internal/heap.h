// skein/queue/internal/heap.h - smallest first, and last in first out: each in a vector.
#ifndef SKEIN_QUEUE_INTERNAL_HEAP_H_
#define SKEIN_QUEUE_INTERNAL_HEAP_H_

#include <skein/queue/internal/cell.h>

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace skein::inline v0::internal {

// Makes sure that one more item can be pushed without an allocation. Strong guarantee.
template <class E>
void reserve_one(std::vector<E>& items) {
  if (items.size() == items.capacity()) items.reserve(items.empty() ? 8 : 2 * items.size());
}

// Last in, first out. Items E, which move quietly.
template <class E>
class Stack {
 public:
  [[nodiscard]] std::vector<E> take_all() noexcept { return std::exchange(items_, {}); }

  // What may throw of a push; then nothing has changed.
  struct Place {};
  template <class T>
  [[nodiscard]] Place make_room(const T&) {
    reserve_one(items_);
    return {};
  }
  void push(Place, E&& item) noexcept { items_.push_back(std::move(item)); }

  struct Plan {};
  [[nodiscard]] Plan plan() const noexcept { return {}; }
  [[nodiscard]] E& front() noexcept { return items_.back(); }
  E pop(Plan) noexcept {
    E item = std::move(items_.back());
    items_.pop_back();
    return item;
  }

 private:
  std::vector<E> items_;
};

// A binary heap by the very steps of CPython's heapq, so that equal items come out in the same order as there. A step
// first asks the comparator for the whole way and then moves: if the comparator throws, nothing has changed.
template <class E, class Less>
class Heap {
 public:
  explicit Heap(Less less) : less_(std::move(less)) {}

  [[nodiscard]] std::vector<E> take_all() noexcept { return std::exchange(items_, {}); }

  // Where `item` will lie: from the bottom up to where its parent is not greater. What may throw of a push; then
  // nothing has changed.
  struct Place {
    std::size_t index = 0;
  };
  template <class T>
  [[nodiscard]] Place make_room(const T& item) {
    reserve_one(items_);
    std::size_t place = items_.size();
    while (place > 0 && smaller(item, *items_[(place - 1) / 2])) place = (place - 1) / 2;
    return {place};
  }
  // heapq.heappush, as planned.
  void push(Place place, E&& item) noexcept {
    items_.push_back(std::move(item));
    E rising = std::move(items_.back());
    std::size_t hole = items_.size() - 1;
    for (; hole != place.index; hole = (hole - 1) / 2) items_[hole] = std::move(items_[(hole - 1) / 2]);
    items_[hole] = std::move(rising);
  }

  // Where the last item goes when the smallest is taken out: to the bottom along the smaller children, and up again
  // to where it belongs.
  struct Plan {
    std::size_t bottom = 0;
    std::size_t place = 0;
  };
  [[nodiscard]] Plan plan() const {
    Plan plan;
    const std::size_t end = items_.size() - 1;  // Without the last item.
    if (end == 0) return plan;
    while (plan.bottom < end / 2) {
      std::size_t child = 2 * plan.bottom + 1;
      if (child + 1 < end && !smaller(*items_[child], *items_[child + 1])) ++child;
      plan.bottom = child;
    }
    plan.place = plan.bottom;
    // After the move down each item on the way lies one higher, so `place`'s new parent is what lies at `place` now.
    while (plan.place > 0 && smaller(*items_[end], *items_[plan.place])) plan.place = (plan.place - 1) / 2;
    return plan;
  }
  [[nodiscard]] E& front() noexcept { return items_.front(); }
  // heapq.heappop, as planned.
  E pop(Plan plan) noexcept {
    E last = std::move(items_.back());
    items_.pop_back();
    if (items_.empty()) return last;
    // The way from the top to `place`, from its end: each item goes where its parent was.
    E moving = std::move(last);
    for (std::size_t at = plan.place;; at = (at - 1) / 2) {
      std::swap(items_[at], moving);
      if (at == 0) break;
    }
    return moving;
  }

 private:
  template <class T>
  [[nodiscard]] bool smaller(const T& a, const T& b) const {
    return std::invoke(less_, a, b);
  }

  std::vector<E> items_;
  [[no_unique_address]] Less less_;
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_QUEUE_INTERNAL_HEAP_H_
