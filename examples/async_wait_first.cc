// wait() until the first task is done, again and again until none is pending; then until one fails.
#include <skein/asyncio.h>

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;
using asyncio::create_task;

class APIError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

asyncio::Coroutine<int> call_api(std::string message, int result = 100, double delay = 0.3,
                                 bool raise_exception = false) {
  print("{}", message);
  co_await asyncio::sleep(delay);
  if (raise_exception) {
    throw APIError("the API failed");
  } else {
    co_return result;
  }
}

// Python: str(error).
std::string str(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& caught) {
    return caught.what();
  }
}

asyncio::Coroutine<> async_main() {
  auto task_1 = create_task(call_api("Calling API 1...", 1, 0.1));
  auto task_2 = create_task(call_api("Calling API 2...", 2, 0.2));
  auto task_3 = create_task(call_api("Calling API 3...", 3, 0.3));

  std::vector pending = {task_1, task_2, task_3};

  while (!pending.empty()) {
    auto both = co_await asyncio::wait(pending, {.return_when = asyncio::FIRST_COMPLETED});
    pending = std::move(both.pending);
    const int result = both.done.back().result();
    print("{}", result);
  }

  auto task_4 = create_task(call_api("Calling API 4...", 100, 0.1, true));
  auto task_5 = create_task(call_api("Calling API 5...", 5, 0.3));
  const std::vector last = {task_4, task_5};
  const auto both = co_await asyncio::wait(last, {.return_when = asyncio::FIRST_EXCEPTION});
  print("{} failed: {}; {} is pending", both.done.size(), str(task_4.exception()), both.pending.size());
  const int result = co_await task_5;
  print("{}", result);
}

int main() { asyncio::run(async_main()); }
