// start_method.h - the three ways to make a process.
#ifndef SKEIN_MULTIPROCESSING_SRC_START_METHOD_H_
#define SKEIN_MULTIPROCESSING_SRC_START_METHOD_H_

#include <skein/multiprocessing/internal/method.h>

#include <string_view>

namespace skein::inline v0::multiprocessing::internal {

std::string_view name_of(Method method) noexcept;
// Errors: ValueError ("cannot find context for 'x'").
Method method_called(std::string_view name);
// What a process without a context of its own is started by; from now on that is decided.
Method default_method();
// In a new process: the one that it was started by.
void force_default_method(Method method) noexcept;
// What freeze_support() has been called for, or not yet.
bool freeze_support_was_called() noexcept;
// Whether this process was started by another one of skein's and main has not got to freeze_support().
bool is_starting_up() noexcept;

// The hidden arguments of such a process.
inline constexpr const char kMarker[] = "--multiprocessing-fork";  // NOLINT(modernize-avoid-c-arrays)
inline constexpr const char kSpawned[] = "spawn";                  // NOLINT(modernize-avoid-c-arrays)
inline constexpr const char kServer[] = "forkserver";              // NOLINT(modernize-avoid-c-arrays)
// And where its descriptors are.
inline constexpr int kLaunchPlace = 3;  // spawn: the launch. forkserver: the connection.
inline constexpr int kLifelinePlace = 4;
inline constexpr int kParcelPlace = 5;  // spawn only.

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_START_METHOD_H_
