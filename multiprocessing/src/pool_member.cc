#include <skein/core/errors.h>
#include <skein/core/internal/describe.h>
#include <skein/core/internal/fault.h>
#include <skein/core/park.h>
#include <skein/multiprocessing/internal/routine.h>
#include <skein/pickle.h>

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>

#include "engine.h"

namespace skein::inline v0::multiprocessing::internal {

// ---- JobQueue ----

void JobQueue::push_back(Job& job) noexcept {
  job.next_ = nullptr;
  job.previous_ = last_;
  (last_ != nullptr ? last_->next_ : first_) = &job;
  last_ = &job;
  ++size_;
}

void JobQueue::push_front(Job& job) noexcept {
  job.previous_ = nullptr;
  job.next_ = first_;
  (first_ != nullptr ? first_->previous_ : last_) = &job;
  first_ = &job;
  ++size_;
}

Job* JobQueue::pop_front() noexcept {
  Job* const job = first_;
  if (job != nullptr) remove(*job);
  return job;
}

void JobQueue::remove(Job& job) noexcept {
  (job.previous_ != nullptr ? job.previous_->next_ : first_) = job.next_;
  (job.next_ != nullptr ? job.next_->previous_ : last_) = job.previous_;
  job.next_ = job.previous_ = nullptr;
  --size_;
}

void JobQueue::take(JobQueue& other) noexcept {
  while (Job* const job = other.pop_front()) push_back(*job);
}

// ---- PoolMember ----

PoolMember::PoolMember(int bell) : bell_(bell) {
  const auto make = [] {
    SKEIN_FAULT("engine.channel");
    auto file = ParentOnly::opened_by([] { return SharedArea::make_file(); });
    if (!file) throw OSError(std::error_code(errno, std::generic_category()), "cannot make a worker's channel");
    return file;
  };
  calls_file_ = make();
  outcomes_file_ = make();
  calls_ = std::make_unique<SharedArea>(calls_file_.number(), kControlSize);
  outcomes_ = std::make_unique<SharedArea>(outcomes_file_.number(), 0);
  places_ = std::make_unique<PayloadPlaces>(*calls_);
  SharedArea(calls_file_.number(), 0).reserve(0, kControlSize);
  void* const control = ::mmap(nullptr, kControlSize, PROT_READ | PROT_WRITE, MAP_SHARED, calls_file_.number(), 0);
  if (control == MAP_FAILED) {
    throw OSError(std::error_code(errno, std::generic_category()), "cannot make a worker's channel");
  }
  // A child that is forked for another purpose must not keep it.
  static_cast<void>(::madvise(control, kControlSize, MADV_DONTFORK));
  control_ = static_cast<WorkerControl*>(control);
  control_->magic = WorkerControl::kMagic;
}

PoolMember::~PoolMember() {
  if (control_ != nullptr) ::munmap(control_, kControlSize);
}

void PoolMember::start(Process process) {
  process_.emplace(std::move(process));
  name_ = process_->name();
  const KeepInChild calls(calls_file_.number());
  const KeepInChild outcomes(outcomes_file_.number());
  const KeepInChild bell(bell_);
  started_ns_ = skein::internal::monotonic_ns();
  process_->start();
  pid_ = process_->pid().value_or(0);
}

void PoolMember::publish(Job& job, std::int64_t now) {
  SKEIN_FAULT("engine.publish");
  CallSlot& place = slot(tail_);
  const std::size_t at = tail_ % kCallSlots;
  const bool known = job.routine < knows_.size() && knows_[job.routine];
  std::span<const std::byte> definition;
  std::uint64_t size = job.arguments.size();
  if (!known) {
    definition = definition_of_routine(job.routine);
    size += sizeof(std::uint64_t) + definition.size();
  }
  arguments_[at] = kNowhere;
  std::byte* to = place.bytes.data();
  if (size > CallSlot::kInline) {
    arguments_[at] = places_->take(size);
    place.where = arguments_[at];
    to = calls_->at(place.where, size).data();
  }
  if (!known) {
    const std::uint64_t length = definition.size();
    std::memcpy(to, &length, sizeof(length));
    std::memcpy(to + sizeof(length), definition.data(), definition.size());
    to += sizeof(length) + definition.size();
  }
  if (!job.arguments.empty()) std::memcpy(to, job.arguments.data(), job.arguments.size());
  place.length = size;
  place.what = job.routine | (known ? 0 : kDefines);
  jobs_[at] = &job;
  if (in_flight() == 0) since_ns_ = now;
  ++tail_;
  ++given;
  place.state.store(CallSlot::kReady);
}

void PoolMember::wake() noexcept {
  if (control_->worker_sleeps.load() == 0 || control_->worker_sleeps.exchange(0) == 0) return;
  skein::internal::unpark(&control_->worker_sleeps, 1, skein::internal::Scope::kShared);
}

Job* PoolMember::take_back() noexcept {
  if (in_flight() == 0) return nullptr;
  std::uint32_t state = CallSlot::kReady;
  if (!slot(tail_ - 1).state.compare_exchange_strong(state, CallSlot::kEmpty)) return nullptr;
  --tail_;
  --given;
  forget_arguments(tail_);
  return std::exchange(jobs_[tail_ % kCallSlots], nullptr);
}

void PoolMember::forget_arguments(std::uint64_t number) noexcept {
  const std::uint64_t where = std::exchange(arguments_[number % kCallSlots], kNowhere);
  if (where != kNowhere) places_->give_back(where);
}

std::pair<Outcome, std::span<const std::byte>> PoolMember::outcome(std::size_t ahead) {
  const CallSlot& from = slot(head_ + ahead);
  const std::uint64_t length = from.length;
  const auto what = static_cast<Outcome>(from.what);
  if (length <= CallSlot::kInline) return {what, std::span<const std::byte>(from.bytes).first(length)};
  return {what, outcomes_->at(from.where, length)};
}

void PoolMember::learn(std::uint32_t routine) noexcept {
  try {
    if (routine >= knows_.size()) knows_.resize(std::size_t{routine} + 1);
    knows_[routine] = true;
  } catch (...) {  // Then it is told again.
  }
}

void PoolMember::consume(std::size_t count, std::int64_t now) noexcept {
  for (std::size_t i = 0; i < count; ++i, ++head_) {
    const std::size_t at = head_ % kCallSlots;
    const std::uint32_t routine = jobs_[at]->routine;
    if (slot(head_).what == kReturned) learn(routine);  // Else it may not have found the function.
    jobs_[at] = nullptr;
    forget_arguments(head_);
    slot(head_).state.store(CallSlot::kEmpty);
  }
  control_->consumed.store(head_);
  const std::int64_t each = std::max<std::int64_t>((now - since_ns_) / static_cast<std::int64_t>(count), 1);
  call_ns_ = call_ns_ == 0 ? each : (call_ns_ * 3 + each) / 4;
  since_ns_ = now;
  const auto wanted = static_cast<std::size_t>(std::clamp<std::int64_t>(kAheadNs / call_ns_, 2, kCallSlots));
  depth_ = std::min(wanted, depth_ * 2);
}

Job* PoolMember::victim() noexcept {
  if (in_flight() == 0 || slot(head_).state.load() != CallSlot::kTaken) return nullptr;
  Job* const job = std::exchange(jobs_[head_ % kCallSlots], nullptr);
  forget_arguments(head_);
  ++head_;
  return job;
}

bool PoolMember::has(const Job& job) const noexcept {
  for (std::uint64_t number = head_; number != tail_; ++number) {
    if (jobs_[number % kCallSlots] == &job) return true;
  }
  return false;
}

bool PoolMember::runs(const Job& job) noexcept {
  for (std::uint64_t number = head_; number != tail_; ++number) {
    if (jobs_[number % kCallSlots] == &job) return slot(number).state.load() == CallSlot::kTaken;
  }
  return false;
}

std::size_t PoolMember::depth(std::int64_t now) const noexcept { return depth_ > 2 && is_slow(now) ? 2 : depth_; }

bool PoolMember::is_slow(std::int64_t now) const noexcept {
  return in_flight() != 0 && (now - since_ns_ > kSlowNs || call_ns_ > kAheadNs || call_ns_ == 0);
}

void PoolMember::order_to_finish() noexcept {
  finishing = true;
  control_->orders.store(WorkerControl::kFinish);
  wake();
}

std::string PoolMember::start_failure() {
  if (control_->phase.load() != WorkerControl::kFailedToStart) return {};
  try {
    const auto bytes = outcomes_->at(control_->failure_where, control_->failure_length);
    return skein::internal::describe(pickle::loads<std::exception_ptr>(bytes));
  } catch (...) {
    return "its initializer failed";
  }
}

void PoolMember::signal(int number) noexcept {
  if (!process_.has_value()) return;
  try {
    if (number == SIGKILL) {
      process_->kill();
    } else {
      process_->terminate();
    }
  } catch (...) {  // It has ended, or the system forbids it.
  }
}

}  // namespace skein::inline v0::multiprocessing::internal
