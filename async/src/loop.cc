#include "loop.h"

#include <skein/asyncio/errors.h>
#include <skein/core/errors.h>
#include <skein/core/park.h>
#include <skein/futures/thread_pool_executor.h>
#include <skein/threading/internal/guard.h>
#include <skein/threading/lock.h>

#include <cxxabi.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace skein::inline v0::internal {

constinit thread_local Running t_running;

namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

// Stands in the inbox of a loop that takes nothing any more.
constexpr ReadyKind kNoKind{nullptr, nullptr};
ReadyNode g_closed_mark(kNoKind);

// Brings callbacks to the queue, a round later.
struct SignalCarrier final : ReadyNode {
  explicit SignalCarrier(ReadyList& queue) noexcept : ReadyNode(kKind), target(queue) {}
  static void run(ReadyNode* node) {
    const std::unique_ptr<SignalCarrier> self(static_cast<SignalCarrier*>(node));
    self->target.append(self->calls);
  }
  static void discard(ReadyNode* node) noexcept {
    const std::unique_ptr<SignalCarrier> self(static_cast<SignalCarrier*>(node));
    while (!self->calls.empty()) {
      ReadyNode& call = self->calls.pop_front();
      call.kind.discard(&call);
    }
  }
  static constexpr ReadyKind kKind{&SignalCarrier::run, &SignalCarrier::discard};
  ReadyList& target;
  ReadyList calls;
};

// Anchors that can be used again. Leaked, because futures may be statics.
struct Anchors {
  threading::Lock lock;
  LoopAnchor* free SKEIN_GUARDED_BY(lock) = nullptr;
};
Anchors& anchors() {
  static auto* const all = new Anchors;
  return *all;
}

LoopAnchor* take_anchor() {
  Guard guard(anchors().lock);
  LoopAnchor* const free = anchors().free;
  if (free == nullptr) return new LoopAnchor;
  anchors().free = free->next_free;
  return free;
}

void give_anchor(LoopAnchor* anchor) noexcept {
  Guard guard(anchors().lock);
  ++anchor->generation;
  anchor->loop = nullptr;
  anchor->next_free = anchors().free;
  anchors().free = anchor;
}

}  // namespace

// ---- the heap ----

void TimerHeap::push(Timer& timer) {
  const Entry entry{timer.when, next_number_++, &timer};
  entries_.push_back(entry);
  std::size_t hole = entries_.size() - 1;
  while (hole > 0) {
    const std::size_t parent = (hole - 1) / 4;
    if (!entry.before(entries_[parent])) break;
    entries_[hole] = entries_[parent];
    hole = parent;
  }
  entries_[hole] = entry;
  timer.scheduled = true;
}

void TimerHeap::sift_down(std::size_t hole, Entry entry) noexcept {
  const std::size_t count = entries_.size();
  for (;;) {
    const std::size_t first = 4 * hole + 1;
    if (first >= count) break;
    std::size_t least = first;
    for (std::size_t i = first + 1; i < std::min(first + 4, count); ++i) {
      if (entries_[i].before(entries_[least])) least = i;
    }
    if (!entries_[least].before(entry)) break;
    entries_[hole] = entries_[least];
    hole = least;
  }
  entries_[hole] = entry;
}

Timer* TimerHeap::pop() noexcept {
  Timer* const timer = entries_.front().timer;
  const Entry last = entries_.back();
  entries_.pop_back();
  if (!entries_.empty()) sift_down(0, last);
  timer->scheduled = false;
  return timer;
}

void TimerHeap::purge() noexcept {
  const auto rest =
      std::partition(entries_.begin(), entries_.end(), [](const Entry& entry) { return !entry.timer->cancelled; });
  std::vector<Entry> gone(rest, entries_.end());
  entries_.erase(rest, entries_.end());
  for (std::size_t i = entries_.size() / 4 + 1; i-- > 0;) {
    if (i < entries_.size()) sift_down(i, entries_[i]);
  }
  for (const Entry& entry : gone) {
    entry.timer->scheduled = false;
    entry.timer->kind.discard(entry.timer);
  }
}

std::vector<Timer*> TimerHeap::take_all() noexcept {
  std::vector<Timer*> all;
  all.reserve(entries_.size());
  for (const Entry& entry : std::exchange(entries_, {})) {
    entry.timer->scheduled = false;
    all.push_back(entry.timer);
  }
  return all;
}

// ---- LoopCore ----

LoopCore::LoopCore() : anchor_(take_anchor()) { anchor_->loop = this; }
LoopCore::~LoopCore() { give_anchor(anchor_); }

void LoopCore::throw_none() { throw RuntimeError("no running event loop"); }
void LoopCore::throw_closed() { throw RuntimeError("Event loop is closed"); }
void throw_if_closed(const LoopCore& loop) {
  if (loop.closed()) throw RuntimeError("Event loop is closed");
}

// CPython says so in debug mode only; otherwise its loop wakes late, or its queue loses an entry.
void LoopCore::check_push() {
  if (closed_) throw_closed();
  if (t_running.loop != this && impl().is_running()) {
    throw RuntimeError("Non-thread-safe operation invoked on an event loop other than the current one");
  }
}

LoopImpl& LoopCore::impl() noexcept { return static_cast<LoopImpl&>(*this); }
std::uint64_t LoopCore::next_task_number() noexcept {
  static constinit Atomic<std::uint64_t> last{0};
  return last.fetch_add(1) + 1;
}
void LoopCore::drop() noexcept {
  if (references_.load() == 1 || references_.fetch_sub(1) == 1) delete static_cast<LoopImpl*>(this);
}
void LoopCore::schedule(Timer& timer) {
  if (closed_ || t_running.loop != this) check_push();
  impl().schedule_timer(timer);
}
void LoopCore::timer_cancelled() noexcept { impl().count_cancelled(); }
void LoopCore::push_threadsafe(ReadyNode& node) {
  if (t_running.loop == this) {
    push(node);
  } else {
    impl().push_from_elsewhere(node);
  }
}

// ---- making, ending ----

LoopImpl::LoopImpl() = default;

LoopImpl::~LoopImpl() {
  forget_signals();
  drop_everything();
  while (tasks_ != nullptr) tasks_->abandon();
  closed_ = true;
}

// What is queued is destroyed without being run, as by CPython's clear().
void LoopImpl::drop_everything() noexcept {
  ReadyNode* node = inbox_.exchange(&g_closed_mark);
  ReadyList ready;
  ready.append(ready_);
  while (node != nullptr && node != &g_closed_mark) {
    ReadyNode* const next = node->next;
    ready.push_back(*node);
    node = next;
  }
  for (Timer* const timer : timers_.take_all()) {
    timer->cancelled = true;
    timer->kind.discard(timer);
  }
  cancelled_timers_ = 0;
  while (!ready.empty()) {
    ReadyNode& dropped = ready.pop_front();
    dropped.kind.discard(&dropped);
  }
}

void LoopImpl::close() {
  if (running_.load()) throw RuntimeError("Cannot close a running event loop");
  if (closed_) return;
  closed_ = true;
  forget_signals();
  drop_everything();
  poller_.reset();
  executor_ended = true;
  if (const auto executor = std::exchange(default_executor, nullptr)) executor->shutdown(false);
}

// ---- from other threads ----

void LoopImpl::push_from_elsewhere(ReadyNode& node) {
  ReadyNode* head = inbox_.load();
  do {
    if (head == &g_closed_mark) throw_closed();
    node.next = head;
  } while (!inbox_.compare_exchange_weak(head, &node));
  wake();
}

void LoopImpl::wake() noexcept {
  const std::uint32_t before = wake_state_.exchange(kNotified);
  if (before == kParked) {
    unpark(&wake_state_, 1);
  } else if (before == kPolling) {
    poller_->wake();
  }
}

void LoopImpl::take_inbox() noexcept {
  if (inbox_.load() == nullptr) return;
  ReadyNode* node = inbox_.exchange(nullptr);
  ReadyNode* oldest = nullptr;
  while (node != nullptr) {
    ReadyNode* const next = node->next;
    node->next = oldest;
    oldest = node;
    node = next;
  }
  while (oldest != nullptr) {
    ReadyNode* const next = oldest->next;
    ready_.push_back(*oldest);
    oldest = next;
  }
}

// ---- the round ----

void LoopImpl::require_runnable() const {
  if (closed_) throw_closed();
  if (running_.load()) throw RuntimeError("This event loop is already running");
  if (t_running.loop != nullptr) throw RuntimeError("Cannot run the event loop while another loop is running");
}

void LoopImpl::run_forever() {
  require_runnable();
  struct Stay {
    explicit Stay(LoopImpl& which) : loop(which) {
      loop.share();
      t_running = {&loop, nullptr};
      loop.running_.store(true);
    }
    ~Stay() {
      loop.stopping_ = false;
      loop.running_.store(false);
      t_running = {};
      loop.drop();
    }
    LoopImpl& loop;
  } stay(*this);
  do {
    run_round();
  } while (!stopping_);
}

void LoopImpl::run_round() {
  constexpr std::size_t kFewTimers = 100;
  if (cancelled_timers_ > kFewTimers && cancelled_timers_ > timers_.size() / 2) {
    timers_.purge();
    cancelled_timers_ = 0;
  }
  while (!timers_.empty() && timers_.first()->cancelled) {
    Timer* const timer = timers_.pop();
    --cancelled_timers_;
    timer->kind.discard(timer);
  }
  take_inbox();
  if (ready_.empty() && !stopping_ && !signals_came_.load()) {
    wait(timers_.empty() ? kNever : timers_.first_due());
    take_inbox();
  } else if (poller_ != nullptr && poller_->watches()) {
    wait(0);
    take_inbox();
  }
  if (signals_came_.load()) take_signals();
  if (!timers_.empty()) take_due();
  if (!signal_calls_.empty()) [[unlikely]]
    queue_signal_calls();
  run_batch();
}

// In front of what the round's callbacks queue, as if by one of them.
void LoopImpl::queue_signal_calls() {
  auto* const carrier = new SignalCarrier(ready_);
  carrier->calls.append(signal_calls_);
  ready_.push_back(*carrier);
}

void LoopImpl::take_due() noexcept {
  const std::int64_t now = monotonic_ns();
  while (!timers_.empty() && timers_.first_due() <= now) {
    Timer* const timer = timers_.pop();
    if (timer->cancelled) {
      --cancelled_timers_;
      timer->kind.discard(timer);
    } else {
      ready_.push_back(*timer);
    }
  }
}

void LoopImpl::run_batch() {
  // What comes while these run waits for the next round.
  ReadyList batch;
  batch.append(ready_);
  struct PutBack {  // Whatever ends the loop in the middle leaves the rest where it was.
    ~PutBack() {
      if (batch.empty()) return;
      batch.append(loop.ready_);
      loop.ready_.append(batch);
    }
    LoopImpl& loop;
    ReadyList& batch;
  } put_back{*this, batch};
  while (!batch.empty()) {
    ReadyNode& node = batch.pop_front();
    node.kind.run(&node);
  }
}

// ThreadSanitizer holds a signal back until the thread comes to a blocking call that it knows; epoll is one, a futex is
// not. So there, and only there, a loop with signals sleeps in epoll.
bool LoopImpl::must_poll_for_signals() {
#ifdef SKEIN_THREAD_SANITIZER
  if (signals_.empty() && interrupts_ == nullptr) return false;
  if (poller_ == nullptr) poller_ = std::make_unique<Poller>();
  return true;
#else
  return false;
#endif
}

void LoopImpl::wait(std::int64_t deadline_ns) {
  const bool polls = (poller_ != nullptr && poller_->watches()) || must_poll_for_signals();
  if (!polls) {
    Spin spin(spins_, Deadline::at(deadline_ns));
    do {
      if (inbox_.load() != nullptr || signals_came_.load()) {
        spin.paid_off();
        return;
      }
      if (deadline_ns != kNever && monotonic_ns() >= deadline_ns) return;
    } while (spin.step());
  }
  wake_state_.store(kAwake);
  const bool sleeps = deadline_ns != 0;
  if (inbox_.load() == nullptr && !signals_came_.load()) {
    std::uint32_t state = kAwake;
    if (!polls) {
      if (wake_state_.compare_exchange_strong(state, kParked)) {
        static_cast<void>(park(&wake_state_, kParked, Deadline::at(deadline_ns)));
      }
      wake_state_.store(kAwake);
      return;
    }
    if (sleeps && !wake_state_.compare_exchange_strong(state, kPolling)) deadline_ns = 0;
  } else {
    if (!polls) return;
    deadline_ns = 0;
  }
  std::vector<Poller::Call> ready;
  poller_->poll(deadline_ns, ready);
  wake_state_.store(kAwake);
  take_inbox();  // Before them: it came while the system was asked.
  for (Poller::Call& call : ready) {
    auto run = [held = std::move(call)] { (*held)(); };
    auto* const callback = new CallbackOf<decltype(run)>(std::move(run));
    callback->loop = this;
    ready_.push_back(*callback);
  }
}

// ---- descriptors ----

void LoopImpl::watch(int fd, bool write, std::function<void()> callback) {
  if (closed_) throw_closed();
  if (fd < 0) throw ValueError("Invalid file descriptor: " + std::to_string(fd));
  if (poller_ == nullptr) poller_ = std::make_unique<Poller>();
  poller_->watch(fd, write, std::move(callback));
}

bool LoopImpl::unwatch(int fd, bool write) {
  if (closed_) return false;
  return poller_ != nullptr && poller_->unwatch(fd, write);
}

// ---- executor ----

std::shared_ptr<futures::Executor> LoopImpl::executor() {
  if (closed_) throw_closed();
  if (executor_ended) throw RuntimeError("Executor shutdown has been called");
  if (default_executor == nullptr) {
    default_executor = std::make_shared<futures::ThreadPoolExecutor>(
        futures::ThreadPoolExecutorOptions{.thread_name_prefix = "asyncio"});
  }
  return default_executor;
}

}  // namespace skein::inline v0::internal
