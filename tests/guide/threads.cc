// threads.cc - threads.py, line by line.
#include <skein/core/errors.h>
#include <skein/threading.h>
#include <skein/time.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace threading = skein::threading;

namespace {

// [start]
void square(std::vector<int>& numbers, std::size_t i) { numbers[i] = numbers[i] * numbers[i]; }

void squares() {
  std::vector<int> numbers = {1, 2, 3, 4};
  std::vector<threading::Thread> threads;
  for (std::size_t i = 0; i < numbers.size(); ++i) threads.emplace_back(square, std::ref(numbers), i);
  for (auto& thread : threads) thread.start();
  for (auto& thread : threads) thread.join();
  print("{} {} {} {}", numbers[0], numbers[1], numbers[2], numbers[3]);
}
// [/start]

// [stop]
class Poller {
 public:
  Poller() { thread_.start(); }
  ~Poller() { close(); }

  void close() {
    stopping_.set();
    thread_.join();
  }
  int rounds() const { return rounds_; }
  const threading::Thread& thread() const { return thread_; }

 private:
  void run() {
    while (!stopping_.wait(0.01)) ++rounds_;
  }

  int rounds_ = 0;
  threading::Event stopping_;
  threading::Thread thread_{{.name = "poller"}, &Poller::run, this};  // Last: it uses what stands before it.
};

void poll() {
  Poller poller;
  skein::time::sleep(0.1);
  poller.close();
  print("{} {} {}", poller.thread().name(), poller.thread().is_alive(), poller.rounds() > 0);
}
// [/stop]

// [daemon]
void watch(const std::shared_ptr<threading::Event>& ticked) {
  while (true) {
    ticked->set();
    skein::time::sleep(0.01);
  }
}

void in_the_background() {
  const auto ticked = std::make_shared<threading::Event>();  // The daemon goes on when this function has returned.
  threading::Thread watcher({.daemon = true}, watch, ticked);
  watcher.start();
  ticked->wait();
  print("{} {}", watcher.daemon(), watcher.is_alive());
}
// [/daemon]

// [subclass]
class Counter : public threading::Thread {
 public:
  Counter(std::string text, char letter)
      : Thread({.name = std::string("counter of ") + letter}), text_(std::move(text)), letter_(letter) {}

  void run() override { found_ = std::ranges::count(text_, letter_); }

  std::ptrdiff_t found() const { return found_; }

 private:
  const std::string text_;
  const char letter_;
  std::ptrdiff_t found_ = 0;
};

void letters() {
  std::vector<std::shared_ptr<Counter>> counters;
  for (const char letter : std::string("abr")) counters.push_back(threading::make<Counter>("abracadabra", letter));
  for (auto& counter : counters) counter->start();
  for (auto& counter : counters) {
    counter->join();
    print("{}: {}", counter->name(), counter->found());
  }
}
// [/subclass]

// [local]
struct Request {
  std::string user;
};
threading::local<Request> request;

std::string where() { return request->user + " in " + threading::current_thread().name(); }

void handle(const std::string& user, std::vector<std::string>& answers, std::size_t i) {
  request->user = user;
  answers[i] = where();
}

void requests() {
  request->user = "root";
  std::vector<std::string> answers(2);
  const std::vector<std::string> users = {"ann", "bob"};
  std::vector<threading::Thread> threads;
  for (std::size_t i = 0; i < users.size(); ++i) {
    threads.emplace_back(threading::ThreadOptions{.name = fstring("handler {}", i)}, handle, users[i],
                         std::ref(answers), i);
  }
  for (auto& thread : threads) thread.start();
  for (auto& thread : threads) thread.join();
  print("{}, {}, {}", answers[0], answers[1], request->user);
}
// [/local]

// [excepthook]
void log(const threading::ExceptHookArgs& args) {
  try {
    std::rethrow_exception(args.exc_value);
  } catch (const std::exception& error) {
    print("{} ended by {}: {}", args.thread.name(), args.exc_type, error.what());
  }
}

void fail() { throw skein::ValueError("no such file"); }

void failing() {
  threading::set_excepthook(log);
  threading::Thread thread({.name = "reader"}, fail);
  thread.start();
  thread.join();
  threading::set_excepthook(threading::default_excepthook);
}
// [/excepthook]

// [timer]
void alarms() {
  threading::Event rung;
  threading::Timer alarm(0.01, &threading::Event::set, &rung);
  alarm.start();
  print("{}", rung.wait({.timeout = 5}));

  rung.clear();
  threading::Timer never(3600, &threading::Event::set, &rung);
  never.start();
  never.cancel();
  never.join();
  print("{}", rung.is_set());
}
// [/timer]

}  // namespace

int main() {
  squares();
  poll();
  in_the_background();
  letters();
  requests();
  failing();
  alarms();
}
