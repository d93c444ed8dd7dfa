#include "scripted/scheduler.h"

#include <cxxabi.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <initializer_list>
#include <limits>
#include <map>
#include <sstream>
#include <typeinfo>

#include "scripted/fiber.h"
#include "scripted/platform.h"

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

bool g_tracing = false;

namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kStartOfTime = 1'000'000'000'000;
constexpr std::int64_t kClockTick = 1'000;
constexpr std::int64_t kClockJump = 1'000'000'000'000'000;  // Eleven days.

std::string type_of(const std::exception& error) {
  int status = 0;
  char* const name = abi::__cxa_demangle(typeid(error).name(), nullptr, nullptr, &status);
  std::string text = name != nullptr ? name : typeid(error).name();
  std::free(name);
  return text;
}

}  // namespace

class Scheduler {
 public:
  static Scheduler& instance() {
    static auto* const scheduler = new Scheduler;  // Never taken down: abandoned stacks may refer to it.
    return *scheduler;
  }

  // Every schedule within `bounds`; stops at one that fails.
  Outcome search(const Bounds& bounds, const Scenario& scenario) {
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

  Outcome replay(const Bounds& bounds, std::string_view text, const Scenario& scenario) {
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

  // ---- what the code under test calls ----

  [[nodiscard]] bool in_thread() const noexcept { return running_ != nullptr; }
  [[nodiscard]] bool active() const noexcept { return phase_ != Phase::kIdle; }

  // A place where other threads may come in between. Afterwards it is the caller's turn to do what
  // it came for.
  void turn() noexcept {
    if (phase_ == Phase::kFirstSteps) {
      // Every thread runs up to its first step before the first choice.
      leave_for(nullptr);
    } else {
      decide(running_, How::kMayGoOn);
    }
    begin_step();
  }

  void look_alive(const void* word, const char* what) {
    if (dead_.empty() || !is_dead(word)) return;
    fail(std::string(what) + " on " + name_of(word) + ", which has been destroyed");
  }

  void yield() noexcept {
    Thread& me = *running_;
    if (phase_ == Phase::kFirstSteps) leave_for(nullptr);
    say("yields");
    const unsigned able = able_mask();
    // Who could have gone on all the time since the last yield and did not goes first.
    me.after |= me.able_since_yield & ~me.ran_since_yield & ~bit(me);
    me.able_since_yield = able;
    me.ran_since_yield = 0;
    me.yielded = true;
    decide(&me, How::kYields);
    me.yielded = false;
    begin_step();
  }

  bool sleep_on(const void* word, std::uint32_t expected, std::int64_t deadline, bool shared) noexcept {
    Thread& me = *running_;
    for (;;) {
      turn();
      look_alive(word, "futex_wait");
      std::uint32_t value = 0;
      std::memcpy(&value, word, sizeof value);
      if (value != expected) {
        if (g_tracing) {
          say("futex_wait " + name_of(word) + ": returns at once, " + hex(value) + " is not " + hex(expected));
        }
        return true;
      }
      if (deadline <= now_) {
        if (g_tracing) say("futex_wait " + name_of(word) + ": returns at once, too late");
        return false;
      }
      if (g_tracing) {
        say("futex_wait " + name_of(word) + ": sleeps on " + hex(expected) +
            (deadline != kNever ? " with a deadline" : ""));
      }
      me.state = State::kAsleep;
      me.word = word;
      me.shared = shared;
      me.deadline = deadline;
      me.since = ++sleeps_;
      decide(&me, How::kStops);
      switch (me.woken_by) {
        case WokenBy::kWaker:
        case WokenBy::kNothing:
          return true;
        case WokenBy::kClock:
          return false;
        case WokenBy::kSignal:
          say("the system call starts again");
          break;
      }
    }
  }

  void wake(const void* word, int count, bool shared) noexcept {
    turn();
    if (g_tracing) say("futex_wake " + name_of(word) + (count == 1 ? "" : ", several"));
    while (count > 0) {
      std::array<Thread*, kMostThreads> asleep{};
      int sleepers = 0;
      for (Thread& thread : threads()) {
        if (thread.state == State::kAsleep && thread.word == word && thread.shared == shared) {
          asleep[static_cast<std::size_t>(sleepers++)] = &thread;
        }
      }
      if (sleepers == 0) return;
      std::sort(asleep.begin(), asleep.begin() + sleepers,
                [](const Thread* a, const Thread* b) { return a->since < b->since; });
      Thread& first = *asleep[0];

      // The first sleeper gets it, unless it has just stopped sleeping for another reason without
      // having run yet.
      struct Way {
        Thread* thread;
        WokenBy by;
      };
      std::array<Way, kMostThreads + 3> ways{};
      int known = 0;
      const auto add = [&](Thread& thread, WokenBy by) { ways[static_cast<std::size_t>(known++)] = {&thread, by}; };
      add(first, WokenBy::kWaker);
      if (first.deadline != kNever) add(first, WokenBy::kClock);
      if (surprises_ < bounds_.surprises) {
        add(first, WokenBy::kSignal);
        add(first, WokenBy::kNothing);
      }
      if (bounds_.any_wake_order && sleepers > count) {
        for (int i = 1; i < sleepers; ++i) add(*asleep[static_cast<std::size_t>(i)], WokenBy::kWaker);
      }
      const Way& way = ways[static_cast<std::size_t>(choose(known))];
      end_sleep(*way.thread, way.by);
      if (way.by == WokenBy::kWaker) --count;
    }
  }

  std::int64_t clock() noexcept {
    now_ += kClockTick;
    if (in_thread() && phase_ == Phase::kRunning && surprised()) {
      say("the clock jumps");
      now_ += kClockJump;
    }
    return now_;
  }

  bool surprised() noexcept {
    if (surprises_ >= bounds_.surprises || choose(2) == 0) return false;
    ++surprises_;
    return true;
  }

  [[nodiscard]] int sleepers() noexcept {
    return static_cast<int>(std::count_if(threads().begin(), threads().end(),
                                          [](const Thread& thread) { return thread.state == State::kAsleep; }));
  }
  [[nodiscard]] int steps_of(int thread) const { return all_threads_.at(static_cast<std::size_t>(thread)).steps; }

  [[nodiscard]] std::uint32_t token() const noexcept {
    return running_ != nullptr ? static_cast<std::uint32_t>(running_->index) + 1 : kMostThreads + 1;
  }

  void born(const void* word, std::size_t size) noexcept {
    const auto begin = reinterpret_cast<std::uintptr_t>(word);
    std::erase_if(dead_, [&](const Range& range) { return range.begin < begin + size && begin < range.end; });
  }

  void died(void* word, std::size_t size) noexcept {
    const auto begin = reinterpret_cast<std::uintptr_t>(word);
    for (const Thread& thread : threads()) {
      const auto at = reinterpret_cast<std::uintptr_t>(thread.word);
      if (thread.state == State::kAsleep && at >= begin && at < begin + size) {
        fail(name_of(word) + " is destroyed while " + thread.name() + " sleeps on it");
      }
    }
    if (g_tracing) say("destroys " + name_of(word));
    dead_.push_back({begin, begin + size});
    auto* const bytes = static_cast<volatile unsigned char*>(word);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = 0xdd;
  }

  // In a thread: does not return. The execution is over.
  void fail(std::string text) noexcept {
    if (failure_.empty()) failure_ = text;
    std::string().swap(text);  // Freed now: this frame is not left any more.
    if (running_ != nullptr) {
      failure_ = running_->name() + ": " + failure_;
      say("fails");
      phase_ = Phase::kOver;
      leave_for(nullptr);
      std::abort();
    }
  }

  void did(const void* word, const char* what, std::uint64_t old_value, std::uint64_t new_value) {
    std::string text = std::string(what) + " " + name_of(word) + ": " + hex(old_value);
    if (new_value != old_value || std::strcmp(what, "load") != 0) text += " -> " + hex(new_value);
    say(text);
  }

  [[nodiscard]] std::string schedule() const {
    std::string text(64 + 24 * depth_, '\0');
    text.resize(write_schedule(text.data(), text.size()));
    return text;
  }

  // For a program that is about to die in the middle of an execution: says in which, without
  // allocating.
  static void say_where() noexcept {
    const Scheduler& scheduler = instance();
    if (!scheduler.active()) return;
    static char text[16'384];
    const int head = std::snprintf(text, sizeof text, "scripted: it was in the schedule ");
    const auto begin = static_cast<std::size_t>(head);
    std::size_t length = begin + scheduler.write_schedule(text + begin, sizeof text - begin - 1);
    text[length++] = '\n';
    static_cast<void>(::write(STDERR_FILENO, text, length));
  }

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

  // Who could run if chosen: those awake, and sleepers whose time could run out.
  unsigned able_mask() noexcept {
    unsigned mask = 0;
    for (const Thread& thread : threads()) {
      if (thread.state == State::kAble || (thread.state == State::kAsleep && thread.deadline != kNever)) {
        mask |= bit(thread);
      }
    }
    return mask;
  }

  void begin_step() noexcept {
    if (++steps_ > bounds_.steps) fail("no end after " + std::to_string(bounds_.steps) + " steps");
    ++running_->steps;
    const unsigned me = bit(*running_);
    const unsigned able = able_mask();
    for (Thread& thread : threads()) {
      thread.after &= ~me;
      thread.ran_since_yield |= me;
      thread.able_since_yield &= able;
      if (&thread != running_) thread.yielded = false;
    }
  }

  void end_sleep(Thread& thread, WokenBy by) noexcept {
    static constexpr const char* kReasons[] = {" wakes up", "'s time runs out", " is interrupted by a signal",
                                               " wakes up for no reason"};
    if (g_tracing) note("   " + thread.name() + kReasons[static_cast<int>(by)] + '\n');
    if (by == WokenBy::kClock) now_ = std::max(now_, thread.deadline);
    if (by == WokenBy::kSignal || by == WokenBy::kNothing) ++surprises_;
    thread.state = State::kAble;
    thread.woken_by = by;
  }

  // Picks who goes on from here, and goes there. Returns when it is `me`'s turn again; at once if
  // that is now.
  void decide(Thread* me, How how) noexcept {
    enum class What { kRun, kTimeOut, kWakeForNothing };
    struct Option {
      What what;
      Thread* thread;
    };
    std::array<Option, 3 * kMostThreads> options{};
    int known = 0;
    const auto add = [&](What what, Thread& thread) { options[static_cast<std::size_t>(known++)] = {what, &thread}; };

    const bool may_go_on = how == How::kMayGoOn;
    if (may_go_on) add(What::kRun, *me);
    if (!may_go_on || preemptions_ < bounds_.preemptions) {
      const unsigned able = able_mask();
      const auto kept_back = [&](const Thread& thread) { return (thread.after & able & ~bit(thread)) != 0; };
      const auto other = [&](const Thread& thread) { return &thread != me || how == How::kStops; };
      for (Thread& thread : threads()) {
        if (other(thread) && thread.state == State::kAble && !thread.yielded && !kept_back(thread)) {
          add(What::kRun, thread);
        }
      }
      for (Thread& thread : threads()) {
        if (other(thread) && thread.state == State::kAsleep && thread.deadline != kNever && !kept_back(thread)) {
          add(What::kTimeOut, thread);
        }
      }
      if (known == 0) {  // Then whoever waits for others' steps need not.
        for (Thread& thread : threads()) {
          if (other(thread) && thread.state == State::kAble) add(What::kRun, thread);
        }
        for (Thread& thread : threads()) {
          if (other(thread) && thread.state == State::kAsleep && thread.deadline != kNever) {
            add(What::kTimeOut, thread);
          }
        }
      }
      if (known == 0 && how == How::kYields) add(What::kRun, *me);
      if (known == 0) {
        if (std::all_of(threads().begin(), threads().end(),
                        [](const Thread& thread) { return thread.state == State::kEnded; })) {
          leave_for(nullptr);
        } else {
          report_deadlock();
        }
        return;
      }
      if (surprises_ < bounds_.surprises) {
        for (Thread& thread : threads()) {
          if (other(thread) && thread.state == State::kAsleep) add(What::kWakeForNothing, thread);
        }
      }
    }

    const Option& option = options[static_cast<std::size_t>(choose(known))];
    if (!failure_.empty()) return;
    Thread& next = *option.thread;
    if (option.what == What::kTimeOut) end_sleep(next, WokenBy::kClock);
    if (option.what == What::kWakeForNothing) end_sleep(next, WokenBy::kNothing);
    if (may_go_on && &next != me) {
      ++preemptions_;
      say("is preempted");
    }
    leave_for(&next);
  }

  void report_deadlock() noexcept {
    std::string text = "deadlock:";
    for (const Thread& thread : threads()) {
      text += ' ' + thread.name();
      text += thread.state == State::kEnded ? " has ended" : " sleeps on " + name_of(thread.word);
      text += &thread + 1 != threads().end() ? "," : "";
    }
    failure_ = text;
    std::string().swap(text);
    phase_ = Phase::kOver;
    leave_for(nullptr);
  }

  // From whoever runs to `next`; nullptr: to the scheduler's own stack. Returns when it is switched
  // back to.
  void leave_for(Thread* next) noexcept {
    Thread* const me = running_;
    if (next == me) return;
    running_ = next;
    Fiber& from = me != nullptr ? *me->fiber : home_;
    from.switch_to(next != nullptr ? *next->fiber : home_);
  }

  int choose(int count) noexcept {
    if (count == 1) return 0;
    if (depth_ == path_.size()) {
      const auto forced = forced_.find(depth_);
      path_.push_back({forced != forced_.end() ? std::min(forced->second, count - 1) : 0, count});
    } else if (path_[depth_].count != count) {
      fail("the scenario is not deterministic: " + std::to_string(count) + " ways to go on where there were " +
           std::to_string(path_[depth_].count));
      return 0;
    }
    return path_[depth_++].choice;
  }

  bool next_path() {
    path_.resize(depth_);
    while (!path_.empty() && path_.back().choice + 1 == path_.back().count) path_.pop_back();
    if (path_.empty()) return false;
    ++path_.back().choice;
    return true;
  }

  std::size_t write_schedule(char* text, std::size_t size) const noexcept {
    std::size_t length = 0;
    const auto add = [&](const char* format, auto first, auto second) {
      const int more = std::snprintf(text + length, size - length, format, first, second);
      length = std::min(length + static_cast<std::size_t>(more), size - 1);
    };
    add("p%d,s%d", bounds_.preemptions, bounds_.surprises);
    for (std::size_t i = 0; i < std::min(depth_, path_.size()); ++i) {
      if (path_[i].choice != 0) add(",%zu:%d", i, path_[i].choice);
    }
    return length;
  }

  // "p3,s0,12:1,20:2": at most 3 preemptions, no surprises, at the 12th choice the second way, at
  // all others the first.
  bool read_schedule(std::string_view text) {
    const char* at = text.data();
    const char* const end = at + text.size();
    const auto number = [&](auto& value) {
      const auto [stop, error] = std::from_chars(at, end, value);
      at = stop;
      return error == std::errc();
    };
    const auto literal = [&](std::string_view word) {
      if (!std::string_view(at, static_cast<std::size_t>(end - at)).starts_with(word)) return false;
      at += word.size();
      return true;
    };
    if (!literal("p") || !number(bounds_.preemptions) || !literal(",s") || !number(bounds_.surprises)) return false;
    while (at != end) {
      std::size_t position = 0;
      int choice = 0;
      if (!literal(",") || !number(position) || !literal(":") || !number(choice) || choice < 0) return false;
      forced_[position] = choice;
    }
    return true;
  }

  void run(const Scenario& scenario) {
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

  void at_end(const std::function<void()>& check) {
    try {
      check();
    } catch (const std::exception& error) {
      fail("at the end: throws " + type_of(error) + ": " + error.what());
    }
  }

  void reset(std::size_t index, const std::function<void()>& body) {
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

  // What runs on the stack of a thread: one body after the other, one for each execution.
  static void live(void* argument) {
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

  [[nodiscard]] bool is_dead(const void* word) const noexcept {
    const auto at = reinterpret_cast<std::uintptr_t>(word);
    return std::any_of(dead_.begin(), dead_.end(),
                       [&](const Range& range) { return at >= range.begin && at < range.end; });
  }

  // ---- the trace ----

  static std::string hex(std::uint64_t value) {
    std::ostringstream text;
    text << "0x" << std::hex << value;
    return text.str();
  }

  // Words are numbered as they come up: addresses differ from run to run.
  std::string name_of(const void* word) {
    if (!g_tracing) return "a word";
    return "word " + std::to_string(names_.try_emplace(word, names_.size() + 1).first->second);
  }

  void say(const std::string& text) {
    if (g_tracing) note((running_ != nullptr ? running_->name() : "-") + "  " + text + '\n');
  }
  void say(const char* text) {
    if (g_tracing) say(std::string(text));
  }
  void note(const std::string& line) {
    // Of an execution without end the beginning will do.
    if (trace_.size() < 40'000) trace_ += line;
  }

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

// ---- what the code under test calls ----

void before(const void* word, const char* what) noexcept {
  Scheduler& scheduler = Scheduler::instance();
  if (!scheduler.active()) return;
  const Unwatched unwatched;
  if (scheduler.in_thread()) scheduler.turn();
  scheduler.look_alive(word, what);
}

void did(const void* word, const char* what, std::uint64_t old_value, std::uint64_t new_value) noexcept {
  Scheduler& scheduler = Scheduler::instance();
  const Unwatched unwatched;
  if (scheduler.in_thread()) scheduler.did(word, what, old_value, new_value);
}

void born(const void* word, std::size_t size) noexcept {
  Scheduler& scheduler = Scheduler::instance();
  const Unwatched unwatched;
  if (scheduler.active()) scheduler.born(word, size);
}

void died(void* word, std::size_t size) noexcept {
  Scheduler& scheduler = Scheduler::instance();
  const Unwatched unwatched;
  if (scheduler.in_thread()) scheduler.died(word, size);
}

bool fails_spuriously() noexcept {
  Scheduler& scheduler = Scheduler::instance();
  const Unwatched unwatched;
  return scheduler.in_thread() && scheduler.surprised();
}

bool sleep_on(const void* word, std::uint32_t expected, std::int64_t deadline_ns, bool shared) noexcept {
  Scheduler& scheduler = Scheduler::instance();
  const Unwatched unwatched;
  if (!scheduler.in_thread()) {
    std::fputs("scripted: only threads of a scenario may sleep\n", stderr);
    std::abort();
  }
  return scheduler.sleep_on(word, expected, deadline_ns, shared);
}

void wake(const void* word, int count, bool shared) noexcept {
  Scheduler& scheduler = Scheduler::instance();
  const Unwatched unwatched;
  if (scheduler.in_thread()) scheduler.wake(word, count, shared);
}

void yield() noexcept {
  Scheduler& scheduler = Scheduler::instance();
  const Unwatched unwatched;
  if (scheduler.in_thread()) scheduler.yield();
}

std::int64_t clock_ns() noexcept {
  const Unwatched unwatched;
  return Scheduler::instance().clock();
}

std::uint32_t token() noexcept { return Scheduler::instance().token(); }

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
