// queue_shutdown_blocked.cc - queue_shutdown_blocked.py, line by line.
#include <skein/queue.h>
#include <skein/threading.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace queue = skein::queue;
namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;
using conformance::until_asleep;

int main() {
  threading::Lock lock;
  std::vector<std::string> results;

  const auto note = [&](auto call) {
    const std::string result = outcome(call);
    const std::scoped_lock guard(lock);
    results.push_back(result);
  };

  const auto block = [&](auto... calls) {
    results.clear();
    std::vector<threading::Thread> threads;
    (threads.emplace_back(note, calls), ...);
    for (auto& thread : threads) {
      thread.start();
      until_asleep(thread);
    }
    return threads;
  };

  const auto end = [&](std::vector<threading::Thread> threads) {
    for (auto& thread : threads) thread.join();
    std::ranges::sort(results);
    print{results};
  };

  print{"getters"};
  queue::Queue<std::string> gentle;
  auto threads = block([&] { return gentle.get(); }, [&] { return gentle.get(); },
                       [&] { return gentle.get(true, 1000); }, [&] { return gentle.get({.timeout = 1000}); });
  gentle.shutdown();
  end(std::move(threads));
  queue::Queue<std::string> harsh;
  threads = block([&] { return harsh.get(); }, [&] { return harsh.get(true, 1000); });
  harsh.shutdown({.immediate = true});
  end(std::move(threads));

  print{"putters"};
  queue::Queue<std::string> kept(1);
  kept.put("there");
  threads = block([&] { kept.put("a"); }, [&] { kept.put("b"); }, [&] { kept.put("c", true, 1000); });
  kept.shutdown();
  end(std::move(threads));
  print{"what was there stays:", outcome([&] { return kept.get(); }), outcome([&] { return kept.get(); })};
  queue::Queue<std::string> lost(1);
  lost.put("there");
  threads = block([&] { lost.put("a"); }, [&] { lost.put("b", true, 1000); });
  lost.shutdown({.immediate = true});
  end(std::move(threads));
  print{"what was there is gone:", outcome([&] { return lost.get(); }), lost.qsize()};

  print{"joiners"};
  queue::Queue<std::string> joined;
  joined.put("task");
  threads = block([&] { joined.join(); }, [&] { joined.join(); });
  joined.shutdown();
  for (auto& thread : threads) until_asleep(thread);
  print{"still waiting:", threads[0].is_alive(), threads[1].is_alive()};
  print{"get:", joined.get()};
  joined.task_done();
  end(std::move(threads));

  print{"everybody at once"};
  queue::Queue<std::string> q(1);
  q.put("task");
  threads = block([&] { q.join(); }, [&] { q.put("a"); }, [&] { q.join(); }, [&] { q.put("b"); });
  q.shutdown({.immediate = true});
  end(std::move(threads));
}
