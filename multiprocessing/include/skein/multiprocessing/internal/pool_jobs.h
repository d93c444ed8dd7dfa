// skein/multiprocessing/internal/pool_jobs.h - the calls of apply_async() and map_async().
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_POOL_JOBS_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_POOL_JOBS_H_

#include <skein/core/thread_safety.h>
#include <skein/multiprocessing/internal/payload.h>
#include <skein/multiprocessing/internal/pool_core.h>
#include <skein/multiprocessing/internal/pool_result.h>
#include <skein/multiprocessing/internal/portable.h>
#include <skein/multiprocessing/internal/routine.h>
#include <skein/multiprocessing/internal/worker_engine.h>
#include <skein/threading/internal/guard.h>
#include <skein/threading/lock.h>

#include <atomic>
#include <concepts>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace skein::inline v0::multiprocessing::internal {

// What a worker has written of one call.
template <class R>
PoolValue<R> read_value(PayloadReader& in) {
  if constexpr (std::is_void_v<R>) {
    static_cast<void>(in);
    return {};
  } else {
    return unpack_part<R>(in);
  }
}

// The same of the calls of a chunk, behind what `values` holds.
template <class R>
void append_values(PayloadReader& in, std::size_t count, std::vector<PoolValue<R>>& values) {
  if constexpr (std::is_void_v<R>) {
    values.resize(values.size() + count);
  } else {
    append_results<R>(in, count, values);
  }
}

// A call that nobody cancels.
class PoolJob : public Job {
 public:
  bool begin() noexcept final { return true; }
  void refused() noexcept final {}
};

// One call. The engine's reference is `self_`.
template <class R>
class ApplyJob final : public ResultOf<R>, public PoolJob {
 public:
  ApplyJob(const void* pool, ResultCallback<R> callback, ErrorCallback error_callback)
      : ResultOf<R>(pool, "ApplyResult", std::move(callback), std::move(error_callback)) {}

  // Errors: those of PoolCore::submit(). What goes wrong with the arguments is the call's failure.
  template <class F, class... Args>
  static void submit(const std::shared_ptr<ApplyJob>& job, PoolCore& pool, const F& function, const Args&... args) {
    using Call = CallRoutine<F, Args...>;
    try {
      job->routine = Call::number(function);
      PayloadWriter out(job->arguments);
      Call::pack(out, function, args...);
    } catch (...) {
      job->failed(std::current_exception());
      return;
    }
    job->self_ = job;
    try {
      pool.submit(*job);
    } catch (...) {
      job->self_.reset();
      throw;
    }
  }

  void succeeded(PayloadReader& result) override {
    const EndingCalls ending(this->pool());
    this->succeed_with(read_value<R>(result));
  }
  void failed(std::exception_ptr error) noexcept override { this->fail_with(std::move(error)); }
  void let_go() noexcept override {
    const std::shared_ptr<ApplyJob> last = std::move(self_);
    arguments.clear();
    arguments.shrink_to_fit();
  }

 private:
  std::shared_ptr<ApplyJob> self_;
};

// The list of results, in the order of the elements, and its calls, each of which is a chunk of elements. As in
// CPython, all of them are made whatever becomes of the first; the first failure to come is the whole's.
template <class R>
class MapJob final : public ResultOf<std::vector<PoolValue<R>>> {
 public:
  using Value = PoolValue<R>;
  using Results = std::vector<Value>;

  MapJob(const void* pool, ResultCallback<Results> callback, ErrorCallback error_callback)
      : ResultOf<Results>(pool, "MapResult", std::move(callback), std::move(error_callback)) {}

  // Nothing was to be called: ready. (CPython calls no callback then.)
  void finish_empty() { this->succeed_quietly_with({}); }
  // `next()`: the elements of the next chunk, as ChunkRoutine packs them; there are `chunks` of them, of `count`
  // elements in all.
  template <class F, class... Parts, class Next>
  static void submit(const std::shared_ptr<MapJob>& job, PoolCore& pool, const F& function, std::size_t chunks,
                     std::size_t count, std::type_identity<std::tuple<Parts...>> /*parts*/, Next next) {
    job->prepare(chunks, count);
    job->self_ = job;
    using Call = ChunkRoutine<F, Parts...>;
    std::size_t first = 0;
    std::exception_ptr unread;
    for (Chunk& chunk : job->chunks_) {
      try {
        if (unread != nullptr) std::rethrow_exception(unread);
        decltype(next()) elements;
        try {
          elements = next();
        } catch (...) {
          unread = std::current_exception();  // The input is not asked again.
          throw;
        }
        chunk.first = first;
        chunk.count = elements.size();
        first += elements.size();
        chunk.routine = Call::number(function);
        PayloadWriter out(chunk.arguments);
        Call::pack(out, function, elements);
        pool.submit(chunk);
      } catch (...) {
        chunk.failed(std::current_exception());
        chunk.let_go();
      }
    }
  }

 private:
  // In place if there may be values before the results come; else each chunk keeps its own until the end.
  static constexpr bool kInPlace = std::default_initializable<Value>;

  class Chunk final : public PoolJob {
   public:
    explicit Chunk(MapJob& map) noexcept : map_(map) {}

    void succeeded(PayloadReader& result) override {
      const EndingCalls ending(map_.pool());
      if constexpr (!kInPlace) {
        append_values<R>(result, count, values);
      } else if constexpr (!std::is_void_v<R>) {
        auto to = map_.results_.begin() + static_cast<std::ptrdiff_t>(first);
        read_results<R>(result, count, [&to](R&& each) { *to++ = std::move(each); });
      }
      map_.chunk_ended(nullptr);
    }
    void failed(std::exception_ptr error) noexcept override { map_.chunk_ended(std::move(error)); }
    void let_go() noexcept override {
      arguments.clear();
      arguments.shrink_to_fit();
      map_.chunk_let_go();
    }

    std::size_t first = 0;
    std::size_t count = 0;
    Results values{};  // Unless kInPlace.

   private:
    MapJob& map_;
  };

  void prepare(std::size_t chunks, std::size_t count) {
    for (std::size_t i = 0; i < chunks; ++i) chunks_.emplace_back(*this);
    if constexpr (kInPlace) results_.resize(count);
    held_.store(chunks);
    const skein::internal::Guard guard(lock_);
    left_ = chunks;
  }
  void chunk_ended(std::exception_ptr error) noexcept {
    {
      const skein::internal::Guard guard(lock_);
      if (error != nullptr && error_ == nullptr) error_ = std::move(error);
      if (--left_ != 0) return;
    }
    // Nobody else is left who changes anything.
    if (error_ == nullptr) {
      try {
        if constexpr (!kInPlace) {
          for (Chunk& chunk : chunks_) {
            for (Value& value : chunk.values) results_.push_back(std::move(value));
            chunk.values = {};
          }
        }
        this->succeed_with(std::move(results_));
        return;
      } catch (...) {
        error_ = std::current_exception();
      }
    }
    results_ = {};
    this->fail_with(std::move(error_));
  }
  void chunk_let_go() noexcept {
    if (held_.fetch_sub(1) == 1) {
      const std::shared_ptr<MapJob> last = std::move(self_);
    }
  }

  std::deque<Chunk> chunks_;  // They stay where they are.
  Results results_;
  threading::Lock lock_;
  std::size_t left_ SKEIN_GUARDED_BY(lock_) = 0;
  std::exception_ptr error_;  // Guarded by lock_ until none is left.
  std::atomic<std::size_t> held_{0};
  std::shared_ptr<MapJob> self_;  // The engine's reference.
};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_POOL_JOBS_H_
