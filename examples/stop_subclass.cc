// stop_function with a subclass of Thread that keeps the Event, passes Thread's own keywords on,
// and waits for the Event instead of sleeping, so that it stops at once.
//
// demo: seconds within 0.5
#include <skein/threading.h>
#include <skein/time.h>

#include <utility>

#include "print.h"

namespace threading = skein::threading;

class Worker : public threading::Thread {
 public:
  Worker(threading::Event& stop, threading::ThreadOptions options)
      : Thread(std::move(options)), stop_(stop) {}

  void run() override {
    print("{} starts", name());
    for (int i = 0; i < 5; ++i) {
      print("Round {}", i + 1);
      if (stop_.wait({.timeout = 0.4})) {
        print("{} was stopped early", name());
        return;
      }
    }
    print("{} ran to the end", name());
  }

 private:
  threading::Event& stop_;
};

int main() {
  threading::Event stop;
  auto worker = threading::make<Worker>(stop, threading::ThreadOptions{.name = "worker"});

  const double start = skein::time::perf_counter();
  worker->start();
  skein::time::sleep(0.6);
  stop.set();
  worker->join();

  const double elapsed = skein::time::perf_counter() - start;
  print("The worker is still running after {:.1f} second(s): {}", elapsed, worker->is_alive());
}
