// Each primitive as something that tasks wait for and somebody gives, for the suites over all of them.
#ifndef SKEIN_TESTS_ASYNC_PRIMITIVES_H_
#define SKEIN_TESTS_ASYNC_PRIMITIVES_H_

#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <memory>
#include <string>

namespace skein::testing {

// A kind:
//   static constexpr bool kForAll;    // giving lets all through, not one
//   static constexpr bool kSpurious;  // may let more through than was given
//   std::unique_ptr<...> thing;  // On the heap, so that ASan sees who uses it when it is gone.
//   close();  // to be awaited: nobody gets through from now on
//   wait();   // to be awaited: gets through once something is given, and keeps it
//   ready();  // to be awaited: from then on give() does it in one step
//   give();

template <class L>
struct LockKind {
  static constexpr bool kForAll = false;
  static constexpr bool kSpurious = false;
  asyncio::Coroutine<> close() { co_await thing->acquire(); }
  asyncio::Coroutine<> wait() { co_await thing->acquire(); }
  asyncio::Coroutine<> ready() { co_return; }
  void give() { thing->release(); }

  std::unique_ptr<L> thing = std::make_unique<L>();
};
struct OfLock : LockKind<asyncio::Lock> {
  static constexpr const char* kName = "Lock";
};
struct OfSemaphore : LockKind<asyncio::Semaphore> {
  static constexpr const char* kName = "Semaphore";
};
struct OfBoundedSemaphore : LockKind<asyncio::BoundedSemaphore> {
  static constexpr const char* kName = "BoundedSemaphore";
};

struct OfEvent {
  static constexpr const char* kName = "Event";
  static constexpr bool kForAll = true;
  static constexpr bool kSpurious = false;
  asyncio::Coroutine<> close() { co_return; }
  asyncio::Coroutine<> wait() { co_await thing->wait(); }
  asyncio::Coroutine<> ready() { co_return; }
  void give() {
    thing->set();
    thing->clear();
  }

  std::unique_ptr<asyncio::Event> thing = std::make_unique<asyncio::Event>();
};

struct OfCondition {
  static constexpr const char* kName = "Condition";
  static constexpr bool kForAll = false;
  static constexpr bool kSpurious = true;  // Who is cancelled notifies another one, whether it was notified or not.
  asyncio::Coroutine<> close() { co_return; }
  asyncio::Coroutine<> wait() {
    co_await thing->acquire();
    try {
      co_await thing->wait();
    } catch (...) {
      if (thing != nullptr) thing->release();  // RuntimeError without the lock.
      throw;
    }
    thing->release();
  }
  asyncio::Coroutine<> ready() { co_await thing->acquire(); }
  void give() {
    thing->notify();
    thing->release();
  }

  std::unique_ptr<asyncio::Condition> thing = std::make_unique<asyncio::Condition>();
};

template <class Q>
struct GetKind {
  static constexpr bool kForAll = false;
  static constexpr bool kSpurious = false;
  asyncio::Coroutine<> close() { co_return; }
  asyncio::Coroutine<> wait() { co_await thing->get(); }
  asyncio::Coroutine<> ready() { co_return; }
  void give() { thing->put_nowait(1); }

  std::unique_ptr<Q> thing = std::make_unique<Q>();
};
struct OfGet : GetKind<asyncio::Queue<int>> {
  static constexpr const char* kName = "Get";
};
struct OfPriorityGet : GetKind<asyncio::PriorityQueue<int>> {
  static constexpr const char* kName = "PriorityGet";
};

struct OfPut {
  static constexpr const char* kName = "Put";
  static constexpr bool kForAll = false;
  static constexpr bool kSpurious = false;
  asyncio::Coroutine<> close() {
    while (!thing->full()) thing->put_nowait(1);
    co_return;
  }
  asyncio::Coroutine<> wait() { co_await thing->put(2); }
  asyncio::Coroutine<> ready() { co_return; }
  void give() { thing->get_nowait(); }

  std::unique_ptr<asyncio::Queue<int>> thing = std::make_unique<asyncio::Queue<int>>(2);
};

struct OfJoin {
  static constexpr const char* kName = "Join";
  static constexpr bool kForAll = true;
  static constexpr bool kSpurious = false;
  asyncio::Coroutine<> close() {
    thing->put_nowait(1);
    co_return;
  }
  asyncio::Coroutine<> wait() { co_await thing->join(); }
  asyncio::Coroutine<> ready() { co_return; }
  void give() {
    thing->task_done();
    thing->put_nowait(1);
  }

  std::unique_ptr<asyncio::Queue<int>> thing = std::make_unique<asyncio::Queue<int>>();
};

using AllPrimitives = ::testing::Types<OfLock, OfSemaphore, OfBoundedSemaphore, OfEvent, OfCondition, OfGet,
                                       OfPriorityGet, OfPut, OfJoin>;

struct PrimitiveNames {
  template <class Kind>
  static std::string GetName(int) {
    return Kind::kName;
  }
};

}  // namespace skein::testing

#endif  // SKEIN_TESTS_ASYNC_PRIMITIVES_H_
