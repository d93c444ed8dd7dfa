// skein/multiprocessing/internal/method.h - the three start methods, for whom a name is too long.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_METHOD_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_METHOD_H_

#include <cstdint>

namespace skein::inline v0::multiprocessing::internal {

enum class Method : std::uint8_t { kFork, kSpawn, kForkserver };

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_METHOD_H_
