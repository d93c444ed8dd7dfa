// skein/queue/internal/fifo.h - first in, first out: a chain of segments that are used again and again.
#ifndef SKEIN_QUEUE_INTERNAL_FIFO_H_
#define SKEIN_QUEUE_INTERNAL_FIFO_H_

#include <skein/core/internal/platform.h>
#include <skein/queue/internal/cell.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace skein::inline v0::internal {

// Items E, which move quietly (cell.h). Nothing is allocated ahead, nothing moves when it grows. All members but
// Husk::~Husk are called under the queue's lock; so is nothing of a Fifo that take_all() gave, which is the caller's.
template <class E>
class Fifo {
 public:
  static_assert(kMovesQuietly<E>);
  // Where user code must not run under the lock, and a taken slot must wait until its husk is destroyed outside.
  static constexpr bool kHasHusks = !std::is_trivially_destructible_v<E>;

  // What is left in a slot that an item was moved out of; destroyed with this object, and then the slot is free.
  class Husk;

  Fifo() = default;
  Fifo(Fifo&& other) noexcept
      : head_(std::exchange(other.head_, nullptr)),
        tail_(std::exchange(other.tail_, nullptr)),
        head_index_(std::exchange(other.head_index_, 0)),
        tail_index_(std::exchange(other.tail_index_, kSlots)),
        spare_(std::exchange(other.spare_, nullptr)),
        spares_(std::exchange(other.spares_, 0)) {}
  Fifo& operator=(Fifo&&) = delete;
  ~Fifo() {
    clear();
    while (spare_ != nullptr) wait_and_drop(std::exchange(spare_, spare_->next));
  }

  // Destroys the items and gives the memory back. What stays is segments in which a husk is still to be destroyed: by
  // another thread, or by this one when it is done here.
  void clear() noexcept {
    while (head_ != nullptr) {
      const std::size_t end = head_ == tail_ ? tail_index_ : kSlots;
      for (; head_index_ < end; ++head_index_) {
        static_cast<void>(Husk(head_->item(head_index_), head_->flag(head_index_)));
      }
      head_index_ = 0;
      keep(std::exchange(head_, head_->next));
    }
    tail_ = nullptr;
    tail_index_ = kSlots;
    spares_ = 0;
    for (Segment* segment = std::exchange(spare_, nullptr); segment != nullptr;) {
      Segment* const next = segment->next;
      if (segment->reusable()) {
        delete segment;
      } else {
        keep(segment);
      }
      segment = next;
    }
  }
  // Takes over what clear() left in `other`.
  void keep_rest_of(Fifo& other) noexcept {
    other.spares_ = 0;
    while (other.spare_ != nullptr) keep(std::exchange(other.spare_, other.spare_->next));
  }
  [[nodiscard]] bool has_rest() const noexcept { return spare_ != nullptr; }

  // Makes sure that push() has room. Throws only std::bad_alloc, and then nothing has changed.
  void make_room() {
    if (tail_index_ == kSlots) [[unlikely]]
      append(take_spare());
  }
  template <class... Args>
  void push(Args&&... args) noexcept {
    // Relaxed: only who has held the lock since looks at it.
    if constexpr (kHasHusks) tail_->taken[tail_index_].store(true, std::memory_order_relaxed);
    ::new (static_cast<void*>(tail_->item(tail_index_))) E(std::forward<Args>(args)...);
    ++tail_index_;
  }

  // The oldest item; there must be one.
  [[nodiscard]] E& front() noexcept {
    if (head_index_ == kSlots) [[unlikely]] {
      Segment* const empty = std::exchange(head_, head_->next);
      head_index_ = 0;
      retire(empty);
    }
    return *head_->item(head_index_);
  }
  // Takes it out of the line, after front(). The Husk, if there is one, is to be destroyed outside the lock.
  auto pop() noexcept {
    if constexpr (kHasHusks) {
      const std::size_t index = head_index_++;
      return Husk(head_->item(index), head_->flag(index));
    } else {
      ++head_index_;
      return Nothing{};
    }
  }

  class Husk {
   public:
    Husk(E* item, Atomic<bool>* taken) noexcept : item_(item), taken_(taken) {}
    Husk(const Husk&) = delete;
    Husk& operator=(const Husk&) = delete;
    ~Husk() {
      std::destroy_at(item_);
      // Release, pairs with the acquire in Segment::reusable(): the slot's next item is built after this one's end.
      // On x86 it saves the one locked instruction that a get would have besides its lock.
      if constexpr (kHasHusks) taken_->store(false, std::memory_order_release);
    }

   private:
    E* const item_;
    Atomic<bool>* const taken_;
  };

 private:
  struct Nothing {};

  static constexpr std::size_t kSlots = std::clamp<std::size_t>(4096 / sizeof(E), 8, 512);
  // Segments kept for reuse; what a long backlog needed beyond them goes back to the heap.
  static constexpr std::size_t kMostSpares = 2;

  struct NoFlags {};
  struct Segment {
    [[nodiscard]] E* item(std::size_t index) noexcept { return reinterpret_cast<E*>(bytes) + index; }
    [[nodiscard]] Atomic<bool>* flag([[maybe_unused]] std::size_t index) noexcept {
      if constexpr (kHasHusks) return &taken[index];
      return nullptr;
    }
    [[nodiscard]] bool reusable() const noexcept {
      if constexpr (kHasHusks) {
        for (const auto& slot : taken) {
          if (slot.load(std::memory_order_acquire)) return false;
        }
      }
      return true;
    }

    Segment* next = nullptr;
    std::uint32_t forks = 0;  // fork_count() when it was last put in line.
    // Whether the slot holds an item or its husk.
    [[no_unique_address]] std::conditional_t<kHasHusks, Atomic<bool>[kSlots], NoFlags> taken {};
    alignas(E) std::byte bytes[kSlots * sizeof(E)];  // NOLINT(modernize-avoid-c-arrays)
  };

  // For the queue's end. Another thread may still be about to destroy a husk in it, outside the lock; it needs no help
  // for that. One that stayed behind when the process was forked never will: then the segment is left alone.
  static void wait_and_drop(Segment* segment) noexcept {
    while (!segment->reusable()) {
      if (segment->forks != fork_count()) return;
      yield_cpu();
    }
    delete segment;
  }

  void append(Segment* segment) noexcept {
    segment->next = nullptr;
    segment->forks = fork_count();
    if (tail_ == nullptr) {
      head_ = segment;
      head_index_ = 0;
    } else {
      tail_->next = segment;
    }
    tail_ = segment;
    tail_index_ = 0;
  }

  [[nodiscard]] Segment* take_spare() {
    Segment** link = &spare_;
    for (Segment* spare = spare_; spare != nullptr; spare = *link) {
      if (spare->reusable()) {
        *link = spare->next;
        --spares_;
        return spare;
      }
      link = &spare->next;
    }
    return new Segment;
  }

  // An empty segment, in which another thread may still be about to destroy a husk.
  void retire(Segment* segment) noexcept {
    if (spares_ >= kMostSpares && segment->reusable()) {
      delete segment;
    } else {
      keep(segment);
    }
  }
  void keep(Segment* segment) noexcept {
    segment->next = std::exchange(spare_, segment);
    ++spares_;
  }

  Segment* head_ = nullptr;
  Segment* tail_ = nullptr;
  std::size_t head_index_ = 0;
  std::size_t tail_index_ = kSlots;  // kSlots: no room in tail_, or no tail_.
  Segment* spare_ = nullptr;
  std::size_t spares_ = 0;
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_QUEUE_INTERNAL_FIFO_H_
