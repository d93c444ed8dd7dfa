// The kill matrix of locks, semaphores and the memory of all: SIGKILL at every one of their fault points, in children
// of each start method. See kill_matrix.h.
#include <skein/multiprocessing/bounded_semaphore.h>
#include <skein/multiprocessing/lock.h>
#include <skein/multiprocessing/rlock.h>
#include <skein/multiprocessing/semaphore.h>

#include <csignal>
#include <cstdlib>
#include <type_traits>

#include "multiprocessing/kill_scene.h"

namespace skein {
namespace {

using multiprocessing::BoundedSemaphore;
using multiprocessing::Lock;
using multiprocessing::RLock;
using multiprocessing::Semaphore;
using testing::Cell;
using testing::Child;
using testing::Counter;
using testing::KillMatrix;
using testing::linger_us;
using testing::repeated;
using testing::Scene;
using testing::Shared;

// What a lock guards: two numbers that are equal whenever nobody is inside. Who dies inside leaves them unequal, and
// the next is told by recovered(); P33.
struct Pair {
  std::int64_t first = 0;
  std::int64_t second = 0;
  std::int64_t turns = 0;
};
template <class L>
bool update(const L& lock, Pair& pair) {
  const bool good = pair.first == pair.second || lock.recovered();
  pair.second = pair.first;
  ++pair.first;
  if (++pair.turns % 8 == 0) linger_us(2000);
  ++pair.second;
  return good;
}

template <class L>
bool lock_cycle(const L& lock, Pair& pair) {
  constexpr bool kDeep = std::is_same_v<L, RLock>;
  if (pair.turns % 2 == 0) {
    lock.acquire();
  } else {
    while (!lock.acquire(true, 0.001)) {
    }
  }
  if (kDeep) lock.acquire();
  const bool good = update(lock, pair);
  if (kDeep) lock.release();
  lock.release();
  linger_us(100);  // The lock is not fair: let another have it.
  return good;
}

template <class L>
testing::Doom lock_cycles(const L& lock, const Shared<Pair>& pair) {
  return repeated([](const L& its_lock, const Shared<Pair>& its_pair) { lock_cycle(its_lock, *its_pair); }, lock, pair);
}

template <class L>
Scene contended() {
  const L lock;
  const Shared<Pair> pair;
  const auto cycle = [lock, pair] { return lock_cycle(lock, *pair); };
  return {.victim = lock_cycles(lock, pair), .survivors = {cycle, cycle}, .after = [lock] {
            const bool got = lock.acquire(true, 5);
            if (got) lock.release();  // Held, it would stay mapped.
            return got;
          }};
}

// The lock is held for so long that who waits looks whether its holder is alive.
Scene held_for_long() {
  const Lock lock;
  const auto hold = [lock] {
    lock.acquire();
    linger_us(4000);
    lock.release();
    linger_us(100);
    return true;
  };
  return {.victim = repeated(
              [](const Lock& its_lock) {
                if (its_lock.acquire(true, 0.001)) its_lock.release();
              },
              lock),
          .survivors = {hold, hold},
          .spread = 5};
}

// The one that sleeps has nobody else to wake it.
Scene released_to_one_who_sleeps() {
  const Lock lock;
  // By nobody known: had this process taken it, it would stay mapped.
  Child leaves_it([&] {
    lock.acquire();
    std::quick_exit(0);
  });
  leaves_it.wait();
  return {.victim = repeated(
              [](const Lock& its_lock) {
                linger_us(2000);
                its_lock.release();
              },
              lock),
          .survivors = {[lock] { return lock.acquire() && !lock.recovered(); }},
          .spread = 1,
          .survivors_sleep = true};
}

template <class L>
void die_holding(const L& lock) {
  Child martyr([&] {
    lock.acquire();
    ::raise(SIGKILL);
  });
  martyr.wait();
}

template <class L>
Scene recovered_by_the_victim() {
  const L lock;
  const Shared<Pair> pair;
  const auto cycle = [lock, pair] { return lock_cycle(lock, *pair); };
  return {.before = [lock] { die_holding(lock); },
          .victim = lock_cycles(lock, pair),
          .survivors = {cycle, cycle},
          .spread = 1,
          .survivors_come_later = true};
}

// ---- semaphores ----

bool permit_cycle(const Semaphore& semaphore, Counter& turns) {
  if (turns.fetch_add(1) % 2 == 0) {
    semaphore.acquire();
  } else {
    while (!semaphore.acquire(true, 0.001)) {
    }
  }
  linger_us(turns.load() % 8 == 0 ? 2000 : 20);
  semaphore.release();
  linger_us(100);  // It is not fair: let another have one.
  return true;
}

template <class S>
testing::Doom permit_cycles(const S& semaphore, const Shared<Counter>& turns) {
  return repeated(
      [](const S& its_semaphore, const Shared<Counter>& its_turns) { permit_cycle(its_semaphore, *its_turns); },
      semaphore, turns);
}

// One permit may go with the victim; one is left.
Scene permits() {
  const Semaphore semaphore(2);
  const Shared<Counter> turns;
  const auto cycle = [semaphore, turns] { return permit_cycle(semaphore, *turns); };
  return {.victim = permit_cycles(semaphore, turns), .survivors = {cycle, cycle, cycle}, .after = [semaphore] {
            const std::int64_t left = semaphore.get_value();
            return left == 1 || left == 2;
          }};
}

Scene a_permit_for_one_who_sleeps() {
  const Semaphore semaphore(0);
  return {.victim = repeated(
              [](const Semaphore& its_semaphore) {
                linger_us(2000);
                its_semaphore.release();
              },
              semaphore),
          .survivors = {[semaphore] { return semaphore.acquire(); }},
          .spread = 1,
          .survivors_sleep = true};
}

// As many as there are to be, and no more.
bool all_are_there(const Semaphore& semaphore, int count) {
  int got = 0;
  while (got < count && semaphore.acquire(true, 5)) ++got;
  const bool good = got == count && !semaphore.acquire(true, 0.12);
  for (; got > 0; --got) semaphore.release();  // Held, they would stay mapped.
  return good;
}

// The only permit goes with the victim, and comes back.
Scene recoverable_permits() {
  const BoundedSemaphore semaphore({.value = 1, .recover = true});
  const Shared<Counter> turns;
  const auto cycle = [semaphore, turns] { return permit_cycle(semaphore, *turns); };
  return {.victim = permit_cycles(semaphore, turns), .survivors = {cycle, cycle}, .after = [semaphore] {
            return all_are_there(semaphore, 1);
          }};
}

Scene permits_recovered_by_the_victim() {
  const BoundedSemaphore semaphore({.value = 2, .recover = true});
  const Shared<Counter> turns;
  const auto cycle = [semaphore, turns] { return permit_cycle(semaphore, *turns); };
  return {.before =
              [semaphore] {
                die_holding(semaphore);
                die_holding(semaphore);
              },
          .victim = permit_cycles(semaphore, turns),
          .survivors = {cycle, cycle},
          .after = [semaphore] { return all_are_there(semaphore, 2); },
          .spread = 1,
          .survivors_come_later = true};
}

// ---- the blocks themselves ----

bool make_blocks(const Lock& lock) {
  const Semaphore large({.value = 10'000, .recover = true});  // A segment of its own.
  const Lock small;
  small.acquire();
  small.release();
  lock.acquire();
  lock.release();
  return large.get_value() == 10'000;
}
Scene blocks() {
  const Lock lock;
  const auto make = [lock] { return make_blocks(lock); };
  return {.victim = repeated([](const Lock& its_lock) { make_blocks(its_lock); }, lock), .survivors = {make, make}};
}

constexpr const char* kNothing = "nothing";
constexpr const char* kRecovers = "the lock, recovered";
constexpr const char* kPermitGone = "one permit less, as in Python";
constexpr const char* kPermitBack = "the permit, again";

const std::vector<Cell> kCells = {
    {"lock.taking", kNothing, contended<Lock>},
    {"lock.taken", kRecovers, contended<Lock>},
    {"lock.marked", kNothing, contended<Lock>},
    {"lock.looking", kNothing, held_for_long},
    {"lock.releasing", kRecovers, contended<Lock>},
    {"lock.released", "the lock, free", released_to_one_who_sleeps},
    {"lock.recovering", kRecovers, recovered_by_the_victim<Lock>},
    {"lock.recovered", kRecovers, recovered_by_the_victim<Lock>},
    {"rlock.owning", kRecovers, contended<RLock>},
    {"rlock.owned", kRecovers, contended<RLock>},
    {"rlock.disowned", kRecovers, contended<RLock>},
    {"semaphore.taking", kNothing, permits},
    {"semaphore.taken", kPermitGone, permits},
    {"semaphore.counted", "a needless wake-up, later", permits},
    {"semaphore.looking", "a needless wake-up, later", permits},
    {"semaphore.releasing", kPermitGone, permits},
    {"semaphore.released", "the permit, within a slice", a_permit_for_one_who_sleeps},
    {"permit.taking", kNothing, recoverable_permits},
    {"permit.taken", kPermitBack, recoverable_permits},
    {"permit.giving", kPermitBack, recoverable_permits},
    {"semaphore.given", "the permit, within a slice", recoverable_permits},
    {"permit.recovering", kPermitBack, permits_recovered_by_the_victim},
    {"permit.recovered", kPermitBack, permits_recovered_by_the_victim},
    {"segment.made", kNothing, blocks},
    {"segment.sized", kNothing, blocks},
    {"segment.taken", kNothing, blocks},
};
INSTANTIATE_TEST_SUITE_P(Primitives, KillMatrix, ::testing::ValuesIn(testing::kills_of(kCells)), testing::kill_name);

TEST_P(KillMatrix, TheOthersGoOn) { run(); }

}  // namespace
}  // namespace skein
