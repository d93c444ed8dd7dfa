// The queues of asyncio, for the suites over all of them.
#ifndef SKEIN_TESTS_ASYNC_QUEUE_FLAVOURS_H_
#define SKEIN_TESTS_ASYNC_QUEUE_FLAVOURS_H_

#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <algorithm>
#include <string>
#include <vector>

namespace skein::testing {

struct AsyncQueueFlavour {
  static constexpr const char* kName = "Queue";
  template <class T>
  using Of = asyncio::Queue<T>;
  static std::vector<int> in_order(std::vector<int> put) { return put; }
};
struct AsyncLifoQueueFlavour {
  static constexpr const char* kName = "LifoQueue";
  template <class T>
  using Of = asyncio::LifoQueue<T>;
  static std::vector<int> in_order(std::vector<int> put) {
    std::reverse(put.begin(), put.end());
    return put;
  }
};
struct AsyncPriorityQueueFlavour {
  static constexpr const char* kName = "PriorityQueue";
  template <class T>
  using Of = asyncio::PriorityQueue<T>;
  static std::vector<int> in_order(std::vector<int> put) {
    std::sort(put.begin(), put.end());
    return put;
  }
};

struct AsyncQueueNames {
  template <class Flavour>
  static std::string GetName(int) {
    return Flavour::kName;
  }
};

using AsyncQueues = ::testing::Types<AsyncQueueFlavour, AsyncLifoQueueFlavour, AsyncPriorityQueueFlavour>;

}  // namespace skein::testing

#endif  // SKEIN_TESTS_ASYNC_QUEUE_FLAVOURS_H_
