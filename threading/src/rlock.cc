#include <skein/core/errors.h>
#include <skein/threading/rlock.h>

namespace skein::inline v0::threading {

bool RLock::acquire_with(const AcquireOptions& options) {
  if (mine()) {
    // Cannot block; Lock's argument errors come first all the same.
    const bool unlimited = options.timeout.unlimited() || options.timeout == Timeout(-1);
    if (!options.blocking && !unlimited) throw ValueError("can't specify a timeout for a non-blocking call");
    if (!unlimited && options.timeout.negative()) throw ValueError("timeout value must be a non-negative number");
  } else if (!lock_.acquire(options)) {
    return false;
  }
  enter();
  return true;
}

bool RLock::acquire_until_stopped(const std::stop_token& stop, Timeout timeout) {
  if (!mine() && !lock_.acquire(stop, timeout)) return false;
  enter();
  return true;
}

void RLock::throw_not_mine() { throw RuntimeError("cannot release un-acquired lock"); }
void RLock::throw_overflow() { throw OverflowError("Internal lock count overflowed"); }

}  // namespace skein::inline v0::threading
