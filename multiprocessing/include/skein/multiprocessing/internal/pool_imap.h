// skein/multiprocessing/internal/pool_imap.h - the calls of imap() and imap_unordered().
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_POOL_IMAP_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_POOL_IMAP_H_

#include <skein/core/export.h>
#include <skein/core/thread_safety.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/pool_core.h>
#include <skein/multiprocessing/internal/pool_jobs.h>
#include <skein/multiprocessing/internal/pool_result.h>
#include <skein/multiprocessing/internal/routine.h>
#include <skein/threading/condition.h>
#include <skein/threading/lock.h>

#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace skein::inline v0::multiprocessing::internal {

class ImapCore;

// The results of one call, or what it failed with. Guarded by the ImapCore's lock until it is taken.
class SKEIN_API ImapChunk {
 public:
  ImapChunk() = default;
  ImapChunk(const ImapChunk&) = delete;
  ImapChunk& operator=(const ImapChunk&) = delete;
  virtual ~ImapChunk();

  std::exception_ptr error;

 private:
  friend class ImapCore;
  bool done_ = false;
};

// The line of results, without their types. What was submitted and not looked at is bounded by `ahead`.
class SKEIN_API ImapCore : public PoolSource {
 public:
  ImapCore(const std::shared_ptr<PoolCore>& pool, bool ordered, std::size_t ahead);
  // Of a pool of another kind, known by its address.
  ImapCore(const void* pool, bool ordered, std::size_t ahead) noexcept;
  ~ImapCore() override;

  // The next results; nullptr at the end.
  // Errors: TimeoutError; RuntimeError as of ResultCore::wait().
  std::shared_ptr<ImapChunk> take(Timeout timeout);
  // Nobody looks at the rest.
  void abandon() noexcept;

  bool has_room(bool draining) noexcept override;
  void cut(const std::exception_ptr& why) noexcept override;

  // Of a chunk that begin_chunk() was given: it has come to its end.
  void chunk_ended(const std::shared_ptr<ImapChunk>& chunk) noexcept;
  [[nodiscard]] const void* pool() const noexcept { return pool_id_; }

 protected:
  // In the order of the input.
  void begin_chunk(const std::shared_ptr<ImapChunk>& chunk);
  // Nothing is read after this. `error`: what comes last, or nullptr.
  void end_input(std::exception_ptr error) noexcept;
  // The input is not needed any more. Only when nobody reads it, if its pool says who reads.
  virtual void drop_input() noexcept = 0;
  // There may be room again for one that found none.
  virtual void room_made() noexcept;

 private:
  [[nodiscard]] bool next_is_there() const SKEIN_REQUIRES(lock_) { return !line_.empty() && line_.front()->done_; }
  void push_last(std::exception_ptr error) SKEIN_REQUIRES(lock_);

  const std::weak_ptr<PoolCore> pool_;
  const void* const pool_id_;
  const bool ordered_;
  const std::size_t ahead_;

  threading::Lock lock_;
  threading::Condition changed_{lock_};
  std::deque<std::shared_ptr<ImapChunk>> line_ SKEIN_GUARDED_BY(lock_);  // Ordered: those that run, too.
  std::size_t running_ SKEIN_GUARDED_BY(lock_) = 0;
  bool ended_ SKEIN_GUARDED_BY(lock_) = false;      // Nothing is added to what is there and what runs.
  bool abandoned_ SKEIN_GUARDED_BY(lock_) = false;  // Nothing is kept.
  bool starved_ SKEIN_GUARDED_BY(lock_) = false;    // The reader has found no room.
};

template <class R>
class ImapJob final : public ImapChunk, public PoolJob {
 public:
  ImapJob(std::shared_ptr<ImapCore> line, std::size_t count) noexcept : line_(std::move(line)), count_(count) {}

  static void submit(const std::shared_ptr<ImapJob>& job, PoolCore& pool) {
    job->self_ = job;
    pool.submit_read(*job);
  }
  // What could not be submitted.
  static void fail(const std::shared_ptr<ImapJob>& job, std::exception_ptr why) noexcept {
    job->self_ = job;
    job->failed(std::move(why));
    job->let_go();
  }
  void succeeded(PayloadReader& result) override {
    const EndingCalls ending(line_->pool());
    append_values<R>(result, count_, values);
    line_->chunk_ended(self_);
  }
  void failed(std::exception_ptr why) noexcept override {
    values.clear();
    error = std::move(why);
    line_->chunk_ended(self_);
  }
  void let_go() noexcept override {
    const std::shared_ptr<ImapJob> last = std::move(self_);
    arguments.clear();
    arguments.shrink_to_fit();
    line_.reset();
  }

  std::vector<PoolValue<R>> values;

 private:
  std::shared_ptr<ImapCore> line_;
  const std::size_t count_;
  std::shared_ptr<ImapJob> self_;  // The engine's reference.
};

// An input and where it is read. One thread at a time.
template <class View>
class ImapInput {
 public:
  using Element = std::ranges::range_value_t<View>;

  explicit ImapInput(View view) : view_(std::move(view)) {}

  // Whether drop() has been called.
  [[nodiscard]] bool gone() const noexcept { return !view_.has_value(); }
  void drop() noexcept {
    at_.reset();
    view_.reset();
  }
  // Appends the next elements, until there are `size` of them; fewer at the end of the input.
  void read(std::vector<std::tuple<Element>>& elements, std::size_t size) {
    if (!at_.has_value()) at_.emplace(std::ranges::begin(*view_));
    // The next element is asked for when it is needed, not before.
    while (elements.size() < size) {
      if (std::exchange(read_one_, true)) ++*at_;
      if (*at_ == std::ranges::end(*view_)) {
        read_one_ = false;  // An end stays one.
        return;
      }
      elements.emplace_back(**at_);
    }
  }

 private:
  std::optional<View> view_;
  std::optional<std::ranges::iterator_t<View>> at_;
  bool read_one_ = false;
};

// With an input.
template <class F, class View>
class ImapSource final : public ImapCore, public std::enable_shared_from_this<ImapSource<F, View>> {
 public:
  using Element = std::ranges::range_value_t<View>;
  using Call = ChunkRoutine<F, Element>;
  using R = RoutineResult<F, Element>;
  using Job = ImapJob<R>;

  ImapSource(const std::shared_ptr<PoolCore>& pool, bool ordered, std::size_t ahead, std::size_t chunksize, F function,
             View view)
      : ImapCore(pool, ordered, ahead),
        chunksize_(chunksize),
        function_(std::move(function)),
        input_(std::move(view)) {}

  bool feed(PoolCore& pool) noexcept override {
    std::shared_ptr<Job> job;
    try {
      std::vector<std::tuple<Element>> elements;
      try {
        input_.read(elements, chunksize_);
      } catch (...) {
        // What was read of this chunk is lost with it, as in CPython.
        drop_input();
        end_input(std::current_exception());
        return false;
      }
      if (elements.empty()) {
        drop_input();
        end_input(nullptr);
        return false;
      }
      auto made = std::make_shared<Job>(this->shared_from_this(), elements.size());
      begin_chunk(made);
      job = std::move(made);
      job->routine = Call::number(function_);
      PayloadWriter out(job->arguments);
      Call::pack(out, function_, std::span<const std::tuple<Element>>(elements));
      Job::submit(job, pool);
    } catch (...) {
      if (job == nullptr) {  // No memory, or cut meanwhile.
        drop_input();
        end_input(std::current_exception());
        return false;
      }
      Job::fail(job, std::current_exception());
    }
    return true;
  }

 protected:
  void drop_input() noexcept override { input_.drop(); }

 private:
  const std::size_t chunksize_;
  const F function_;
  ImapInput<View> input_;
};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_POOL_IMAP_H_
