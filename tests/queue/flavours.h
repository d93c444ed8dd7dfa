// The queue types that the behaviour suites run over, and who acts beside the test.
//
// A flavour says how one kind of queue is made and what it can do. The suites use the members that
// Python names, so a queue that other processes share, or one that a loop awaits, joins by a
// flavour of its own: `Of` is the queue or an adapter with the same blocking members, `Party` is a
// process or a thread with a loop.
#ifndef SKEIN_TESTS_QUEUE_FLAVOURS_H_
#define SKEIN_TESTS_QUEUE_FLAVOURS_H_

#include <gtest/gtest.h>
#include <skein/core/spin.h>
#include <skein/queue.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "testing/party.h"

namespace skein::testing {

// The order in which get() gives what was put.
enum class Order { kFirstFirst, kLastFirst, kSmallestFirst };

struct QueueFlavour {
  static constexpr const char* kName = "Queue";
  template <class T>
  using Of = queue::Queue<T>;
  using Party = testing::Party;  // Who acts beside the test.
  static constexpr Order kOrder = Order::kFirstFirst;
  static constexpr bool kBounded = true;  // Takes a maxsize; has task_done, join and shutdown as well.
};

struct LifoQueueFlavour {
  static constexpr const char* kName = "LifoQueue";
  template <class T>
  using Of = queue::LifoQueue<T>;
  using Party = testing::Party;  // Who acts beside the test.
  static constexpr Order kOrder = Order::kLastFirst;
  static constexpr bool kBounded = true;
};

struct PriorityQueueFlavour {
  static constexpr const char* kName = "PriorityQueue";
  template <class T>
  using Of = queue::PriorityQueue<T>;
  using Party = testing::Party;  // Who acts beside the test.
  static constexpr Order kOrder = Order::kSmallestFirst;
  static constexpr bool kBounded = true;
};

struct SimpleQueueFlavour {
  static constexpr const char* kName = "SimpleQueue";
  template <class T>
  using Of = queue::SimpleQueue<T>;
  using Party = testing::Party;  // Who acts beside the test.
  static constexpr Order kOrder = Order::kFirstFirst;
  static constexpr bool kBounded = false;
};

// Items travel as bytes: what get() gives is another object.
template <class Flavour>
inline constexpr bool kPickles = requires { requires Flavour::kPickles; };
// A negative timeout is no error but only looks.
template <class Flavour>
inline constexpr bool kNegativeOnlyLooks = requires { requires Flavour::kNegativeOnlyLooks; };

using AllQueues = ::testing::Types<QueueFlavour, LifoQueueFlavour, PriorityQueueFlavour, SimpleQueueFlavour>;
using BoundedQueues = ::testing::Types<QueueFlavour, LifoQueueFlavour, PriorityQueueFlavour>;

struct FlavourNames {
  template <class Flavour>
  static std::string GetName(int) {
    return Flavour::kName;
  }
};

// A flavour's queue with a maxsize, for those that take one.
template <class Flavour, class T>
struct Made {
  explicit Made(std::int64_t maxsize = 0) : q(maxsize) {}
  typename Flavour::template Of<T> q;
};
template <class T>
struct Made<SimpleQueueFlavour, T> {
  Made() = default;
  typename SimpleQueueFlavour::Of<T> q;
};

// What get() gives, in order, when all of `put` were put one after the other.
template <class Flavour, class T>
std::vector<T> in_order(std::vector<T> put) {
  if constexpr (Flavour::kOrder == Order::kLastFirst) std::reverse(put.begin(), put.end());
  if constexpr (Flavour::kOrder == Order::kSmallestFirst) std::sort(put.begin(), put.end());
  return put;
}

// The price of a wake-up is measured at the first wait, by threads that sleep meanwhile; not in the
// middle of a test that watches who sleeps.
inline void measure_spin_budget() { static_cast<void>(spin_budget()); }

}  // namespace skein::testing

#endif  // SKEIN_TESTS_QUEUE_FLAVOURS_H_
