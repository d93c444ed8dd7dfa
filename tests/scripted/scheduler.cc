// Who takes the next step, and what else could happen before it: all choices of an execution are made here.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "scripted/fiber.h"
#include "scripted/platform.h"
#include "scripted/scheduler_impl.h"
#include "scripted/unwatched.h"

namespace skein::scripted {

bool g_tracing = false;

namespace {

constexpr std::int64_t kClockTick = 1'000;
constexpr std::int64_t kClockJump = 1'000'000'000'000'000;  // Eleven days.

}  // namespace

// ---- steps, sleeps and wake-ups ----

void Scheduler::turn() noexcept {
  if (phase_ == Phase::kFirstSteps) {
    // Every thread runs up to its first step before the first choice.
    leave_for(nullptr);
  } else {
    decide(running_, How::kMayGoOn);
  }
  begin_step();
}

void Scheduler::look_alive(const void* word, const char* what) {
  if (dead_.empty() || !is_dead(word)) return;
  fail(std::string(what) + " on " + name_of(word) + ", which has been destroyed");
}

void Scheduler::yield() noexcept {
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

bool Scheduler::sleep_on(const void* word, std::uint32_t expected, std::int64_t deadline, bool shared) noexcept {
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

void Scheduler::wake(const void* word, int count, bool shared) noexcept {
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

std::int64_t Scheduler::clock() noexcept {
  now_ += kClockTick;
  if (in_thread() && phase_ == Phase::kRunning && surprised()) {
    say("the clock jumps");
    now_ += kClockJump;
  }
  return now_;
}

bool Scheduler::surprised() noexcept {
  if (surprises_ >= bounds_.surprises || choose(2) == 0) return false;
  ++surprises_;
  return true;
}

int Scheduler::sleepers() noexcept {
  return static_cast<int>(std::count_if(threads().begin(), threads().end(),
                                        [](const Thread& thread) { return thread.state == State::kAsleep; }));
}

void Scheduler::born(const void* word, std::size_t size) noexcept {
  const auto begin = reinterpret_cast<std::uintptr_t>(word);
  std::erase_if(dead_, [&](const Range& range) { return range.begin < begin + size && begin < range.end; });
}

void Scheduler::died(void* word, std::size_t size) noexcept {
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

void Scheduler::fail(std::string text) noexcept {
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

// ---- choices ----

unsigned Scheduler::able_mask() noexcept {
  unsigned mask = 0;
  for (const Thread& thread : threads()) {
    if (thread.state == State::kAble || (thread.state == State::kAsleep && thread.deadline != kNever)) {
      mask |= bit(thread);
    }
  }
  return mask;
}

void Scheduler::begin_step() noexcept {
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

void Scheduler::end_sleep(Thread& thread, WokenBy by) noexcept {
  static constexpr const char* kReasons[] = {" wakes up", "'s time runs out", " is interrupted by a signal",
                                             " wakes up for no reason"};
  if (g_tracing) note("   " + thread.name() + kReasons[static_cast<int>(by)] + '\n');
  if (by == WokenBy::kClock) now_ = std::max(now_, thread.deadline);
  if (by == WokenBy::kSignal || by == WokenBy::kNothing) ++surprises_;
  thread.state = State::kAble;
  thread.woken_by = by;
}

void Scheduler::decide(Thread* me, How how) noexcept {
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

void Scheduler::report_deadlock() noexcept {
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

void Scheduler::leave_for(Thread* next) noexcept {
  Thread* const me = running_;
  if (next == me) return;
  running_ = next;
  Fiber& from = me != nullptr ? *me->fiber : home_;
  from.switch_to(next != nullptr ? *next->fiber : home_);
}

int Scheduler::choose(int count) noexcept {
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

bool Scheduler::is_dead(const void* word) const noexcept {
  const auto at = reinterpret_cast<std::uintptr_t>(word);
  return std::any_of(dead_.begin(), dead_.end(),
                     [&](const Range& range) { return at >= range.begin && at < range.end; });
}

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

}  // namespace skein::scripted
