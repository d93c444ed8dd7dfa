// Who gets which call.
#include <skein/core/internal/fault.h>
#include <skein/threading/internal/guard.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <utility>

#include "engine.h"

namespace skein::inline v0::multiprocessing::internal {

using skein::internal::monotonic_ns;

// The one with the least to do; of several, the first.
PoolMember* Engine::free_member(std::int64_t now) {
  PoolMember* best = nullptr;
  for (const Member& each : members_) {
    PoolMember& member = *each;
    if (member.finishing || (options_.max_tasks.has_value() && member.given >= *options_.max_tasks)) continue;
    if (member.in_flight() >= member.depth(now)) continue;
    if (best != nullptr && member.in_flight() >= best->in_flight()) continue;
    best = &member;
    if (member.in_flight() == 0) break;
  }
  return best;
}

void Engine::give(PoolMember& member, Job& job, std::int64_t now, Ends& ends) {
  try {
    member.publish(job, now);
  } catch (...) {  // No memory for its arguments: that is this call's failure.
    end(job, std::current_exception(), ends);
    return;
  }
  job.place_ = Job::Place::kInFlight;
  member.wake();
}

void Engine::dispatch(Ends& ends) {
  if (queue_.empty()) return;
  const std::int64_t now = monotonic_ns();
  while (!queue_.empty()) {
    PoolMember* const member = free_member(now);
    if (member == nullptr) return;
    Job& job = *queue_.pop_front();
    if (!job.begun_ && !job.begin()) {
      end(job, nullptr, ends);
      continue;
    }
    job.begun_ = true;
    give(*member, job, now, ends);
  }
}

// The same where somebody hears of it: in the engine's thread alone, and begin() outside of the lock.
bool Engine::dispatch_observed() {
  bool any = false;
  for (;;) {
    Job* job = nullptr;
    {
      const skein::internal::Guard guard(lock_);
      if (queue_.empty() || free_member(monotonic_ns()) == nullptr) return any;
      job = queue_.pop_front();
      job->place_ = Job::Place::kBeginning;
    }
    any = true;
    const bool wanted = job->begun_ || job->begin();
    Ends ends;
    {
      const skein::internal::Guard guard(lock_);
      job->begun_ = true;
      std::exception_ptr error = std::move(job->error_);
      if (error == nullptr && broken_) error = broken_error();
      PoolMember* const member = free_member(monotonic_ns());
      if (!wanted || error != nullptr) {
        end(*job, wanted ? error : nullptr, ends);
      } else if (member != nullptr) {
        give(*member, *job, monotonic_ns(), ends);
      } else {  // It was killed meanwhile.
        job->place_ = Job::Place::kQueued;
        queue_.push_front(*job);
      }
    }
    settle(ends);
  }
}

void Engine::take_all_back(PoolMember& member) {
  while (Job* const job = member.take_back()) {
    job->place_ = Job::Place::kQueued;
    queue_.push_front(*job);
  }
}

void Engine::rebalance(std::int64_t now, Ends& ends) {
  if (!queue_.empty() || members_.size() < 2) return;
  const auto is_idle = [this](const Member& member) {
    return !member->finishing && member->in_flight() == 0 && member->initialized() &&
           (!options_.max_tasks.has_value() || member->given < *options_.max_tasks);
  };
  if (std::ranges::none_of(members_, is_idle)) return;
  PoolMember* donor = nullptr;
  for (const Member& member : members_) {
    if (member->in_flight() < 2 || !member->is_slow(now)) continue;
    if (donor == nullptr || member->in_flight() > donor->in_flight()) donor = member.get();
  }
  if (donor == nullptr) return;
  for (std::size_t left = donor->in_flight() / 2; left > 0; --left) {
    Job* const job = donor->take_back();
    if (job == nullptr) break;
    job->place_ = Job::Place::kQueued;
    queue_.push_front(*job);
  }
  dispatch(ends);
}

bool Engine::stop_locked(Job& job, std::exception_ptr why, Ends& ends) {
  switch (job.place_) {
    case Job::Place::kNowhere:
      return false;
    case Job::Place::kQueued:
      queue_.remove(job);
      end(job, std::move(why), ends);
      return true;
    case Job::Place::kBeginning:
      job.error_ = std::move(why);
      return true;
    case Job::Place::kInFlight:
      break;
  }
  const auto found = std::ranges::find_if(members_, [&job](const Member& member) { return member->has(job); });
  if (found == members_.end()) return false;
  PoolMember& member = **found;
  // Nobody else's call may be in its hands when it dies.
  take_all_back(member);
  bool stopped = true;
  if (job.place_ == Job::Place::kQueued) {
    queue_.remove(job);
    end(job, std::move(why), ends);
  } else if (member.runs(job)) {
    SKEIN_FAULT("engine.stop");
    forget_deadline(job);
    job.error_ = std::move(why);
    member.finishing = true;
    member.signal(SIGKILL);
  } else {  // It has ended just now.
    stopped = false;
  }
  if (!observed_) dispatch(ends);  // What was taken back.
  return stopped;
}

}  // namespace skein::inline v0::multiprocessing::internal
