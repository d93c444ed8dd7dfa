// skein/futures/report.h - what nobody else hears of. Python: what concurrent.futures writes to its logger.
#ifndef SKEIN_FUTURES_REPORT_H_
#define SKEIN_FUTURES_REPORT_H_

#include <skein/core/export.h>

#include <exception>
#include <functional>
#include <string>

namespace skein::inline v0::futures {

// One report. Its messages: "exception calling callback for <Future ...>", "Exception in initializer" and, beyond
// Python, "exception was never retrieved from <Future ...>": a future whose failure nobody has asked for has been
// dropped. One report for all futures that failed because their pool broke.
struct Report {
  std::string message;
  std::exception_ptr exception;
};

// Where reports go; an empty hook restores the default, which writes "message:" and the exception to stderr, in one
// piece. The hook runs in whichever thread has something to report, outside of all locks; what it throws is dropped.
// Any thread may set it, at any time.
SKEIN_API void set_report_hook(std::function<void(const Report&)> hook);

}  // namespace skein::inline v0::futures

#endif  // SKEIN_FUTURES_REPORT_H_
