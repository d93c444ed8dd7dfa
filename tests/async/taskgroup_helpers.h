// What the tests of task groups share.
#ifndef SKEIN_TESTS_ASYNC_TASKGROUP_HELPERS_H_
#define SKEIN_TESTS_ASYNC_TASKGROUP_HELPERS_H_

#include <skein/asyncio.h>
#include <skein/core/exception_group.h>

#include <exception>
#include <sstream>
#include <string>
#include <utility>

#include "async/helpers.h"

namespace skein::testing {

inline std::string repr(const asyncio::TaskGroup& group) {
  std::ostringstream text;
  text << group;
  return text.str();
}

// What leaves `awaitable`: the texts of a group's exceptions in brackets, "cancelled" and the message, or "nothing".
template <class A>
asyncio::Coroutine<std::string> left_by(A awaitable) {
  std::string text = "nothing";
  try {
    co_await std::move(awaitable);
  } catch (const ExceptionGroup& group) {
    text = "[";
    for (const std::exception_ptr& error : group.exceptions()) {
      text += (text.size() == 1 ? "" : " ") + text_of<std::exception>(error);
    }
    text += "]";
  } catch (const asyncio::CancelledError& error) {
    text = "cancelled" + (error.message().empty() ? "" : " " + error.message());
  } catch (const std::exception& error) {
    text = error.what();
  } catch (const KeyboardInterrupt&) {
    text = "KeyboardInterrupt";
  }
  co_return text;
}

inline asyncio::Coroutine<> fails(int count, std::string text) {
  co_await rounds(count);
  throw ValueError(text);
}

// Waits for its cancellation, and then for some rounds.
inline asyncio::Coroutine<> waits(int& cancelled, int count = 0) {
  std::exception_ptr error;
  try {
    co_await asyncio::sleep(60);
  } catch (const asyncio::CancelledError&) {
    error = std::current_exception();
  }
  co_await rounds(count);
  ++cancelled;
  std::rethrow_exception(error);
}

}  // namespace skein::testing

#endif  // SKEIN_TESTS_ASYNC_TASKGROUP_HELPERS_H_
