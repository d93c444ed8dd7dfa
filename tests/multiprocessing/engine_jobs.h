// Jobs for the worker engine, as small as they can be.
#ifndef SKEIN_TESTS_MULTIPROCESSING_ENGINE_JOBS_H_
#define SKEIN_TESTS_MULTIPROCESSING_ENGINE_JOBS_H_

#include <gtest/gtest.h>
#include <skein/multiprocessing/internal/method.h>
#include <skein/multiprocessing/internal/routine.h>
#include <skein/multiprocessing/internal/worker_engine.h>
#include <skein/threading.h>

#include <atomic>
#include <deque>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace skein::testing {

using multiprocessing::internal::EngineOptions;
using multiprocessing::internal::WorkerEngine;

// What Engine makes when it is broken.
class EngineBroken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline multiprocessing::internal::Method method_of(const std::string& name) {
  if (name == "fork") return multiprocessing::internal::Method::kFork;
  return name == "spawn" ? multiprocessing::internal::Method::kSpawn : multiprocessing::internal::Method::kForkserver;
}

inline EngineOptions engine_options(const std::string& method, std::size_t workers) {
  EngineOptions options;
  options.method = method_of(method);
  options.workers = workers;
  options.broken = [](const std::string& cause) { return std::make_exception_ptr(EngineBroken(cause)); };
  return options;
}

// A call and what became of it. Outlives the engine, or its end.
template <class R>
class TestJob final : public multiprocessing::internal::Job {
 public:
  template <class F, class... Args>
  explicit TestJob(F function, Args... args) {
    using Call = multiprocessing::internal::CallRoutine<F, Args...>;
    routine = Call::number(function);
    multiprocessing::internal::PayloadWriter out(arguments);
    Call::pack(out, function, args...);
  }

  bool begin() noexcept override {
    begun_.fetch_add(1);
    return !unwanted.load();
  }
  void succeeded(multiprocessing::internal::PayloadReader& result) override {
    if constexpr (!std::is_void_v<R>) {
      value_.emplace(multiprocessing::internal::unpack_part<R>(result));
    }
    EXPECT_TRUE(result.empty());
    end("succeeded");
  }
  void failed(std::exception_ptr error) noexcept override {
    error_ = std::move(error);
    end("failed");
  }
  void refused() noexcept override { end("refused"); }
  void let_go() noexcept override {
    EXPECT_EQ(ends_.load(), 1);
    gone_.set();
  }

  // Waits for the end; the result, or throws what it failed with.
  R get() {
    if (!gone_.wait(30)) throw std::logic_error("the job has not ended in 30 s");
    if (error_ != nullptr) std::rethrow_exception(error_);
    if (how_ != "succeeded") throw std::logic_error(how_);
    if constexpr (!std::is_void_v<R>) return *value_;
  }
  // Waits for the end. "succeeded", "failed", "refused".
  const std::string& how() {
    EXPECT_TRUE(gone_.wait(30)) << "the job has not ended";
    return how_;
  }
  [[nodiscard]] bool over() const { return gone_.is_set(); }
  [[nodiscard]] int begun() const { return begun_.load(); }

  std::atomic<bool> unwanted{false};

 private:
  void end(const char* how) {
    EXPECT_EQ(ends_.fetch_add(1), 0) << "two ends: " << how_ << " and " << how;
    how_ = how;
  }

  std::optional<std::conditional_t<std::is_void_v<R>, bool, R>> value_;
  std::exception_ptr error_;
  std::string how_ = "no end";
  std::atomic<int> ends_{0};
  std::atomic<int> begun_{0};
  threading::Event gone_;
};

}  // namespace skein::testing

#endif  // SKEIN_TESTS_MULTIPROCESSING_ENGINE_JOBS_H_
