// Every call of core and threading that takes a timeout, as rows of one table.
#ifndef SKEIN_TESTS_THREADING_TIMED_CALLS_H_
#define SKEIN_TESTS_THREADING_TIMED_CALLS_H_

#include <skein/threading.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <ostream>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "testing/party.h"

namespace skein::testing {

// What became of a call.
enum class Answer { kFalse, kTrue, kReturned, kBroken, kValueError };
inline std::ostream& operator<<(std::ostream& stream, Answer answer) {
  constexpr const char* kNames[] = {"false", "true", "returned", "BrokenBarrierError", "ValueError"};
  return stream << kNames[static_cast<int>(answer)];
}

// A place where one call blocks, as nothing happens until end().
class Scene {
 public:
  virtual ~Scene() = default;
  virtual Answer call(Timeout timeout) = 0;
  // Lets the call that blocks come through; from another thread.
  virtual void end() = 0;
};

struct TimedCall {
  std::string_view name;
  std::function<std::unique_ptr<Scene>()> make;
  Answer in_vain;   // When time has run out.
  Answer negative;  // Python's answer to a negative timeout.
  Answer success;   // After end().
};
inline std::ostream& operator<<(std::ostream& stream, const TimedCall& call) { return stream << call.name; }

namespace internal {

inline Answer as_answer(bool result) { return result ? Answer::kTrue : Answer::kFalse; }

// A lock of any kind that another thread holds until end().
template <class LockType>
struct Held {
  Held() {
    holder.emplace([this] {
      lock.acquire();
      held.store(true);
      while (!release.load()) ::sched_yield();
      lock.release();
    });
    while (!held.load()) ::sched_yield();
  }
  ~Held() { release.store(true); }
  void end() { release.store(true); }

  LockType lock;
  std::atomic<bool> held{false};
  std::atomic<bool> release{false};
  std::optional<Party> holder;
};

// One of the three ways in which every blocking call takes its timeout.
enum class Form { kPositional, kOptions, kStop };

template <class LockType, Form kForm>
class AcquireScene final : public Scene {
 public:
  Answer call(Timeout timeout) override {
    const bool got = [&] {
      if constexpr (kForm == Form::kPositional) {
        return held_.lock.acquire(true, timeout);
      } else if constexpr (kForm == Form::kOptions) {
        return held_.lock.acquire({.timeout = timeout});
      } else {
        return held_.lock.acquire(source_.get_token(), timeout);
      }
    }();
    if (got) held_.lock.release();
    return as_answer(got);
  }
  void end() override { held_.end(); }

 private:
  std::stop_source source_;
  Held<LockType> held_;
};

template <Form kForm>
class EventScene final : public Scene {
 public:
  Answer call(Timeout timeout) override {
    if constexpr (kForm == Form::kPositional) return as_answer(event_.wait(timeout));
    if constexpr (kForm == Form::kOptions) return as_answer(event_.wait({.timeout = timeout}));
    return as_answer(event_.wait(source_.get_token(), timeout));
  }
  void end() override { event_.set(); }

 private:
  std::stop_source source_;
  threading::Event event_;
};

template <Form kForm, bool kWithPredicate>
class ConditionScene final : public Scene {
 public:
  Answer call(Timeout timeout) override {
    const std::scoped_lock guard(condition_);
    const auto done = [this] { return done_; };
    if constexpr (kWithPredicate) {
      if constexpr (kForm == Form::kPositional) return as_answer(condition_.wait_for(done, timeout));
      if constexpr (kForm == Form::kOptions) return as_answer(condition_.wait_for(done, {.timeout = timeout}));
      return as_answer(condition_.wait_for(source_.get_token(), done, timeout));
    } else {
      if constexpr (kForm == Form::kPositional) return as_answer(condition_.wait(timeout));
      if constexpr (kForm == Form::kOptions) return as_answer(condition_.wait({.timeout = timeout}));
      return as_answer(condition_.wait(source_.get_token(), timeout));
    }
  }
  void end() override {
    const std::scoped_lock guard(condition_);
    done_ = true;
    condition_.notify_all();
  }

 private:
  std::stop_source source_;
  threading::Condition condition_;
  bool done_ = false;
};

// kOwn: the barrier's timeout, not the call's.
template <Form kForm, bool kOwn = false>
class BarrierScene final : public Scene {
 public:
  Answer call(Timeout timeout) override {
    try {
      if constexpr (kOwn) {
        own_ = std::make_unique<threading::Barrier>(2, threading::Barrier::Options{.timeout = timeout});
        current_.store(own_.get());
        static_cast<void>(own_->wait());
      } else {
        current_.store(&barrier_);
        if constexpr (kForm == Form::kPositional) static_cast<void>(barrier_.wait(timeout));
        if constexpr (kForm == Form::kOptions) static_cast<void>(barrier_.wait({.timeout = timeout}));
        if constexpr (kForm == Form::kStop) static_cast<void>(barrier_.wait(source_.get_token(), timeout));
      }
      return Answer::kReturned;
    } catch (const threading::BrokenBarrierError&) {
      return Answer::kBroken;
    }
  }
  void end() override {
    while (current_.load() == nullptr) ::sched_yield();
    static_cast<void>(current_.load()->wait());
  }

 private:
  std::stop_source source_;
  threading::Barrier barrier_{2};
  std::unique_ptr<threading::Barrier> own_;
  std::atomic<threading::Barrier*> current_{nullptr};
};

template <Form kForm>
class JoinScene final : public Scene {
 public:
  JoinScene() { thread_.start(); }
  ~JoinScene() override { over_.set(); }
  Answer call(Timeout timeout) override {
    if constexpr (kForm == Form::kPositional) thread_.join(timeout);
    if constexpr (kForm == Form::kOptions) thread_.join({.timeout = timeout});
    if constexpr (kForm == Form::kStop) thread_.join(source_.get_token(), timeout);
    return thread_.is_alive() ? Answer::kFalse : Answer::kTrue;
  }
  void end() override { over_.set(); }

 private:
  std::stop_source source_;
  threading::Event over_;
  threading::Thread thread_{[this] { over_.wait(); }};
};

template <class SceneType>
std::unique_ptr<Scene> make_scene() {
  return std::make_unique<SceneType>();
}

}  // namespace internal

inline const std::vector<TimedCall>& timed_calls() {
  using internal::AcquireScene;
  using internal::BarrierScene;
  using internal::ConditionScene;
  using internal::EventScene;
  using internal::Form;
  using internal::JoinScene;
  using internal::make_scene;
  using threading::BoundedSemaphore;
  using threading::Condition;
  using threading::Lock;
  using threading::RLock;
  using threading::Semaphore;
  constexpr auto kPositional = Form::kPositional;
  constexpr auto kOptions = Form::kOptions;
  constexpr auto kStop = Form::kStop;
  constexpr auto kFalse = Answer::kFalse;
  constexpr auto kTrue = Answer::kTrue;
  constexpr auto kError = Answer::kValueError;
  constexpr auto kBroken = Answer::kBroken;
  constexpr auto kReturned = Answer::kReturned;
  static const std::vector<TimedCall> all{
      {"LockAcquire", make_scene<AcquireScene<Lock, kPositional>>, kFalse, kError, kTrue},
      {"LockAcquireOptions", make_scene<AcquireScene<Lock, kOptions>>, kFalse, kError, kTrue},
      {"LockAcquireStop", make_scene<AcquireScene<Lock, kStop>>, kFalse, kError, kTrue},
      {"RLockAcquire", make_scene<AcquireScene<RLock, kPositional>>, kFalse, kError, kTrue},
      {"RLockAcquireOptions", make_scene<AcquireScene<RLock, kOptions>>, kFalse, kError, kTrue},
      {"RLockAcquireStop", make_scene<AcquireScene<RLock, kStop>>, kFalse, kError, kTrue},
      {"SemaphoreAcquire", make_scene<AcquireScene<Semaphore, kPositional>>, kFalse, kFalse, kTrue},
      {"SemaphoreAcquireOptions", make_scene<AcquireScene<Semaphore, kOptions>>, kFalse, kFalse, kTrue},
      {"SemaphoreAcquireStop", make_scene<AcquireScene<Semaphore, kStop>>, kFalse, kFalse, kTrue},
      {"BoundedSemaphoreAcquire", make_scene<AcquireScene<BoundedSemaphore, kPositional>>, kFalse, kFalse, kTrue},
      {"BoundedSemaphoreAcquireOptions", make_scene<AcquireScene<BoundedSemaphore, kOptions>>, kFalse, kFalse, kTrue},
      {"BoundedSemaphoreAcquireStop", make_scene<AcquireScene<BoundedSemaphore, kStop>>, kFalse, kFalse, kTrue},
      {"ConditionAcquire", make_scene<AcquireScene<Condition, kPositional>>, kFalse, kError, kTrue},
      {"ConditionAcquireOptions", make_scene<AcquireScene<Condition, kOptions>>, kFalse, kError, kTrue},
      {"ConditionWait", make_scene<ConditionScene<kPositional, false>>, kFalse, kFalse, kTrue},
      {"ConditionWaitOptions", make_scene<ConditionScene<kOptions, false>>, kFalse, kFalse, kTrue},
      {"ConditionWaitStop", make_scene<ConditionScene<kStop, false>>, kFalse, kFalse, kTrue},
      {"ConditionWaitFor", make_scene<ConditionScene<kPositional, true>>, kFalse, kFalse, kTrue},
      {"ConditionWaitForOptions", make_scene<ConditionScene<kOptions, true>>, kFalse, kFalse, kTrue},
      {"ConditionWaitForStop", make_scene<ConditionScene<kStop, true>>, kFalse, kFalse, kTrue},
      {"EventWait", make_scene<EventScene<kPositional>>, kFalse, kFalse, kTrue},
      {"EventWaitOptions", make_scene<EventScene<kOptions>>, kFalse, kFalse, kTrue},
      {"EventWaitStop", make_scene<EventScene<kStop>>, kFalse, kFalse, kTrue},
      {"BarrierWait", make_scene<BarrierScene<kPositional>>, kBroken, kBroken, kReturned},
      {"BarrierWaitOptions", make_scene<BarrierScene<kOptions>>, kBroken, kBroken, kReturned},
      {"BarrierWaitStop", make_scene<BarrierScene<kStop>>, kBroken, kBroken, kReturned},
      {"BarrierOwnTimeout", make_scene<BarrierScene<kPositional, true>>, kBroken, kBroken, kReturned},
      {"ThreadJoin", make_scene<JoinScene<kPositional>>, kFalse, kFalse, kTrue},
      {"ThreadJoinOptions", make_scene<JoinScene<kOptions>>, kFalse, kFalse, kTrue},
      {"ThreadJoinStop", make_scene<JoinScene<kStop>>, kFalse, kFalse, kTrue},
  };
  return all;
}

// The call's answer, ValueError among them.
inline Answer ask(Scene& scene, const std::function<Timeout()>& timeout) {
  try {
    return scene.call(timeout());
  } catch (const ValueError&) {
    return Answer::kValueError;
  }
}

}  // namespace skein::testing

#endif  // SKEIN_TESTS_THREADING_TIMED_CALLS_H_
