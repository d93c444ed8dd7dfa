// skein/futures/internal/process_call.h - a future whose task runs in a worker process.
#ifndef SKEIN_FUTURES_INTERNAL_PROCESS_CALL_H_
#define SKEIN_FUTURES_INTERNAL_PROCESS_CALL_H_

#include <skein/core/export.h>
#include <skein/futures/internal/core.h>
#include <skein/futures/internal/map.h>
#include <skein/futures/internal/task.h>
#include <skein/multiprocessing/internal/payload.h>
#include <skein/multiprocessing/internal/portable.h>
#include <skein/multiprocessing/internal/routine.h>
#include <skein/multiprocessing/internal/worker_engine.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

namespace skein::inline v0::internal {

class ProcessPool;

// What the engine is given. The future's two references are the handle's and the engine's.
//
// `pool` only where something is to be asked of it later: an observer, or whether a running call may be stopped.
class SKEIN_API ProcessJob : public multiprocessing::internal::Job {
 public:
  ProcessJob(FutureCore& future, std::shared_ptr<ProcessPool> pool) noexcept
      : future_(future), pool_(std::move(pool)) {}

  bool begin() noexcept final;
  void failed(std::exception_ptr error) noexcept final;
  void refused() noexcept final;
  void let_go() noexcept final { future_.drop(); }

 protected:
  ~ProcessJob() = default;
  // The result has been stored.
  void end_with_result() noexcept;
  void stop() noexcept;

 private:
  // Whoever sees the outcome finds that nothing holds the arguments any more.
  void drop_arguments() noexcept { std::exchange(arguments, {}); }

  FutureCore& future_;
  const std::shared_ptr<ProcessPool> pool_;
};

// One call, whose result is a T.
template <class T>
class ProcessCall final : public TypedCore<T>, public ProcessJob {
 public:
  explicit ProcessCall(std::shared_ptr<ProcessPool> pool) noexcept
      : TypedCore<T>(2), ProcessJob(*static_cast<FutureCore*>(this), std::move(pool)) {}

  void succeeded(multiprocessing::internal::PayloadReader& result) override {
    if constexpr (std::is_void_v<T>) {
      static_cast<void>(result);
      this->store();
    } else {
      this->store(multiprocessing::internal::unpack_part<T>(result));
    }
    this->end_with_result();
  }
  void request_stop() noexcept override { this->stop(); }

 private:
  ~ProcessCall() override = default;
};

// A chunk of map(), whose calls return an R each.
template <class R>
class ProcessChunk final : public TypedCore<Chunk<R>>, public ProcessJob {
 public:
  ProcessChunk(std::shared_ptr<ProcessPool> pool, std::size_t size) noexcept
      : TypedCore<Chunk<R>>(2), ProcessJob(*static_cast<FutureCore*>(this), std::move(pool)), size_(size) {}

  void succeeded(multiprocessing::internal::PayloadReader& result) override {
    Chunk<R> chunk;
    if constexpr (std::is_void_v<R>) {
      chunk.results.resize(size_);
    } else {
      multiprocessing::internal::append_results<R>(result, size_, chunk.results);
    }
    this->store(std::move(chunk));
    this->end_with_result();
  }
  void request_stop() noexcept override { this->stop(); }

 private:
  ~ProcessChunk() override = default;

  const std::size_t size_;
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_FUTURES_INTERNAL_PROCESS_CALL_H_
