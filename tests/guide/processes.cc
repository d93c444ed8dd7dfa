// processes.cc - processes.py, line by line.
#include <skein/multiprocessing.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;

// [function]
void greet(const std::string& name, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += "hello " + name;
  print("{}", text);
}

void one_process() {
  multiprocessing::Process process({.name = "greeter"}, greet, "a", 2);
  process.start();
  process.join();
  print("{} {}", process.name(), process.exitcode());
}
// [/function]

// [subclass]
class Worker : public multiprocessing::Process {
 public:
  Worker() = default;  // For spawn and forkserver, which make the object anew and fill it.
  Worker(int number, multiprocessing::Queue<int> results) : number_(number), results_(std::move(results)) {}

  void run() override { results_.put(number_ * number_); }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(number_, results_);
  }

 private:
  int number_ = 0;
  multiprocessing::Queue<int> results_;
};

void workers() {
  const multiprocessing::Queue<int> results;
  std::vector<std::shared_ptr<Worker>> all_workers;
  for (int number = 0; number < 3; ++number) all_workers.push_back(multiprocessing::make<Worker>(number, results));
  for (auto& worker : all_workers) worker->start();
  std::vector<int> squares;
  while (squares.size() < all_workers.size()) squares.push_back(results.get());
  std::sort(squares.begin(), squares.end());
  print("[{}, {}, {}]", squares[0], squares[1], squares[2]);
  for (auto& worker : all_workers) worker->join();
}
// [/subclass]

// [shared]
void add(const multiprocessing::Lock& lock, const multiprocessing::RawValue<int>& total, int times) {
  for (int i = 0; i < times; ++i) {
    const std::scoped_lock guard(lock);
    total.set_value(total.value() + 1);
  }
}

void counted() {
  const multiprocessing::Lock lock;
  const multiprocessing::RawValue<int> total(0);
  std::vector<multiprocessing::Process> processes;
  for (int i = 0; i < 2; ++i) processes.emplace_back(add, lock, total, 1000);
  for (auto& process : processes) process.start();
  for (auto& process : processes) process.join();
  print("{}", total.value());
}
// [/shared]

// [pipe]
void double_it(const multiprocessing::Connection& end) {
  while (true) {
    int number = 0;
    try {
      number = end.recv<int>();
    } catch (const multiprocessing::EOFError&) {
      return;
    }
    end.send(2 * number);
  }
}

void ask() {
  const auto [ours, theirs] = multiprocessing::Pipe();
  multiprocessing::Process process(double_it, theirs);
  process.start();
  theirs.close();
  ours.send(21);
  print("{}", ours.recv<int>());
  ours.close();
  process.join();
  print("{}", process.exitcode());
}
// [/pipe]

// [memory]
void fill(const std::string& name) {
  multiprocessing::shared_memory::SharedMemory memory(name);
  std::memcpy(memory.buf().data(), "hello", 5);
  memory.close();
}

void by_name() {
  multiprocessing::shared_memory::SharedMemory memory({.create = true, .size = 16});
  multiprocessing::Process process(fill, memory.name());
  process.start();
  process.join();
  print("{}", std::string(reinterpret_cast<const char*>(memory.buf().data()), 5));
  memory.close();
  memory.unlink();
}
// [/memory]

// [context]
void with_context(const std::string& method) {
  const auto context = multiprocessing::get_context(method);
  auto process = context.Process(greet, method, 1);
  process.start();
  process.join();
  print("{} {}", process.name().substr(0, process.name().find('-')), process.exitcode());
}
// [/context]

// [main]
int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  one_process();
  workers();
  counted();
  with_context("spawn");
  with_context("forkserver");
  multiprocessing::set_start_method("spawn", {.force = true});
  ask();
  by_name();
}
// [/main]
