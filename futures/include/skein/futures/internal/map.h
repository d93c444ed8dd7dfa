// skein/futures/internal/map.h - what Executor.map() returns.
#ifndef SKEIN_FUTURES_INTERNAL_MAP_H_
#define SKEIN_FUTURES_INTERNAL_MAP_H_

#include <skein/core/errors.h>
#include <skein/core/timeout.h>
#include <skein/futures/future.h>

#include <cxxabi.h>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace skein::inline v0 {

namespace futures {

// The keyword arguments of Executor.map, as in Python 3.14.
struct MapOptions {
  Timeout timeout = None;                                 // For each result, counted from the call of map().
  std::int64_t chunksize = 1;                             // Calls in one task.
  std::optional<std::int64_t> buffersize = std::nullopt;  // Empty: everything is submitted at once.
};

class Executor;

}  // namespace futures

namespace internal {

SKEIN_API void check_map_options(const futures::MapOptions& options);

// The results of one task: those there are, and what ended it early.
template <class R>
struct Chunk {
  std::vector<Stored<R>> results{};
  std::exception_ptr error = nullptr;
};

// One task of an executor whose tasks run in this process: calls the function for each element, until one throws.
template <class R, class F, class Element>
Chunk<R> run_chunk(std::shared_ptr<F> function, std::vector<Element> elements) {
  Chunk<R> chunk;
  chunk.results.reserve(elements.size());
  try {
    for (Element& element : elements) {
      auto call = [&](auto&... part) -> decltype(auto) { return std::invoke(*function, std::move(part)...); };
      if constexpr (std::is_void_v<R>) {
        std::apply(call, element);
        chunk.results.emplace_back();
      } else if constexpr (std::is_reference_v<R>) {
        chunk.results.push_back(std::addressof(std::apply(call, element)));
      } else {
        chunk.results.push_back(std::apply(call, element));
      }
    }
  } catch (abi::__forced_unwind&) {
    throw;
  } catch (...) {
    chunk.error = std::current_exception();
  }
  return chunk;
}

// Iterates ranges together, and owns those that are given as rvalues.
template <class... Views>
class Zip {
 public:
  using Element = std::tuple<std::ranges::range_value_t<Views>...>;

  explicit Zip(Views... views) : views_(std::move(views)...) {}
  // The next elements, until there are `most`, into what is empty. False at the end of the shortest range.
  bool read(std::vector<Element>& elements, std::size_t most) {
    if constexpr (kIsArray) {
      step();
      auto& from = std::get<0>(*at_);
      const auto left = static_cast<std::size_t>(std::ranges::end(std::get<0>(views_)) - from);
      const auto count = static_cast<std::ptrdiff_t>(std::min(most, left));
      elements.assign(from, from + count);
      if (count != 0) from += count - 1;
      return elements.size() == most;
    }
    elements.reserve(std::min(most, std::size_t{1024}));
    while (elements.size() < most) {
      step();
      if (!look(elements, std::index_sequence_for<Views...>())) return false;
    }
    return true;
  }

 private:
  using At = std::tuple<std::ranges::iterator_t<Views>...>;
  // One range whose elements lie side by side.
  static constexpr bool kIsArray =
      sizeof...(Views) == 1 &&
      (... && (std::ranges::contiguous_range<Views> &&
               std::sized_sentinel_for<std::ranges::sentinel_t<Views>, std::ranges::iterator_t<Views>>));

  // To the first elements, or the next.
  void step() {
    if (!at_.has_value()) {
      at_.emplace(std::apply([](Views&... view) { return At(std::ranges::begin(view)...); }, views_));
    } else {
      std::apply([](auto&... position) { (++position, ...); }, *at_);
    }
  }
  template <std::size_t... I>
  bool look(std::vector<Element>& elements, std::index_sequence<I...>) {
    if ((... || (std::get<I>(*at_) == std::ranges::end(std::get<I>(views_))))) return false;
    elements.emplace_back(*std::get<I>(*at_)...);
    return true;
  }

  std::tuple<Views...> views_;
  std::optional<At> at_;
};

// An input range of R, to be iterated once; as movable as that is useful: before iteration begins.
//
// The executor says how a chunk becomes a task: E::submit_chunk<R>(function, elements).
//
// Threads:  one at a time.
// Lifetime: if the executor is gone, what `buffersize` held back is not submitted any more.
template <class E, class R, class F, class Source>
class MapResults {
 public:
  using Value = Stored<R>;

  class iterator {
   public:
    using value_type = std::remove_pointer_t<Value>;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    iterator() = default;
    explicit iterator(MapResults* results) : results_(results) {}
    auto& operator*() const noexcept {
      if constexpr (std::is_reference_v<R>) {
        return **results_->current_;
      } else {
        return *results_->current_;
      }
    }
    iterator& operator++() {
      results_->advance();
      return *this;
    }
    void operator++(int) { results_->advance(); }
    // Through a member, because GCC 12 lets a friend defined here see no private names of the class around it.
    friend bool operator==(const iterator& it, std::default_sentinel_t) noexcept { return it.ended(); }

   private:
    [[nodiscard]] bool ended() const noexcept { return !results_->current_.has_value(); }

    MapResults* results_ = nullptr;
  };

  MapResults(E& executor, const futures::MapOptions& options, F function, Source source)
      : executor_(&executor),
        alive_(executor.alive_),
        limit_(options.timeout),
        chunksize_(static_cast<std::size_t>(options.chunksize)),
        function_(std::make_shared<F>(std::move(function))),
        source_(std::make_unique<Source>(std::move(source))) {
    const std::int64_t most = options.buffersize.value_or(std::numeric_limits<std::int64_t>::max());
    for (std::int64_t i = 0; i < most && submit_next(); ++i) {
    }
    if (!options.buffersize.has_value()) source_.reset();  // It is used up; nothing keeps the ranges.
  }
  MapResults(MapResults&&) noexcept = default;
  MapResults& operator=(MapResults&&) = delete;
  ~MapResults() {
    if (begun_) cancel_rest();
  }

  iterator begin() {
    if (!std::exchange(begun_, true)) advance();
    return iterator(this);
  }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  using Task = futures::Future<Chunk<R>>;
  using Element = typename Source::Element;

  bool submit_next() {
    if (source_ == nullptr || alive_.expired()) return false;
    std::vector<Element> elements;
    if (!source_->read(elements, chunksize_)) source_.reset();
    if (elements.empty()) return false;
    tasks_.push_back(executor_->template submit_chunk<R>(function_, std::move(elements)));
    return true;
  }

  void advance() {
    if constexpr (std::is_nothrow_move_constructible_v<Value>) {
      if (next_ < chunk_.results.size()) {
        current_.emplace(std::move(chunk_.results[next_++]));
        return;
      }
    }
    advance_to_next_chunk();
  }
  void advance_to_next_chunk() {
    current_.reset();
    try {
      if (next_ == chunk_.results.size()) {
        if (chunk_.error != nullptr) std::rethrow_exception(chunk_.error);
        next_ = 0;
        chunk_ = {};
        if (tasks_.empty()) return;
        // The next one is submitted when a result is asked for, so that no more than `buffersize` are ever waiting.
        const Task task = std::move(tasks_.front());
        tasks_.pop_front();
        try {
          submit_next();
          chunk_ = task.take(limit_.left());
        } catch (...) {
          Task(task).cancel();
          throw;
        }
        if (chunk_.results.empty()) std::rethrow_exception(chunk_.error);
      }
      current_.emplace(std::move(chunk_.results[next_++]));
    } catch (...) {
      chunk_ = {};
      next_ = 0;
      cancel_rest();
      throw;
    }
  }

  void cancel_rest() noexcept {
    source_.reset();
    while (!tasks_.empty()) {
      tasks_.front().cancel();
      Access::core(tasks_.front()).mark_read();  // Whoever iterates has heard of a failure, or wants no more.
      tasks_.pop_front();
    }
  }

  // When results must be there.
  class Limit {
   public:
    explicit Limit(Timeout timeout) : at_(timeout), limited_(!timeout.unlimited()) {}
    [[nodiscard]] Timeout left() const {
      if (!limited_) return None;
      return std::chrono::nanoseconds(at_.ns() - monotonic_ns());
    }

   private:
    Deadline at_;
    bool limited_;
  };

  E* executor_;
  std::weak_ptr<const void> alive_;
  Limit limit_;
  std::size_t chunksize_;
  std::shared_ptr<F> function_;
  std::unique_ptr<Source> source_;
  std::deque<Task> tasks_;
  Chunk<R> chunk_;
  std::size_t next_ = 0;
  std::optional<Value> current_;
  bool begun_ = false;
};

// R: what the results are.
template <class R, class E, class F, class... Ranges>
auto make_map(E& executor, const futures::MapOptions& options, F&& function, Ranges&&... ranges) {
  check_map_options(options);
  using Function = std::decay_t<F>;
  using Source = Zip<std::views::all_t<Ranges>...>;
  return MapResults<E, R, Function, Source>(executor, options, std::forward<F>(function),
                                            Source(std::views::all(std::forward<Ranges>(ranges))...));
}

}  // namespace internal
}  // namespace skein::inline v0

#endif  // SKEIN_FUTURES_INTERNAL_MAP_H_
