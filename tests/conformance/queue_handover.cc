// queue_handover.cc - queue_handover.py, line by line.
#include <skein/queue.h>
#include <skein/threading.h>

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace queue = skein::queue;
namespace threading = skein::threading;
using conformance::print;
using conformance::until_asleep;

namespace {

threading::Lock lock;
std::vector<std::pair<std::string, std::string>> log_;
threading::Semaphore through(0);

template <class Q>
void check(Q& q) {
  const auto get = [&](std::string name) {
    const std::string item = q.get();
    {
      const std::scoped_lock guard(lock);
      log_.emplace_back(name, item);
    }
    through.release();
  };

  const auto put = [&](std::string name) {
    q.put(name);
    {
      const std::scoped_lock guard(lock);
      log_.emplace_back(name, "put");
    }
    through.release();
  };

  const auto start = [&](auto target, std::vector<std::string> names) {
    log_.clear();
    std::vector<threading::Thread> threads;
    for (const auto& name : names) {
      threading::Thread thread(target, name);
      thread.start();
      until_asleep(thread);
      threads.push_back(std::move(thread));
    }
    return threads;
  };

  auto threads = start(get, {"first", "second", "third"});
  for (const char* item : {"a", "b", "c"}) {
    q.put(item);
    through.acquire();
  }
  for (auto& thread : threads) thread.join();
  print{"getters:", log_};

  q.put("there");
  threads = start(put, {"first", "second", "third"});
  for (int i = 0; i < 3; ++i) {
    const std::string item = q.get();
    through.acquire();
    const std::scoped_lock guard(lock);
    log_.emplace_back("taken", item);
  }
  for (auto& thread : threads) thread.join();
  print{"putters:", log_};
  print{"left:", q.get(), q.qsize()};
}

}  // namespace

int main() {
  print{"Queue(1)"};
  queue::Queue<std::string> fifo(1);
  check(fifo);
  print{"LifoQueue(1)"};
  queue::LifoQueue<std::string> lifo(1);
  check(lifo);
  print{"PriorityQueue(1)"};
  queue::PriorityQueue<std::string> priority(1);
  check(priority);
}
