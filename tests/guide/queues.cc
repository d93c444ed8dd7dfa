// queues.cc - queues.py, line by line.
#include <skein/queue.h>
#include <skein/threading.h>

#include <functional>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace queue = skein::queue;
namespace threading = skein::threading;

namespace {

// [sentinel]
void produce(queue::Queue<std::optional<int>>& items) {
  for (int number = 0; number < 5; ++number) items.put(number);  // Waits while there are two.
  items.put(std::nullopt);                                       // No more.
}

void consume(queue::Queue<std::optional<int>>& items, std::vector<int>& total) {
  while (const auto number = items.get()) total.push_back(*number);
}

void one_to_one() {
  queue::Queue<std::optional<int>> items({.maxsize = 2});
  std::vector<int> total;
  threading::Thread producer(produce, std::ref(items));
  threading::Thread consumer(consume, std::ref(items), std::ref(total));
  producer.start();
  consumer.start();
  producer.join();
  consumer.join();
  print("{}", std::accumulate(total.begin(), total.end(), 0));
}
// [/sentinel]

// [shutdown]
void square_all(queue::Queue<int>& numbers, queue::SimpleQueue<int>& squares) {
  for (const int number : numbers.consume()) squares.put(number * number);  // Until it is shut down and empty.
}

void many_to_many() {
  queue::Queue<int> numbers;
  queue::SimpleQueue<int> squares;
  std::vector<threading::Thread> workers;
  for (int i = 0; i < 3; ++i) workers.emplace_back(square_all, std::ref(numbers), std::ref(squares));
  for (auto& worker : workers) worker.start();
  for (int number = 0; number < 10; ++number) numbers.put(number);
  numbers.shutdown();  // What is in it is still given out.
  for (auto& worker : workers) worker.join();
  const auto size = squares.qsize();
  int sum = 0;
  while (const auto square = squares.try_get()) sum += *square;
  print("{} {}", size, sum);
  try {
    numbers.put(10);
  } catch (const queue::ShutDown&) {
    print("nothing can be put any more");
  }
}
// [/shutdown]

// [join]
using Jobs = std::shared_ptr<queue::Queue<int>>;  // The daemons still wait for a job when main has returned.
using Done = std::shared_ptr<queue::SimpleQueue<int>>;

void work(const Jobs& jobs, const Done& done) {
  while (true) {
    const int job = jobs->get();
    done->put(job);
    jobs->task_done();
  }
}

void wait_for_the_work() {
  const auto jobs = std::make_shared<queue::Queue<int>>();
  const auto done = std::make_shared<queue::SimpleQueue<int>>();
  for (int i = 0; i < 2; ++i) threading::Thread({.daemon = true}, work, jobs, done).start();
  for (int job = 0; job < 4; ++job) jobs->put(job);
  jobs->join();  // Until task_done() has been called four times.
  print("{}", done->qsize());
}
// [/join]

// [priority]
void by_priority() {
  queue::PriorityQueue<std::pair<int, std::string>> tasks;
  tasks.put({2, "sweep"});
  tasks.put({1, "cook"});
  tasks.put({3, "sleep"});
  while (!tasks.empty()) {
    const auto [priority, name] = tasks.get();
    print("{} {}", priority, name);
  }

  queue::LifoQueue<std::string> plates;
  for (const char* plate : {"blue", "red"}) plates.put(plate);
  const std::string last = plates.get();
  print("{} {}", last, plates.get());
}
// [/priority]

// [timeouts]
void full_and_empty() {
  queue::Queue<std::string> slots(1);
  slots.put("first");
  try {
    slots.put("second", {.timeout = 0.01});
  } catch (const queue::Full&) {
    print("full: {} {}", slots.full(), slots.qsize());
  }
  print("{}", slots.get_nowait());
  try {
    slots.get({.block = false});
  } catch (const queue::Empty&) {
    print("empty: {}", slots.empty());
  }
}
// [/timeouts]

}  // namespace

int main() {
  one_to_one();
  many_to_many();
  wait_for_the_work();
  by_priority();
  full_and_empty();
}
