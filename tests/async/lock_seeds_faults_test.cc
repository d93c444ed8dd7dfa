// Row A4 of the fault table, over the locks: whoever is cancelled, before or after it was chosen, what it was chosen
// for goes to another one. The queues are in queue_seeds_faults_test.cc.
#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <cstdint>

#include "async/helpers.h"
#include "async/seeds.h"

namespace skein::testing {
namespace {

using asyncio::CancelledError;
using asyncio::Coroutine;

// ---- locks and semaphores ----

// Takes and gives back, several times; a cancellation ends one attempt or, at times, all.
template <class L>
Coroutine<> takes(Scene& scene, L& lock) {
  const Alive here(scene.alive);
  for (int i = 0; i < 6 && !scene.over; ++i) {
    try {
      co_await scene.pause();
      if (scene.coin()) {
        const Alive inner(scene.alive);
        const auto held = co_await lock.scoped();
        scene.enter();
        try {
          co_await scene.pause();
        } catch (...) {
          scene.leave();
          throw;
        }
        scene.leave();
      } else {
        co_await lock.acquire();
        scene.enter();
        scene.leave();
        lock.release();
      }
    } catch (const CancelledError&) {
      if (scene.draw(6) == 0) throw;
    }
  }
}

// The driver takes part: it releases and takes again in one step, or holds it for a while.
template <class L>
Coroutine<> meddles(Scene& scene, L& lock) {
  if (scene.coin()) co_return;
  co_await lock.acquire();
  scene.enter();
  if (scene.coin()) co_await scene.pause();
  scene.leave();
  lock.release();
}

template <class L>
Coroutine<> lock_scene(Scene& scene, L& lock, int permits) {
  scene.most = permits;
  for (int i = 3 + scene.draw(4); i > 0; --i) scene.tasks.push_back(asyncio::create_task(takes(scene, lock)));
  co_await drive(scene, [&] { return meddles(scene, lock); });
  co_await finish(scene);
  // None is lost, and there is none too many.
  for (int i = 0; i < permits; ++i) {
    EXPECT_FALSE(lock.locked()) << text(lock);
    if (!lock.locked()) co_await lock.acquire();
  }
  EXPECT_TRUE(lock.locked()) << text(lock);
}

TEST(AsyncLockFaults, A4_ALockIsHandedOnWhoeverIsCancelled) {
  for_all_seeds([](Scene& scene) -> Coroutine<> {
    asyncio::Lock lock;
    co_await lock_scene(scene, lock, 1);
    EXPECT_EQ(text(lock), "<Lock [locked]>");
  });
}

TEST(AsyncLockFaults, A4_ASemaphoreKeepsItsPermitsWhoeverIsCancelled) {
  for_all_seeds([](Scene& scene) -> Coroutine<> {
    const int permits = 1 + scene.draw(3);
    asyncio::Semaphore semaphore(permits);
    co_await lock_scene(scene, semaphore, permits);
    EXPECT_EQ(text(semaphore), "<Semaphore [locked]>");
  });
}

TEST(AsyncLockFaults, A4_ABoundedSemaphoreKeepsItsPermitsWhoeverIsCancelled) {
  for_all_seeds([](Scene& scene) -> Coroutine<> {
    const int permits = 1 + scene.draw(3);
    asyncio::BoundedSemaphore semaphore(permits);  // Throws where there is one too many.
    co_await lock_scene(scene, semaphore, permits);
    EXPECT_EQ(text(semaphore), "<BoundedSemaphore [locked]>");
  });
}

// ---- events ----

struct EventScene {
  asyncio::Event event;
  int sets = 0;
  int waiting = 0;
  int freed = 0;
};

Coroutine<> waits(Scene& scene, EventScene& it) {
  const Alive here(scene.alive);
  while (!scene.over) {
    try {
      co_await scene.pause();
      const int before = it.sets;
      const bool set = it.event.is_set();
      ++it.waiting;
      try {
        co_await it.event.wait();
      } catch (const CancelledError&) {
        --it.waiting;
        throw;
      }
      --it.waiting;
      ++it.freed;
      if (!set && it.sets == before) ++scene.violations;  // Nobody set it.
      co_await asyncio::sleep(0);
    } catch (const CancelledError&) {
      if (scene.draw(6) == 0) throw;
    }
  }
}

TEST(AsyncLockFaults, A4_AnEventFreesAllWhoWaitWhoeverIsCancelled) {
  for_all_seeds([](Scene& scene) -> Coroutine<> {
    EventScene it;
    for (int i = 3 + scene.draw(4); i > 0; --i) scene.tasks.push_back(asyncio::create_task(waits(scene, it)));
    co_await drive(scene, [&]() -> Coroutine<> {
      const bool pulse = scene.coin();
      if (!it.event.is_set()) ++it.sets;
      it.event.set();
      if (pulse || scene.coin()) it.event.clear();
      if (scene.coin()) co_await scene.pause();
    });
    // Who waits now and is not cancelled is freed by set() and clear() in one step.
    it.event.clear();
    co_await rounds(20);
    const int waiting = it.waiting;
    const int freed = it.freed;
    ++it.sets;
    it.event.set();
    it.event.clear();
    co_await rounds(3);
    EXPECT_EQ(it.freed, freed + waiting);
    co_await finish(scene);
    EXPECT_EQ(text(it.event), "<Event [unset]>");
  });
}

// ---- conditions ----

struct ConditionScene {
  asyncio::Condition condition;
  int tokens = 0;
  int made = 0;
  int taken = 0;
  bool last = false;  // Who is cancelled now does not come back.
};

// Waits for a token and takes it. What it throws, it throws with the lock.
Coroutine<> takes_token(Scene& scene, ConditionScene& it) {
  const Alive here(scene.alive);
  while (!scene.over) {
    try {
      co_await scene.pause();
      const auto held = co_await it.condition.scoped();
      scene.enter();
      while (it.tokens == 0 && !scene.over) {
        scene.leave();
        try {
          co_await it.condition.wait();
        } catch (const CancelledError&) {
          if (!it.condition.locked()) ++scene.violations;
          if (scene.inside > 0) ++scene.violations;
          throw;
        }
        scene.enter();
      }
      if (it.tokens > 0) {
        --it.tokens;
        ++it.taken;
      }
      scene.leave();
    } catch (const CancelledError&) {
      if (it.last || scene.coin()) throw;
    }
  }
}

Coroutine<> makes_token(Scene& scene, ConditionScene& it) {
  const auto held = co_await it.condition.scoped();
  scene.enter();
  const int count = 1 + scene.draw(2);
  it.tokens += count;
  it.made += count;
  // Before or after some time with the lock.
  const bool late = scene.coin();
  if (late) co_await scene.pause();
  it.condition.notify(count);
  if (!late) co_await scene.pause();
  scene.leave();
}

TEST(AsyncLockFaults, A4_ANotificationIsPassedOnAndTheLockIsHeldWhoeverIsCancelled) {
  for_all_seeds([](Scene& scene) -> Coroutine<> {
    ConditionScene it;
    for (int i = 4 + scene.draw(8); i > 0; --i) scene.tasks.push_back(asyncio::create_task(takes_token(scene, it)));
    // Lives to the end.
    auto patient = asyncio::create_task(takes_token(scene, it));
    co_await drive(scene, [&]() -> Coroutine<> {
      if (scene.coin()) co_await makes_token(scene, it);
    });
    scene.over = false;
    co_await rounds(kRest);
    // All wait. One is notified, and perhaps cancelled.
    it.last = true;
    co_await it.condition.acquire();
    ++it.tokens;
    ++it.made;
    it.condition.notify();
    if (scene.coin()) co_await scene.pause();
    it.condition.release();
    for (auto& task : scene.tasks) {
      if (scene.draw(3) == 0) task.cancel();
    }
    co_await rounds(kRest);
    // Somebody waits, so none may be left.
    EXPECT_EQ(it.tokens, 0) << "a notification is lost: " << text(it.condition);
    EXPECT_EQ(it.taken, it.made);
    scene.over = true;
    {
      const auto held = co_await it.condition.scoped();
      it.condition.notify_all();
    }
    scene.tasks.push_back(patient);
    co_await finish(scene);
    EXPECT_EQ(text(it.condition), "<Condition [unlocked]>");
  });
}

// ---- barriers ----

struct BarrierScene {
  asyncio::Barrier barrier{3};
  int passed = 0;
  int sent_away = 0;
};

Coroutine<> passes(Scene& scene, BarrierScene& it) {
  const Alive here(scene.alive);
  for (;;) {
    try {
      co_await scene.pause();
      const std::int64_t number = co_await it.barrier.wait();
      if (number < 0 || number > 2) ++scene.violations;
      ++it.passed;
    } catch (const CancelledError&) {
    } catch (const asyncio::BrokenBarrierError&) {
      if (scene.over) co_return;
      ++it.sent_away;
    }
  }
}

TEST(AsyncLockFaults, A4_ABarrierGoesOnWhoeverIsCancelled) {
  for_all_seeds([](Scene& scene) -> Coroutine<> {
    BarrierScene it;
    for (int i = 3 + scene.draw(4); i > 0; --i) scene.tasks.push_back(asyncio::create_task(passes(scene, it)));
    co_await drive(scene, [&]() -> Coroutine<> {
      if (scene.draw(5) == 0) co_await it.barrier.reset();
    });
    // Enough of them are left to fill it again and again.
    scene.over = false;
    co_await rounds(kRest);
    const int passed = it.passed;
    co_await rounds(kRest);
    EXPECT_GE(it.passed, passed + 3) << "it stands still: " << text(it.barrier);
    scene.over = true;
    co_await it.barrier.abort();
    co_await finish(scene);
    EXPECT_EQ(text(it.barrier), "<Barrier [broken]>");
    co_await it.barrier.reset();
    EXPECT_EQ(text(it.barrier), "<Barrier [filling, waiters:0/3]>");
  });
}

}  // namespace
}  // namespace skein::testing
