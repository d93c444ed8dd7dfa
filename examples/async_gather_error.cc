// When one of them fails, gather() throws its exception, and the others go on; with
// return_exceptions the exception stands among the results.
#include <skein/asyncio.h>

#include <exception>
#include <string>
#include <utility>

#include "print.h"

namespace asyncio = skein::asyncio;

class APIError : public std::exception {
 public:
  explicit APIError(std::string message) : message_(std::move(message)) {}
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string message_;
};

asyncio::Coroutine<int> call_api_failed() {
  co_await asyncio::sleep(0.3);
  throw APIError("API failed");
}

asyncio::Coroutine<int> call_api(std::string message, int result, double delay = 0.3) {
  print("{}", message);
  co_await asyncio::sleep(delay);
  co_return result;
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
  try {
    const auto [a, b, c] = co_await asyncio::gather(  //
        call_api("Calling API 1 ...", 100, 0.1),      //
        call_api("Calling API 2 ...", 200, 0.2),      //
        call_api_failed());
    print("{} {} {}", a, b, c);
  } catch (const APIError& error) {
    print("There are no results: {}", error.what());
  }

  const auto [a, b, c] = co_await asyncio::gather(  //
      asyncio::return_exceptions,                   //
      call_api("Calling API 1 ...", 100, 0.1),      //
      call_api("Calling API 2 ...", 200, 0.2),      //
      call_api_failed());
  print("{} {} {}", a.result(), b.result(), str(c.exception()));
}

int main() { asyncio::run(async_main()); }
