// The rows of the fault table about the loop and descriptors: A16, A32.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <unistd.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "async/helpers.h"

namespace skein {
namespace {

using asyncio::Coroutine;
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
    co_await asyncio::sleep(0.01);
    EXPECT_THAT(calls, ::testing::Each(1));
    for (const auto& pipe : pipes) EXPECT_TRUE(loop.remove_reader(pipe->ends[0]));
  });
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
