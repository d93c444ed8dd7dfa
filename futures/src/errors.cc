#include <skein/futures/errors.h>

namespace skein::inline v0::futures {

CancelledError::~CancelledError() = default;
InvalidStateError::~InvalidStateError() = default;
BrokenExecutor::~BrokenExecutor() = default;
BrokenThreadPool::~BrokenThreadPool() = default;

}  // namespace skein::inline v0::futures
