#include <skein/core/errors.h>
#include <skein/core/internal/describe.h>
#include <skein/multiprocessing/errors.h>
#include <skein/multiprocessing/internal/pool_result.h>
#include <skein/threading/excepthook.h>
#include <skein/threading/thread_handle.h>

#include <exception>
#include <sstream>
#include <string>
#include <utility>

namespace skein::inline v0::multiprocessing::internal {

namespace {

// The pool whose calls come to their ends in this thread.
constinit thread_local const void* t_ending = nullptr;

}  // namespace

EndingCalls::EndingCalls(const void* pool) noexcept : outer_(std::exchange(t_ending, pool)) {}
EndingCalls::~EndingCalls() { t_ending = outer_; }
void EndingCalls::check_may_wait(const void* pool) {
  if (t_ending == pool) throw RuntimeError("cannot wait for a result in the thread that brings it");
}

void report_callback() noexcept {
  const std::exception_ptr error = std::current_exception();
  try {
    threading::excepthook(
        {.exc_type = skein::internal::type_name(error), .exc_value = error, .thread = threading::current_thread()});
  } catch (...) {
    skein::internal::write_to_stderr("Exception in a callback of a pool, and in threading.excepthook\n");
  }
}

ResultCore::~ResultCore() = default;

bool ResultCore::wait(Timeout timeout) {
  if (ready()) return true;
  if (timeout.unlimited()) EndingCalls::check_may_wait(pool_);
  return ready_.wait(timeout);
}

bool ResultCore::successful() const {
  if (!ready()) {
    std::ostringstream text;
    text << "<multiprocessing.pool." << name_ << " object at " << static_cast<const void*>(this) << "> not ready";
    throw ValueError(text.str());
  }
  return error_ == nullptr;
}

void ResultCore::wait_for_value(Timeout timeout) {
  if (!wait(timeout)) throw TimeoutError();
  if (error_ != nullptr) std::rethrow_exception(error_);
}

void ResultCore::take_once() {
  if (taken_.exchange(true)) throw RuntimeError("the result has been taken");
}
void ResultCore::check_not_taken() const {
  if (taken_.load()) throw RuntimeError("the result has been taken");
}

void ResultCore::fail(std::exception_ptr error) noexcept {
  error_ = std::move(error);
  if (error_callback_) {
    const EndingCalls ending(pool_);
    try {
      error_callback_(error_);
    } catch (...) {
      report_callback();
    }
    error_callback_ = nullptr;
  }
  ready_.set();
}

void ResultCore::succeed() noexcept {
  error_callback_ = nullptr;
  ready_.set();
}

}  // namespace skein::inline v0::multiprocessing::internal
