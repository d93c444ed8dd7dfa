#include <skein/core/errors.h>
#include <skein/multiprocessing/connection_errors.h>
#include <skein/multiprocessing/errors.h>
#include <skein/multiprocessing/internal/queue_core.h>
#include <skein/queue/errors.h>

#include <array>
#include <cstdio>
#include <string>

#include "queue_state.h"

namespace skein::inline v0::multiprocessing::internal {

namespace {

std::uint64_t this_process() noexcept { return std::uint64_t{skein::internal::fork_count()} + 1; }

// Python says where the object is.
std::string described(const void* state, const char* how) {
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), "Queue <multiprocessing.queues.Queue object at %p> %s", state, how);
  return text.data();
}

}  // namespace

QueueCore::QueueCore(std::int64_t maxsize, std::uint64_t type) : state_(std::make_shared<QueueState>(maxsize, type)) {}

QueueCore::Outcome QueueCore::put(QueueItem& item, const skein::internal::QueueRequest& request) const {
  return state_->put(item, request);
}
QueueCore::Outcome QueueCore::get(QueueBytes& item, const skein::internal::QueueRequest& request) const {
  return state_->get(item, request);
}
std::size_t QueueCore::size() const noexcept { return state_->size(); }
std::int64_t QueueCore::maxsize() const noexcept { return state_->control().maxsize; }
bool QueueCore::is_full() const noexcept { return state_->is_full(); }
bool QueueCore::task_done() const { return state_->task_done(); }
bool QueueCore::join(const skein::internal::QueueRequest& request) const { return state_->join(request); }
void QueueCore::shut_down(bool immediate) const { state_->shut_down(immediate); }
bool QueueCore::is_shut_down() const noexcept { return state_->control().shut.load() != 0; }
std::uint64_t QueueCore::takeovers() const noexcept { return state_->control().takeovers.load(); }

void QueueCore::close() const noexcept { state_->closed_in.store(this_process()); }
bool QueueCore::is_closed() const noexcept { return state_->closed_in.load() == this_process(); }
void QueueCore::close_for_good() const noexcept { state_->closed_for_good.store(true); }
bool QueueCore::is_closed_for_good() const noexcept { return state_->closed_for_good.load(); }

void QueueCore::check_open() const {
  if (is_closed()) throw ValueError(described(state_.get(), "is closed"));
}
void QueueCore::check_closed() const {
  if (!is_closed()) throw AssertionError(described(state_.get(), "not closed"));
}
void QueueCore::check_handle() const {
  if (is_closed_for_good()) throw HandleError("handle is closed");
}

QueueAddress QueueCore::pack() const { return state_->pack(); }
void QueueCore::unpack(const QueueAddress& address, std::uint64_t type) {
  state_ = std::make_shared<QueueState>(address, type);
}

void throw_for_put(QueueCore::Outcome outcome) {
  if (outcome == QueueCore::Outcome::kShutDown) throw queue::ShutDown();
  throw queue::Full();
}
void throw_for_get(QueueCore::Outcome outcome) {
  if (outcome == QueueCore::Outcome::kShutDown) throw queue::ShutDown();
  throw queue::Empty();
}
void throw_too_many_done() { throw ValueError("task_done() called too many times"); }

}  // namespace skein::inline v0::multiprocessing::internal
