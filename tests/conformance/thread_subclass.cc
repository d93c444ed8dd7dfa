// thread_subclass.cc - thread_subclass.py, line by line.
#include <skein/threading.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::print;
using conformance::str;

namespace {

class Square : public threading::Thread {
 public:
  explicit Square(int of) : Thread({.name = "square of " + str(of)}), number(of) {}

  void run() override {
    result = number * number;
    seen = threading::current_thread() == *this;
  }

  int number;
  std::optional<int> result;
  bool seen = false;
};

class Cube : public Square {
 public:
  using Square::Square;

  void run() override {
    Square::run();
    *result *= number;
  }
};

// A stop by a flag of the class's own.
class Counter : public threading::Thread {
 public:
  Counter() : Thread({.daemon = true}) {}

  void run() override {
    while (!stopped.is_set()) {
      count += 1;
      counting.set();
    }
  }

  void stop() {
    stopped.set();
    join();
  }

  int count = 0;
  threading::Event stopped;
  threading::Event counting;
};

std::vector<std::string> log_;

// A class that adds to what Thread does with its target.
class Logged : public threading::Thread {
 public:
  using threading::Thread::Thread;

  void run() override {
    log_.push_back("begin");
    Thread::run();
    log_.push_back("end");
  }
};

}  // namespace

int main() {
  const std::vector<std::shared_ptr<Square>> workers = {threading::make<Square>(3), threading::make<Cube>(3),
                                                        threading::make<Square>(5), threading::make<Cube>(5)};
  for (const auto& worker : workers) print{"before:", worker->name(), worker->result};
  for (const auto& worker : workers) worker->start();
  for (const auto& worker : workers) {
    worker->join();
    print{"after:", worker->name(), worker->result, worker->seen, worker->is_alive()};
  }

  // run() called by hand is a call like any other.
  const auto square = threading::make<Square>(7);
  square->run();
  print{"by hand:", square->result, square->seen, square->is_alive(), square->ident()};
  square->start();
  square->join();
  print{"started after that:", square->result, square->seen};

  const auto counter = threading::make<Counter>();
  counter->start();
  counter->counting.wait();
  counter->stop();
  print{"stopped:", counter->is_alive(), counter->daemon(), counter->count > 0};

  const auto logged = threading::make<Logged>([](std::string word) { log_.push_back(word); }, "target");
  logged->start();
  logged->join();
  print{log_};
}
