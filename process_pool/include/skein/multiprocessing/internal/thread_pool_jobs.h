// skein/multiprocessing/internal/thread_pool_jobs.h - the calls of a ThreadPool.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_THREAD_POOL_JOBS_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_THREAD_POOL_JOBS_H_

#include <skein/core/internal/platform.h>
#include <skein/core/thread_safety.h>
#include <skein/multiprocessing/errors.h>
#include <skein/multiprocessing/internal/pool_imap.h>
#include <skein/multiprocessing/internal/pool_map.h>
#include <skein/multiprocessing/internal/pool_result.h>
#include <skein/multiprocessing/internal/thread_pool_core.h>
#include <skein/threading/internal/guard.h>
#include <skein/threading/lock.h>

#include <cxxabi.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace skein::inline v0::multiprocessing::internal {

// What a call returns, as it lies in memory.
template <class R, class F, class Parts>
PoolValue<R> call_with(F& function, Parts& parts) {
  return std::apply(
      [&function](auto&... part) -> PoolValue<R> {
        if constexpr (std::is_void_v<R>) {
          std::invoke(function, std::move(part)...);
          return {};
        } else {
          return std::invoke(function, std::move(part)...);
        }
      },
      parts);
}

// What a worker is given. One that is dropped without having been run fails, unless its submitter hears of that. Its
// pool lives as long as it does, also if the ThreadPool is destroyed in one of its own calls.
template <class Work>
class ThreadTask {
  // Arguments whose move may throw stay where they are: the task itself moves without errors.
  using Holder =
      std::conditional_t<std::is_nothrow_move_constructible_v<Work>, std::optional<Work>, std::unique_ptr<Work>>;

 public:
  ThreadTask(std::shared_ptr<ThreadPoolCore> pool, Work work) : pool_(std::move(pool)), work_(hold(std::move(work))) {}
  ThreadTask(ThreadTask&& other) noexcept : pool_(std::move(other.pool_)), work_(take(other.work_)) {}
  ThreadTask& operator=(ThreadTask&&) = delete;
  ~ThreadTask() {
    if (work_ && !ThreadPoolCore::Giving::now()) work_->fail(*pool_, pool_->why_dropped());
  }
  void operator()() {
    const ThreadPoolCore::OwnThread own(pool_.get());
    Holder work = take(work_);
    std::exception_ptr error;
    try {
      work->run(*pool_);
      return;
    } catch (abi::__forced_unwind&) {
      work->fail(*pool_, pool_->why_dropped());
      throw;
    } catch (...) {
      error = std::current_exception();
    }
    work->fail(*pool_, std::move(error));
  }

 private:
  static Holder hold(Work work) {
    if constexpr (std::is_nothrow_move_constructible_v<Work>) {
      return Holder(std::move(work));
    } else {
      return std::make_unique<Work>(std::move(work));
    }
  }
  static Holder take(Holder& from) noexcept {
    Holder taken = std::move(from);
    from.reset();
    return taken;
  }

  std::shared_ptr<ThreadPoolCore> pool_;
  Holder work_;
};
// Errors: ValueError ("Pool not running") if the pool has been closed since that was asked; BrokenThreadPool;
// RuntimeError if there is no worker and none can be started. Then nothing is told to the work.
template <class Work>
void submit_work(ThreadPoolCore& pool, Work work) {
  try {
    const ThreadPoolCore::Giving giving;
    static_cast<void>(pool.executor().submit(ThreadTask<Work>(pool.shared_from_this(), std::move(work))));
  } catch (const futures::BrokenExecutor&) {
    throw;
  } catch (const RuntimeError&) {
    pool.check_running();
    throw;
  }
}

// A result that a worker ends; where there are callbacks, in the thread for them.
template <class R>
class ThreadResult final : public ResultOf<R>, public std::enable_shared_from_this<ThreadResult<R>> {
 public:
  ThreadResult(ThreadPoolCore& pool, const char* name, ResultCallback<R> callback, ErrorCallback error_callback)
      : ResultOf<R>(&pool, name, std::move(callback), std::move(error_callback)) {}

  // Says that there are callbacks.
  void tells() noexcept { tells_ = true; }
  void end_quietly_with(PoolValue<R> value) { this->succeed_quietly_with(std::move(value)); }
  void end_with(ThreadPoolCore& pool, PoolValue<R> value) {
    if (!tells_) {
      this->succeed_with(std::move(value));
      return;
    }
    auto held = std::make_shared<PoolValue<R>>(std::move(value));
    pool.tell([self = this->shared_from_this(), held] {
      const EndingCalls ending(self->pool());
      try {
        self->succeed_with(std::move(*held));
      } catch (...) {  // It could not be moved.
        self->fail_with(std::current_exception());
      }
    });
  }
  void fail_told_with(ThreadPoolCore& pool, std::exception_ptr error) {
    if (!tells_) {
      this->fail_with(std::move(error));
      return;
    }
    pool.tell([self = this->shared_from_this(), error] { self->fail_with(error); });
  }

 private:
  bool tells_ = false;
};

template <class R>
std::shared_ptr<ThreadResult<R>> make_result(ThreadPoolCore& pool, const char* name, ResultCallback<R> callback,
                                             ErrorCallback error_callback) {
  const bool tells = callback != nullptr || error_callback != nullptr;
  auto made = std::make_shared<ThreadResult<R>>(pool, name, std::move(callback), std::move(error_callback));
  if (tells) made->tells();
  return made;
}

// ---- apply ----

template <class R, class F, class... Args>
struct ApplyWork {
  std::shared_ptr<ThreadResult<R>> result;
  F function;
  std::tuple<Args...> args;

  void run(ThreadPoolCore& pool) { result->end_with(pool, call_with<R>(function, args)); }
  void fail(ThreadPoolCore& pool, std::exception_ptr error) { result->fail_told_with(pool, std::move(error)); }
};

// ---- map ----

// Chunks that are still to come, and what has come. As in CPython, all of them are made whatever becomes of the first;
// the first failure to come is the whole's.
template <class R>
struct ThreadMap {
  using Results = std::vector<PoolValue<R>>;

  std::shared_ptr<ThreadResult<Results>> result;
  std::vector<Results> chunks;  // Each written by its own call.
  threading::Lock lock{};
  std::size_t left SKEIN_GUARDED_BY(lock) = 0;
  std::exception_ptr error SKEIN_GUARDED_BY(lock) = nullptr;

  void chunk_ended(ThreadPoolCore& pool, std::exception_ptr failure) {
    std::exception_ptr first;
    {
      const skein::internal::Guard guard(lock);
      if (failure != nullptr && error == nullptr) error = std::move(failure);
      if (--left != 0) return;
      first = error;
    }
    if (first == nullptr) {
      try {
        Results all;
        for (Results& chunk : chunks) {
          for (auto&& value : chunk) all.push_back(std::move(value));
        }
        result->end_with(pool, std::move(all));
        return;
      } catch (...) {  // The chunk has ended: it must not do so again.
        first = std::current_exception();
      }
    }
    result->fail_told_with(pool, std::move(first));
  }
};

template <class R, class F, class Parts>
struct MapWork {
  std::shared_ptr<ThreadMap<R>> map;
  std::size_t chunk;
  std::shared_ptr<F> function;
  std::vector<Parts> elements;

  void run(ThreadPoolCore& pool) {
    typename ThreadMap<R>::Results results;
    results.reserve(elements.size());
    for (Parts& parts : elements) results.push_back(call_with<R>(*function, parts));
    map->chunks[chunk] = std::move(results);
    map->chunk_ended(pool, nullptr);
  }
  void fail(ThreadPoolCore& pool, std::exception_ptr error) { map->chunk_ended(pool, std::move(error)); }
};

template <class R, template <class> class Arguments, class F, class Range>
std::shared_ptr<ResultOf<std::vector<PoolValue<R>>>> start_thread_map(
    ThreadPoolCore& pool, const OptionalCount& chunksize, ResultCallback<std::vector<PoolValue<R>>> callback,
    ErrorCallback error_callback, F function, Range& iterable) {
  using Element = Arguments<std::ranges::range_value_t<Range>>;
  using Parts = typename Element::Parts;
  static_assert(Element::kGood, "skein: the elements of starmap() are tuples, pairs or arrays of arguments");
  std::vector<Parts> all;
  for (auto&& element : iterable) all.push_back(Element::parts(std::forward<decltype(element)>(element)));
  auto map = std::make_shared<ThreadMap<R>>();
  map->result =
      make_result<std::vector<PoolValue<R>>>(pool, "MapResult", std::move(callback), std::move(error_callback));
  if (all.empty()) {  // CPython calls no callback then.
    map->result->end_quietly_with({});
    return map->result;
  }
  const std::size_t size = map_chunksize(chunksize, all.size(), pool.workers());
  const std::size_t chunks = (all.size() - 1) / size + 1;
  map->chunks.resize(chunks);
  {
    const skein::internal::Guard guard(map->lock);
    map->left = chunks;
  }
  const auto shared = std::make_shared<F>(std::move(function));
  for (std::size_t i = 0; i < chunks; ++i) {
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(i * size);
    const auto last = i + 1 == chunks ? all.end() : first + static_cast<std::ptrdiff_t>(size);
    try {
      submit_work(
          pool, MapWork<R, F, Parts>{map, i, shared, {std::make_move_iterator(first), std::make_move_iterator(last)}});
    } catch (...) {  // The result's failure.
      map->chunk_ended(pool, pool.why_refused());
    }
  }
  return map->result;
}

// ---- imap ----

template <class R, class F, class Element>
struct ImapWork {
  std::shared_ptr<ImapJob<R>> job;
  std::shared_ptr<ImapCore> line;
  std::shared_ptr<F> function;
  std::vector<std::tuple<Element>> elements;

  void run(ThreadPoolCore& /*pool*/) {
    std::vector<PoolValue<R>> values;
    values.reserve(elements.size());
    for (auto& parts : elements) values.push_back(call_with<R>(*function, parts));
    job->values = std::move(values);
    end();
  }
  void fail(ThreadPoolCore& /*pool*/, std::exception_ptr error) {
    job->error = std::move(error);
    end();
  }
  void end() {
    line->chunk_ended(job);
    job->let_go();
  }
};

// With an input.
template <class F, class View>
class ThreadImap final : public ThreadSource, public std::enable_shared_from_this<ThreadImap<F, View>> {
 public:
  using Element = std::ranges::range_value_t<View>;
  using R = CallResult<F, Element>;

  ThreadImap(const std::shared_ptr<ThreadPoolCore>& pool, bool ordered, std::size_t ahead, std::size_t chunksize,
             F function, View view)
      : ThreadSource(static_cast<const void*>(pool.get()), ordered, ahead),
        pool_(pool),
        chunksize_(chunksize),
        function_(std::make_shared<F>(std::move(function))),
        input_(std::move(view)) {}

  void read(bool draining) noexcept override {
    const std::shared_ptr<ThreadPoolCore> pool = pool_.lock();  // Let go last: its end waits for threads.
    const ThreadPoolCore::OwnThread own(pool.get());
    const skein::internal::Guard guard(reading_);
    reader_.store(skein::internal::thread_token());
    std::exception_ptr error;
    try {
      while (pool != nullptr && !input_.gone() && !dropped_.load()) {
        if (!has_room(draining)) {  // Who makes room says so.
          reader_.store(0);
          return;
        }
        std::vector<std::tuple<Element>> elements;
        input_.read(elements, chunksize_);
        if (elements.empty()) break;
        auto job = std::make_shared<ImapJob<R>>(this->shared_from_this(), elements.size());
        begin_chunk(job);
        ImapWork<R, F, Element> work{job, this->shared_from_this(), function_, std::move(elements)};
        try {
          submit_work(*pool, std::move(work));
        } catch (...) {  // Told in its place, and nothing comes after it.
          ImapWork<R, F, Element>{job, this->shared_from_this(), function_, {}}.fail(*pool, pool->why_refused());
          break;
        }
      }
    } catch (...) {  // What was read of this chunk is lost with it, as in CPython.
      error = std::current_exception();
    }
    end_input(error);
    forget();
    reader_.store(0);
  }

 protected:
  void drop_input() noexcept override {
    dropped_.store(true);                                           // First: what nobody looks at leaves room for ever.
    if (reader_.load() == skein::internal::thread_token()) return;  // The input drops itself, when it is through.
    if (const auto pool = pool_.lock(); pool != nullptr && pool->left_behind()) return;
    const skein::internal::Guard guard(reading_);
    forget();
  }
  void room_made() noexcept override {
    if (const auto pool = pool_.lock()) pool->wake(this->shared_from_this());
  }

 private:
  void forget() noexcept {
    input_.drop();
    if (const auto pool = pool_.lock()) pool->remove(*this);
  }

  const std::weak_ptr<ThreadPoolCore> pool_;
  const std::size_t chunksize_;
  const std::shared_ptr<F> function_;
  std::atomic<std::uint32_t> reader_{0};  // The token of the thread that reads.
  threading::Lock reading_;               // Held while the input is read: whoever drops it waits.
  ImapInput<View> input_;
  std::atomic<bool> dropped_{false};
};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_THREAD_POOL_JOBS_H_
