// Spin in the scripted build: every wait takes one step of spinning, so that the look before the
// step and the look after it are both tried against everything that other threads may do in
// between. More steps would only look again.
#include <skein/core/spin.h>

namespace skein::inline v0::internal {

Spin::Spin(SpinHistory& history, Deadline deadline) noexcept
    : history_(history), deadline_ns_(deadline.ns()), allowed_(true) {}

bool Spin::turn() noexcept {
  if (!allowed_) return false;
  allowed_ = false;
  spun_ = true;
  end_ns_ = deadline_ns_;
  return true;
}

// Touches the history, as the real one does: that must not be after the object is gone.
void Spin::remember_success() noexcept {
  history_.score_.store(history_.score_.load(std::memory_order_relaxed), std::memory_order_relaxed);
}

// A pause without steps: what follows it takes the lock, and others may come in before that anyway.
void linger() noexcept {}

}  // namespace skein::inline v0::internal
