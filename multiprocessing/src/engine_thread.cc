// The engine's thread: the arbiter between the parent and its workers.
#include <skein/core/errors.h>
#include <skein/core/internal/describe.h>
#include <skein/core/internal/fault.h>
#include <skein/core/spin.h>
#include <skein/pickle.h>
#include <skein/threading/internal/guard.h>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <ctime>
#include <exception>
#include <utility>

#include "engine.h"

namespace skein::inline v0::multiprocessing::internal {

using skein::internal::Guard;
using skein::internal::monotonic_ns;

namespace {

// Outcomes that are read at a time.
constexpr std::size_t kBatch = 32;
// While it has no time to sleep it looks for deaths this seldom.
constexpr std::uint32_t kLookEvery = 1024;
// So many workers in a row that end before they have done anything, each started after the end of the one before, and
// the engine gives up.
constexpr std::uint32_t kFailedStarts = 3;
constexpr std::int64_t kMillisecond = 1'000'000;
// How long the exit code of a dead worker is waited for: the fork server tells it.
constexpr std::chrono::seconds kExitCodeGrace(2);

// Which engine the calling thread belongs to.
constinit thread_local const Engine* t_engine = nullptr;

// Gives the job its end.
void deliver(Job& job, Outcome outcome, std::span<const std::byte> payload) noexcept {
  try {
    switch (outcome) {
      case kReturned: {
        PayloadReader result(payload);
        job.succeeded(result);
        return;
      }
      case kThrew:
        job.failed(pickle::loads<std::exception_ptr>(payload));
        return;
      case kCannotSay:
        break;
    }
    throw RuntimeError("the worker had no memory to say what became of the call");
  } catch (...) {
    job.failed(std::current_exception());
  }
}

}  // namespace

bool Engine::in_engine_thread() const noexcept { return t_engine == this; }

void Engine::run() {
  t_engine = this;
  for (bool goes_on = true; goes_on;) {
    try {
      goes_on = turn();
    } catch (...) {  // No memory. Nothing is lost by that; whoever has some may give it back meanwhile.
      deaths_ = true;
      ::usleep(1000);
    }
  }
  seen_.clear();
  t_engine = nullptr;
  over_.set();
}

bool Engine::turn() {
  const std::uint32_t rings = rings_.load();
  look_at_members();
  bool busy = collect();
  if (observed_) busy = dispatch_observed() || busy;
  busy = check_times() || busy;
  if (std::exchange(deaths_, false) || ++rounds_ % kLookEvery == 0) busy = bury_the_dead() || busy;
  busy = replace() || busy;
  if (busy) return true;
  if (try_to_end()) return false;
  skein::internal::Spin spin(history_, Deadline());
  bool came = false;
  do {
    came = rings_.load() != rings || std::ranges::any_of(seen_, [](const Member& each) { return each->done(1) != 0; });
  } while (!came && spin.step());
  if (came) {
    spin.paid_off();
  } else {
    sleep(rings);
  }
  return true;
}

void Engine::look_at_members() {
  {
    const Guard guard(lock_);
    if (seen_ != members_) seen_ = members_;
  }
  for (const Member& member : seen_) {
    if (member->counted || !member->initialized()) continue;
    member->counted = true;
    const Guard guard(lock_);
    failed_starts_ = 0;
  }
}

// ---- outcomes ----

bool Engine::collect() {
  bool any = false;
  for (const Member& member : seen_) any = collect_from(member) || any;
  if (any) return true;
  Ends ends;
  {
    const Guard guard(lock_);
    rebalance(monotonic_ns(), ends);
  }
  settle(ends);
  return false;
}

bool Engine::collect_from(const Member& member) {
  const std::size_t count = member->done(kBatch);
  if (count == 0) return false;
  std::array<Job*, kBatch> jobs{};
  {
    const Guard guard(lock_);
    for (std::size_t i = 0; i < count; ++i) {
      jobs[i] = &member->job(i);
      forget_deadline(*jobs[i]);
      jobs[i]->error_ = nullptr;  // It was to be stopped: too late.
      jobs[i]->place_ = Job::Place::kNowhere;
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    try {
      const auto [outcome, payload] = member->outcome(i);
      deliver(*jobs[i], outcome, payload);
    } catch (...) {  // It cannot be read: no memory, or no such place.
      jobs[i]->failed(std::current_exception());
    }
  }
  Ends ends;
  {
    const Guard guard(lock_);
    member->consume(count, monotonic_ns());
    done_ += count;
    failed_starts_ = 0;
    if (options_.max_tasks.has_value() && member->given >= *options_.max_tasks && member->in_flight() == 0 &&
        !member->finishing) {
      member->order_to_finish();
    }
    if (!observed_) dispatch(ends);
  }
  for (std::size_t i = 0; i < count; ++i) jobs[i]->let_go();
  settle(ends);
  return true;
}

// ---- times ----

bool Engine::check_times() {
  Ends ends;
  bool any = false;
  {
    const Guard guard(lock_);
    if (deadlines_.empty() && !kill_at_.has_value()) return false;
    const std::int64_t now = monotonic_ns();
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
      Job& job = *deadlines_.begin()->second;
      deadlines_.erase(deadlines_.begin());
      stop_locked(job, std::make_exception_ptr(skein::TimeoutError("the call did not end in time")), ends);
      any = true;
    }
    if (kill_at_.has_value() && *kill_at_ <= now) {
      for (const Member& member : members_) member->signal(SIGKILL);
      kill_at_.reset();
    }
  }
  settle(ends);
  return any;
}

Deadline Engine::next_time() {
  std::int64_t next = Deadline().ns();
  if (!deadlines_.empty()) next = std::min(next, deadlines_.begin()->first);
  if (kill_at_.has_value()) next = std::min(next, *kill_at_);
  if (needs_worker()) next = std::min(next, start_again_at_);
  if (members_.size() > 1) {
    // What waits behind a call that turns out to be long is to be given to somebody who is idle.
    const auto idle = [](const Member& member) { return !member->finishing && member->in_flight() == 0; };
    const auto laden = [](const Member& member) { return member->in_flight() > 1; };
    if (std::ranges::any_of(members_, idle) && std::ranges::any_of(members_, laden)) {
      next = std::min(next, monotonic_ns() + kMillisecond);
    }
  }
  return Deadline::at(next);
}

// ---- deaths ----

bool Engine::bury_the_dead() {
  std::vector<pollfd> watched;
  watched.reserve(seen_.size());
  for (const Member& member : seen_) watched.push_back({member->process().sentinel(), POLLIN, 0});
  if (watched.empty() || ::poll(watched.data(), watched.size(), 0) <= 0) return false;
  const std::vector<Member> seen = seen_;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (watched[i].revents != 0) bury(seen[i]);
  }
  return true;
}

void Engine::bury(const Member& member) {
  // What it had done counts.
  while (collect_from(member)) {
  }
  member->process().join(kExitCodeGrace);
  const int exit_code = member->process().exitcode().value_or(kUnknownExitCode);
  SKEIN_FAULT("engine.bury");
  std::string cause = member->name() + " (pid " + std::to_string(member->pid()) + ") " + WorkerLost::how(exit_code);
  if (const std::string failure = member->start_failure(); !failure.empty()) cause += ": " + failure;
  Ends ends;
  {
    const Guard guard(lock_);
    Job* const victim = member->victim();
    take_all_back(*member);
    std::erase(members_, member);
    bool breaks = false;
    if (victim != nullptr) {
      breaks = victim->error_ == nullptr &&
               victim->on_worker_lost.value_or(options_.on_worker_lost) == OnWorkerLost::kBreakPool;
    } else if (!member->finishing) {
      breaks = options_.on_worker_lost == OnWorkerLost::kBreakPool;
      // One that never got to work is not replaced for ever.
      if (!member->initialized()) {
        // Several that started together and end together are one failure.
        if (member->started_ns() >= failed_start_at_) {
          ++failed_starts_;
          failed_start_at_ = monotonic_ns();
        }
        if (failed_starts_ >= kFailedStarts) {
          breaks = true;
          cause += ", the third in a row that ended at its start";
        }
        start_again_at_ = monotonic_ns() + (std::int64_t{10} << failed_starts_) * kMillisecond;
      }
    }
    if (breaks && !broken_) give_up(std::move(cause), SIGTERM, ends);
    if (victim != nullptr) lose(*victim, *member, exit_code, ends);
    if (broken_) fail_all(ends);
    if (!observed_) dispatch(ends);
  }
  std::erase(seen_, member);
  settle(ends);
  if (observed_) options_.observer->worker_down(member->name());
}

void Engine::lose(Job& job, const PoolMember& member, int exit_code, Ends& ends) noexcept {
  std::exception_ptr error = std::move(job.error_);
  if (error != nullptr) {  // It was stopped.
  } else if (broken_) {
    error = broken_error();
  } else if (job.on_worker_lost.value_or(options_.on_worker_lost) == OnWorkerLost::kRunAgain &&
             job.lost_++ < options_.retries) {
    job.place_ = Job::Place::kQueued;
    queue_.push_front(job);
    return;
  } else {
    error = std::make_exception_ptr(WorkerLost(member.pid(), exit_code));
  }
  end(job, std::move(error), ends);
}

bool Engine::replace() {
  bool any = false;
  for (;;) {
    {
      const Guard guard(lock_);
      if (!needs_worker() || start_again_at_ > monotonic_ns()) return any;
    }
    const Guard guard(start_lock_);
    {
      const Guard inner(lock_);
      if (!needs_worker()) return any;
    }
    Ends ends;
    try {
      start_worker();
      any = true;
      const Guard inner(lock_);
      if (!observed_) dispatch(ends);
    } catch (...) {
      const Guard inner(lock_);
      if (members_.empty()) {
        give_up("a worker could not be started: " + skein::internal::describe(std::current_exception()), SIGTERM, ends);
      } else {
        start_again_at_ = monotonic_ns() + 100 * kMillisecond;
      }
    }
    settle(ends);
  }
}

// ---- the end, and sleep ----

bool Engine::try_to_end() {
  const Guard guard(lock_);
  if (!closed_ || !queue_.empty() || starting_) return false;
  for (const Member& member : members_) {
    if (member->in_flight() != 0) return false;
  }
  for (const Member& member : members_) {
    if (!member->finishing) member->order_to_finish();
  }
  ended_ = members_.empty();
  return ended_;
}

void Engine::sleep(std::uint32_t rings) {
  std::vector<pollfd> watched;
  Deadline until;
  asleep_.store(true);
  bool stay = rings_.load() == rings;
  {
    const Guard guard(lock_);
    watched.reserve(members_.size() + 1);
    watched.push_back({bell_.number(), POLLIN, 0});
    for (const Member& member : members_) {
      member->set_parent_sleeps(true);
      watched.push_back({member->process().sentinel(), POLLIN, 0});
    }
    until = next_time();
  }
  SKEIN_FAULT("engine.sleeps");
  for (const Member& member : seen_) stay = stay && member->done(1) == 0;
  if (stay) {
    timespec left{};
    if (!until.never()) {
      const std::int64_t ns = std::max<std::int64_t>(0, until.ns() - monotonic_ns());
      left = {.tv_sec = static_cast<time_t>(ns / 1'000'000'000), .tv_nsec = static_cast<long>(ns % 1'000'000'000)};
    }
    static_cast<void>(::ppoll(watched.data(), watched.size(), until.never() ? nullptr : &left, nullptr));
  }
  asleep_.store(false);
  for (std::size_t i = 1; i < watched.size(); ++i) deaths_ = deaths_ || watched[i].revents != 0;
  if (watched[0].revents != 0) {
    eventfd_t count = 0;
    static_cast<void>(::eventfd_read(bell_.number(), &count));
  }
  for (const Member& member : seen_) member->set_parent_sleeps(false);
}

}  // namespace skein::inline v0::multiprocessing::internal
