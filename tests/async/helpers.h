// What the tests of asyncio share.
#ifndef SKEIN_TESTS_ASYNC_HELPERS_H_
#define SKEIN_TESTS_ASYNC_HELPERS_H_

#include <skein/asyncio.h>

#include <exception>
#include <string>
#include <vector>

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

// Some rounds of the loop.
inline asyncio::Coroutine<> rounds(int count) {
  for (int i = 0; i < count; ++i) co_await asyncio::sleep(0);
}

// What the exception of type E says that `function` throws.
template <class E, class F>
std::string text_of(F function) {
  try {
    function();
  } catch (const E& error) {
    return error.what();
  }
  return "nothing thrown";
}
template <class E>
std::string text_of(const std::exception_ptr& error) {
  return text_of<E>([&] { std::rethrow_exception(error); });
}

}  // namespace skein::testing

#endif  // SKEIN_TESTS_ASYNC_HELPERS_H_
