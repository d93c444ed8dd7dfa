// The rows of the porting guide's tables on threads, locks, queues and pools of threads that no program beside shows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/futures.h>
#include <skein/queue.h>
#include <skein/threading.h>

#include <chrono>
#include <cmath>
#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace futures = skein::futures;
namespace queue = skein::queue;
namespace threading = skein::threading;

namespace {

template <class Q, class Flag>
constexpr bool kTakes = requires(Q& q, Flag flag) { q.get(flag); };

TEST(GuideThreadsTest, Calls) {
  static_assert(!kTakes<queue::Queue<int>, int>);  // A flag takes exactly a bool.
  static_assert(kTakes<queue::Queue<int>, bool>);
  threading::Lock lock;
  EXPECT_TRUE(lock.acquire(true, 0.5));
  lock.release();
  threading::Event event;
  EXPECT_FALSE(event.wait(0));
  EXPECT_FALSE(event.wait(std::chrono::milliseconds(1)));
  EXPECT_THROW(event.wait(std::nan("")), skein::ValueError);
  event.set();
  EXPECT_TRUE(event.wait(skein::None));
  static_assert(std::derived_from<skein::ValueError, std::exception>);
  static_assert(!std::derived_from<skein::SystemExit, std::exception>);
  static_assert(!std::derived_from<skein::KeyboardInterrupt, std::exception>);
}

TEST(GuideThreadsTest, Threads) {
  std::optional<threading::ThreadHandle> inside;
  threading::Thread thread([&] { inside = threading::current_thread(); });
  EXPECT_THAT(thread.name(), testing::MatchesRegex("Thread-[0-9]+"));
  thread.set_name("x");
  thread.set_daemon(false);
  thread.start();
  thread.join(5);
  EXPECT_TRUE(inside == thread);
  EXPECT_EQ(inside->name(), "x");

  threading::Event done;
  threading::Thread(&threading::Event::set, &done).start();
  EXPECT_TRUE(done.wait(5));

  int given = 0;
  threading::Timer timer(0, [&](int number) { given = number; }, 1);
  timer.start();
  timer.join();
  EXPECT_EQ(given, 1);

  testing::internal::CaptureStderr();
  threading::Thread exits([] { throw skein::SystemExit(); });
  exits.start();
  exits.join();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(GuideThreadsTest, WaitsTakeStopTokens) {
  std::stop_source source;
  source.request_stop();
  threading::Event event;
  EXPECT_FALSE(event.wait(source.get_token(), 5));
  queue::Queue<int> q;
  EXPECT_EQ(q.try_get(source.get_token()), std::nullopt);
}

struct NotMade : threading::Thread {
  void run() override {}
};

TEST(GuideThreadsTest, AClassWithoutMakeIsRefused) {
  NotMade thread;
  EXPECT_THROW(thread.start(), skein::RuntimeError);
}

TEST(GuideThreadsTest, Locks) {
  threading::Lock a;
  threading::RLock b;
  {
    const std::scoped_lock guard(a, b);
    const std::unique_lock no(a, std::try_to_lock);
    EXPECT_FALSE(no.owns_lock());
  }
  static_assert(!std::movable<threading::Lock>);
  threading::Condition condition(a);
  EXPECT_THROW(condition.notify(), skein::RuntimeError);
  {
    const std::scoped_lock guard(condition);
    EXPECT_TRUE(a.locked());
    condition.notify(2);
    condition.notify_all();
    EXPECT_FALSE(condition.wait_for([] { return false; }, {.timeout = 0.001}));
  }
  threading::Semaphore semaphore(3);
  semaphore.release(2);
  threading::Barrier barrier(1, {.action = [] {}, .timeout = 5});
  EXPECT_EQ(barrier.wait(), 0);
}

TEST(GuideThreadsTest, Queues) {
  queue::Queue<std::unique_ptr<int>> movable({.maxsize = 1});
  movable.put(std::make_unique<int>(1));
  auto kept = std::make_unique<int>(2);
  EXPECT_FALSE(movable.try_put(std::move(kept)));
  EXPECT_EQ(*kept, 2);  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(**movable.try_get(), 1);

  queue::PriorityQueue<int, std::greater<>> largest_first;
  for (const int number : {1, 3, 2}) largest_first.put(number);
  EXPECT_EQ(largest_first.get(), 3);
  largest_first.shutdown({.immediate = true});
  EXPECT_THROW(largest_first.get(), queue::ShutDown);
}

int number_of(std::unique_ptr<int> number) { return *number; }

TEST(GuideThreadsTest, Futures) {
  futures::ThreadPoolExecutor executor(2);
  EXPECT_EQ(executor.submit(number_of, std::make_unique<int>(3)).result(5), 3);
  const auto text = executor.submit([] { return std::string("x"); });
  const std::vector<futures::AnyFuture> mixed = {text, executor.submit([] { return 1; })};
  EXPECT_EQ(futures::wait(mixed).done.size(), 2U);
  EXPECT_EQ(mixed[1].get<int>().result(), 1);
  EXPECT_EQ(text.take(), "x");
  EXPECT_THROW(text.result(), futures::InvalidStateError);

  auto asked = executor.submit([](const std::stop_token& stop) {
    threading::Event never;
    return never.wait(stop, 20);
  });
  while (!asked.running()) {
  }
  EXPECT_FALSE(asked.cancel());  // It runs; but it is asked to stop.
  EXPECT_FALSE(asked.result(10));

  futures::Future<int> pending;
  EXPECT_THROW(pending.result({.timeout = 0}), futures::TimeoutError);
  static_assert(std::same_as<futures::TimeoutError, skein::TimeoutError>);
}

class AtOnce : public futures::Executor {
 public:
  using Executor::shutdown;
  void shutdown(ShutdownOptions) override {}

 protected:
  void execute(futures::WorkItem item) override { item.run(); }
};

TEST(GuideThreadsTest, AnExecutorOfOnesOwn) {
  AtOnce executor;
  EXPECT_EQ(executor.submit(std::plus<>(), 1, 2).result(), 3);
  std::vector<int> doubled;
  for (const int number : executor.map([](int x) { return 2 * x; }, std::vector{1, 2})) doubled.push_back(number);
  EXPECT_THAT(doubled, testing::ElementsAre(2, 4));
}

TEST(GuideThreadsTest, AnInitializerThatFailsBreaksThePool) {
  testing::internal::CaptureStderr();
  {
    futures::ThreadPoolExecutor executor(1, "", [](int) { throw std::runtime_error("no"); }, std::tuple(1));
    EXPECT_THROW(executor.submit([] {}).result(), futures::BrokenThreadPool);
  }
  EXPECT_NE(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
