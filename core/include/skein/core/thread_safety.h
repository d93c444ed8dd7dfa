// skein/core/thread_safety.h - clang's thread safety annotations, by which -Wthread-safety finds unguarded accesses.
#ifndef SKEIN_CORE_THREAD_SAFETY_H_
#define SKEIN_CORE_THREAD_SAFETY_H_

#if defined(__clang__)
#define SKEIN_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define SKEIN_THREAD_ANNOTATION(x)
#endif

#define SKEIN_CAPABILITY(name) SKEIN_THREAD_ANNOTATION(capability(name))
#define SKEIN_SCOPED_CAPABILITY SKEIN_THREAD_ANNOTATION(scoped_lockable)
#define SKEIN_GUARDED_BY(lock) SKEIN_THREAD_ANNOTATION(guarded_by(lock))
#define SKEIN_ACQUIRE(...) SKEIN_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define SKEIN_RELEASE(...) SKEIN_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
#define SKEIN_TRY_ACQUIRE(...) SKEIN_THREAD_ANNOTATION(try_acquire_capability(__VA_ARGS__))
#define SKEIN_REQUIRES(...) SKEIN_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define SKEIN_NO_THREAD_SAFETY_ANALYSIS SKEIN_THREAD_ANNOTATION(no_thread_safety_analysis)

#endif  // SKEIN_CORE_THREAD_SAFETY_H_
