// The scheduler itself. Choices are made in scheduler.cc, executions in search.cc, schedules and traces in trace.cc.
#ifndef SKEIN_TESTS_SCRIPTED_SCHEDULER_IMPL_H_
#define SKEIN_TESTS_SCRIPTED_SCHEDULER_IMPL_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scripted/fiber.h"
#include "scripted/platform.h"
#include "scripted/scheduler.h"

namespace skein::scripted {

inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t kStartOfTime = 1'000'000'000'000;

class Scheduler {
 public:
  static Scheduler& instance() {
    static auto* const scheduler = new Scheduler;  // Never taken down: abandoned stacks may refer to it.
    return *scheduler;
  }

  // ---- what scenarios call (search.cc) ----

  // Every schedule within `bounds`; stops at one that fails.
  Outcome search(const Bounds& bounds, const Scenario& scenario);
  Outcome replay(const Bounds& bounds, std::string_view text, const Scenario& scenario);

  // ---- what the code under test calls (scheduler.cc) ----

  [[nodiscard]] bool in_thread() const noexcept { return running_ != nullptr; }
  [[nodiscard]] bool active() const noexcept { return phase_ != Phase::kIdle; }

  // A place where other threads may come in between. Afterwards it is the caller's turn to do what
  // it came for.
  void turn() noexcept;
  void look_alive(const void* word, const char* what);
  void yield() noexcept;
  bool sleep_on(const void* word, std::uint32_t expected, std::int64_t deadline, bool shared) noexcept;
  void wake(const void* word, int count, bool shared) noexcept;
  std::int64_t clock() noexcept;
  bool surprised() noexcept;
  [[nodiscard]] int sleepers() noexcept;
  [[nodiscard]] int steps_of(int thread) const { return all_threads_.at(static_cast<std::size_t>(thread)).steps; }
  [[nodiscard]] std::uint32_t token() const noexcept {
    return running_ != nullptr ? static_cast<std::uint32_t>(running_->index) + 1 : kMostThreads + 1;
  }
  void born(const void* word, std::size_t size) noexcept;
  void died(void* word, std::size_t size) noexcept;
  // In a thread: does not return. The execution is over.
  void fail(std::string text) noexcept;

  // ---- what is printed (trace.cc) ----

  void did(const void* word, const char* what, std::uint64_t old_value, std::uint64_t new_value);
  [[nodiscard]] std::string schedule() const;
  // For a program that is about to die in the middle of an execution: says in which, without
  // allocating.
  static void say_where() noexcept;

 private:
  enum class Phase { kIdle, kSetUp, kFirstSteps, kRunning, kAtEnd, kOver };
  enum class State { kAble, kAsleep, kEnded };
  enum class WokenBy { kWaker, kClock, kSignal, kNothing };
  enum class How { kMayGoOn, kYields, kStops };

  struct Thread {
    int index = 0;
    std::unique_ptr<Fiber> fiber;
    const std::function<void()>* body = nullptr;
    State state = State::kEnded;
    int steps = 0;
    // While asleep.
    const void* word = nullptr;
    bool shared = false;
    std::int64_t deadline = kNever;
    std::uint64_t since = 0;
    WokenBy woken_by = WokenBy::kWaker;
    // Fairness towards threads that yield, see yield(). Sets of threads, one bit each.
    bool yielded = false;
    unsigned able_since_yield = 0;
    unsigned ran_since_yield = 0;
    unsigned after = 0;  // Does not run while one of these could.

    [[nodiscard]] std::string name() const { return std::string(1, static_cast<char>('A' + index)); }
  };
  struct Decision {
    int choice;
    int count;
  };
  struct Range {
    std::uintptr_t begin;
    std::uintptr_t end;
  };
  struct Threads {
    Thread* first;
    Thread* last;
    [[nodiscard]] Thread* begin() const noexcept { return first; }
    [[nodiscard]] Thread* end() const noexcept { return last; }
  };

  Threads threads() noexcept { return {all_threads_.data(), all_threads_.data() + thread_count_}; }
  static unsigned bit(const Thread& thread) noexcept { return 1U << static_cast<unsigned>(thread.index); }

  // ---- choices (scheduler.cc) ----

  // Who could run if chosen: those awake, and sleepers whose time could run out.
  unsigned able_mask() noexcept;
  void begin_step() noexcept;
  void end_sleep(Thread& thread, WokenBy by) noexcept;
  // Picks who goes on from here, and goes there. Returns when it is `me`'s turn again; at once if
  // that is now.
  void decide(Thread* me, How how) noexcept;
  void report_deadlock() noexcept;
  // From whoever runs to `next`; nullptr: to the scheduler's own stack. Returns when it is switched
  // back to.
  void leave_for(Thread* next) noexcept;
  int choose(int count) noexcept;
  [[nodiscard]] bool is_dead(const void* word) const noexcept;

  // ---- executions (search.cc) ----

  bool next_path();
  void run(const Scenario& scenario);
  void at_end(const std::function<void()>& check);
  void reset(std::size_t index, const std::function<void()>& body);
  // What runs on the stack of a thread: one body after the other, one for each execution.
  static void live(void* argument);

  // ---- the schedule and the trace (trace.cc) ----

  std::size_t write_schedule(char* text, std::size_t size) const noexcept;
  // "p3,s0,12:1,20:2": at most 3 preemptions, no surprises, at the 12th choice the second way, at
  // all others the first.
  bool read_schedule(std::string_view text);
  static std::string hex(std::uint64_t value);
  // Words are numbered as they come up: addresses differ from run to run.
  std::string name_of(const void* word);
  void say(const std::string& text) {
    if (g_tracing) note((running_ != nullptr ? running_->name() : "-") + "  " + text + '\n');
  }
  void say(const char* text) {
    if (g_tracing) say(std::string(text));
  }
  void note(const std::string& line);

  Fiber home_;
  std::array<Thread, kMostThreads> all_threads_;
  std::size_t thread_count_ = 0;
  Thread* running_ = nullptr;
  Phase phase_ = Phase::kIdle;
  char start_ = 0;
  char end_ = 0;

  Bounds bounds_;
  std::vector<Decision> path_;
  std::map<std::size_t, int> forced_;
  std::size_t depth_ = 0;
  int steps_ = 0;
  std::uint64_t sleeps_ = 0;
  int preemptions_ = 0;
  int surprises_ = 0;
  std::int64_t now_ = kStartOfTime;
  std::vector<Range> dead_;
  std::string failure_;

  std::string trace_;
  std::map<const void*, std::size_t> names_;
};

}  // namespace skein::scripted

#endif  // SKEIN_TESTS_SCRIPTED_SCHEDULER_IMPL_H_
