// race_mended.cc - race.py, with what its threads share guarded.
#include <skein/threading.h>
#include <skein/time.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <vector>

#include "print.h"

namespace threading = skein::threading;

namespace {

void in_two_threads(void (*function)()) {
  threading::Barrier both(2);
  const auto run = [&] {
    both.wait();
    function();
  };
  threading::Thread threads[] = {threading::Thread(run), threading::Thread(run)};
  for (auto& thread : threads) thread.start();
  for (auto& thread : threads) thread.join();
}

// [count]
std::atomic<int> counter = 0;

void count() {
  for (int i = 0; i < 1000; ++i) ++counter;
}
// [/count]

// [collect]
threading::Lock results_lock;
std::vector<int> results;

void collect() {
  for (int number = 0; number < 3; ++number) {
    const std::scoped_lock guard(results_lock);
    results.push_back(number);
  }
}
// [/collect]

// [stop]
class Worker {
 public:
  void run() {
    while (!stopping_.wait(0.001)) {
    }
  }

  void stop() { stopping_.set(); }

 private:
  threading::Event stopping_;
};
// [/stop]

void started_and_stopped() {
  Worker worker;
  threading::Thread thread(&Worker::run, &worker);
  thread.start();
  skein::time::sleep(0.02);
  worker.stop();
  thread.join();
}

}  // namespace

int main() {
  in_two_threads(count);
  print("{}", counter.load());
  in_two_threads(collect);
  std::ranges::sort(results);
  print("{} {} {} {} {} {}", results[0], results[1], results[2], results[3], results[4], results[5]);
  started_and_stopped();
  print("stopped");
}
