// Words that a test shares with the processes it starts, by whatever method.
#ifndef SKEIN_TESTS_MULTIPROCESSING_MAILBOX_H_
#define SKEIN_TESTS_MULTIPROCESSING_MAILBOX_H_

#include <skein/core/internal/platform.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/shared_block.h>

#include <array>
#include <cstdint>

namespace skein::testing {

// A handle; copies are of one. Everything is 0 at first.
class Mailbox {
 public:
  using Words = std::array<internal::Atomic<std::uint32_t>, 64>;

  Mailbox() : block_(multiprocessing::internal::BlockKind::kEngine, sizeof(Words), 64) {}

  [[nodiscard]] std::uint32_t get(std::size_t place) const { return words()[place].load(); }
  void set(std::size_t place, std::uint32_t value = 1) const {
    words()[place].store(value);
    internal::futex_wake(&words()[place], 1 << 30, internal::Scope::kShared);
  }
  std::uint32_t add(std::size_t place) const {
    const std::uint32_t sum = words()[place].fetch_add(1) + 1;
    internal::futex_wake(&words()[place], 1 << 30, internal::Scope::kShared);
    return sum;
  }
  // Until the word is at least `value`; false after 10 s.
  [[nodiscard]] bool wait(std::size_t place, std::uint32_t value = 1) const {
    const Deadline deadline(10);
    for (;;) {
      const std::uint32_t now = get(place);
      if (now >= value) return true;
      if (!internal::futex_wait(&words()[place], now, deadline.ns(), internal::Scope::kShared)) return false;
    }
  }

  template <class Archive>
  void save(Archive& archive) const {
    const multiprocessing::internal::BlockAddress address = block_.pack();
    archive(address);
  }
  template <class Archive>
  void load(Archive& archive) {
    multiprocessing::internal::BlockAddress address;
    archive(address);
    block_ = multiprocessing::internal::SharedBlock::unpack(address, multiprocessing::internal::BlockKind::kEngine);
  }

 private:
  [[nodiscard]] Words& words() const { return block_.as<Words>(); }

  multiprocessing::internal::SharedBlock block_;
};

}  // namespace skein::testing

#endif  // SKEIN_TESTS_MULTIPROCESSING_MAILBOX_H_
