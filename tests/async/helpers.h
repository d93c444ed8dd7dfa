// What the tests of asyncio share.
#ifndef SKEIN_TESTS_ASYNC_HELPERS_H_
#define SKEIN_TESTS_ASYNC_HELPERS_H_

#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <exception>
#include <string>
#include <vector>

#include "testing/text_of.h"

namespace skein::testing {

// Knows how many of it there are.
class Alive {
 public:
  explicit Alive(int& count) : count_(&count) { ++*count_; }
  Alive(const Alive& other) : count_(other.count_) { ++*count_; }
  Alive& operator=(const Alive&) = delete;
  ~Alive() { --*count_; }

 private:
  int* count_;
};

// What a loop's exception handler was told.
class Heard {
 public:
  explicit Heard(asyncio::EventLoop loop) {
    loop.set_exception_handler([this](asyncio::EventLoop, const asyncio::ExceptionContext& context) {
      messages.push_back(context.message);
      exceptions.push_back(context.exception);
    });
  }
  std::vector<std::string> messages;
  std::vector<std::exception_ptr> exceptions;
};

// A pipe that is closed at the end. Reading does not block.
struct Pipe {
  Pipe() { EXPECT_EQ(::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC), 0); }
  ~Pipe() {
    close_reader();
    if (ends[1] >= 0) ::close(ends[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_reader() {
    if (ends[0] >= 0) ::close(ends[0]);
    ends[0] = -1;
  }
  void write() const { EXPECT_EQ(::write(ends[1], "x", 1), 1); }
  void read() const {
    std::array<char, 16> buffer{};
    static_cast<void>(::read(ends[0], buffer.data(), buffer.size()));
  }
  std::array<int, 2> ends{-1, -1};
};

// Some rounds of the loop.
inline asyncio::Coroutine<> rounds(int count) {
  for (int i = 0; i < count; ++i) co_await asyncio::sleep(0);
}

// The text of the E that `error` is.
template <class E>
std::string text_of(const std::exception_ptr& error) {
  return text_of<E>([&] { std::rethrow_exception(error); });
}

}  // namespace skein::testing

#endif  // SKEIN_TESTS_ASYNC_HELPERS_H_
