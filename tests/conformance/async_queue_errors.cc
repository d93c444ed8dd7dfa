// async_queue_errors.cc - async_queue_errors.py, line by line.
#include <skein/asyncio.h>

#include <string>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::bare;
using conformance::outcome;
using conformance::print;

namespace {

template <class Call>
std::vector<std::string> outcomes(int count, Call call) {
  std::vector<std::string> result;
  for (int i = 0; i < count; ++i) result.push_back(outcome(call));
  return result;
}

template <class Q>
asyncio::Coroutine<> of() {
  for (const int maxsize : {-1, 0, 2}) {
    Q queue(maxsize);
    const auto get = [&] { return queue.get_nowait(); };
    const auto done = [&] { queue.task_done(); };
    print{bare(queue), queue.maxsize(), queue.qsize(), queue.empty(), queue.full()};
    print{outcome(get)};
    print{outcome(done), bare(queue)};
    std::string text;
    for (const int item : {3, 1, 2}) text += outcome([&] { queue.put_nowait(item); }) + " ";
    print{text + bare(queue), queue.qsize(), queue.empty(), queue.full()};
    print{outcomes(2, get), bare(queue)};
    print{outcome(done), bare(queue)};
    queue.shutdown();
    print{bare(queue), outcome([&] { queue.put_nowait(4); })};
    print{outcomes(2, get), bare(queue)};
    print{outcomes(3, done), bare(queue)};
  }
  co_return;
}

asyncio::Coroutine<> main_coroutine() {
  co_await of<asyncio::Queue<int>>();
  co_await of<asyncio::LifoQueue<int>>();
  co_await of<asyncio::PriorityQueue<int>>();
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
