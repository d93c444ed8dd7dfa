#include <skein/core/version.h>

namespace skein::inline v0 {

std::string_view version() noexcept { return "0.1.0"; }

}  // namespace skein::inline v0
