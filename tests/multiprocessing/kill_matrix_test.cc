// The kill matrix of the primitives: SIGKILL at every one of their fault points. 20 a point, 1 000 in the long form.
#include <skein/multiprocessing/barrier.h>
#include <skein/multiprocessing/bounded_semaphore.h>
#include <skein/multiprocessing/condition.h>
#include <skein/multiprocessing/event.h>
#include <skein/multiprocessing/lock.h>
#include <skein/multiprocessing/rlock.h>
#include <skein/multiprocessing/semaphore.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <utility>

#include "multiprocessing/kill_matrix.h"

namespace skein {
namespace {

using multiprocessing::Barrier;
using multiprocessing::BoundedSemaphore;
using multiprocessing::Condition;
using multiprocessing::Event;
using multiprocessing::Lock;
using multiprocessing::RLock;
using multiprocessing::Semaphore;
using testing::Cell;
using testing::Child;
using testing::Common;
using testing::Counter;
using testing::KillMatrix;
using testing::raised;
using testing::Scene;

template <class T>
std::shared_ptr<Common<T>> common() {
  return std::make_shared<Common<T>>();
}
void linger_us(std::int64_t us) { ::usleep(static_cast<useconds_t>(us)); }

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
Scene contended() {
  const L lock;
  const auto pair = common<Pair>();
  const auto cycle = [lock, pair] { return lock_cycle(lock, **pair); };
  return {.victim = cycle, .survivors = {cycle, cycle}, .after = [lock] {
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
  return {.victim =
              [lock] {
                if (lock.acquire(true, 0.001)) lock.release();
              },
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
  return {.victim =
              [lock] {
                linger_us(2000);
                lock.release();
              },
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
  const auto pair = common<Pair>();
  const auto cycle = [lock, pair] { return lock_cycle(lock, **pair); };
  return {.before = [lock] { die_holding(lock); },
          .victim = cycle,
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

// One permit may go with the victim; one is left.
Scene permits() {
  const Semaphore semaphore(2);
  const auto turns = common<Counter>();
  const auto cycle = [semaphore, turns] { return permit_cycle(semaphore, **turns); };
  return {.victim = cycle, .survivors = {cycle, cycle, cycle}, .after = [semaphore] {
            const std::int64_t left = semaphore.get_value();
            return left == 1 || left == 2;
          }};
}

Scene a_permit_for_one_who_sleeps() {
  const Semaphore semaphore(0);
  return {.victim =
              [semaphore] {
                linger_us(2000);
                semaphore.release();
              },
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
  const auto turns = common<Counter>();
  const auto cycle = [semaphore, turns] { return permit_cycle(semaphore, **turns); };
  return {.victim = cycle, .survivors = {cycle, cycle}, .after = [semaphore] { return all_are_there(semaphore, 1); }};
}

Scene permits_recovered_by_the_victim() {
  const BoundedSemaphore semaphore({.value = 2, .recover = true});
  const auto turns = common<Counter>();
  const auto cycle = [semaphore, turns] { return permit_cycle(semaphore, **turns); };
  return {.before =
              [semaphore] {
                die_holding(semaphore);
                die_holding(semaphore);
              },
          .victim = cycle,
          .survivors = {cycle, cycle},
          .after = [semaphore] { return all_are_there(semaphore, 2); },
          .spread = 1,
          .survivors_come_later = true};
}

// ---- events ----

Scene events() {
  const Event event;
  const auto set = [event] {
    event.set();
    event.clear();
    linger_us(50);
    return true;
  };
  return {.victim =
              [event] {
                event.set();
                event.clear();
                static_cast<void>(event.wait(0.0005));
              },
          .survivors = {set, [event] { return event.wait(); },
                        [event] {
                          static_cast<void>(event.wait(0.001));
                          return true;
                        }},
          .survivors_need_each_other = true};
}

Scene an_event_for_one_who_sleeps() {
  const Event event;
  return {.victim =
              [event] {
                linger_us(2000);
                event.set();
              },
          .survivors = {[event] {
            const bool raised = event.wait();
            event.clear();
            return raised;
          }},
          .spread = 1,
          .survivors_sleep = true};
}

// ---- conditions ----

Scene conditions() {
  const Condition condition;
  const auto notify = [condition] {
    {
      const std::scoped_lock guard(condition);
      condition.notify();
    }
    linger_us(50);
    return true;
  };
  const auto wait = [condition] {
    const std::scoped_lock guard(condition);
    return condition.wait();  // Somebody notifies again and again.
  };
  const auto both = [condition] {
    const std::scoped_lock guard(condition);
    condition.notify();
    static_cast<void>(condition.wait(0.0005));
    condition.notify_all();
  };
  return {.victim = both, .survivors = {notify, wait, wait}, .survivors_need_each_other = true};
}

Scene a_notification_for_one_who_sleeps() {
  const Condition condition;
  return {.victim =
              [condition] {
                linger_us(2000);
                const std::scoped_lock guard(condition);
                condition.notify();
              },
          .survivors = {[condition] {
            const std::scoped_lock guard(condition);
            return condition.wait() && condition.recovered();
          }},
          .spread = 1,
          .survivors_sleep = true};
}

void die_waiting(const Condition& condition) {
  Common<Counter> in;
  Child martyr([&] {
    condition.acquire();
    in->store(1);
    static_cast<void>(condition.wait());
  });
  static_cast<void>(raised(*in));
  condition.acquire();
  condition.release();
  martyr.kill();
  martyr.wait();
}

// A dead waiter is in the line that the victim walks.
Scene dead_waiters() {
  const Condition condition;
  const auto wait = [condition] {
    const std::scoped_lock guard(condition);
    static_cast<void>(condition.wait(0.001));
    return true;
  };
  const auto notify = [condition] {
    const std::scoped_lock guard(condition);
    condition.notify();
    return true;
  };
  return {.before = [condition] { die_waiting(condition); },
          .victim = notify,
          .survivors = {wait, notify},
          .spread = 1,
          .survivors_come_later = true};
}
Scene a_line_full_of_the_dead() {
  const Condition condition({.max_waiters = 2});
  const auto wait = [condition] {
    const std::scoped_lock guard(condition);
    static_cast<void>(condition.wait(0.001));
    return true;
  };
  return {.before =
              [condition] {
                die_waiting(condition);
                die_waiting(condition);
              },
          .victim = wait,
          .survivors = {wait, wait},
          .spread = 1,
          .survivors_come_later = true};
}

// ---- barriers ----

bool meet(const Barrier& barrier) {
  for (;;) {
    try {
      barrier.wait();
      return true;
    } catch (const threading::BrokenBarrierError&) {
      barrier.reset();
    }
  }
}

// Two of the three meet each time; what is broken is reset.
Scene barriers() {
  const Barrier barrier(2, [] {});
  const auto turns = common<Counter>();
  return {.victim =
              [barrier, turns] {
                const std::int64_t turn = (*turns)->fetch_add(1);
                // In every other turn it comes last, if it can, so that it is the one that acts.
                const double limit = testing::now() + 0.1;
                while (turn % 2 == 1 && barrier.n_waiting() == 0 && testing::now() < limit) ::usleep(20);
                try {
                  barrier.wait(turn % 4 < 2 ? 0.002 : 0.5);
                } catch (const threading::BrokenBarrierError&) {
                  barrier.reset();
                }
                if (turn % 4 == 3) barrier.abort();
              },
          .survivors = {[barrier] { return meet(barrier); }, [barrier] { return meet(barrier); }},
          .survivors_need_each_other = true};
}

Scene a_dead_party() {
  const Barrier barrier(2);
  return {.before =
              [barrier] {
                Child martyr([&] { barrier.wait(); });
                EXPECT_TRUE(testing::eventually([&] { return barrier.n_waiting() == 1; }));
                EXPECT_TRUE(martyr.sleeps());
              },
          .victim = [barrier] { barrier.reset(); },
          .survivors = {[barrier] { return meet(barrier); }, [barrier] { return meet(barrier); }},
          .spread = 1,
          .survivors_need_each_other = true,
          .survivors_come_later = true};
}

// ---- the blocks themselves ----

Scene blocks() {
  const Lock lock;
  const auto make = [lock] {
    const Semaphore large({.value = 10'000, .recover = true});  // A segment of its own.
    const Lock small;
    small.acquire();
    small.release();
    lock.acquire();
    lock.release();
    return large.get_value() == 10'000;
  };
  return {.victim = make, .survivors = {make, make}};
}

constexpr const char* kNothing = "nothing";
constexpr const char* kRecovers = "the lock, recovered";
constexpr const char* kPermitGone = "one permit less, as in Python";
constexpr const char* kPermitBack = "the permit, again";
constexpr const char* kBroken = "BrokenBarrierError, until reset()";

const Cell kCells[] = {
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
    {"event.raising", kNothing, events},
    {"event.raised", "the rise, within a slice", an_event_for_one_who_sleeps},
    {"event.cleared", kNothing, events},
    {"event.counted", kNothing, events},
    {"event.woken", kNothing, events},
    {"condition.entering", kRecovers, conditions},
    {"condition.entered", kRecovers, conditions},
    {"condition.waiting", kNothing, conditions},
    {"condition.woken", kNothing, conditions},
    {"condition.left", "one notification is used up", conditions},
    {"condition.notifying", kRecovers, conditions},
    {"condition.notified", "the notification; the lock, recovered", a_notification_for_one_who_sleeps},
    {"condition.passing_over", kRecovers, dead_waiters},
    {"condition.reusing", kRecovers, a_line_full_of_the_dead},
    {"barrier.entered", kBroken, barriers},
    {"barrier.arrived", kBroken, barriers},
    {"barrier.acting", kBroken, barriers},
    {"barrier.acted", kBroken, barriers},
    {"barrier.changing", kBroken, barriers},
    {"barrier.changed", kBroken, barriers},
    {"barrier.left", kBroken, barriers},
    {"barrier.resetting", kBroken, barriers},
    {"barrier.aborting", kBroken, barriers},
    {"barrier.clearing", kBroken, a_dead_party},
    {"segment.made", kNothing, blocks},
    {"segment.sized", kNothing, blocks},
    {"segment.taken", kNothing, blocks},
};

INSTANTIATE_TEST_SUITE_P(Primitives, KillMatrix, ::testing::ValuesIn(kCells), [](const auto& row) {
  std::string name = row.param.point;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
});

TEST_P(KillMatrix, TheOthersGoOn) { run(); }

}  // namespace
}  // namespace skein
