#include "permits.h"

#include <skein/core/internal/fault.h>

#include <algorithm>

#include "identity.h"

namespace skein::inline v0::multiprocessing::internal {

namespace {

std::uint64_t taken_by(Identity who) noexcept { return (std::uint64_t{who.pid} << 32) | who.started; }
Identity taker_of(std::uint64_t word) noexcept {
  return {static_cast<std::uint32_t>(word >> 32), static_cast<std::uint32_t>(word)};
}
bool is_taken(std::uint64_t word) noexcept { return taker_of(word).pid != 0; }

}  // namespace

std::size_t Permits::size() const noexcept { return std::min<std::size_t>(state_.used.load(), capacity_); }

bool Permits::take() {
  const std::uint64_t mine = taken_by(self());
  const std::size_t count = size();
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t word = words_[i].load();
    if (word != kFreePermit) continue;
    SKEIN_FAULT("permit.taking");
    if (words_[i].compare_exchange_strong(word, mine)) {
      SKEIN_FAULT("permit.taken");
      return true;
    }
  }
  return false;
}

bool Permits::recover() {
  const std::uint64_t mine = taken_by(self());
  const std::size_t count = size();
  std::uint64_t alive = mine;  // Mostly the same few have many.
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t word = words_[i].load();
    if (!is_taken(word) || word == mine || word == alive) continue;
    if (!gone(taker_of(word))) {
      alive = word;
      continue;
    }
    SKEIN_FAULT("permit.recovering");
    if (words_[i].compare_exchange_strong(word, mine)) {
      SKEIN_FAULT("permit.recovered");
      return true;
    }
  }
  return false;
}

template <class P>
bool Permits::free_one_that(P is) {
  const std::size_t count = size();
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t word = words_[i].load();
    if (is(word) && words_[i].compare_exchange_strong(word, kFreePermit)) return true;
  }
  return false;
}

bool Permits::give() {
  SKEIN_FAULT("permit.giving");
  const std::uint64_t mine = taken_by(self());
  if (free_one_that([mine](std::uint64_t word) { return word == mine; })) return true;
  if (free_one_that([](std::uint64_t word) { return word == kLeftPermit; })) return true;
  if (free_one_that([](std::uint64_t word) { return is_taken(word); })) return true;
  for (;;) {
    if (free_one_that([](std::uint64_t word) { return word == kNoPermit; })) return true;
    std::uint32_t used = state_.used.load();
    if (used >= capacity_) return false;
    state_.used.compare_exchange_strong(used, used + 1);
  }
}

std::int64_t Permits::count_free() const noexcept {
  return std::count_if(words_, words_ + size(), [](const Permit& word) { return word.load() == kFreePermit; });
}

bool Permits::any_mine() const noexcept {
  const std::uint64_t mine = taken_by(self());
  return std::any_of(words_, words_ + size(), [mine](const Permit& word) { return word.load() == mine; });
}

void Permits::leave() noexcept {
  const std::uint64_t mine = taken_by(self());
  std::for_each(words_, words_ + size(), [mine](Permit& word) {
    std::uint64_t expected = mine;
    word.compare_exchange_strong(expected, kLeftPermit);
  });
}

}  // namespace skein::inline v0::multiprocessing::internal
