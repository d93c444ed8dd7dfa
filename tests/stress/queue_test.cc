// Long runs over queues. Rows Q7 and Q10 of the fault table stand here.
#include <gtest/gtest.h>
#include <sched.h>
#include <skein/queue.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <stop_token>
#include <vector>

#include "queue/flavours.h"
#include "testing/party.h"
#include "testing/repeat.h"

namespace skein::testing {
namespace {

struct Random {
  std::uint64_t state;
  std::uint32_t next() {
    state = state * 6364136223846793005 + 1442695040888963407;
    return static_cast<std::uint32_t>(state >> 33);
  }
};

template <class Flavour>
class QueueStress : public ::testing::Test {
 protected:
  QueueStress() { measure_spin_budget(); }
};
TYPED_TEST_SUITE(QueueStress, AllQueues, FlavourNames);

// ---- Q7: many to many, nothing lost, nothing twice, each producer's items in order
// ---------------------------------

constexpr int kSerialBits = 40;
constexpr std::uint64_t kSerials = (std::uint64_t{1} << kSerialBits) - 1;

template <class Flavour>
void many_to_many(std::uint64_t seed, std::int64_t items) {
  SCOPED_TRACE(seed);
  Random random{seed};
  const int producers = 1 + static_cast<int>(random.next() % 4);
  const int consumers = 1 + static_cast<int>(random.next() % 4);
  constexpr std::int64_t kSizes[] = {1, 7, 1000, 0};  // NOLINT(modernize-avoid-c-arrays)
  Made<Flavour, std::uint64_t> made = [&] {
    if constexpr (Flavour::kBounded) {
      return Made<Flavour, std::uint64_t>(kSizes[random.next() % 4]);
    } else {
      return Made<Flavour, std::uint64_t>();
    }
  }();
  auto& q = made.q;
  const std::int64_t each = items / producers;
  std::vector<std::vector<std::atomic<std::uint8_t>>> seen(static_cast<std::size_t>(producers));
  for (auto& serials : seen) serials = std::vector<std::atomic<std::uint8_t>>(static_cast<std::size_t>(each));
  std::atomic<std::int64_t> left{each * producers};
  std::atomic<bool> out_of_order{false};
  std::atomic<bool> twice{false};

  const auto consume = [&](int consumer) {
    Random own{seed + 1000 + static_cast<std::uint64_t>(consumer)};
    std::vector<std::int64_t> last(static_cast<std::size_t>(producers), -1);
    const auto take = [&](std::uint64_t item) {
      const auto producer = static_cast<std::size_t>(item >> kSerialBits);
      const auto serial = static_cast<std::int64_t>(item & kSerials);
      if (Flavour::kOrder == Order::kFirstFirst && serial <= last[producer]) out_of_order = true;
      last[producer] = serial;
      if (seen[producer][static_cast<std::size_t>(serial)].fetch_add(1, std::memory_order_relaxed) != 0) twice = true;
      left.fetch_sub(1, std::memory_order_relaxed);
    };
    while (left.load(std::memory_order_relaxed) > 0) {
      // Mostly the plain way, and now and then each of the others.
      switch (own.next() % 16) {
        case 0:
          if (const auto item = q.try_get()) take(*item);
          break;
        case 1:
          try {
            take(q.get(true, 1e-6));
          } catch (const queue::Empty&) {
          }
          break;
        default:
          if (const auto item = q.try_get(std::stop_token(), 0.01)) take(*item);
      }
    }
  };
  const auto produce = [&](int producer) {
    Random own{seed + 2000 + static_cast<std::uint64_t>(producer)};
    for (std::int64_t serial = 0; serial < each; ++serial) {
      const std::uint64_t item =
          (static_cast<std::uint64_t>(producer) << kSerialBits) + static_cast<std::uint64_t>(serial);
      if constexpr (Flavour::kBounded) {
        switch (own.next() % 16) {
          case 0:
            while (!q.try_put(item)) ::sched_yield();
            break;
          case 1:
            while (!q.try_put(item, std::stop_token(), 1e-6)) {
            }
            break;
          default:
            q.put(item);
        }
      } else {
        q.put(item);
      }
    }
  };
  Parties parties(producers + consumers, [&](int i) { i < producers ? produce(i) : consume(i - producers); });
  parties.join();
  EXPECT_FALSE(out_of_order);
  EXPECT_FALSE(twice);
  EXPECT_EQ(left, 0);
  EXPECT_TRUE(q.empty());
  for (const auto& serials : seen) {
    for (const auto& count : serials) {
      if (count != 1) {
        ADD_FAILURE() << "an item came " << int{count} << " times";
        return;
      }
    }
  }
}

TYPED_TEST(QueueStress, Q7_ManyToManyLoseNothingAndKeepEachProducersOrder) {
  for (const std::uint64_t seed : {1U, 22U, 333U}) many_to_many<TypeParam>(seed, repeat(200'000, 10'000'000));
}

// ---- Q10: whoever knows that a put() has returned is never denied
// --------------------------------------------------

TYPED_TEST(QueueStress, Q10_AnItemWhosePutHasReturnedIsNeverDenied) {
  constexpr int kParties = 4;
  const std::int64_t each = repeat(2'000'000, 20'000'000) / kParties;
  // As many places as parties: by the same token a put_nowait() is never denied a place.
  Made<TypeParam, std::int64_t> made = [] {
    if constexpr (TypeParam::kBounded) {
      return Made<TypeParam, std::int64_t>(kParties);
    } else {
      return Made<TypeParam, std::int64_t>();
    }
  }();
  auto& q = made.q;
  std::atomic<std::int64_t> denied{0};
  std::atomic<std::int64_t> sum{0};
  Parties parties(kParties, [&](int party) {
    std::int64_t got = 0;
    for (std::int64_t i = 0; i < each; ++i) {
      try {
        q.put_nowait(party + 1);
        // This party's own item or one put for it is in: it has one to get.
        switch (i % 8) {
          case 0:
            if (q.empty()) ++denied;
            break;
          case 1:
            if (q.qsize() == 0) ++denied;
            break;
          case 2:
            if constexpr (TypeParam::kBounded) {
              if (q.qsize() > kParties) ++denied;
            }
            break;
          default:
            break;
        }
        got += q.get_nowait();
      } catch (const std::runtime_error&) {  // Empty or Full.
        ++denied;
      }
    }
    sum += got;
  });
  parties.join();
  EXPECT_EQ(denied, 0);
  EXPECT_EQ(sum, each * (1 + 2 + 3 + 4));
  EXPECT_TRUE(q.empty());
}

// The same across two threads: one knows from the other that the put has returned.
TYPED_TEST(QueueStress, Q10_NorByOneWhoWasToldOfIt) {
  const std::int64_t rounds = repeat(3'000, 100'000);
  Made<TypeParam, std::int64_t> made;
  auto& q = made.q;
  std::atomic<std::int64_t> told{0};
  std::atomic<std::int64_t> taken{0};
  std::atomic<bool> over{false};
  // Others put and get meanwhile, of their own.
  Party noise([&] {
    while (!over) {
      q.put(0);
      static_cast<void>(q.try_get());
    }
  });
  Party putter([&] {
    for (std::int64_t i = 1; i <= rounds; ++i) {
      while (taken < i - 1) ::sched_yield();
      q.put(1);
      told = i;
    }
  });
  std::int64_t denied = 0;
  for (std::int64_t i = 1; i <= rounds; ++i) {
    while (told < i) ::sched_yield();
    if (q.empty() || q.qsize() == 0 || !q.try_get().has_value()) ++denied;
    taken = i;
  }
  over = true;
  EXPECT_EQ(denied, 0);
}

// ---- everything at once
// --------------------------------------------------------------------------------------------

template <class Flavour>
class TaskQueueStress : public QueueStress<Flavour> {};
TYPED_TEST_SUITE(TaskQueueStress, BoundedQueues, FlavourNames);

// Puts, gets, joins, stops and shutdowns of a small queue; each round must come to its end, with
// the books balanced.
TYPED_TEST(TaskQueueStress, EveryRoundOfEverythingComesToItsEnd) {
  const std::int64_t rounds = repeat(300);
  for (std::int64_t round = 0; round < rounds; ++round) {
    Random random{static_cast<std::uint64_t>(round)};
    typename TypeParam::template Of<int> q(1 + random.next() % 3);
    std::atomic<std::int64_t> put{0};
    std::atomic<std::int64_t> got{0};
    std::stop_source stop;
    const bool immediate = random.next() % 2 == 0;
    const std::int64_t enough = random.next() % 200;
    Parties parties(7, [&](int party) {
      switch (party) {
        case 0:
        case 1:
          try {
            for (;;) {
              q.put(1);
              ++put;
            }
          } catch (const queue::ShutDown&) {
          }
          break;
        case 2:
          while (!q.is_shutdown()) {
            if (q.try_put(1, stop.get_token(), 1e-5)) ++put;
          }
          break;
        case 3:
          for (int item : q.consume()) {
            got += item;
            q.task_done();
          }
          break;
        case 4:
          while (!q.is_shutdown() || !q.empty()) {
            if (q.try_get(stop.get_token(), 1e-5).has_value()) {
              ++got;
              q.task_done();
            }
          }
          break;
        case 5:
          q.join();
          break;
        default:
          while (got < enough) ::sched_yield();
          stop.request_stop();
          q.shutdown(immediate);
      }
    });
    parties.join();
    ASSERT_TRUE(q.empty());
    if (immediate) {
      ASSERT_LE(got, put);
    } else {
      ASSERT_EQ(got, put);
    }
    ASSERT_TRUE(q.join(std::stop_token(), 0));
  }
}

}  // namespace
}  // namespace skein::testing
