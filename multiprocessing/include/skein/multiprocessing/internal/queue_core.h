// skein/multiprocessing/internal/queue_core.h - the untyped part of the queues between processes.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_QUEUE_CORE_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_QUEUE_CORE_H_

#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/shared_block.h>
#include <skein/multiprocessing/pickle/sink.h>
#include <skein/queue/internal/core.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <utility>
#include <vector>

namespace skein::inline v0::multiprocessing::internal {

class QueueState;

// What another process needs to know of a queue. Travels as it is.
struct QueueAddress {
  BlockAddress block;
  std::uint64_t type = 0;
  std::uint32_t memory = 0;  // The descriptor's place in the parcel.
  std::uint32_t unused = 0;
};

class QueueCore;

// A large item's block of the queue's memory, held by this process. See queue_state.h.
class SKEIN_API ItemBlock {
 public:
  ItemBlock() = default;
  ItemBlock(QueueState& state, std::uint32_t number, std::span<std::byte> room) noexcept
      : state_(&state), number_(number), room_(room) {}
  ~ItemBlock() { reset(); }
  ItemBlock(ItemBlock&& other) noexcept
      : state_(std::exchange(other.state_, nullptr)), number_(other.number_), room_(other.room_) {}
  ItemBlock& operator=(ItemBlock&& other) noexcept {
    if (this != &other) {
      reset();
      state_ = std::exchange(other.state_, nullptr);
      number_ = other.number_;
      room_ = other.room_;
    }
    return *this;
  }
  explicit operator bool() const noexcept { return state_ != nullptr; }
  [[nodiscard]] std::uint32_t number() const noexcept { return number_; }
  [[nodiscard]] std::span<std::byte> room() const noexcept { return room_; }
  // It is another's from now on.
  void forget() noexcept { state_ = nullptr; }

 private:
  void reset() noexcept {
    if (state_ != nullptr) give_back();
  }
  void give_back() noexcept;

  QueueState* state_ = nullptr;
  std::uint32_t number_ = 0;
  std::span<std::byte> room_;
};

// The bytes of an item that is to be put: here while there are few, then on the heap, and many in a block of the
// queue's memory, where its getter reads them.
class SKEIN_API QueueItem final : public pickle::internal::Sink {
 public:
  // `core` must stay.
  explicit QueueItem(const QueueCore& core) noexcept;
  ~QueueItem();
  QueueItem(const QueueItem&) = delete;
  QueueItem& operator=(const QueueItem&) = delete;

 private:
  friend class QueueState;
  void grow(std::size_t more) override;

  QueueState& state_;
  bool without_block_ = false;  // There was none to be had.
  ItemBlock block_;
  std::unique_ptr<std::byte[]> heap_;
  alignas(16) std::array<std::byte, 256> small_;
};

// The bytes of an item that was taken. The queue must stay.
class QueueBytes {
 public:
  [[nodiscard]] std::span<const std::byte> get() const noexcept {
    if (block_) return block_.room();
    return large_.empty() ? std::span(small_).first(size_) : std::span(large_);
  }

 private:
  friend class QueueState;
  alignas(16) std::array<std::byte, 256> small_;
  std::size_t size_ = 0;
  std::vector<std::byte> large_;
  ItemBlock block_;
};

// A handle; copies are one queue. Members may be called by any thread of any process that has it.
class SKEIN_API QueueCore {
 public:
  enum class Outcome : std::uint8_t { kDone, kNotInTime, kShutDown };

  // Of items of a `type`, a hash of what they are.
  QueueCore(std::int64_t maxsize, std::uint64_t type);

  // Leaves the item as it was if it is not put.
  Outcome put(QueueItem& item, const skein::internal::QueueRequest& request) const;
  Outcome get(QueueBytes& item, const skein::internal::QueueRequest& request) const;

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] std::int64_t maxsize() const noexcept;
  [[nodiscard]] bool is_full() const noexcept;
  // False if more tasks were done than items were put.
  [[nodiscard]] bool task_done() const;
  // False if the time ran out, or a stop was requested, first.
  bool join(const skein::internal::QueueRequest& request) const;
  void shut_down(bool immediate) const;
  [[nodiscard]] bool is_shut_down() const noexcept;
  [[nodiscard]] std::uint64_t takeovers() const noexcept;

  // In this process, but not in those that it forks later.
  void close() const noexcept;
  [[nodiscard]] bool is_closed() const noexcept;
  // In this process, and those that it forks later.
  void close_for_good() const noexcept;
  [[nodiscard]] bool is_closed_for_good() const noexcept;
  // Errors: ValueError if it is closed here.
  void check_open() const;
  // Errors: multiprocessing::AssertionError if it is not.
  void check_closed() const;
  // Errors: HandleError if it is closed for good.
  void check_handle() const;

  [[nodiscard]] QueueAddress pack() const;
  // Errors: RuntimeError if that queue's items are of another type.
  void unpack(const QueueAddress& address, std::uint64_t type);

  friend bool operator==(const QueueCore& a, const QueueCore& b) noexcept { return a.state_ == b.state_; }

 private:
  friend class QueueItem;
  std::shared_ptr<QueueState> state_;
};

[[noreturn]] SKEIN_API void throw_for_put(QueueCore::Outcome outcome);
[[noreturn]] SKEIN_API void throw_for_get(QueueCore::Outcome outcome);
[[noreturn]] SKEIN_API void throw_too_many_done();

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_QUEUE_CORE_H_
