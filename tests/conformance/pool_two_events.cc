// pool_two_events.cc - pool_two_events.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::print;

int main() {
  {
    futures::ThreadPoolExecutor executor(2);
    int right = 0;
    for (int round = 0; round < 200; ++round) {
      threading::Event event;
      auto waiting = executor.submit([&] { return event.wait(10); });
      auto setting = executor.submit([&] { event.set(); });
      right += waiting.result() ? 1 : 0;
      setting.result();
    }
    print{"the later one sets:", right};

    // From a worker: it waits for what it has submitted itself.
    const auto outer = [&] {
      const auto event = std::make_shared<threading::Event>();
      executor.submit([event] { event->set(); });
      return event->wait(10);
    };

    right = 0;
    for (int round = 0; round < 200; ++round) right += executor.submit(outer).result() ? 1 : 0;
    print{"from within:", right};
  }

  futures::ThreadPoolExecutor executor(5);
  int right = 0;
  for (int round = 0; round < 50; ++round) {
    threading::Barrier barrier(5);
    std::vector<futures::Future<int>> fs;
    for (int i = 0; i < 5; ++i) fs.push_back(executor.submit([&] { return static_cast<int>(barrier.wait(10)); }));
    std::vector<int> places;
    for (const auto& f : fs) places.push_back(f.result());
    std::ranges::sort(places);
    right += places == std::vector{0, 1, 2, 3, 4} ? 1 : 0;
  }
  print{"all at once:", right};
}
