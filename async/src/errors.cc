#include <skein/asyncio/errors.h>

namespace skein::inline v0::asyncio {

const std::string& CancelledError::message() const noexcept {
  static const auto* const empty = new std::string;
  return message_ != nullptr ? *message_ : *empty;
}

InvalidStateError::~InvalidStateError() = default;
BrokenBarrierError::~BrokenBarrierError() = default;
QueueEmpty::~QueueEmpty() = default;
QueueFull::~QueueFull() = default;
QueueShutDown::~QueueShutDown() = default;

}  // namespace skein::inline v0::asyncio
