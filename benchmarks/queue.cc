// benchmarks/queue.cc - family 2: queues.
//
// One operation is one item through the queue. "int" is an int64, "str" a
// std::string of 32 characters that the producer allocates and the consumer
// frees. "bounded" means room for 1024 items. nPmC: n producers, m consumers;
// producers are the first threads of a placement. Each thread moves an equal
// number of items, so that no poison pill is needed.
#include <cstdlib>
#include <memory>
#include <string>
#include <type_traits>

#include "harness.h"
#include "queue_peers.h"

namespace bench {
namespace {

constexpr std::size_t kCapacity = 1024;
constexpr std::int64_t kItems = 1'000'000;

using Int = std::int64_t;

template <class T>
T make_item(std::int64_t i) {
  if constexpr (std::is_same_v<T, std::string>) {
    return std::string(32, static_cast<char>('a' + i % 26));
  } else {
    return i;
  }
}

template <class T>
std::int64_t weight(const T& item) {
  if constexpr (std::is_same_v<T, std::string>) {
    return static_cast<std::int64_t>(item.size());
  } else {
    return item;
  }
}

// Sum of the weights of the items 0 .. n-1.
template <class T>
std::int64_t expected_sum(std::int64_t n) {
  return std::is_same_v<T, std::string> ? 32 * n : n * (n - 1) / 2;
}

// Queues live on the heap, cache-line aligned, as they would in a program.
template <class Q>
std::unique_ptr<Q> make_queue(std::size_t capacity) {
  return std::make_unique<Q>(capacity);
}

template <class T, class Q>
Outcome one_thread(const Rep& rep) {
  pin(rep.placement, 0);
  const auto queue = make_queue<Q>(kCapacity);
  auto putter = queue->putter();
  auto getter = queue->getter();
  const std::int64_t began = now_ns();
  for (std::int64_t i = 0; i < rep.ops; ++i) {
    putter.put(make_item<T>(i));
    T item = getter.get();
    keep(item);
  }
  return {static_cast<double>(now_ns() - began) / static_cast<double>(rep.ops)};
}

template <class T, class Q>
double throughput(const Rep& rep, std::size_t capacity, int pairs) {
  const auto queue = make_queue<Q>(capacity);
  const std::int64_t share = rep.ops / pairs;
  std::atomic<std::int64_t> sum{0};
  const double ns = run_threads(rep.placement, 2 * pairs, [&](int index) {
    if (index < pairs) {
      auto putter = queue->putter();
      const std::int64_t first = index * share;
      for (std::int64_t i = first; i < first + share; ++i) putter.put(make_item<T>(i));
    } else {
      auto getter = queue->getter();
      std::int64_t seen = 0;
      for (std::int64_t i = 0; i < share; ++i) {
        const T item = getter.get();
        seen += weight(item);
      }
      sum += seen;
    }
  });
  if (sum != expected_sum<T>(share * pairs)) std::abort();  // an item was lost
  return ns / static_cast<double>(share * pairs);
}

// How long items stay in the queue: every 16th carries the time of its put.
template <class Q>
std::vector<std::int64_t> sojourns(const Rep& rep, std::size_t capacity, int pairs) {
  const auto queue = make_queue<Q>(capacity);
  const std::int64_t share = rep.ops / pairs;
  std::vector<std::vector<std::int64_t>> seen(static_cast<std::size_t>(pairs));
  run_threads(rep.placement, 2 * pairs, [&](int index) {
    if (index < pairs) {
      auto putter = queue->putter();
      for (std::int64_t i = 0; i < share; ++i) putter.put(i % 16 == 0 ? now_ns() : 0);
    } else {
      auto getter = queue->getter();
      auto& mine = seen[static_cast<std::size_t>(index - pairs)];
      mine.reserve(static_cast<std::size_t>(share));
      for (std::int64_t i = 0; i < share; ++i) {
        if (const Int put_at = getter.get(); put_at != 0) mine.push_back(now_ns() - put_at);
      }
    }
  });
  std::vector<std::int64_t> all;
  for (const auto& mine : seen) all.insert(all.end(), mine.begin(), mine.end());
  return all;
}

template <class T, class Q, std::size_t kRoom, int kPairs>
Outcome stream(const Rep& rep) {
  Outcome outcome{throughput<T, Q>(rep, kRoom, kPairs)};
  if constexpr (std::is_same_v<T, Int> && kRoom != 0) {
    Rep sampled = rep;
    sampled.ops = std::max<std::int64_t>(rep.ops / 4 / kPairs, 1) * kPairs;
    outcome.latencies = sojourns<Q>(sampled, kRoom, kPairs);
  }
  return outcome;
}

// There and back, through two queues.
template <class Q, bool kSample>
Outcome ping_pong_once(const Rep& rep) {
  const auto there = make_queue<Q>(kCapacity);
  const auto back = make_queue<Q>(kCapacity);
  std::vector<std::int64_t> latencies;
  if (kSample) latencies.reserve(static_cast<std::size_t>(rep.ops));
  const double ns = run_threads(rep.placement, 2, [&](int index) {
    auto putter = (index == 0 ? there : back)->putter();
    auto getter = (index == 0 ? back : there)->getter();
    if (index == 1) {
      for (std::int64_t i = 0; i < rep.ops; ++i) putter.put(getter.get());
      return;
    }
    std::int64_t last = kSample ? now_ns() : 0;
    for (std::int64_t i = 0; i < rep.ops; ++i) {
      putter.put(i);
      if (getter.get() != i) std::abort();  // two in a line and out of order
      if constexpr (kSample) {
        const std::int64_t now = now_ns();
        latencies.push_back(now - last);
        last = now;
      }
    }
  });
  return {ns / static_cast<double>(rep.ops), std::move(latencies)};
}

template <class Q>
Outcome ping_pong(const Rep& rep) {
  Rep sampled = rep;
  sampled.ops = std::max<std::int64_t>(rep.ops / 4, 1);
  Outcome outcome = ping_pong_once<Q, false>(rep);
  outcome.latencies = ping_pong_once<Q, true>(sampled).latencies;
  return outcome;
}

const std::vector<Placement> kEverywhere = {kOneCore, kTwoCores, kFree};

// At one producer and one consumer the floor is the ring of two sides, else the
// rigtorp ring, which the targets name. The bare ticket ring, in the better of its
// two settings, shows how much lower one could go.
template <class T, std::size_t kRoom, int kPairs>
void add_floors(Workload& row) {
  if constexpr (kPairs == 1) row.add("floor", stream<T, queues::Spsc<T>, kRoom, 1>);
  row.add(kPairs == 1 ? "floor (rigtorp ring)" : "floor", stream<T, queues::Rigtorp<T>, kRoom, kPairs>)
      .add("floor (ticket ring)", stream<T, queues::Ticket<T>, kRoom, kPairs>)
      .add("floor (ticket ring)", stream<T, queues::TicketPausing<T>, kRoom, kPairs>);
}

template <class T, std::size_t kRoom, int kPairs>
void add_mutex_queues(Workload& row) {
  row.add("mutex+2cv", stream<T, queues::MutexQueue<T, false>, kRoom, kPairs>)
      .add("mutex+2cv counted", stream<T, queues::MutexQueue<T, true>, kRoom, kPairs>);
}

template <class T, int kPairs>
void add_bounded(Suite& suite, const std::string& name) {
  suite.push_back({2, name, kEverywhere, kItems, 1.0});
  Workload& row = suite.back();
  row.unit = kPairs;
  add_floors<T, kCapacity, kPairs>(row);
  row.add("skein", stream<T, queues::SkeinQueue<T>, kCapacity, kPairs>);
  if constexpr (kPairs == 1) {
    row.add("moodycamel SPSC", stream<T, queues::MoodycamelSpscBounded<T>, kCapacity, 1>);
  }
  row.add("TBB bounded", stream<T, queues::TbbQueue<T>, kCapacity, kPairs>);
  add_mutex_queues<T, kCapacity, kPairs>(row);
}

template <class T, int kPairs>
void add_unbounded(Suite& suite, const std::string& name) {
  suite.push_back({2, name, kEverywhere, kItems, 1.0});
  Workload& row = suite.back();
  row.unit = kPairs;
  add_floors<T, 0, kPairs>(row);
  row.add("skein", stream<T, queues::SkeinQueue<T>, 0, kPairs>);
  if constexpr (kPairs == 1) {
    row.add("moodycamel SPSC", stream<T, queues::MoodycamelSpsc<T>, 0, 1>);
  }
  row.add("moodycamel MPMC", stream<T, queues::Moodycamel<T>, 0, kPairs>)
      .add("moodycamel MPMC", stream<T, queues::MoodycamelTokens<T>, 0, kPairs>)
      .add("TBB bounded", stream<T, queues::TbbQueue<T>, 0, kPairs>);
  add_mutex_queues<T, 0, kPairs>(row);
}

// queue.SimpleQueue has rows of its own, so that each row has one skein.
template <int kPairs>
void add_simple(Suite& suite, const std::string& name) {
  suite.push_back({2, name, kEverywhere, kItems, 1.0});
  Workload& row = suite.back();
  row.unit = kPairs;
  add_floors<Int, 0, kPairs>(row);
  row.add("skein", stream<Int, queues::SkeinSimpleQueue<Int>, 0, kPairs>)
      .add("moodycamel MPMC", stream<Int, queues::Moodycamel<Int>, 0, kPairs>)
      .add("moodycamel MPMC", stream<Int, queues::MoodycamelTokens<Int>, 0, kPairs>);
  add_mutex_queues<Int, 0, kPairs>(row);
}

}  // namespace

void add_queue(Suite& suite) {
  suite.push_back({2, "int, one thread, put+get", {kOneCore}, kItems, 1.0});
  suite.back()
      .add("floor", one_thread<Int, queues::Spsc<Int>>)
      .add("floor (rigtorp ring)", one_thread<Int, queues::Rigtorp<Int>>)
      .add("floor (ticket ring)", one_thread<Int, queues::Ticket<Int>>)
      .add("skein", one_thread<Int, queues::SkeinQueue<Int>>)
      .add("moodycamel SPSC", one_thread<Int, queues::MoodycamelSpscBounded<Int>>)
      .add("moodycamel MPMC", one_thread<Int, queues::Moodycamel<Int>>)
      .add("moodycamel MPMC", one_thread<Int, queues::MoodycamelTokens<Int>>)
      .add("TBB bounded", one_thread<Int, queues::TbbQueue<Int>>)
      .add("mutex+2cv", one_thread<Int, queues::MutexQueue<Int, false>>)
      .add("mutex+2cv counted", one_thread<Int, queues::MutexQueue<Int, true>>);
  suite.push_back({2, "int, one thread, put+get, SimpleQueue", {kOneCore}, kItems, 1.0});
  suite.back()
      .add("floor", one_thread<Int, queues::Spsc<Int>>)
      .add("floor (rigtorp ring)", one_thread<Int, queues::Rigtorp<Int>>)
      .add("floor (ticket ring)", one_thread<Int, queues::Ticket<Int>>)
      .add("skein", one_thread<Int, queues::SkeinSimpleQueue<Int>>)
      .add("moodycamel SPSC", one_thread<Int, queues::MoodycamelSpsc<Int>>)
      .add("mutex+2cv", one_thread<Int, queues::MutexQueue<Int, false>>);

  add_bounded<Int, 1>(suite, "int bounded 1P1C");
  add_bounded<Int, 2>(suite, "int bounded 2P2C");
  add_bounded<Int, 4>(suite, "int bounded 4P4C");
  add_unbounded<Int, 1>(suite, "int unbounded 1P1C");
  add_unbounded<Int, 2>(suite, "int unbounded 2P2C");
  add_unbounded<Int, 4>(suite, "int unbounded 4P4C");
  add_simple<1>(suite, "int unbounded 1P1C, SimpleQueue");
  add_simple<2>(suite, "int unbounded 2P2C, SimpleQueue");
  add_bounded<std::string, 1>(suite, "str bounded 1P1C");
  add_bounded<std::string, 2>(suite, "str bounded 2P2C");
  add_bounded<std::string, 4>(suite, "str bounded 4P4C");
  add_unbounded<std::string, 1>(suite, "str unbounded 1P1C");
  add_unbounded<std::string, 2>(suite, "str unbounded 2P2C");
  add_unbounded<std::string, 4>(suite, "str unbounded 4P4C");

  suite.push_back({2, "int ping-pong round trip", kEverywhere, 200'000, 0.25});
  suite.back()
      .add("floor", ping_pong<queues::Spsc<Int>>)
      .add("floor", ping_pong<queues::Ticket<Int>>)
      .add("floor", ping_pong<queues::TicketPausing<Int>>)
      .add("skein", ping_pong<queues::SkeinQueue<Int>>)
      .add("moodycamel SPSC", ping_pong<queues::MoodycamelSpscBounded<Int>>)
      .add("moodycamel MPMC", ping_pong<queues::Moodycamel<Int>>)
      .add("TBB bounded", ping_pong<queues::TbbQueue<Int>>)
      .add("mutex+2cv", ping_pong<queues::MutexQueue<Int, false>>)
      .add("mutex+2cv counted", ping_pong<queues::MutexQueue<Int, true>>);
}

}  // namespace bench
