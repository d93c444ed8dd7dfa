// skein/core/version.h - which skein this is.
#ifndef SKEIN_CORE_VERSION_H_
#define SKEIN_CORE_VERSION_H_

#include <skein/core/export.h>

#include <string_view>

// The version of the headers, as one number: major * 10000 + minor * 100 + patch.
#define SKEIN_VERSION 100

namespace skein::inline v0 {

// The version of the library that is linked ("0.1.0"), which may be newer than the headers' SKEIN_VERSION.
// `v0` is the ABI namespace: libraries of one such name are interchangeable.
[[nodiscard]] SKEIN_API std::string_view version() noexcept;

}  // namespace skein::inline v0

#endif  // SKEIN_CORE_VERSION_H_
