#include "parent_only.h"

#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/core/internal/platform.h>
#include <skein/threading/lock.h>

#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace skein::inline v0::multiprocessing::internal {

namespace {

constinit thread_local const KeepInChild* t_kept = nullptr;  // The innermost.

}  // namespace

// All that are open. The lock is held for a few instructions and one system call.
struct ParentOnlyList {
  static ParentOnlyList& get() {
    static ParentOnlyList* const list = [] {
      static_cast<void>(skein::internal::thread_token());  // Its own fork handlers come first.
      ::pthread_atfork([] { get().lock.acquire(); }, [] { get().lock.release(); },
                       [] {
                         get().close_all();
                         get().lock.release();
                       });
      return new ParentOnlyList;  // Never destroyed: the process may fork while statics die.
    }();
    return *list;
  }

  void close_all() noexcept {
    while (first != nullptr) {
      ParentOnly& one = *first;
      first = one.next_;
      if (!KeepInChild::keeps(one.number_)) ::close(one.number_);
      one.number_ = -1;
      one.next_ = one.previous_ = nullptr;
    }
  }

  threading::Lock lock;
  ParentOnly* first = nullptr;
};

namespace {
// Made when the library is loaded, not in a thread that may be in the middle of it when another one forks.
[[maybe_unused]] const ParentOnlyList& g_made_at_load = ParentOnlyList::get();
}  // namespace

void ParentOnly::be_ready() noexcept { static_cast<void>(ParentOnlyList::get()); }

ParentOnly::Listed::Listed() noexcept { ParentOnlyList::get().lock.acquire(); }
ParentOnly::Listed::~Listed() { ParentOnlyList::get().lock.release(); }

void ParentOnly::link() noexcept {
  ParentOnlyList& list = ParentOnlyList::get();
  previous_ = nullptr;
  next_ = list.first;
  if (next_ != nullptr) next_->previous_ = this;
  list.first = this;
}

void ParentOnly::unlink() noexcept {
  (previous_ != nullptr ? previous_->next_ : ParentOnlyList::get().first) = next_;
  if (next_ != nullptr) next_->previous_ = previous_;
  next_ = previous_ = nullptr;
}

ParentOnly::ParentOnly(ParentOnly&& other) noexcept {
  const Listed listed;
  if (other.number_ < 0) return;
  other.unlink();
  number_ = std::exchange(other.number_, -1);
  link();
}

ParentOnly& ParentOnly::operator=(ParentOnly&& other) noexcept {
  if (this == &other) return *this;
  close();
  const Listed listed;
  if (other.number_ < 0) return *this;
  other.unlink();
  number_ = std::exchange(other.number_, -1);
  link();
  return *this;
}

void ParentOnly::close() noexcept {
  if (number_ < 0) return;
  const Listed listed;
  unlink();
  ::close(std::exchange(number_, -1));
}

bool ParentOnly::open_both(std::pair<ParentOnly, ParentOnly>& ends, int (*open)(int*)) noexcept {
  const Listed listed;
  std::array<int, 2> numbers{};
  if (open(numbers.data()) != 0) return false;
  ends.first.number_ = numbers[0];
  ends.first.link();
  ends.second.number_ = numbers[1];
  ends.second.link();
  return true;
}

std::pair<ParentOnly, ParentOnly> ParentOnly::pipe() {
  std::pair<ParentOnly, ParentOnly> ends;
  SKEIN_FAULT("process.pipe");
  if (!open_both(ends, [](int* numbers) { return ::pipe2(numbers, O_CLOEXEC); })) {
    throw OSError(std::error_code(errno, std::generic_category()), "cannot make a pipe for a process");
  }
  return ends;
}

std::pair<ParentOnly, ParentOnly> ParentOnly::sockets() {
  std::pair<ParentOnly, ParentOnly> ends;
  const auto open = [](int* numbers) { return ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, numbers); };
  if (!open_both(ends, open)) {
    throw OSError(std::error_code(errno, std::generic_category()), "cannot make sockets for the fork server");
  }
  return ends;
}

KeepInChild::KeepInChild(int number) noexcept : number_(number), outer_(t_kept) { t_kept = this; }
KeepInChild::~KeepInChild() { t_kept = outer_; }

bool KeepInChild::keeps(int number) noexcept {
  for (const KeepInChild* kept = t_kept; kept != nullptr; kept = kept->outer_) {
    if (kept->number_ == number) return true;
  }
  return false;
}

}  // namespace skein::inline v0::multiprocessing::internal
