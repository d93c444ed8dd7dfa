// skein/multiprocessing/logger.h - what the module says about its own doings. Python: multiprocessing.get_logger(),
// log_to_stderr().
#ifndef SKEIN_MULTIPROCESSING_LOGGER_H_
#define SKEIN_MULTIPROCESSING_LOGGER_H_

#include <skein/core/export.h>
#include <skein/core/timeout.h>

#include <string>
#include <string_view>

namespace skein::inline v0::multiprocessing {

// Python's `logging` levels, and multiprocessing's own two.
namespace logging {
inline constexpr int NOTSET = 0;
inline constexpr int DEBUG = 10;
inline constexpr int INFO = 20;
inline constexpr int WARNING = 30;
inline constexpr int ERROR = 40;
inline constexpr int CRITICAL = 50;
}  // namespace logging
inline constexpr int SUBDEBUG = 5;
inline constexpr int SUBWARNING = 25;

// The one logger of the process, which is the part of Python's logging that multiprocessing uses: a level, and stderr.
// Until log_to_stderr() only warnings and worse are written, as bare text; then as "[LEVEL/ProcessName] text", once for
// each call of it. Children that are started later log as this process does.
//
// Threads:  any member, from any thread. Lines of several threads or processes do not mix.
// Lifetime: a handle; there is one logger, for ever.
// Ordering: none.
// Cost:     an atomic load if the level says no; one write(2) otherwise.
// Death:    nothing is shared.
class SKEIN_API Logger {
 public:
  // Messages below it are dropped. NOTSET: below WARNING.
  void setLevel(int level) const noexcept;
  [[nodiscard]] int getEffectiveLevel() const noexcept;
  [[nodiscard]] bool isEnabledFor(int level) const noexcept { return level >= getEffectiveLevel(); }

  // Writes a message, if its level is not below the logger's; the others are log() with the level of their name.
  void log(int level, std::string_view message) const;
  void debug(std::string_view message) const { log(logging::DEBUG, message); }
  void info(std::string_view message) const { log(logging::INFO, message); }
  void warning(std::string_view message) const { log(logging::WARNING, message); }
  void error(std::string_view message) const { log(logging::ERROR, message); }
  void critical(std::string_view message) const { log(logging::CRITICAL, message); }

  friend bool operator==(const Logger&, const Logger&) = default;
};

// Python: multiprocessing.get_logger. The logger of this process.
[[nodiscard]] SKEIN_API Logger get_logger() noexcept;

// The keyword arguments of log_to_stderr.
struct LogToStderrOptions {
  int level = logging::NOTSET;
};
// From now on messages go to stderr with level and process name. NOTSET (Python: None): the level stays.
SKEIN_API Logger log_to_stderr(int level = logging::NOTSET);
inline Logger log_to_stderr(NoneType) { return log_to_stderr(); }
inline Logger log_to_stderr(LogToStderrOptions options) { return log_to_stderr(options.level); }

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_LOGGER_H_
