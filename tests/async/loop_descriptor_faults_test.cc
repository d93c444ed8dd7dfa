// The rows of the fault table about the loop and descriptors: A16, A17, A32.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <ctime>
#include <filesystem>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "async/helpers.h"

namespace skein {
namespace {

using asyncio::Coroutine;
using asyncio::EventLoop;
using ::testing::ElementsAre;
using testing::Pipe;
using testing::rounds;

// ---- A16 ----

TEST(LoopFaults, A16_ADescriptorThatIsClosedWhileRegisteredAndItsNumberUsedAgain) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    int first_calls = 0;
    int second_calls = 0;
    Pipe first;
    const int number = first.ends[0];
    loop.add_reader(number, [&] { ++first_calls; });
    first.write();
    co_await rounds(2);
    EXPECT_GT(first_calls, 0);
    const int duplicate = ::dup(number);  // Keeps the registration alive in the kernel.
    first.close_reader();
    Pipe second;
    EXPECT_EQ(second.ends[0], number);
    EXPECT_TRUE(loop.remove_reader(number));
    EXPECT_FALSE(loop.remove_reader(number));
    const int before = first_calls;
    loop.add_reader(number, [&] { ++second_calls; });
    co_await rounds(3);
    EXPECT_EQ(first_calls, before);
    EXPECT_EQ(second_calls, 0);  // What the duplicate has to read is nobody's.
    second.write();
    co_await asyncio::sleep(0.01);
    EXPECT_GT(second_calls, 0);
    loop.remove_reader(number);
    ::close(duplicate);
  });
}

TEST(LoopFaults, A16_BadDescriptorsAreErrorsThatChangeNothing) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    EXPECT_THROW(loop.add_reader(-1, [] {}), ValueError);
    EXPECT_THROW(loop.add_reader(999'999, [] {}), OSError);
    EXPECT_FALSE(loop.remove_reader(999'999));
    co_await rounds(2);
  });
}

TEST(LoopFaults, A16_ManyDescriptorsAtOnce) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    constexpr std::size_t kPipes = 300;
    std::vector<std::unique_ptr<Pipe>> pipes;
    std::vector<int> calls(kPipes, 0);
    for (std::size_t i = 0; i < kPipes; ++i) {
      pipes.push_back(std::make_unique<Pipe>());
      loop.add_reader(pipes[i]->ends[0], [&, i] {
        pipes[i]->read();
        ++calls[i];
      });
    }
    for (const auto& pipe : pipes) pipe->write();
    // The system tells of some of them in each round.
    for (int round = 0; round < 1000 && std::count(calls.begin(), calls.end(), 0) > 0; ++round) co_await rounds(1);
    co_await rounds(10);
    EXPECT_THAT(calls, ::testing::Each(1));
    for (const auto& pipe : pipes) EXPECT_TRUE(loop.remove_reader(pipe->ends[0]));
  });
}

// ---- A17 ----

// While one lives, the process gets `count` more descriptors, and then no more.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(int count) {
    const int next = ::dup(STDIN_FILENO);
    EXPECT_GE(next, 0);
    ::close(next);
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
    rlimit limit = before_;
    limit.rlim_cur = static_cast<rlim_t>(next + count);
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  }
  ~DescriptorLimit() { lift(); }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;
  void lift() { EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0); }

 private:
  rlimit before_{};
};

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

double processor_seconds() {
  timespec used{};
  EXPECT_EQ(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used), 0);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

// Accepts as CPython's server does: where no descriptor is left, it asks again a while later.
class Listener {
 public:
  explicit Listener(EventLoop loop) : loop_(std::move(loop)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);  // NOLINT(*-reinterpret-cast)
    EXPECT_EQ(::bind(listening_, any, size), 0);
    EXPECT_EQ(::listen(listening_, 8), 0);
    EXPECT_EQ(::getsockname(listening_, any, &size), 0);
    EXPECT_EQ(::connect(client_, any, size), 0);
    start();
  }
  ~Listener() {
    loop_.remove_reader(listening_);
    for (const int each : {listening_, client_, accepted_}) {
      if (each >= 0) ::close(each);
    }
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  [[nodiscard]] bool accepted() const { return accepted_ >= 0; }
  int refused = 0;

 private:
  void start() {
    loop_.add_reader(listening_, [this] { accept(); });
  }
  void accept() {
    accepted_ = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (accepted_ >= 0) return;
    EXPECT_EQ(errno, EMFILE);
    ++refused;
    EXPECT_TRUE(loop_.remove_reader(listening_));
    loop_.call_later(0.1, [this] { start(); });
  }
  EventLoop loop_;
  int listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int client_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int accepted_ = -1;
};

// -fsanitize=vptr takes an object for none when it has no descriptor left to ask the system whether it can be read;
// under ThreadSanitizer a loop with signals sleeps in epoll, which needs one.
#if defined(__has_feature) && (__has_feature(undefined_behavior_sanitizer) || __has_feature(thread_sanitizer))
constexpr bool kDescriptorsAreNeededElsewhere = true;
#else
constexpr bool kDescriptorsAreNeededElsewhere = false;
#endif

TEST(LoopFaults, A17_AnAcceptWithoutDescriptorsBacksOffAndTheLoopSleepsMeanwhile) {
  if (kDescriptorsAreNeededElsewhere) GTEST_SKIP() << "a sanitizer needs some";
  for (const bool polls : {false, true}) {  // It sleeps in one of two ways.
    asyncio::run(
        [](bool registered) -> Coroutine<> {
          auto loop = asyncio::get_running_loop();
          const Pipe quiet;
          if (registered) loop.add_reader(quiet.ends[0], [] {});
          Listener listener(loop);
          DescriptorLimit limit(0);
          const double used = processor_seconds();
          const double start = loop.time();
          while (listener.refused < 5) co_await asyncio::sleep(0.05);
          const double seconds = loop.time() - start;
          EXPECT_GE(seconds, 0.4);
          EXPECT_LT(processor_seconds() - used, 0.05 * seconds);
          EXPECT_FALSE(listener.accepted());
          limit.lift();
          while (!listener.accepted()) co_await asyncio::sleep(0.01);  // It was only put off.
          if (registered) loop.remove_reader(quiet.ends[0]);
        },
        polls);
  }
}

TEST(LoopFaults, A17_ALoopWithoutDescriptorsSaysSoAndGoesOn) {
  if (kDescriptorsAreNeededElsewhere) GTEST_SKIP() << "a sanitizer needs some";
  for (const int left : {0, 1}) {
    const Pipe pipe;
    pipe.write();
    const std::size_t before = open_descriptors();
    {
      DescriptorLimit limit(left);
      asyncio::run(
          [](DescriptorLimit& lack, const Pipe& from) -> Coroutine<> {
            auto loop = asyncio::get_running_loop();
            int calls = 0;
            const auto add = [&] { loop.add_reader(from.ends[0], [&calls] { ++calls; }); };
            for (int i = 0; i < 3; ++i) {
              try {
                add();
                ADD_FAILURE() << "it should have been refused";
              } catch (const OSError& error) {
                EXPECT_EQ(error.code(), std::errc::too_many_files_open);
              }
              EXPECT_FALSE(loop.remove_reader(from.ends[0]));
              co_await asyncio::sleep(0.001);
            }
            lack.lift();
            add();
            co_await rounds(2);
            EXPECT_GT(calls, 0);
            loop.remove_reader(from.ends[0]);
          },
          std::ref(limit), std::cref(pipe));
    }
    EXPECT_EQ(open_descriptors(), before);
  }
}

// ---- A32 ----

TEST(LoopFaults, A32_ReadinessIsAskedForInEveryRound) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    std::vector<std::string> order;
    Pipe pipe;
    loop.add_reader(pipe.ends[0], [&] {
      pipe.read();
      order.emplace_back("io");
    });
    pipe.write();
    for (int i = 0; i < 4; ++i) {
      order.push_back(std::to_string(i));
      co_await asyncio::sleep(0);
    }
    EXPECT_THAT(order, ElementsAre("0", "1", "io", "2", "3"));
    // In a new task: it takes a round to begin.
    order.clear();
    auto task = asyncio::create_task(
        [](std::vector<std::string>& seen) -> Coroutine<> {
          for (int i = 0; i < 4; ++i) {
            seen.push_back(std::to_string(i));
            co_await asyncio::sleep(0);
          }
        },
        std::ref(order));
    pipe.write();
    co_await task;
    EXPECT_THAT(order, ElementsAre("0", "io", "1", "2", "3"));
    loop.remove_reader(pipe.ends[0]);
  });
}

}  // namespace
}  // namespace skein
