// skein/multiprocessing/internal/queue_core.h - the untyped part of the queues between processes.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_QUEUE_CORE_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_QUEUE_CORE_H_

#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/shared_block.h>
#include <skein/queue/internal/core.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
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

// The bytes of an item that was taken.
class QueueBytes {
 public:
  [[nodiscard]] std::span<const std::byte> get() const noexcept {
    return large_.empty() ? std::span(small_).first(size_) : std::span(large_);
  }

 private:
  friend class QueueState;
  std::array<std::byte, 256> small_;
  std::size_t size_ = 0;
  std::vector<std::byte> large_;
};

// A handle; copies are one queue. Members may be called by any thread of any process that has it.
class SKEIN_API QueueCore {
 public:
  enum class Outcome : std::uint8_t { kDone, kNotInTime, kShutDown };

  // Of items of a `type`, a hash of what they are.
  QueueCore(std::int64_t maxsize, std::uint64_t type);

  Outcome put(std::span<const std::byte> item, const skein::internal::QueueRequest& request) const;
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
  std::shared_ptr<QueueState> state_;
};

[[noreturn]] SKEIN_API void throw_for_put(QueueCore::Outcome outcome);
[[noreturn]] SKEIN_API void throw_for_get(QueueCore::Outcome outcome);
[[noreturn]] SKEIN_API void throw_too_many_done();

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_QUEUE_CORE_H_
