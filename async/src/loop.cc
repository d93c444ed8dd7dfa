#include "loop.h"

#include <skein/asyncio/errors.h>
#include <skein/core/errors.h>
#include <skein/core/internal/platform.h>
#include <skein/core/park.h>
#include <skein/futures/thread_pool_executor.h>
#include <skein/threading/internal/at_fork.h>
#include <skein/threading/internal/guard.h>
#include <skein/threading/lock.h>

#include <cxxabi.h>
#include <pthread.h>

#include <algorithm>
#include <iomanip>
#include <limits>
#include <sstream>
#include <utility>

#include "signals.h"

namespace skein::inline v0::internal {

constinit thread_local Running t_running;

namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

// Stands in the inbox of a loop that takes nothing any more.
constexpr ReadyKind kNoKind{nullptr, nullptr};
ReadyNode g_closed_mark(kNoKind);

// In a forked child no loop runs, as in CPython, though a task of the parent's may go on here. Its awaits are errors.
void leave_loop_in_child() noexcept {
  t_running.loop = nullptr;
  Interrupts::forget_in_child();
}

// Anchors that can be used again. Leaked, because futures may be statics.
struct Anchors {
  threading::Lock lock;
  LoopAnchor* free SKEIN_GUARDED_BY(lock) = nullptr;
};
Anchors& anchors() {
  static Anchors* const all = [] {
    hold_lock_at_fork<anchors>();
    ::pthread_atfork(nullptr, nullptr, leave_loop_in_child);
    return new Anchors;
  }();
  return *all;
}
// Made when the library is loaded, not in a thread that may be in the middle of it when another one forks.
[[maybe_unused]] const Anchors& g_made_at_load = anchors();

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

// ---- LoopCore ----

LoopCore::LoopCore() : anchor_(take_anchor()) { anchor_->loop = this; }
LoopCore::~LoopCore() { give_anchor(anchor_); }

void LoopCore::throw_none() { throw RuntimeError("no running event loop"); }
void LoopCore::throw_closed() { throw RuntimeError("Event loop is closed"); }

// CPython says so in debug mode only; otherwise its loop wakes late, or its queue loses an entry.
void LoopCore::check_push() {
  if (closed_) throw_closed();
  if (t_running.loop != this && impl().is_running_elsewhere()) {
    throw RuntimeError("Non-thread-safe operation invoked on an event loop other than the current one");
  }
}

LoopImpl& LoopCore::impl() noexcept { return static_cast<LoopImpl&>(*this); }
std::uint64_t LoopCore::next_task_number() noexcept {
  // One sequence for all loops, as in CPython. Relaxed where there is no other thread: see ReferenceCount.
  static constinit std::atomic<std::uint64_t> last{0};
  if (!single_threaded()) return last.fetch_add(1) + 1;
  const std::uint64_t number = last.load(std::memory_order_relaxed) + 1;
  last.store(number, std::memory_order_relaxed);
  return number;
}
void LoopCore::drop() noexcept {
  if (references_.drop()) delete static_cast<LoopImpl*>(this);
}
std::int64_t LoopCore::now_ns() const noexcept {
  const auto& loop = static_cast<const LoopImpl&>(*this);
  return loop.clock_ == asyncio::Clock::kReal ? monotonic_ns() : loop.virtual_now_.load();
}
std::int64_t LoopCore::due_after(Timeout delay) const noexcept {
  if (delay.unlimited()) return kNever;
  const std::int64_t now = now_ns();
  const std::int64_t span = delay.span().count();
  return span > kNever - now ? kNever : now + span;
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

LoopImpl::LoopImpl(asyncio::LoopOptions options)
    : clock_(options.clock), shuffles_(options.seed.has_value()), random_(options.seed.value_or(0)) {}

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
  timers_.discard_all();
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
      t_running = {&loop, nullptr, loop.debug};
      loop.forks_ = fork_count();
      loop.running_.store(true);
    }
    ~Stay() {
      loop.stopping_ = false;
      loop.running_.store(false);
      t_running = before;
      loop.drop();
    }
    LoopImpl& loop;
    const Running before = t_running;  // In a child that a task forked: that task, which goes on.
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
  run_batch();
}

void LoopImpl::take_due() noexcept {
  const std::int64_t now = now_ns();
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
  if (shuffles_) [[unlikely]]
    shuffle(batch);
  while (!batch.empty()) {
    ReadyNode& node = batch.pop_front();
    if (debug || slow_callback_handler) [[unlikely]] {
      run_watched(node);
    } else {
      node.kind.run(&node);
    }
  }
}

void LoopImpl::run_watched(ReadyNode& node) {
  // What it was is asked afterwards, when it may be gone.
  CoreRef<LoopFuture> task;
  if (&node.kind == &LoopTask::kKind) task = CoreRef<LoopFuture>::share(static_cast<LoopTask*>(&node));
  CoreRef<Callback> callback;
  if (&node.kind == &Callback::kKind) callback = CoreRef<Callback>::share(static_cast<Callback*>(&node));
  const std::int64_t began = monotonic_ns();
  node.kind.run(&node);
  const std::int64_t took = monotonic_ns() - began;
  if (took < slow_callback_ns || (!debug && !slow_callback_handler)) return;
  const std::string what = task ? task->describe() : callback ? callback->describe() : "<callback>";
  const asyncio::SlowCallbackHandler handler = slow_callback_handler;
  const double seconds = static_cast<double>(took) * 1e-9;
  if (handler) {
    try {
      handler(what, seconds);
    } catch (abi::__forced_unwind&) {
      throw;
    } catch (...) {
      report_to(this, {.message = "Exception in the slow callback handler", .exception = std::current_exception()});
    }
    return;
  }
  std::ostringstream text;
  text << "Executing " << what << " took " << std::fixed << std::setprecision(3) << seconds << " seconds";
  write_report({.message = text.str()});
}

void LoopImpl::shuffle(ReadyList& batch) {
  std::size_t count = 0;
  for (const ReadyNode* node = batch.first(); node != nullptr; node = node->next) ++count;
  std::vector<ReadyNode*> nodes;
  std::vector<std::size_t> steps;  // Where those of tasks are; callbacks stay where they are.
  nodes.reserve(count);            // If memory runs out, it does so before the first is taken out.
  steps.reserve(count);
  while (!batch.empty()) {
    ReadyNode& node = batch.pop_front();
    if (&node.kind == &LoopTask::kKind) steps.push_back(nodes.size());
    nodes.push_back(&node);
  }
  for (std::size_t left = steps.size(); left > 1; --left) {
    // SplitMix64 (Steele, Lea, Flood 2014): the same numbers everywhere.
    std::uint64_t x = random_ += 0x9e37'79b9'7f4a'7c15;
    x = (x ^ (x >> 30)) * 0xbf58'476d'1ce4'e5b9;
    x = (x ^ (x >> 27)) * 0x94d0'49bb'1331'11eb;
    std::swap(nodes[steps[left - 1]], nodes[steps[(x ^ (x >> 31)) % left]]);
  }
  for (ReadyNode* const node : nodes) batch.push_back(*node);
}

bool LoopImpl::jump(std::int64_t deadline_ns) {
  if (deadline_ns == kNever || expected_ > 0) return false;
  virtual_now_.store(std::max(virtual_now_.load(), deadline_ns));
  return true;
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
  if (clock_ == asyncio::Clock::kVirtual && deadline_ns != 0) {
    if (poller_ != nullptr && poller_->watches()) {
      wait(0);
      if (!ready_.empty()) return;
    }
    if (inbox_.load() != nullptr || signals_came_.load() || jump(deadline_ns)) return;
    deadline_ns = kNever;  // Until something comes.
  }
  const bool polls = (poller_ != nullptr && poller_->watches()) || must_poll_for_signals();
  // What it spins for comes from another thread. A timer that is due first shows that nothing came.
  if (!polls && !single_threaded()) {
    Spin spin(spins_, Deadline::at(deadline_ns));
    do {
      if (inbox_.load() != nullptr || signals_came_.load()) {
        spin.paid_off();
        return;
      }
    } while (spin.step());
    if (deadline_ns != kNever && monotonic_ns() >= deadline_ns) {
      spin.in_vain();
      return;
    }
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
