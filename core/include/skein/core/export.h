// skein/core/export.h - SKEIN_API marks what a shared library shows.
#ifndef SKEIN_CORE_EXPORT_H_
#define SKEIN_CORE_EXPORT_H_

// Before a class that is thrown or has out-of-line members, and before a
// function or variable defined in a .cc file:
//   class SKEIN_API Event { ... };
//   SKEIN_API double monotonic();
// Everything else stays hidden (-fvisibility=hidden).
#define SKEIN_API __attribute__((visibility("default")))

// Said here, since every header comes by here before it uses anything of C++20.
#if __cplusplus < 202002L
#error "skein needs C++20: give the compiler -std=c++20"
#endif

#endif  // SKEIN_CORE_EXPORT_H_
