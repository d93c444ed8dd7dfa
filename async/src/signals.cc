#include <skein/core/errors.h>

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "loop.h"
#include "signals.h"

namespace skein::inline v0::internal {
namespace {

constexpr int kSignals = 65;

// Only the main thread's loop has signals, so there is one at a time for each.
struct Place {
  std::atomic<LoopImpl*> loop{nullptr};
  std::atomic<std::uint64_t> came{0};  // The oldest that the loop has not seen, counted over all signals; 0: none.
};
constinit std::array<Place, kSignals> g_places;
constinit std::atomic<std::uint64_t> g_last_came{0};

// Handlers that run at this moment, in whatever thread the system chose: what they may hold stays until they are
// through.
constinit std::atomic<std::uint32_t> g_in_handlers{0};
struct InHandler {
  InHandler() noexcept { g_in_handlers.fetch_add(1); }
  ~InHandler() { g_in_handlers.fetch_sub(1); }
  InHandler(const InHandler&) = delete;
  InHandler& operator=(const InHandler&) = delete;
};
// After what they look at has been taken away. One that interrupts this very thread is through before it goes on.
void wait_for_handlers() noexcept {
  while (g_in_handlers.load() != 0) yield_cpu();
}

// Leaves its number and wakes the loop: all that may be done here.
void handle(int number) {
  const int error = errno;
  const InHandler here;
  Place& place = g_places[static_cast<std::size_t>(number)];
  std::uint64_t none = 0;
  place.came.compare_exchange_strong(none, g_last_came.fetch_add(1) + 1);
  if (LoopImpl* const loop = place.loop.load()) loop->signal_came();
  errno = error;
}

bool is_main_thread() noexcept { return ::getpid() == ::gettid(); }

[[noreturn]] void throw_uncatchable(int number) {
  throw RuntimeError("sig " + std::to_string(number) + " cannot be caught");
}

void check(int number) {
  if (number <= 0 || number >= kSignals) throw ValueError("invalid signal number " + std::to_string(number));
}

}  // namespace

// In CPython's loop a callback of its own reads which signals came, and queues the handlers that there are then.
struct SignalReader final : ReadyNode {
  SignalReader(LoopImpl& in, std::vector<int> signals) noexcept
      : ReadyNode(kKind), loop(in), numbers(std::move(signals)) {}
  static void run(ReadyNode* node) {
    const std::unique_ptr<SignalReader> self(static_cast<SignalReader*>(node));
    self->loop.queue_signal_handlers(self->numbers);
  }
  static void discard(ReadyNode* node) noexcept { delete static_cast<SignalReader*>(node); }
  static constexpr ReadyKind kKind{&SignalReader::run, &SignalReader::discard};
  LoopImpl& loop;
  const std::vector<int> numbers;
};

void LoopImpl::on_signal(int number, std::function<void()> callback) {
  check(number);
  if (closed_) throw_closed();
  if (!is_main_thread()) throw RuntimeError("set_wakeup_fd only works in main thread of the main interpreter");
  for (SignalHandler& known : signals_) {
    if (known.number != number) continue;
    known.callback = std::move(callback);
    return;
  }
  signals_.reserve(signals_.size() + 1);
  Place& place = g_places[static_cast<std::size_t>(number)];
  if (!signals_came_.load()) place.came.store(0);  // What is left there did not come to this loop.
  LoopImpl* const before = place.loop.exchange(this);
  struct sigaction action{};
  action.sa_handler = handle;
  action.sa_flags = SA_RESTART;
  ::sigfillset(&action.sa_mask);
  if (::sigaction(number, &action, nullptr) != 0) {
    place.loop.store(before);
    throw_uncatchable(number);
  }
  signals_.push_back({number, std::move(callback)});
}

bool LoopImpl::forget_signal(int number) {
  check(number);
  for (auto at = signals_.begin(); at != signals_.end(); ++at) {
    if (at->number != number) continue;
    struct sigaction action{};
    action.sa_handler = SIG_DFL;
    ::sigaction(number, &action, nullptr);
    g_places[static_cast<std::size_t>(number)].loop.store(nullptr);
    wait_for_handlers();
    signals_.erase(at);
    return true;
  }
  return false;
}

void LoopImpl::take_signals() {
  signals_came_.store(false);
  std::vector<std::pair<std::uint64_t, int>> came;
  for (int number = 1; number < kSignals; ++number) {
    Place& place = g_places[static_cast<std::size_t>(number)];
    const LoopImpl* const loop = place.loop.load();
    if (loop != nullptr && loop != this) continue;
    if (const std::uint64_t when = place.came.exchange(0); when != 0) came.emplace_back(when, number);
  }
  if (!came.empty()) {
    std::sort(came.begin(), came.end());
    std::vector<int> numbers;
    numbers.reserve(came.size());
    for (const auto& [when, number] : came) numbers.push_back(number);
    ready_.push_back(*new SignalReader(*this, std::move(numbers)));
  }
  if (interrupts_ != nullptr) interrupts_->look();
}

void LoopImpl::queue_signal_handlers(const std::vector<int>& numbers) {
  for (const int number : numbers) {
    for (const SignalHandler& known : signals_) {
      if (known.number != number) continue;
      auto run = [callback = known.callback] { callback(); };
      auto* const node = new CallbackOf<decltype(run)>(std::move(run));
      node->loop = this;
      ready_.push_back(*node);
    }
  }
}

// ---- Ctrl-C ----

namespace {

constinit std::atomic<Interrupts*> g_interrupts{nullptr};

}  // namespace

void Interrupts::came(int number) {
  const int error = errno;
  const InHandler here;
  if (Interrupts* const self = g_interrupts.load()) {
    // Three that nobody has looked at: the program hangs in a callback, and the user wants it to end.
    if (self->count_.fetch_add(1) >= self->seen_.load() + 2) {
      struct sigaction action{};
      action.sa_handler = SIG_DFL;
      ::sigaction(number, &action, nullptr);
      ::raise(number);
    }
    self->loop_.signal_came();
  }
  errno = error;
}

Interrupts::Interrupts(LoopImpl& loop, LoopTask& main) : loop_(loop), main_(main) {
  struct sigaction now{};
  if (!is_main_thread() || g_interrupts.load() != nullptr) return;
  if (::sigaction(SIGINT, nullptr, &now) != 0 || (now.sa_flags & SA_SIGINFO) != 0 || now.sa_handler != SIG_DFL) return;
  struct sigaction action{};
  action.sa_handler = &Interrupts::came;
  action.sa_flags = SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  loop_.interrupts_ = this;
  g_interrupts.store(this);
  installed_ = ::sigaction(SIGINT, &action, &before_) == 0;
}

Interrupts::~Interrupts() {
  if (loop_.interrupts_ == this) loop_.interrupts_ = nullptr;
  if (!installed_) {
    if (g_interrupts.load() == this) g_interrupts.store(nullptr);
    return;
  }
  ::sigaction(SIGINT, &before_, nullptr);
  g_interrupts.store(nullptr);
  wait_for_handlers();
}

void Interrupts::forget_in_child() noexcept {
  Interrupts* const self = g_interrupts.exchange(nullptr);
  if (self == nullptr) return;
  ::sigaction(SIGINT, &self->before_, nullptr);
  self->loop_.interrupts_ = nullptr;
  self->installed_ = false;
}

void Interrupts::look() {
  const std::uint32_t count = count_.load();
  const std::uint32_t seen = seen_.exchange(count);
  if (count == seen) return;
  if (seen == 0 && !main_.done()) {
    main_.cancel(nullptr);
    if (count == 1) return;
  }
  throw KeyboardInterrupt();
}

}  // namespace skein::inline v0::internal
