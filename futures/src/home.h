// home.h - which pool the calling thread works for.
#ifndef SKEIN_FUTURES_SRC_HOME_H_
#define SKEIN_FUTURES_SRC_HOME_H_

#include <skein/futures/internal/core.h>

namespace skein::inline v0::internal {

void set_current_home(TaskHome* home) noexcept;
[[nodiscard]] TaskHome* current_home() noexcept;

}  // namespace skein::inline v0::internal

#endif  // SKEIN_FUTURES_SRC_HOME_H_
