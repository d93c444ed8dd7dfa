// benchmarks/loop_peers.h - what all contenders of family 4 share, and its peers' rows.
//
// A peer does what skein does in the form that its users write: Asio with awaitables,
// libuv with handles and callbacks. Both keep what their loop needs to take calls from
// other threads. Where a peer has no such thing at all, as libuv has no tasks, it has
// no row.
#ifndef SKEIN_BENCHMARKS_LOOP_PEERS_H_
#define SKEIN_BENCHMARKS_LOOP_PEERS_H_

#include <cstdint>

#include "harness.h"

namespace bench::loops {

// 4a. Tasks that yield equally often, in turn, end in the order in which they began.
struct Turns {
  std::int64_t done = 0;
  int ended = 0;

  void end(int index, std::int64_t times) {
    check(index == ended++);
    done += times;
  }
};

// 4d. Timers are due over 100 ms, in no order: after how many seconds number i of `all` is.
inline double due(std::int64_t i, std::int64_t all) {
  return 0.1 * static_cast<double>(i * 7919 % all) / static_cast<double>(all);
}

// What has fired: each number once.
struct Fired {
  std::int64_t left;
  std::int64_t sum = 0;

  // True for the last one.
  bool one(std::int64_t i) {
    sum += i;
    return --left == 0;
  }
  void check_all(std::int64_t all) const { check(left == 0 && sum == all * (all - 1) / 2); }
};

// 4f. Bytes in use.
std::int64_t heap_bytes();

// kPost and kDefer: the two ways to get behind what is ready.
enum class Again { kPost, kDefer };
template <Again kAgain>
Outcome asio_yield(const Rep& rep, int tasks);
extern template Outcome asio_yield<Again::kPost>(const Rep& rep, int tasks);
extern template Outcome asio_yield<Again::kDefer>(const Rep& rep, int tasks);
Outcome asio_create(const Rep& rep);
Outcome asio_await(const Rep& rep);
Outcome asio_timers(const Rep& rep);
Outcome asio_to_thread(const Rep& rep);
Outcome asio_bytes(const Rep& rep);

Outcome uv_yield(const Rep& rep, int tasks);
Outcome uv_timers(const Rep& rep);
Outcome uv_to_thread(const Rep& rep);

}  // namespace bench::loops

#endif  // SKEIN_BENCHMARKS_LOOP_PEERS_H_
