// skein/core/internal/describe.h - types and exceptions in words, for reports that go to stderr.
#ifndef SKEIN_CORE_INTERNAL_DESCRIBE_H_
#define SKEIN_CORE_INTERNAL_DESCRIBE_H_

#include <skein/core/export.h>

#include <exception>
#include <string>
#include <typeinfo>

namespace skein::inline v0::internal {

// The type's name as one would write it; skein's own without "skein::".
SKEIN_API std::string readable(const std::type_info& type);
// The name of the exception's type. Must not be null.
SKEIN_API std::string type_name(const std::exception_ptr& error);
// "Type: text", or the type alone if there is no text.
SKEIN_API std::string describe(const std::exception_ptr& error);
// One write for the whole, so that the reports of several threads do not mix. No place to be cancelled at.
SKEIN_API void write_to_stderr(const std::string& text) noexcept;

}  // namespace skein::inline v0::internal

#endif  // SKEIN_CORE_INTERNAL_DESCRIBE_H_
