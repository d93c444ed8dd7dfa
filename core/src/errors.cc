#include <skein/core/errors.h>

#include <utility>

namespace skein::inline v0 {

// Out of line, so that each type's vtable and type_info live in one library and catch works across shared objects.
ValueError::~ValueError() = default;
TypeError::~TypeError() = default;
RuntimeError::~RuntimeError() = default;
LookupError::~LookupError() = default;
KeyError::~KeyError() = default;
IndexError::~IndexError() = default;
OverflowError::~OverflowError() = default;
OSError::~OSError() = default;

namespace {

// As str() of an OSError that has a filename.
std::string about(int number, const std::string& filename) {
  return "[Errno " + std::to_string(number) + "] " + std::generic_category().message(number) + ": '" + filename + "'";
}

}  // namespace

FileNotFoundError::FileNotFoundError(const std::string& filename)
    : OSError(std::error_code(ENOENT, std::generic_category())), message_(about(ENOENT, filename)) {}
FileNotFoundError::~FileNotFoundError() = default;
const char* FileNotFoundError::what() const noexcept { return message_.c_str(); }

FileExistsError::FileExistsError(const std::string& filename)
    : OSError(std::error_code(EEXIST, std::generic_category())), message_(about(EEXIST, filename)) {}
FileExistsError::~FileExistsError() = default;
const char* FileExistsError::what() const noexcept { return message_.c_str(); }

PermissionError::PermissionError(const std::string& filename, int number)
    : OSError(std::error_code(number, std::generic_category())), message_(about(number, filename)) {}
PermissionError::~PermissionError() = default;
const char* PermissionError::what() const noexcept { return message_.c_str(); }

namespace internal {

void throw_os_error(int number, const std::string& filename) {
  switch (number) {
    case ENOENT:
      throw FileNotFoundError(filename);
    case EEXIST:
      throw FileExistsError(filename);
    case EACCES:
    case EPERM:
      throw PermissionError(filename, number);
    default:
      throw OSError(std::error_code(number, std::generic_category()), "'" + filename + "'");
  }
}

}  // namespace internal

TimeoutError::TimeoutError(std::string message)
    : OSError(std::make_error_code(std::errc::timed_out)), message_(std::move(message)) {}
TimeoutError::~TimeoutError() = default;
const char* TimeoutError::what() const noexcept { return message_.c_str(); }

}  // namespace skein::inline v0
