// race.cc - race.py, line by line. What CPython's lock makes right by accident is a data race here: this program is
// wrong, and race_test.py proves that ThreadSanitizer says so. It runs the part that is named on its command line.
#include <skein/threading.h>
#include <skein/time.h>

#include <cstdio>
#include <string_view>
#include <vector>

namespace threading = skein::threading;

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
int counter = 0;

void count() {
  for (int i = 0; i < 1000; ++i) {
    counter += 1;
  }
}
// [/count]

// [collect]
std::vector<int> results;

void collect() {
  for (int number = 0; number < 3; ++number) {
    results.push_back(number);
  }
}
// [/collect]

// [stop]
class Worker {
 public:
  void run() {
    while (running_) {
      skein::time::sleep(0.001);
    }
  }

  void stop() { running_ = false; }

 private:
  bool running_ = true;
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

int main(int argc, char** argv) {
  const std::string_view part = argc == 2 ? argv[1] : "";
  if (part == "count") {
    in_two_threads(count);
  } else if (part == "collect") {
    in_two_threads(collect);
  } else if (part == "stop") {
    started_and_stopped();
  } else {
    std::fputs("race: count, collect or stop\n", stderr);
    return 2;
  }
  std::puts("went on to the end");
}
