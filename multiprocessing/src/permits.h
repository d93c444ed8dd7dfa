// The permits of a semaphore that recovers them: words that hold the identity of the process that took the permit, so
// that taking it and saying who has it are one step.
#ifndef SKEIN_MULTIPROCESSING_SRC_PERMITS_H_
#define SKEIN_MULTIPROCESSING_SRC_PERMITS_H_

#include <skein/core/internal/platform.h>
#include <skein/core/spin.h>

#include <cstddef>
#include <cstdint>

namespace skein::inline v0::multiprocessing::internal {

// What lies in the block of a semaphore; the words of the permits follow if it recovers them.
struct SemaphoreState {
  // Low half, the word that sleepers watch: the permits that are there; with words, how often one came back.
  // High half: the number of sleepers. One who is killed stays counted.
  skein::internal::Atomic<std::uint64_t> bits{0};
  skein::internal::SpinHistory history;
  std::uint32_t limit = 0;                           // The most permits there may be.
  skein::internal::Atomic<std::uint32_t> looked{0};  // Milliseconds: as in LockWord.
  skein::internal::Atomic<std::uint32_t> used{0};    // With words: those from here on have never been permits.
  std::uint32_t unused = 0;
};
using Permit = skein::internal::Atomic<std::uint64_t>;

// A permit's word; any other value is the identity of the process that has it, pid in the high half.
inline constexpr std::uint64_t kNoPermit = 0;
inline constexpr std::uint64_t kFreePermit = 1;
inline constexpr std::uint64_t kLeftPermit = 2;  // Taken by a process that ended normally.

// A view of the words in a block of `size` bytes.
class Permits {
 public:
  Permits(SemaphoreState& state, std::size_t size) noexcept
      : words_(reinterpret_cast<Permit*>(&state + 1)),
        capacity_((size - sizeof(SemaphoreState)) / sizeof(Permit)),
        state_(state) {}

  // Takes one that is free.
  [[nodiscard]] bool take();
  // Takes one whose process is gone without a normal end.
  [[nodiscard]] bool recover();
  // Frees one: of this process, else one that was left, else one of any process, else a new one. False if there is
  // none.
  [[nodiscard]] bool give();
  [[nodiscard]] std::int64_t count_free() const noexcept;
  [[nodiscard]] bool any_mine() const noexcept;
  // Those of this process are left from now on.
  void leave() noexcept;

 private:
  // Those that may be permits; copied once, for others can write there.
  [[nodiscard]] std::size_t size() const noexcept;
  template <class P>
  bool free_one_that(P is);

  Permit* words_;
  std::size_t capacity_;
  SemaphoreState& state_;
};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_PERMITS_H_
