// report.h - hands a report to the hook.
#ifndef SKEIN_FUTURES_SRC_REPORT_H_
#define SKEIN_FUTURES_SRC_REPORT_H_

#include <exception>
#include <string>

namespace skein::inline v0::internal {

void report(std::string message, std::exception_ptr exception) noexcept;

}  // namespace skein::inline v0::internal

#endif  // SKEIN_FUTURES_SRC_REPORT_H_
