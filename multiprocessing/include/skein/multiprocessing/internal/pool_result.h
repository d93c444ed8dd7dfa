// skein/multiprocessing/internal/pool_result.h - what becomes of a call that was given to a pool.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_POOL_RESULT_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_POOL_RESULT_H_

#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/threading/event.h>

#include <atomic>
#include <concepts>
#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace skein::inline v0::multiprocessing::internal {

// While one lives, the calling thread is one in which calls of that pool come to their ends, so that it must not wait
// for another of them. A pool is known by its address.
class SKEIN_API EndingCalls {
 public:
  explicit EndingCalls(const void* pool) noexcept;
  ~EndingCalls();
  EndingCalls(const EndingCalls&) = delete;
  EndingCalls& operator=(const EndingCalls&) = delete;
  // Errors: RuntimeError in such a thread.
  static void check_may_wait(const void* pool);

 private:
  const void* const outer_;
};

// To be called in a handler: tells threading::excepthook of what a callback let out. Never throws.
SKEIN_API void report_callback() noexcept;

using ErrorCallback = std::function<void(std::exception_ptr)>;

// The part that knows no type. Whoever ends the call writes the outcome and then raises `ready_`, once; everybody else
// reads the outcome after having seen it raised.
class SKEIN_API ResultCore {
 public:
  ResultCore(const ResultCore&) = delete;
  ResultCore& operator=(const ResultCore&) = delete;

  [[nodiscard]] bool ready() const noexcept { return ready_.is_set(); }
  // Errors: RuntimeError without a limit in a callback of the same pool: nobody would ever end this.
  bool wait(Timeout timeout);
  // Errors: ValueError if it is not ready.
  [[nodiscard]] bool successful() const;
  // Waits. Returns if there is a value; throws what the call threw, or TimeoutError.
  void wait_for_value(Timeout timeout);
  // Errors: RuntimeError at the second time.
  void take_once();
  void check_not_taken() const;

 protected:
  // `name`: of Python's class, for its sentences; a literal.
  ResultCore(const void* pool, const char* name, ErrorCallback error_callback)
      : pool_(pool), name_(name), error_callback_(std::move(error_callback)) {}
  virtual ~ResultCore();

  // Calls the callback for errors, and is ready.
  void fail(std::exception_ptr error) noexcept;
  // When there is a value and its callback has been called.
  void succeed() noexcept;
  [[nodiscard]] const void* pool() const noexcept { return pool_; }

 private:
  const void* const pool_;
  const char* const name_;
  ErrorCallback error_callback_;
  std::exception_ptr error_;
  std::atomic<bool> taken_{false};
  threading::Event ready_;
};

// How a result lies in memory, in lists too.
template <class R>
using PoolValue = std::conditional_t<std::is_void_v<R>, std::monostate, R>;

template <class R>
struct ResultCallbackOf {
  using type = std::function<void(const R&)>;
};
template <>
struct ResultCallbackOf<void> {
  using type = std::function<void()>;
};
// What is called with a result of type R.
template <class R>
using ResultCallback = typename ResultCallbackOf<R>::type;

template <class R>
class ResultOf : public ResultCore {
 public:
  using Value = PoolValue<R>;

  R get(Timeout timeout) {
    if constexpr (std::is_void_v<R>) {
      wait_for_value(timeout);
    } else if constexpr (std::copy_constructible<R>) {
      wait_for_value(timeout);
      check_not_taken();
      return *value_;
    } else {
      return take(timeout);
    }
  }
  R take(Timeout timeout) {
    wait_for_value(timeout);
    take_once();
    if constexpr (!std::is_void_v<R>) return std::move(*value_);
  }

 protected:
  ResultOf(const void* pool, const char* name, ResultCallback<R> callback, ErrorCallback error_callback)
      : ResultCore(pool, name, std::move(error_callback)), callback_(std::move(callback)) {}

  // In a thread that has an EndingCalls.
  void succeed_with(Value value) {
    value_.emplace(std::move(value));
    if (callback_) {
      try {
        if constexpr (std::is_void_v<R>) {
          callback_();
        } else {
          callback_(std::as_const(*value_));
        }
      } catch (...) {
        report_callback();
      }
      callback_ = nullptr;  // Nothing that it holds is in use any more when the result is there.
    }
    succeed();
  }
  // Without the callback.
  void succeed_quietly_with(Value value) {
    callback_ = nullptr;
    succeed_with(std::move(value));
  }
  void fail_with(std::exception_ptr error) noexcept {
    callback_ = nullptr;
    fail(std::move(error));
  }

 private:
  ResultCallback<R> callback_;
  std::optional<Value> value_;
};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_POOL_RESULT_H_
