// Items that count themselves, and that fail when they are told to.
#ifndef SKEIN_TESTS_QUEUE_ITEMS_H_
#define SKEIN_TESTS_QUEUE_ITEMS_H_

#include <atomic>
#include <compare>
#include <cstdint>
#include <memory>
#include <new>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace skein::testing {

// What items throw.
struct Boom : std::runtime_error {
  Boom() : std::runtime_error("boom") {}
};

// Fails at the k-th of the steps that are counted.
class Fuse {
 public:
  // The `k`-th step from now on throws Boom; 0: none does.
  void set(std::int64_t k) { left_ = k; }
  // Whether it has gone off (or was never set).
  [[nodiscard]] bool burnt() const { return left_ <= 0; }
  void step() {
    if (left_ > 0 && --left_ == 0) throw Boom();
  }

 private:
  std::int64_t left_ = 0;
};

// Counts the live objects of each type that has one as a base or member, and marks the dead.
template <class Tag>
class Live {
 public:
  Live() noexcept { ++count; }
  Live(const Live&) noexcept { ++count; }
  Live(Live&&) noexcept { ++count; }
  Live& operator=(const Live&) noexcept = default;
  Live& operator=(Live&&) noexcept = default;
  ~Live() { --count; }

  static inline std::atomic<std::int64_t> count{0};
};

// How a queue has to keep an item depends on what can go wrong with it. One type for each case; all
// hold a number, compare by it, and have -1 after they were moved from.

// Its move may throw.
struct Fragile {
  explicit Fragile(int v) : value(v) {}
  Fragile(const Fragile& other) : value((fuse.step(), other.value)) {}
  Fragile(Fragile&& other) noexcept(false) : value((fuse.step(), std::exchange(other.value, -1))) {}
  Fragile& operator=(const Fragile& other) {
    fuse.step();
    value = other.value;
    return *this;
  }
  Fragile& operator=(Fragile&& other) noexcept(false) {
    fuse.step();
    value = std::exchange(other.value, -1);
    return *this;
  }
  ~Fragile() = default;
  friend bool operator<(const Fragile& a, const Fragile& b) { return a.value < b.value; }

  int value;
  [[no_unique_address]] Live<Fragile> live;
  static inline Fuse fuse;
};
static_assert(!std::is_nothrow_move_constructible_v<Fragile>);

// Only its copy may throw, and it has a destructor.
struct Quiet {
  explicit Quiet(int v) : value(v) {}
  Quiet(const Quiet& other) : value((fuse.step(), other.value)) {}
  Quiet(Quiet&& other) noexcept : value(std::exchange(other.value, -1)) {}
  Quiet& operator=(const Quiet& other) {
    fuse.step();
    value = other.value;
    return *this;
  }
  Quiet& operator=(Quiet&& other) noexcept {
    value = std::exchange(other.value, -1);
    return *this;
  }
  ~Quiet() = default;
  friend bool operator<(const Quiet& a, const Quiet& b) { return a.value < b.value; }

  int value;
  [[no_unique_address]] Live<Quiet> live;
  static inline Fuse fuse;
};
static_assert(std::is_nothrow_move_constructible_v<Quiet> && !std::is_trivially_destructible_v<Quiet>);

// Its copy may throw, it has no destructor, and its move empties the source.
struct Plain {
  explicit Plain(int v) : value(v) {}
  Plain(const Plain& other) : value((fuse.step(), other.value)) {}
  Plain(Plain&& other) noexcept : value(std::exchange(other.value, -1)) {}
  Plain& operator=(const Plain& other) {
    fuse.step();
    value = other.value;
    return *this;
  }
  Plain& operator=(Plain&& other) noexcept {
    value = std::exchange(other.value, -1);
    return *this;
  }
  friend bool operator<(const Plain& a, const Plain& b) { return a.value < b.value; }

  int value;
  static inline Fuse fuse;
};
static_assert(std::is_nothrow_move_constructible_v<Plain> && std::is_trivially_destructible_v<Plain>);

// Cannot be copied.
struct MoveOnly {
  explicit MoveOnly(int v) : value(std::make_unique<int>(v)) {}
  friend bool operator<(const MoveOnly& a, const MoveOnly& b) { return *a.value < *b.value; }

  std::unique_ptr<int> value;
};

// Must lie at a multiple of 128.
struct alignas(128) Aligned {
  explicit Aligned(int v) : value(v) {}
  [[nodiscard]] bool is_aligned() const { return reinterpret_cast<std::uintptr_t>(this) % 128 == 0; }
  friend bool operator<(const Aligned& a, const Aligned& b) { return a.value < b.value; }

  int value;
};

}  // namespace skein::testing

#endif  // SKEIN_TESTS_QUEUE_ITEMS_H_
