// skein/multiprocessing/imap_iterator.h - the results of Pool.imap(), one after another. Python:
// multiprocessing.pool.IMapIterator.
#ifndef SKEIN_MULTIPROCESSING_IMAP_ITERATOR_H_
#define SKEIN_MULTIPROCESSING_IMAP_ITERATOR_H_

#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/pool_imap.h>
#include <skein/multiprocessing/internal/pool_result.h>

#include <cstddef>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace skein::inline v0::multiprocessing {

// What imap() and imap_unordered() return: an iterator with next(), and an input range.
//
//   for (const int square : pool.imap(f, numbers)) ...
//   auto it = pool.imap(f, numbers);
//   std::optional<int> first = it.next({.timeout = 5});
//
// A failure comes at its place. With one element in a call iteration goes on after it; with more, that was the end, as
// in CPython.
//
// T: what the function returns; std::monostate stands for void.
// Threads:  one at a time. Moves.
// Lifetime: the destructor ends the reading of the input (and waits for who is in the middle of it); what was submitted
//           runs on. (In Python the input is read to its end even so.)
template <class T>
class IMapIterator {
 public:
  using value_type = internal::PoolValue<T>;
  // The keyword argument of next.
  struct NextOptions {
    Timeout timeout = None;
  };
  class iterator;

  IMapIterator(IMapIterator&&) noexcept = default;
  IMapIterator& operator=(IMapIterator&& other) noexcept {
    let_go();
    line_ = std::move(other.line_);
    chunk_ = std::move(other.chunk_);
    place_ = other.place_;
    stops_at_errors_ = other.stops_at_errors_;
    stopped_ = other.stopped_;
    return *this;
  }
  ~IMapIterator() { let_go(); }

  // The next result; nothing (Python: StopIteration) after the last. Waits at most `timeout` for it (from entry,
  // monotonic; None: no limit; zero or less: only looks).
  // Errors: what the call threw; what reading the input threw, as the last; TimeoutError, after which one may ask
  // again; WorkerLost; ProcessError if the pool has been terminated; RuntimeError without a limit in a callback of the
  // same pool.
  std::optional<value_type> next(Timeout timeout = None) {
    while (chunk_ == nullptr || place_ == chunk_->values.size()) {
      if (stopped_) return std::nullopt;
      std::shared_ptr<internal::ImapChunk> next = line_->take(timeout);
      if (next == nullptr) {
        chunk_ = nullptr;
        stopped_ = true;
        return std::nullopt;
      }
      if (next->error != nullptr) {
        chunk_ = nullptr;
        stopped_ = stops_at_errors_;
        std::rethrow_exception(next->error);
      }
      chunk_ = std::static_pointer_cast<internal::ImapJob<T>>(std::move(next));
      place_ = 0;
    }
    return std::optional<value_type>(std::in_place, std::move(chunk_->values[place_++]));
  }
  std::optional<value_type> next(NextOptions options) { return next(options.timeout); }

  // For a loop over what next() gives. begin() takes the first; to be called once.
  iterator begin() { return iterator(*this); }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  friend class Pool;
  friend class ThreadPool;
  IMapIterator(std::shared_ptr<internal::ImapCore> line, bool stops_at_errors) noexcept
      : line_(std::move(line)), stops_at_errors_(stops_at_errors) {}
  void let_go() noexcept {
    if (line_ != nullptr) line_->abandon();
  }

  std::shared_ptr<internal::ImapCore> line_;
  std::shared_ptr<internal::ImapJob<T>> chunk_;
  std::size_t place_ = 0;
  bool stops_at_errors_;
  bool stopped_ = false;
};

template <class T>
class IMapIterator<T>::iterator {
 public:
  using value_type = internal::PoolValue<T>;
  using difference_type = std::ptrdiff_t;
  using iterator_concept = std::input_iterator_tag;

  explicit iterator(IMapIterator& results) : results_(&results) { ++*this; }
  iterator(iterator&&) noexcept = default;
  iterator& operator=(iterator&&) noexcept = default;
  iterator& operator++() {
    current_.reset();
    std::optional<value_type> next = results_->next();
    if (next.has_value()) current_.emplace(*std::move(next));
    return *this;
  }
  void operator++(int) { ++*this; }
  value_type& operator*() const noexcept { return *current_; }
  friend bool operator==(const iterator& it, std::default_sentinel_t) noexcept { return it.ended(); }

 private:
  [[nodiscard]] bool ended() const noexcept { return !current_.has_value(); }

  IMapIterator* results_;
  mutable std::optional<value_type> current_;
};

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_IMAP_ITERATOR_H_
