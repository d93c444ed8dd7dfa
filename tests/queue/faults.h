// What the tests of rows Q1 to Q11 of the fault table share: fixtures, and a comparator that fails.
//
// Q1 to Q4 are in error_faults_test.cc, Q5, Q6 and Q8 in end_faults_test.cc, Q9 and Q11 in bound_faults_test.cc. Q7 and
// Q10 are long runs and stand in tests/stress/queue_test.cc.
#ifndef SKEIN_TESTS_QUEUE_FAULTS_H_
#define SKEIN_TESTS_QUEUE_FAULTS_H_

#include <gtest/gtest.h>

#include <string>

#include "queue/flavours.h"
#include "queue/items.h"

namespace skein::testing {

template <class Flavour>
class QueueFaults : public ::testing::Test {
 protected:
  QueueFaults() { measure_spin_budget(); }
};
TYPED_TEST_SUITE(QueueFaults, AllQueues, FlavourNames);

template <class Flavour>
class TaskQueueFaults : public ::testing::Test {
 protected:
  TaskQueueFaults() { measure_spin_budget(); }
};
TYPED_TEST_SUITE(TaskQueueFaults, BoundedQueues, FlavourNames);

class PriorityQueueFaults : public ::testing::Test {
 protected:
  PriorityQueueFaults() { measure_spin_budget(); }
};

template <class F>
::testing::AssertionResult raises_boom(F function) {
  try {
    function();
  } catch (const Boom&) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "no Boom";
}

// Compares, and throws when its fuse goes off.
struct TestyLess {
  template <class T>
  bool operator()(const T& a, const T& b) const {
    fuse.step();
    return a < b;
  }
  static inline Fuse fuse;
};

// The number that an item holds.
inline int number(int item) { return item; }
inline int number(const std::string& item) { return std::stoi(item); }
template <class T>
int number(const T& item) {
  return item.value;
}

}  // namespace skein::testing

#endif  // SKEIN_TESTS_QUEUE_FAULTS_H_
