// One execution after the other, until every schedule has been tried or one has failed.
#include <cxxabi.h>
#include <signal.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <initializer_list>
#include <memory>
#include <source_location>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include "scripted/fiber.h"
#include "scripted/platform.h"
#include "scripted/scheduler.h"
#include "scripted/scheduler_impl.h"
#include "scripted/unwatched.h"

#ifdef SKEIN_SCRIPTED_SANITIZER
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define SKEIN_SCRIPTED_POISON 1
#endif
#endif

namespace skein::scripted {

namespace {

std::string type_of(const std::exception& error) {
  int status = 0;
  char* const name = abi::__cxa_demangle(typeid(error).name(), nullptr, nullptr, &status);
  std::string text = name != nullptr ? name : typeid(error).name();
  std::free(name);
  return text;
}

}  // namespace

// ---- executions ----

Outcome Scheduler::search(const Bounds& bounds, const Scenario& scenario) {
  Outcome outcome;
  path_.clear();
  forced_.clear();
  bounds_ = bounds;
  do {
    run(scenario);
    ++outcome.executions;
    outcome.longest = std::max(outcome.longest, depth_);
    if (!failure_.empty()) {
      outcome.failure = failure_;
      outcome.schedule = schedule();
      break;
    }
  } while (next_path());
  return outcome;
}

Outcome Scheduler::replay(const Bounds& bounds, std::string_view text, const Scenario& scenario) {
  Outcome outcome;
  path_.clear();
  forced_.clear();
  bounds_ = bounds;
  if (!read_schedule(text)) {
    outcome.failure = "not a schedule: " + std::string(text);
    return outcome;
  }
  trace_.clear();
  names_.clear();
  g_tracing = true;
  run(scenario);
  g_tracing = false;
  outcome.executions = 1;
  outcome.longest = depth_;
  outcome.failure = failure_;
  outcome.schedule = schedule();
  outcome.trace = trace_;
  return outcome;
}

bool Scheduler::next_path() {
  path_.resize(depth_);
  while (!path_.empty() && path_.back().choice + 1 == path_.back().count) path_.pop_back();
  if (path_.empty()) return false;
  ++path_.back().choice;
  return true;
}

void Scheduler::run(const Scenario& scenario) {
  depth_ = 0;
  steps_ = 0;
  sleeps_ = 0;
  preemptions_ = 0;
  surprises_ = 0;
  now_ = kStartOfTime;
  failure_.clear();
  dead_.clear();
  {
    auto whole = std::make_unique<Execution>();
    Execution& execution = *whole;
    phase_ = Phase::kSetUp;
    scenario(execution);
    if (execution.threads_.empty() || execution.threads_.size() > kMostThreads) {
      std::fprintf(stderr, "scripted: a scenario has 1 to %d threads\n", kMostThreads);
      std::abort();
    }
    thread_count_ = execution.threads_.size();
    for (std::size_t i = 0; i < thread_count_; ++i) reset(i, execution.threads_[i]);
    pass(&start_);

    phase_ = Phase::kFirstSteps;
    for (Thread& thread : threads()) {
      leave_for(&thread);
      if (!failure_.empty()) break;
    }
    if (failure_.empty()) {
      phase_ = Phase::kRunning;
      decide(nullptr, How::kStops);
    }
    if (failure_.empty()) {
      receive(&end_);
      phase_ = Phase::kAtEnd;
      if (execution.at_end_) at_end(execution.at_end_);
    }
    if (!failure_.empty()) {
      for (Thread& thread : threads()) {
        if (thread.state != State::kEnded) Fiber::abandon(std::move(thread.fiber));
      }
      // What it made is left as it is: destructors might wait for threads that never come.
      static auto* const abandoned = new std::vector<std::unique_ptr<Execution>>;
      abandoned->push_back(std::move(whole));
    }
    phase_ = Phase::kIdle;
  }
}

void Scheduler::at_end(const std::function<void()>& check) {
  try {
    check();
  } catch (const std::exception& error) {
    fail("at the end: throws " + type_of(error) + ": " + error.what());
  }
}

void Scheduler::reset(std::size_t index, const std::function<void()>& body) {
  Thread& thread = all_threads_[index];
  std::unique_ptr<Fiber> fiber = std::move(thread.fiber);
  thread = Thread{};
  thread.index = static_cast<int>(index);
  thread.body = &body;
  thread.state = State::kAble;
  // As if every thread had just run: the first yield keeps nobody back.
  thread.ran_since_yield = ~0U;
  if (fiber == nullptr) fiber = std::make_unique<Fiber>(&Scheduler::live, &thread);
  thread.fiber = std::move(fiber);
}

void Scheduler::live(void* argument) {
  auto& me = *static_cast<Thread*>(argument);
  Scheduler& scheduler = instance();
  for (;;) {
    receive(&scheduler.start_);
    try {
      (*me.body)();
    } catch (const std::exception& error) {
      const Unwatched unwatched;
      scheduler.fail("throws " + type_of(error) + ": " + error.what());
    } catch (...) {
      const Unwatched unwatched;
      scheduler.fail("throws");
    }
    pass(&scheduler.end_);
    const Unwatched unwatched;
    scheduler.say("ends");
    me.state = State::kEnded;
    if (scheduler.phase_ == Phase::kFirstSteps) {
      scheduler.leave_for(nullptr);
    } else {
      scheduler.decide(&me, How::kStops);
    }
  }
}

// ---- what scenarios call ----

namespace {

// Whatever ends the program in the middle of an execution is preceded or followed by the schedule.
bool prepare_for_crashes() {
#ifdef SKEIN_SCRIPTED_SANITIZER
  __sanitizer_set_death_callback(&Scheduler::say_where);
  const std::initializer_list<int> signals = {SIGABRT};
#else
  const std::initializer_list<int> signals = {SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE};
  // A stack of its own: that of a thread may be what has run out.
  static char stack[64 * 1024];
  stack_t alternative{};
  alternative.ss_sp = stack;
  alternative.ss_size = sizeof stack;
  ::sigaltstack(&alternative, nullptr);
#endif
  for (const int signal : signals) {
    struct sigaction action{};
    action.sa_handler = [](int number) {
      Scheduler::say_where();
      ::raise(number);
    };
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER) | SA_ONSTACK;
    ::sigaction(signal, &action, nullptr);
  }
  return true;
}

}  // namespace

void check(bool holds, std::string_view what, std::source_location where) {
  if (holds) return;
  const Unwatched unwatched;
  std::string_view file = where.file_name();
  file.remove_prefix(file.rfind('/') + 1);
  Scheduler::instance().fail(std::string(file) + ':' + std::to_string(where.line()) + ": " + std::string(what));
}

int sleepers() {
  const Unwatched unwatched;
  return Scheduler::instance().sleepers();
}

int steps_of(int thread) {
  const Unwatched unwatched;
  return Scheduler::instance().steps_of(thread);
}

Outcome explore(const Bounds& bounds, const Scenario& scenario) {
  Scheduler& scheduler = Scheduler::instance();
  [[maybe_unused]] static const bool prepared = prepare_for_crashes();
  Outcome outcome = scheduler.search(bounds, scenario);
  if (outcome.failure.empty()) return outcome;

  // A simpler one, if there is one: fewer surprises first, then fewer preemptions.
  const auto simplify = [&] {
    for (int surprises = 0; surprises <= bounds.surprises; ++surprises) {
      for (int preemptions = 0; preemptions <= std::min(bounds.preemptions, 4); ++preemptions) {
        if (surprises == bounds.surprises && preemptions == bounds.preemptions) return;
        Bounds smaller = bounds;
        smaller.surprises = surprises;
        smaller.preemptions = preemptions;
        const Outcome simpler = scheduler.search(smaller, scenario);
        outcome.executions += simpler.executions;
        if (!simpler.failure.empty()) {
          outcome.failure = simpler.failure;
          outcome.schedule = simpler.schedule;
          return;
        }
      }
    }
  };
  simplify();
  const Outcome again = scheduler.replay(bounds, outcome.schedule, scenario);
  outcome.trace = again.trace;
  if (again.failure.empty()) {
    outcome.failure += " (but not when the schedule was run again: the scenario is not deterministic)";
  } else {
    outcome.failure = again.failure;  // With the names of the words.
  }
  return outcome;
}

Outcome replay(const Bounds& bounds, std::string_view schedule, const Scenario& scenario) {
  return Scheduler::instance().replay(bounds, schedule, scenario);
}

#ifdef SKEIN_SCRIPTED_POISON
void poison(void* begin, std::size_t size) noexcept { __asan_poison_memory_region(begin, size); }
void unpoison(void* begin, std::size_t size) noexcept { __asan_unpoison_memory_region(begin, size); }
#else
void poison(void*, std::size_t) noexcept {}
void unpoison(void*, std::size_t) noexcept {}
#endif

}  // namespace skein::scripted
