// Which task a worker of the pool takes next.
#include <skein/threading/internal/guard.h>

#include "thread_pool.h"

namespace skein::inline v0::internal {

bool ThreadPool::anything() const noexcept {
  if (outside_waits()) return true;
  if (!submits_inside_.load()) return false;
  const std::uint32_t workers = worker_count_.load();
  for (std::uint32_t i = 0; i < workers; ++i) {
    if (workers_[i]->first_stamp.load() != kEmpty) return true;
  }
  return false;
}

FutureCore* ThreadPool::take(Worker& me) {
  for (;;) {
    Worker* best = nullptr;
    std::uint64_t oldest = kEmpty;
    if (submits_inside_.load()) {
      // Of tasks of the same age, its own, for the sake of the caches; but now and then another's, or those of a worker
      // that is busy for long would wait for ever while this one's follow one another.
      constexpr std::uint32_t kOthersEvery = 64;
      Worker* const last = ++me.takes % kOthersEvery != 0 ? nullptr : &me;
      const auto look = [&](Worker& worker) {
        const std::uint64_t stamp = worker.first_stamp.load();
        if (stamp < oldest) {
          oldest = stamp;
          best = &worker;
        }
      };
      if (last == nullptr) look(me);
      const std::uint32_t workers = worker_count_.load();
      for (std::uint32_t i = 0; i < workers; ++i) {
        if (workers_[i].get() != last) look(*workers_[i]);
      }
      if (last != nullptr) look(me);
    }
    // An inside task goes first when all outside ones that were submitted before it have begun.
    if (outside_waits() && (best == nullptr || started_.load() < oldest)) {
      if (FutureCore* const task = take_from_outside()) return task;
    }
    if (best == nullptr) {
      if (!outside_waits()) return nullptr;
      continue;
    }
    if (FutureCore* const task = take_from(*best)) return task;
  }
}

FutureCore* ThreadPool::take_from(Worker& other) {
  Guard guard(other.lock);
  FutureCore* const task = other.own.pop_front();
  if (task == nullptr) return nullptr;
  --other.count;
  other.update_stamp();
  return task;
}

FutureCore* ThreadPool::take_from_outside() {
  Guard guard(outlet_lock_);
  if (outlet_.empty()) {
    Guard intake_guard(lock_);
    outlet_ = std::exchange(intake_, {});
    fetched_.store(submitted_.load());
  }
  FutureCore* const task = outlet_.pop_front();
  if (task != nullptr) started_.store(started_.load() + 1);
  return task;
}

FutureCore* ThreadPool::take_all() {
  FutureCore* first = nullptr;
  FutureCore** last = &first;
  const auto add = [&](FutureCore* task) {
    task->next = nullptr;
    *last = task;
    last = &task->next;
  };
  while (FutureCore* const task = take_from_outside()) add(task);
  const std::uint32_t workers = worker_count_.load();
  for (std::uint32_t i = 0; i < workers; ++i) {
    while (FutureCore* const task = take_from(*workers_[i])) add(task);
  }
  return first;
}

}  // namespace skein::inline v0::internal
