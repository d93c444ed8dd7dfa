// What the thread sanitizer, for which each thread of a scenario is one, is not to look at.
#ifndef SKEIN_TESTS_SCRIPTED_UNWATCHED_H_
#define SKEIN_TESTS_SCRIPTED_UNWATCHED_H_

namespace skein::scripted {

// While one lives, what this thread reads and writes is the test's own business.
class Unwatched {
 public:
  Unwatched() noexcept;
  ~Unwatched();
  Unwatched(const Unwatched&) = delete;
  Unwatched& operator=(const Unwatched&) = delete;
};

}  // namespace skein::scripted

#endif  // SKEIN_TESTS_SCRIPTED_UNWATCHED_H_
