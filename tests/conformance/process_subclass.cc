// process_subclass.cc - process_subclass.py, line by line.
#include <skein/multiprocessing.h>

#include <string>
#include <utility>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::print;

namespace {

class Worker : public multiprocessing::Process {
 public:
  Worker() = default;
  Worker(int number, std::string text) : number_(number), text_(std::move(text)) {}

  void run() override {
    print{text_, multiprocessing::current_process() == *this};
    throw skein::SystemExit(number_);
  }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(number_, text_);
  }

 private:
  int number_ = 0;
  std::string text_;
};

class WithTarget : public multiprocessing::Process {
 public:
  using Process::Process;
  void run() override {
    print{"before"};
    Process::run();
    print{"after"};
  }
};

void target(const std::string& text) { print{text}; }

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    multiprocessing::set_start_method(method, {.force = true});
    auto worker = multiprocessing::make<Worker>(7, method);
    worker->start();
    worker->join();
    print{worker->exitcode()};
    auto other = multiprocessing::make<WithTarget>(target, "in between");
    other->start();
    other->join();
    print{other->exitcode()};
  }
  auto direct = multiprocessing::make<WithTarget>(target, "here");
  direct->run();
}
