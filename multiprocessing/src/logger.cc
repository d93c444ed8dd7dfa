#include <skein/core/internal/describe.h>
#include <skein/core/internal/platform.h>
#include <skein/multiprocessing/logger.h>
#include <skein/multiprocessing/process_handle.h>

#include "log.h"

namespace skein::inline v0::multiprocessing {

namespace {

constinit skein::internal::Atomic<int> g_level{logging::NOTSET};
constinit skein::internal::Atomic<int> g_handlers{0};

std::string level_name(int level) {
  switch (level) {
    case logging::NOTSET:
      return "NOTSET";
    case logging::DEBUG:
      return "DEBUG";
    case logging::INFO:
      return "INFO";
    case logging::WARNING:
      return "WARNING";
    case logging::ERROR:
      return "ERROR";
    case logging::CRITICAL:
      return "CRITICAL";
    default:
      return "Level " + std::to_string(level);
  }
}

}  // namespace

void Logger::setLevel(int level) const noexcept { g_level.store(level); }

// Python's root logger has the level WARNING.
int Logger::getEffectiveLevel() const noexcept {
  const int level = g_level.load();
  return level == logging::NOTSET ? logging::WARNING : level;
}

void Logger::log(int level, std::string_view message) const {
  if (!isEnabledFor(level)) return;
  const int handlers = g_handlers.load();
  if (handlers == 0) {  // Python's handler of last resort.
    if (level >= logging::WARNING) skein::internal::write_to_stderr(std::string(message) + '\n');
    return;
  }
  const std::string line =
      '[' + level_name(level) + '/' + current_process().name() + "] " + std::string(message) + '\n';
  for (int i = 0; i < handlers; ++i) skein::internal::write_to_stderr(line);
}

Logger get_logger() noexcept { return {}; }

Logger log_to_stderr(int level) {
  g_handlers.fetch_add(1);
  if (level != logging::NOTSET) g_level.store(level);
  return {};
}

namespace internal {

LogState log_state() noexcept { return {g_level.load(), g_handlers.load()}; }
void set_log_state(LogState state) noexcept {
  g_level.store(state.level);
  g_handlers.store(state.handlers);
}
bool log_wanted(int level) noexcept { return g_level.load() != logging::NOTSET && get_logger().isEnabledFor(level); }

}  // namespace internal
}  // namespace skein::inline v0::multiprocessing
