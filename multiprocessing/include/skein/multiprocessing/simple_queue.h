// skein/multiprocessing/simple_queue.h - a queue without more. Python: multiprocessing.SimpleQueue.
#ifndef SKEIN_MULTIPROCESSING_SIMPLE_QUEUE_H_
#define SKEIN_MULTIPROCESSING_SIMPLE_QUEUE_H_

#include <skein/multiprocessing/queue.h>

#include <cstdint>
#include <optional>
#include <utility>

namespace skein::inline v0::multiprocessing {

namespace queues {

// Unbounded: put() never blocks (Python's does when its pipe is full).
//
// Threads, Lifetime, Ordering, Items, Cost, Death: as Queue.
template <class T>
class SimpleQueue {
 public:
  using value_type = T;

  // Errors: OSError if there is no memory or no descriptor for it.
  SimpleQueue() : core_(0, kType) {}

  // Adds an item.
  // Errors: HandleError ("handle is closed"); OSError if there is no room; what pickle throws.
  void put(const T& item) const {
    core_.check_handle();
    internal::QueueItem pickled(core_);
    pickle::internal::dump_to<T>(pickled, item);
    static_cast<void>(core_.put(pickled, {}));
  }
  // Takes the next item out, waiting until there is one.
  // Errors: HandleError ("handle is closed"); what pickle throws, and then the item is lost.
  T get() const {
    core_.check_handle();
    internal::QueueBytes bytes;
    static_cast<void>(core_.get(bytes, {}));
    return pickle::loads<T>(bytes.get());
  }
  // Takes the next item out if there is one.
  [[nodiscard]] std::optional<T> try_get() const {
    core_.check_handle();
    internal::QueueBytes bytes;
    if (core_.get(bytes, {.block = false}) != internal::QueueCore::Outcome::kDone) return std::nullopt;
    return std::optional<T>(pickle::loads<T>(bytes.get()));
  }
  // Exact, as Queue's.
  // Errors: HandleError ("handle is closed").
  [[nodiscard]] bool empty() const {
    core_.check_handle();
    return core_.size() == 0;
  }
  // Closes it in this process, and in those that it forks later. Closed already: does nothing.
  void close() const noexcept { core_.close_for_good(); }

  // As Queue's.
  [[nodiscard]] std::uint64_t recovered() const noexcept { return core_.takeovers(); }
  friend bool operator==(const SimpleQueue& a, const SimpleQueue& b) noexcept { return a.core_ == b.core_; }

  // For a process that is being started.
  // Errors: RuntimeError where none is; on the other side, if that is a queue of other items; OSError.
  template <class Archive>
  void save(Archive& archive) const {
    archive(core_.pack());
  }
  template <class Archive>
  void load(Archive& archive) {
    internal::QueueAddress address;
    archive(address);
    core_.unpack(address, kType);
  }

 private:
  static constexpr std::uint64_t kType =
      pickle::internal::mix(pickle::internal::hash_of(pickle::internal::type_name<T>()), sizeof(T), std::uint64_t{1});

  internal::QueueCore core_;
};

}  // namespace queues

using queues::SimpleQueue;

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_SIMPLE_QUEUE_H_
