#include <skein/multiprocessing/errors.h>

namespace skein::inline v0::multiprocessing {

// One place for their vtables, so that they can be caught across shared libraries.
ProcessError::~ProcessError() = default;
BufferTooShort::~BufferTooShort() = default;
TimeoutError::~TimeoutError() = default;
AssertionError::~AssertionError() = default;
EOFError::~EOFError() = default;

}  // namespace skein::inline v0::multiprocessing
