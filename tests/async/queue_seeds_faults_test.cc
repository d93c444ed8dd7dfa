// Row A4 of the fault table, over the queues: whoever is cancelled, before or after it was woken, no item is lost and
// none is got twice.
#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <vector>

#include "async/helpers.h"
#include "async/seeds.h"

namespace skein::testing {
namespace {

using asyncio::CancelledError;
using asyncio::Coroutine;

// Can only be moved, and is counted.
struct Item {
  Item(int which, int& count) : number(which), alive(std::make_unique<Alive>(count)) {}
  friend bool operator<(const Item& a, const Item& b) { return a.number < b.number; }

  int number;
  std::unique_ptr<Alive> alive;
};

template <class Q>
struct QueueScene {
  explicit QueueScene(int maxsize) : queue(maxsize) {}
  Q queue;
  std::set<int> put;
  std::set<int> got;
  std::vector<int> last = std::vector<int>(8, -1);  // Of each producer, what was got last.
  bool in_order = true;
};

constexpr int kEach = 10'000;  // Numbers of one producer.

template <class Q>
void note(Scene& scene, QueueScene<Q>& it, int number) {
  if (!it.got.insert(number).second) ++scene.violations;
  int& last = it.last[static_cast<std::size_t>(number / kEach)];
  if (number < last) it.in_order = false;
  last = number;
}

// What a put() that was cancelled had is put again, or given up.
template <class Q>
Coroutine<> produces(Scene& scene, QueueScene<Q>& it, int which) {
  const Alive here(scene.alive);
  int number = which * kEach;
  while (!scene.over) {
    try {
      co_await scene.pause();
      co_await it.queue.put(Item(number, scene.alive));
      it.put.insert(number++);
    } catch (const CancelledError&) {
      if (scene.coin()) ++number;
      if (scene.draw(6) == 0) throw;
    }
  }
}

template <class Q>
Coroutine<> consumes(Scene& scene, QueueScene<Q>& it, bool patient) {
  const Alive here(scene.alive);
  for (;;) {
    try {
      co_await scene.pause();
      const Item item = co_await it.queue.get();
      note(scene, it, item.number);
      it.queue.task_done();
    } catch (const CancelledError&) {
      if (!patient && scene.draw(6) == 0) throw;
    } catch (const asyncio::QueueShutDown&) {
      co_return;
    }
  }
}

// Puts or takes without waiting, past those who wait.
template <class Q>
void barges(Scene& scene, QueueScene<Q>& it, int& number) {
  try {
    if (scene.coin()) {
      it.queue.put_nowait(Item(number, scene.alive));
      it.put.insert(number++);
    } else {
      const Item item = it.queue.get_nowait();
      note(scene, it, item.number);
      it.queue.task_done();
    }
  } catch (const asyncio::QueueFull&) {
  } catch (const asyncio::QueueEmpty&) {
  }
}

template <class Q>
Coroutine<> queue_scene(Scene& scene, bool& in_order) {
  QueueScene<Q> it(scene.draw(4));
  const int producers = 1 + scene.draw(4);
  for (int i = 0; i < producers; ++i) scene.tasks.push_back(asyncio::create_task(produces(scene, it, i)));
  for (int i = 1 + scene.draw(4); i > 0; --i) {
    scene.tasks.push_back(asyncio::create_task(consumes(scene, it, i == 1)));
  }
  auto joiner = asyncio::create_task([](Q& queue) -> Coroutine<> { co_await queue.join(); }, std::ref(it.queue));
  int number = 7 * kEach;
  co_await drive(scene, [&]() -> Coroutine<> {
    if (scene.coin()) barges(scene, it, number);
    co_return;
  });
  co_await rounds(kRest);
  // Somebody gets, so all is got, and whoever put is through.
  EXPECT_EQ(it.queue.qsize(), 0) << text(it.queue);
  EXPECT_EQ(it.got, it.put);
  EXPECT_TRUE(joiner.done()) << text(it.queue);
  joiner.cancel();
  in_order = it.in_order;
  // What is left then is dropped.
  for (int i = scene.draw(3); i > 0; --i) {
    if (!it.queue.full()) it.queue.put_nowait(Item(6 * kEach + i, scene.alive));
  }
  it.queue.shutdown(scene.coin());
  co_await finish(scene);
}

TEST(AsyncQueueFaults, A4_AQueueLosesNothingWhoeverIsCancelled) {
  for_all_seeds([](Scene& scene) -> Coroutine<> {
    bool in_order = false;
    co_await queue_scene<asyncio::Queue<Item>>(scene, in_order);
    EXPECT_TRUE(in_order);
  });
}

TEST(AsyncQueueFaults, A4_ALifoQueueLosesNothingWhoeverIsCancelled) {
  for_all_seeds([](Scene& scene) -> Coroutine<> {
    bool in_order = false;
    co_await queue_scene<asyncio::LifoQueue<Item>>(scene, in_order);
  });
}

TEST(AsyncQueueFaults, A4_APriorityQueueLosesNothingWhoeverIsCancelled) {
  for_all_seeds([](Scene& scene) -> Coroutine<> {
    bool in_order = false;
    co_await queue_scene<asyncio::PriorityQueue<Item>>(scene, in_order);
  });
}

}  // namespace
}  // namespace skein::testing
