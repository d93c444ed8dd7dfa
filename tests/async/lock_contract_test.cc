// What every lock does, of asyncio's: each call is a coroutine that a loop runs, while the caller blocks. The parties
// are threads, so that the loop sees their calls in every order.
#include <skein/asyncio.h>
#include <skein/core/errors.h>
#include <skein/core/timeout.h>

#include <string>
#include <thread>
#include <type_traits>
#include <utility>

#include "testing/party.h"
#include "threading/contract.h"

namespace skein::testing {
namespace {

// A loop with a thread of its own.
class LoopThread {
 public:
  LoopThread() : thread_([loop = loop_]() mutable { loop.run_forever(); }) {}
  ~LoopThread() {
    loop_.call_soon_threadsafe([loop = loop_]() mutable { loop.stop(); });
    thread_.join();
    loop_.close();
  }
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;
  template <class T>
  T run(asyncio::Coroutine<T> coroutine) {
    return asyncio::run_coroutine_threadsafe(std::move(coroutine), loop_).result();
  }

 private:
  asyncio::EventLoop loop_ = asyncio::new_event_loop();
  std::thread thread_;
};

template <class L>
class InLoop {
 public:
  struct Options {
    bool blocking = true;
    Timeout timeout = None;
  };
  bool acquire(bool blocking = true, Timeout timeout = None) {
    if (!blocking && !timeout.unlimited()) throw ValueError("can't specify a timeout for a non-blocking call");
    return thread_.run(take(blocking, timeout));
  }
  bool acquire(Options options) { return acquire(options.blocking, options.timeout); }
  void release() { thread_.run(give()); }
  void lock() { acquire(); }
  bool try_lock() { return acquire(false); }
  void unlock() { release(); }

 private:
  asyncio::Coroutine<bool> take(bool blocking, Timeout timeout) {
    if (lock_.locked()) {
      if (!blocking || timeout.negative() || timeout == Timeout(0)) co_return false;
      if (!timeout.unlimited()) {
        try {
          co_return co_await asyncio::wait_for(lock_.acquire(), timeout);
        } catch (const TimeoutError&) {
          co_return false;
        }
      }
    }
    co_return co_await lock_.acquire();
  }
  asyncio::Coroutine<> give() {
    lock_.release();
    co_return;
  }

  L lock_;
  LoopThread thread_;
};

struct OfLock {
  using Lock = InLoop<asyncio::Lock>;
  using Party = testing::Party;
  using OverRelease = RuntimeError;
  static constexpr bool kReentrant = false;
  static constexpr bool kOwned = false;
  static constexpr bool kRefusesNegative = false;
  static constexpr bool kMinusOneIsForever = false;
  static constexpr bool kRefusesUselessTimeout = true;
  static constexpr bool kCountsUp = false;
};
struct OfCondition : OfLock {
  using Lock = InLoop<asyncio::Condition>;
};
struct OfSemaphore : OfLock {
  using Lock = InLoop<asyncio::Semaphore>;
  static constexpr bool kCountsUp = true;
};
struct OfBoundedSemaphore : OfLock {
  using Lock = InLoop<asyncio::BoundedSemaphore>;
  using OverRelease = ValueError;
};

using Flavours = ::testing::Types<OfLock, OfCondition, OfSemaphore, OfBoundedSemaphore>;

class Names {
 public:
  template <class Flavour>
  static std::string GetName(int) {
    if (std::is_same_v<Flavour, OfLock>) return "Lock";
    if (std::is_same_v<Flavour, OfCondition>) return "Condition";
    if (std::is_same_v<Flavour, OfSemaphore>) return "Semaphore";
    return "BoundedSemaphore";
  }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Loop, LockContract, Flavours, Names);

}  // namespace
}  // namespace skein::testing
