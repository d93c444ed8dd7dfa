// stop_function with a subclass of Thread that keeps the Event, passes Thread's own keywords on,
// and waits for the Event instead of sleeping, so that it stops in the middle of a round.
#include <skein/threading.h>
#include <skein/time.h>

#include <utility>

#include "print.h"

namespace threading = skein::threading;

class Worker : public threading::Thread {
 public:
  Worker(threading::Event& stop, threading::ThreadOptions options) : Thread(std::move(options)), stop_(stop) {}

  void run() override {
    print("{} starts", name());
    for (int i = 0; i < 3; ++i) {
      print("{} is in round {}", name(), i + 1);
      if (stop_.wait({.timeout = 5})) {
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
  skein::time::sleep(0.5);
  print("The worker is running: {}", worker->is_alive());
  stop.set();
  worker->join();

  const double elapsed = skein::time::perf_counter() - start;
  print("The worker is running: {}", worker->is_alive());
  print("It stopped before its first round was over: {}", elapsed < 5);
}
