// skein/futures/internal/report.h - hands a report to the hook of skein/futures/report.h.
#ifndef SKEIN_FUTURES_INTERNAL_REPORT_H_
#define SKEIN_FUTURES_INTERNAL_REPORT_H_

#include <skein/core/export.h>

#include <exception>
#include <string>

namespace skein::inline v0::internal {

SKEIN_API void report(std::string message, std::exception_ptr exception) noexcept;

}  // namespace skein::inline v0::internal

#endif  // SKEIN_FUTURES_INTERNAL_REPORT_H_
