// parent_only.h - descriptors that no child may have: other ends of its lifelines, watches of its siblings.
#ifndef SKEIN_MULTIPROCESSING_SRC_PARENT_ONLY_H_
#define SKEIN_MULTIPROCESSING_SRC_PARENT_ONLY_H_

#include <skein/multiprocessing/internal/descriptor.h>

#include <utility>

namespace skein::inline v0::multiprocessing::internal {

// Closed in every child that fork() makes, ours or anybody's: a child that held the other end of its own lifeline, or
// of a sibling's, would never see the parent end. (Whoever calls exec closes it too.) Opened under the list's lock,
// which a fork takes as well, so that no child comes in between.
class ParentOnly {
 public:
  ParentOnly() noexcept = default;
  ParentOnly(ParentOnly&& other) noexcept;
  ParentOnly& operator=(ParentOnly&& other) noexcept;
  ~ParentOnly() { close(); }

  [[nodiscard]] explicit operator bool() const noexcept { return number_ >= 0; }
  // -1 in a child.
  [[nodiscard]] int number() const noexcept { return number_; }
  void close() noexcept;

  // Its fork handlers are there: for whom they have to come first.
  static void be_ready() noexcept;
  // Takes over what `open` returns: a descriptor or -1, with errno set.
  template <class Open>
  static ParentOnly opened_by(Open&& open) {
    ParentOnly made;
    {
      const Listed listed;
      made.number_ = std::forward<Open>(open)();
      if (made.number_ >= 0) made.link();
    }
    return made;
  }
  // Both ends of a pipe, close-on-exec; the read end is to be given to a child.
  // Errors: OSError.
  static std::pair<ParentOnly, ParentOnly> pipe();
  // Two connected sockets that keep messages apart.
  // Errors: OSError.
  static std::pair<ParentOnly, ParentOnly> sockets();

 private:
  friend struct ParentOnlyList;
  // Holds the list's lock.
  struct Listed {
    Listed() noexcept;
    ~Listed();
    Listed(const Listed&) = delete;
    Listed& operator=(const Listed&) = delete;
  };
  static bool open_both(std::pair<ParentOnly, ParentOnly>& ends, int (*open)(int*)) noexcept;
  void link() noexcept;
  void unlink() noexcept;

  int number_ = -1;
  ParentOnly* next_ = nullptr;
  ParentOnly* previous_ = nullptr;
};

// While one lives, the children that the calling thread forks keep `number`; there it belongs to nobody. Nests: the
// outer ones' numbers are kept as well.
class KeepInChild {
 public:
  explicit KeepInChild(int number) noexcept;
  ~KeepInChild();
  KeepInChild(const KeepInChild&) = delete;
  KeepInChild& operator=(const KeepInChild&) = delete;

 private:
  friend struct ParentOnlyList;
  static bool keeps(int number) noexcept;

  const int number_;
  const KeepInChild* const outer_;
};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_PARENT_ONLY_H_
