// The kill matrix of events, conditions and barriers: SIGKILL at every one of their fault points, in children of each
// start method. See kill_matrix.h.
#include <skein/multiprocessing/barrier.h>
#include <skein/multiprocessing/condition.h>
#include <skein/multiprocessing/event.h>

#include <mutex>

#include "multiprocessing/kill_scene.h"

namespace skein {
namespace {

using multiprocessing::Barrier;
using multiprocessing::Condition;
using multiprocessing::Event;
using testing::Cell;
using testing::Child;
using testing::Common;
using testing::Counter;
using testing::KillMatrix;
using testing::linger_us;
using testing::raised;
using testing::repeated;
using testing::Scene;
using testing::Shared;

// ---- events ----

Scene events() {
  const Event event;
  const auto set = [event] {
    event.set();
    event.clear();
    linger_us(50);
    return true;
  };
  return {.victim = repeated(
              [](const Event& its_event) {
                its_event.set();
                its_event.clear();
                static_cast<void>(its_event.wait(0.0005));
              },
              event),
          .survivors = {set, [event] { return event.wait(); },
                        [event] {
                          static_cast<void>(event.wait(0.001));
                          return true;
                        }},
          .survivors_need_each_other = true};
}

Scene an_event_for_one_who_sleeps() {
  const Event event;
  return {.victim = repeated(
              [](const Event& its_event) {
                linger_us(2000);
                its_event.set();
              },
              event),
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
  return {.victim = repeated(
              [](const Condition& its_condition) {
                const std::scoped_lock guard(its_condition);
                its_condition.notify();
                static_cast<void>(its_condition.wait(0.0005));
                its_condition.notify_all();
              },
              condition),
          .survivors = {notify, wait, wait},
          .survivors_need_each_other = true};
}

Scene a_notification_for_one_who_sleeps() {
  const Condition condition;
  return {.victim = repeated(
              [](const Condition& its_condition) {
                linger_us(2000);
                const std::scoped_lock guard(its_condition);
                its_condition.notify();
              },
              condition),
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

bool wait_a_little(const Condition& condition) {
  const std::scoped_lock guard(condition);
  static_cast<void>(condition.wait(0.001));
  return true;
}
bool notify_one(const Condition& condition) {
  const std::scoped_lock guard(condition);
  condition.notify();
  return true;
}

// A dead waiter is in the line that the victim walks.
Scene dead_waiters() {
  const Condition condition;
  return {
      .before = [condition] { die_waiting(condition); },
      .victim = repeated([](const Condition& its_condition) { notify_one(its_condition); }, condition),
      .survivors = {[condition] { return wait_a_little(condition); }, [condition] { return notify_one(condition); }},
      .spread = 1,
      .survivors_come_later = true};
}
Scene a_line_full_of_the_dead() {
  const Condition condition({.max_waiters = 2});
  const auto wait = [condition] { return wait_a_little(condition); };
  return {.before =
              [condition] {
                die_waiting(condition);
                die_waiting(condition);
              },
          .victim = repeated([](const Condition& its_condition) { wait_a_little(its_condition); }, condition),
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

// In every other turn it comes last, if it can, so that it is the one that acts.
void meet_or_spoil(const Barrier& barrier, Counter& turns) {
  const std::int64_t turn = turns.fetch_add(1);
  const double limit = testing::now() + 0.1;
  while (turn % 2 == 1 && barrier.n_waiting() == 0 && testing::now() < limit) ::usleep(20);
  try {
    barrier.wait(turn % 4 < 2 ? 0.002 : 0.5);
  } catch (const threading::BrokenBarrierError&) {
    barrier.reset();
  }
  if (turn % 4 == 3) barrier.abort();
}

// Two of the three meet each time; what is broken is reset.
Scene meetings(const Barrier& barrier) {
  const Shared<Counter> turns;
  return {.victim = repeated([](const Barrier& its_barrier,
                                const Shared<Counter>& its_turns) { meet_or_spoil(its_barrier, *its_turns); },
                             barrier, turns),
          .survivors = {[barrier] { return meet(barrier); }, [barrier] { return meet(barrier); }},
          .survivors_need_each_other = true};
}
Scene barriers() { return meetings(Barrier(2)); }
Scene barriers_with_an_action() {
  return meetings(Barrier(2, [] {}));
}

Scene a_dead_party() {
  const Barrier barrier(2);
  return {.before =
              [barrier] {
                Child martyr([&] { barrier.wait(); });
                EXPECT_TRUE(testing::eventually([&] { return barrier.n_waiting() == 1; }));
                EXPECT_TRUE(martyr.sleeps());
              },
          .victim = repeated([](const Barrier& its_barrier) { its_barrier.reset(); }, barrier),
          .survivors = {[barrier] { return meet(barrier); }, [barrier] { return meet(barrier); }},
          .spread = 1,
          .survivors_need_each_other = true,
          .survivors_come_later = true};
}

constexpr const char* kNothing = "nothing";
constexpr const char* kRecovers = "the lock, recovered";
constexpr const char* kBroken = "BrokenBarrierError, until reset()";

const std::vector<Cell> kCells = {
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
    {"barrier.acting", kBroken, barriers_with_an_action, true},
    {"barrier.acted", kBroken, barriers_with_an_action, true},
    {"barrier.changing", kBroken, barriers},
    {"barrier.changed", kBroken, barriers},
    {"barrier.left", kBroken, barriers},
    {"barrier.resetting", kBroken, barriers},
    {"barrier.aborting", kBroken, barriers},
    {"barrier.clearing", kBroken, a_dead_party},
};
INSTANTIATE_TEST_SUITE_P(Primitives, KillMatrix, ::testing::ValuesIn(testing::kills_of(kCells)), testing::kill_name);

TEST_P(KillMatrix, TheOthersGoOn) { run(); }

}  // namespace
}  // namespace skein
