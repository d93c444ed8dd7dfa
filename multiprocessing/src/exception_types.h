// The exceptions that travel without being registered: the standard library's, and skein's.
#ifndef SKEIN_MULTIPROCESSING_SRC_EXCEPTION_TYPES_H_
#define SKEIN_MULTIPROCESSING_SRC_EXCEPTION_TYPES_H_

#include <skein/multiprocessing/pickle/exceptions.h>

#include <typeinfo>

namespace skein::inline v0::pickle::internal {

// The one of that type, or of what std::throw_with_nested() makes of it. Null if there is none.
const ExceptionType* find_known_exception(const std::type_info& type) noexcept;
// The one whose type has that name (std::type_info::name()).
const ExceptionType* find_known_exception(const char* name) noexcept;

}  // namespace skein::inline v0::pickle::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_EXCEPTION_TYPES_H_
