// log.h - the module's own use of its logger.
#ifndef SKEIN_MULTIPROCESSING_SRC_LOG_H_
#define SKEIN_MULTIPROCESSING_SRC_LOG_H_

#include <skein/multiprocessing/logger.h>

#include <string>

namespace skein::inline v0::multiprocessing::internal {

// What a child takes over.
struct LogState {
  int level;
  int handlers;
};
LogState log_state() noexcept;
void set_log_state(LogState state) noexcept;

// As CPython's util.info(), which say nothing before get_logger() was called. `text`: a callable, called if it is
// wanted.
bool log_wanted(int level) noexcept;
template <class F>
void log_at(int level, F&& text) {
  if (log_wanted(level)) get_logger().log(level, text());
}
inline void log_info(const char* text) {
  log_at(logging::INFO, [text] { return std::string(text); });
}
inline void log_debug(const char* text) {
  log_at(logging::DEBUG, [text] { return std::string(text); });
}

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_LOG_H_
