#include <skein/core/errors.h>

#include <utility>

namespace skein::inline v0 {

// Out of line, so that each type's vtable and type_info live in one library and catch works across shared objects.
ValueError::~ValueError() = default;
TypeError::~TypeError() = default;
RuntimeError::~RuntimeError() = default;
LookupError::~LookupError() = default;
KeyError::~KeyError() = default;
OverflowError::~OverflowError() = default;
OSError::~OSError() = default;

TimeoutError::TimeoutError(std::string message)
    : OSError(std::make_error_code(std::errc::timed_out)), message_(std::move(message)) {}
TimeoutError::~TimeoutError() = default;
const char* TimeoutError::what() const noexcept { return message_.c_str(); }

}  // namespace skein::inline v0
