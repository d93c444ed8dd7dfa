#include <skein/core/errors.h>
#include <skein/core/spin.h>
#include <skein/futures/errors.h>
#include <skein/futures/wait.h>

#include <algorithm>
#include <deque>
#include <string>
#include <unordered_map>

#include "home.h"

namespace skein::inline v0::internal {

using futures::ReturnWhen;

namespace {

// One listener for each future, in an array that does not move.
struct Node final : Listener {
  Node() : Listener(Kind::kWaiter) {}
  void tell(FutureCore& future) noexcept override;

  CoreRef<FutureCore> future;
  WaitGroup::Impl* group = nullptr;
  std::size_t place = 0;      // In the caller's list.
  Node* next_done = nullptr;  // In the stack of those that have been told and not seen.
  bool watched = false;
  bool seen = false;  // The waiting thread's.
};

}  // namespace

// Futures that are done push their node on a stack and raise `signal`; the one thread that waits takes the whole stack.
struct WaitGroup::Impl {
  enum Signal : std::uint32_t { kNothing, kParked, kRaised };

  std::deque<Node> nodes;
  std::vector<Node*> places;  // The caller's list; nullptr for a duplicate.
  Atomic<Node*> told{nullptr};
  Atomic<std::uint32_t> signal{kNothing};
  Atomic<std::size_t> unsettled{0};
  Atomic<bool> failure{false};
  ReturnWhen condition = ReturnWhen::FIRST_COMPLETED;  // Set before anybody can be told.
  std::deque<Node*> ready;                             // Seen to be done and not given yet, in the order of their ends.
  std::size_t pending = 0;                             // Neither given nor ready.
  bool may_run = false;
  std::size_t cursor = 0;  // Of run_one().
  SpinHistory spins;

  void raise() noexcept {
    if (signal.exchange(kRaised) == kParked) unpark(&signal, 1);
  }
  void settled(Node& node, bool failed) noexcept {
    Node* head = told.load();
    do {
      node.next_done = head;
    } while (!told.compare_exchange_strong(head, &node));
    const bool last = unsettled.fetch_sub(1) == 1;
    if (failed) failure.store(true);
    if (last || condition == ReturnWhen::FIRST_COMPLETED || (failed && condition == ReturnWhen::FIRST_EXCEPTION)) {
      raise();
    }
  }
  // Those that have been told since the last call.
  void collect() {
    Node* node = told.exchange(nullptr);
    std::vector<Node*> found;
    for (; node != nullptr; node = node->next_done) found.push_back(node);
    for (auto it = found.rbegin(); it != found.rend(); ++it) {
      (*it)->seen = true;
      ready.push_back(*it);
      --pending;
    }
  }
  [[nodiscard]] bool met() const noexcept {
    if (unsettled.load() == 0) return true;
    if (condition == ReturnWhen::FIRST_COMPLETED) return unsettled.load() < nodes.size();
    return condition == ReturnWhen::FIRST_EXCEPTION && failure.load();
  }
  // Until raised; false if the time is over.
  bool wait_raised(Deadline deadline) noexcept {
    Spin spin(spins, deadline);
    do {
      if (signal.load() == kRaised) {
        spin.paid_off();
        return true;
      }
    } while (spin.step());
    for (;;) {
      std::uint32_t state = kNothing;
      if (!signal.compare_exchange_strong(state, kParked) && state == kRaised) return true;
      if (!park(&signal, kParked, deadline)) return signal.load() == kRaised;
    }
  }
  // In a worker: runs one of the futures that is still queued in its own pool. False if there is none.
  bool run_one() {
    TaskHome* const home = current_home();
    if (!may_run || home == nullptr) return false;
    // One that cannot be run now never can be later.
    for (; cursor < nodes.size(); ++cursor) {
      Node& node = nodes[cursor];
      if (node.seen || !node.future || node.future->home != home || node.future->done()) continue;
      if (home->run_in_place(*node.future)) return true;
    }
    return false;
  }
};

namespace {

void Node::tell(FutureCore& told) noexcept { group->settled(*this, told.failed()); }

}  // namespace

WaitGroup::WaitGroup(std::vector<CoreRef<FutureCore>> futures) : impl_(std::make_unique<Impl>()) {
  std::unordered_map<FutureCore*, Node*> known;
  known.reserve(futures.size());
  impl_->places.reserve(futures.size());
  for (std::size_t i = 0; i < futures.size(); ++i) {
    const auto [at, is_new] = known.emplace(futures[i].get(), nullptr);
    if (is_new) {
      Node& node = impl_->nodes.emplace_back();
      node.group = impl_.get();
      node.place = i;
      node.future = std::move(futures[i]);
      at->second = &node;
    }
    impl_->places.push_back(is_new ? at->second : nullptr);
  }
  impl_->pending = impl_->nodes.size();
  impl_->unsettled.store(impl_->nodes.size());
}

WaitGroup::~WaitGroup() {
  for (Node& node : impl_->nodes) {
    if (node.watched && node.future) node.future->unlisten(node);
  }
}

void WaitGroup::watch(ReturnWhen condition, bool may_run) {
  impl_->condition = condition;
  impl_->may_run = may_run;
  for (Node& node : impl_->nodes) {
    node.watched = node.future->listen(node);
    if (!node.watched) {
      node.seen = true;
      impl_->ready.push_back(&node);
      --impl_->pending;
      impl_->unsettled.fetch_sub(1);
      if (node.future->failed()) impl_->failure.store(true);
    }
  }
}

void WaitGroup::wait(Timeout timeout) {
  const Deadline deadline(timeout);
  while (!impl_->met()) {
    if (impl_->run_one()) continue;
    if (!impl_->wait_raised(deadline)) break;
    if (!impl_->met()) {
      impl_->signal.store(Impl::kNothing);
      if (impl_->met()) break;
    }
  }
  impl_->collect();
}

bool WaitGroup::was_done(std::size_t index) const noexcept {
  return impl_->places[index] != nullptr && impl_->places[index]->seen;
}

bool WaitGroup::is_duplicate(std::size_t index) const noexcept { return impl_->places[index] == nullptr; }

std::optional<std::size_t> WaitGroup::next(Deadline deadline, bool limited) {
  for (;;) {
    if (!impl_->ready.empty()) {
      Node* const node = impl_->ready.front();
      impl_->ready.pop_front();
      return node->place;
    }
    if (impl_->pending == 0) return std::nullopt;
    // Lowered before the look, so that what comes after the look raises it again.
    impl_->signal.store(Impl::kNothing);
    impl_->collect();
    if (!impl_->ready.empty() || impl_->run_one()) continue;
    if (limited && deadline.passed()) {
      throw TimeoutError(std::to_string(impl_->pending) + " (of " + std::to_string(impl_->nodes.size()) +
                         ") futures unfinished");
    }
    static_cast<void>(impl_->wait_raised(deadline));
  }
}

CoreRef<FutureCore> WaitGroup::take(std::size_t index) noexcept {
  Node& node = *impl_->places[index];
  if (node.watched) node.future->unlisten(node);
  node.watched = false;
  return std::move(node.future);
}

}  // namespace skein::inline v0::internal
