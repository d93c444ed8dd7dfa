// Row A28 of the table of faults: memory runs out, at each allocation in turn. The caller gets std::bad_alloc, the loop
// stays usable, and nothing is left behind.
#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "async/helpers.h"
#include "testing/allocation.h"

namespace skein {
namespace {

using asyncio::Clock;
using asyncio::Coroutine;
using asyncio::EventLoop;
using testing::Alive;
using testing::allocation_failed;
using testing::bytes_in_use;
using testing::fail_allocation;
using testing::rounds;

using Program = Coroutine<> (*)(int& alive);

// ---- the programs ----

Coroutine<int> work(int& alive, int value) {
  const Alive counted(alive);
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(value);
  co_return value;
}

Coroutine<> makes_tasks(int& alive) {
  std::vector<asyncio::Task<int>> tasks;
  for (int i = 0; i < 3; ++i) tasks.push_back(asyncio::create_task(work(alive, i)));
  auto named = asyncio::create_task({.name = "a name that needs memory of its own"}, work, std::ref(alive), 3);
  named.add_done_callback([counted = Alive(alive)](const asyncio::AnyFuture&) {});
  int sum = co_await named;
  for (const auto& task : tasks) sum += co_await task;
  EXPECT_EQ(sum, 6);
}

Coroutine<> makes_timers(int& alive) {
  auto loop = asyncio::get_running_loop();
  // Not in the frame, which may be gone before they are called.
  const auto called = std::make_shared<int>(0);
  for (int i = 0; i < 6; ++i) {
    auto handle = loop.call_later(i, [called, counted = Alive(alive)] { ++*called; });
    if (i % 3 == 2) handle.cancel();
  }
  loop.call_soon([called, counted = Alive(alive)] { ++*called; });
  loop.call_soon_threadsafe([called, counted = Alive(alive)] { ++*called; });
  co_await asyncio::sleep(10);
  EXPECT_EQ(*called, 6);
}

Coroutine<> uses_a_queue(int& alive) {
  const Alive counted(alive);
  asyncio::Queue<std::string> queue(2);
  auto producer = asyncio::create_task([&queue]() -> Coroutine<> {
    for (int i = 0; i < 5; ++i) co_await queue.put(std::string(static_cast<std::size_t>(30 + i), 'x'));
  });
  std::size_t length = 0;
  std::exception_ptr error;
  try {
    for (int i = 0; i < 5; ++i) {
      const std::string item = co_await asyncio::wait_for(queue.get(), 60);
      length += item.size();
    }
  } catch (const TimeoutError&) {  // It is the producer that has failed, then.
    error = producer.done() ? producer.exception() : std::current_exception();
  } catch (...) {
    error = std::current_exception();
  }
  producer.cancel();
  try {
    co_await producer;
  } catch (...) {  // That it was cancelled, or what it ended with.
  }
  if (error != nullptr) std::rethrow_exception(error);
  EXPECT_EQ(length, 160U);
}

Coroutine<> gathers(int& alive) {
  const auto [a, b] = co_await asyncio::gather(work(alive, 1), work(alive, 2));
  std::vector<Coroutine<int>> several;
  for (int i = 0; i < 3; ++i) several.push_back(work(alive, i));
  const std::vector<int> results = co_await asyncio::gather(std::move(several));
  EXPECT_EQ(a + b + results[2], 5);
  // Over tasks that are there: where it fails, it leaves them as they were.
  std::vector<asyncio::Task<int>> tasks;
  for (int i = 0; i < 3; ++i) tasks.push_back(asyncio::create_task(work(alive, i)));
  bool failed = false;
  try {
    EXPECT_EQ((co_await asyncio::gather(tasks)).size(), 3U);
  } catch (const std::bad_alloc&) {
    failed = true;
  }
  if (failed) {
    const std::vector<int> again = co_await asyncio::gather(tasks);
    EXPECT_EQ(again, (std::vector{0, 1, 2}));
  }
}

asyncio::AsyncGenerator<std::string> generates(int& alive) {
  const Alive counted(alive);
  for (std::size_t i = 0; i < 3; ++i) {
    co_await asyncio::sleep(0);
    co_yield std::string(30 + i, 'x');
  }
}

Coroutine<> iterates(int& alive) {
  auto generator = generates(alive);
  std::size_t length = 0;
  while (const auto text = co_await generator.next()) length += text->size();
  EXPECT_EQ(length, 93U);
  auto closed = generates(alive);
  co_await closed.next();
  co_await closed.aclose();
  co_await asyncio::finally([&alive] { return work(alive, 1); }, [] { return rounds(1); });
}

Coroutine<> starts_eagerly(int& alive) {
  auto loop = asyncio::get_running_loop();
  struct Reset {
    EventLoop& loop;
    ~Reset() { loop.set_task_factory(nullptr); }
  } const reset{loop};
  auto first = asyncio::create_task({.eager_start = true}, work(alive, 1));
  loop.set_task_factory(asyncio::create_eager_task_factory(asyncio::eager_task_factory));
  auto second = asyncio::create_task(work, std::ref(alive), 2);
  const int sum = co_await first + co_await second;
  EXPECT_EQ(sum, 3);
}

Coroutine<> has_limits(int& alive) {
  EXPECT_EQ(co_await asyncio::wait_for(work(alive, 1), 60), 1);
  bool late = false;
  try {
    co_await asyncio::with(asyncio::timeout(1), [&](asyncio::Timeout&) -> Coroutine<> { co_await work(alive, 100); });
  } catch (const TimeoutError&) {
    late = true;
  }
  EXPECT_TRUE(late);
  auto cancelled = asyncio::create_task(work(alive, 100));
  co_await asyncio::sleep(0);
  cancelled.cancel("with a message that needs memory of its own");
  std::vector<asyncio::Task<int>> tasks{cancelled};
  const auto [done, pending] = co_await asyncio::wait(tasks, {.timeout = 10});
  EXPECT_EQ(done.size(), 1U);
}

Coroutine<> has_a_group(int& alive) {
  int sum = 0;
  co_await asyncio::with(asyncio::TaskGroup(), [&](asyncio::TaskGroup& group) {
    for (int i = 0; i < 3; ++i) {
      group.create_task([&sum, &alive, i]() -> Coroutine<> {
        const int value = co_await work(alive, i);
        sum += value;
      });
    }
  });
  EXPECT_EQ(sum, 3);
}

// ---- the sweep ----

bool is_bad_alloc(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::bad_alloc&) {
    return true;
  } catch (const ExceptionGroup& group) {
    for (const std::exception_ptr& each : group.exceptions()) {
      if (!is_bad_alloc(each)) return false;
    }
    return true;
  } catch (const std::exception& other) {
    ADD_FAILURE() << "not bad_alloc: " << other.what();
  } catch (...) {
    ADD_FAILURE() << "not even an exception";
  }
  return false;
}

class MemoryFaults : public ::testing::TestWithParam<Program> {
 protected:
  // The k-th allocation fails. True if there are so many. In a thread of its own, which has no memory put by.
  bool run(std::int64_t k) {
    bool failed = false;
    std::thread thread([&] { failed = run_here(k); });  // skein's own would count as well.
    thread.join();
    return failed;
  }
  std::int64_t sweep() {
    std::int64_t k = 1;
    for (; k < 2000; ++k) {
      SCOPED_TRACE(k);
      if (!run(k) || HasFailure()) break;
    }
    return k;
  }

 private:
  bool run_here(std::int64_t k) {
    auto loop = asyncio::new_event_loop({.clock = Clock::kVirtual});
    // What a callback, or a task that nobody asks, ends with.
    loop.set_exception_handler([](EventLoop, const asyncio::ExceptionContext&) {});
    int alive = 0;
    // If somebody were never woken, this would end the wait.
    bool lost = false;
    auto guard = loop.call_later(1'000'000, [&] {
      lost = true;
      loop.stop();
    });
    std::exception_ptr error;
    fail_allocation(k);
    try {
      loop.run_until_complete(GetParam(), std::ref(alive));
    } catch (...) {
      error = std::current_exception();
    }
    const bool failed = k > 0 && allocation_failed();
    fail_allocation(0);
    guard.cancel();
    EXPECT_FALSE(lost) << "somebody was never woken";
    EXPECT_TRUE(error == nullptr || failed);
    if (error != nullptr) EXPECT_TRUE(is_bad_alloc(error));
    error = nullptr;
    // What the program has left ends, and then the loop is as good as new.
    loop.run_until_complete([]() -> Coroutine<> {
      for (asyncio::AnyTask task : asyncio::all_tasks()) {
        if (task != *asyncio::current_task()) task.cancel();
      }
      co_await asyncio::sleep(200);
      EXPECT_EQ(asyncio::all_tasks().size(), 1U);
    });
    EXPECT_EQ(alive, 0);
    loop.run_until_complete(GetParam(), std::ref(alive));
    EXPECT_EQ(alive, 0);
    return failed;
  }
};

TEST_P(MemoryFaults, A28_AnAllocationThatFailsReachesTheCallerAndLeavesNothing) {
  EXPECT_FALSE(run(0));
  const std::int64_t allocations = sweep();
  EXPECT_GT(allocations, 3);
  EXPECT_LT(allocations, 2000);
  // Once more: what is kept for later use is there by now. Some bytes stay of every thread, with and without faults.
  const std::int64_t start = bytes_in_use();
  for (std::int64_t i = 0; i < allocations; ++i) run(0);
  const std::int64_t before = bytes_in_use();
  sweep();
  EXPECT_LE(bytes_in_use() - before, before - start + 128);
}

std::string name_of(const ::testing::TestParamInfo<Program>& which) {
  static constexpr const char* kNames[] = {"Tasks",      "Timers", "Queue",  "Gather",
                                           "Generators", "Eager",  "Limits", "Group"};
  return kNames[which.index];
}

INSTANTIATE_TEST_SUITE_P(Programs, MemoryFaults,
                         ::testing::Values(makes_tasks, makes_timers, uses_a_queue, gathers, iterates, starts_eagerly,
                                           has_limits, has_a_group),
                         name_of);

}  // namespace
}  // namespace skein
