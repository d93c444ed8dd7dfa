// locks.cc - locks.py, line by line.
#include <skein/core/errors.h>
#include <skein/threading.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "print.h"

namespace threading = skein::threading;

namespace {

// As Python prints a list of texts.
std::string list(const std::vector<std::string>& texts) {
  std::string text;
  for (const std::string& each : texts) text += (text.empty() ? "'" : ", '") + each + "'";
  return "[" + text + "]";
}

// [lock]
class Account {
 public:
  void add(int amount) {
    const std::scoped_lock guard(lock_);
    balance_ += amount;
  }
  int balance() const { return balance_; }

 private:
  threading::Lock lock_;
  int balance_ = 0;
};

void deposits() {
  Account account;

  const auto add_many = [&] {
    for (int i = 0; i < 1000; ++i) account.add(2);
  };

  std::vector<threading::Thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(add_many);
  for (auto& thread : threads) thread.start();
  for (auto& thread : threads) thread.join();
  print("{}", account.balance());
}
// [/lock]

// [acquire]
std::string refresh(threading::Lock& lock) {
  if (!lock.acquire({.blocking = false})) return "somebody else is at it";
  const std::scoped_lock guard(std::adopt_lock, lock);  // Releases what has been acquired.
  return "refreshed";
}

void tries() {
  threading::Lock lock;
  print("{}", refresh(lock));
  {
    const std::scoped_lock guard(lock);
    const std::string said = refresh(lock);
    const bool acquired = lock.acquire({.timeout = 0.01});
    print("{} {} {}", said, acquired, lock.locked());
  }
  print("{}", lock.locked());
}
// [/acquire]

// [rlock]
class Stock {
 public:
  void add(const std::string& name, int count) {
    const std::scoped_lock guard(lock_);
    items_[name] += count;
  }

  int add_all(const std::vector<std::string>& names) {
    const std::scoped_lock guard(lock_);  // Once more in add(), by the same thread.
    for (const auto& name : names) add(name, 1);
    int sum = 0;
    for (const auto& [name, count] : items_) sum += count;
    return sum;
  }

 private:
  threading::RLock lock_;
  std::map<std::string, int> items_;
};

void deliveries() { print("{}", Stock().add_all({"tea", "tea", "milk"})); }
// [/rlock]

// [condition]
class Box {
 public:
  void put(int item) {
    const std::scoped_lock guard(changed_);
    items_.push_back(item);
    changed_.notify();
  }

  void close() {
    const std::scoped_lock guard(changed_);
    closed_ = true;
    changed_.notify_all();
  }

  std::optional<int> take() {
    const std::scoped_lock guard(changed_);
    changed_.wait_for([&] { return !items_.empty() || closed_; });
    if (items_.empty()) return std::nullopt;
    const int item = items_.front();
    items_.pop_front();
    return item;
  }

  threading::Condition& changed() { return changed_; }

 private:
  threading::Condition changed_;
  std::deque<int> items_;
  bool closed_ = false;
};

void put_and_take() {
  Box box;

  const auto take_all = [&] {
    while (const auto item = box.take()) print("took {}", *item);
  };

  threading::Thread taker(take_all);
  taker.start();
  for (int item = 0; item < 3; ++item) box.put(item);
  box.close();
  taker.join();
  const std::scoped_lock guard(box.changed());
  print("{}", box.changed().wait({.timeout = 0.01}));
}
// [/condition]

// [event]
void serve(threading::Event& ready, threading::Event& stop, std::vector<std::string>& log) {
  log.emplace_back("open");
  ready.set();
  stop.wait();
  log.emplace_back("closed");
}

void server() {
  threading::Event ready;
  threading::Event stop;
  std::vector<std::string> log;
  threading::Thread thread(serve, std::ref(ready), std::ref(stop), std::ref(log));
  thread.start();
  const bool is_ready = ready.wait({.timeout = 5});
  print("{} {}", is_ready, list(log));
  stop.set();
  thread.join();
  print("{}", list(log));
}
// [/event]

// [semaphore]
class Gate {
 public:
  explicit Gate(int most) : places_(most) {}

  void visit(threading::Event& pause) {
    const std::scoped_lock place(places_);
    {
      const std::scoped_lock guard(lock_);
      ++inside_;
      most_inside_ = std::max(most_inside_, inside_);
    }
    pause.wait({.timeout = 0.02});
    const std::scoped_lock guard(lock_);
    --inside_;
  }

  threading::BoundedSemaphore& places() { return places_; }
  int inside() const { return inside_; }
  int most_inside() const { return most_inside_; }

 private:
  threading::BoundedSemaphore places_;
  threading::Lock lock_;
  int inside_ = 0;
  int most_inside_ = 0;
};

void visits() {
  Gate gate(2);
  threading::Event pause;
  std::vector<threading::Thread> threads;
  for (int i = 0; i < 6; ++i) threads.emplace_back(&Gate::visit, &gate, std::ref(pause));
  for (auto& thread : threads) thread.start();
  for (auto& thread : threads) thread.join();
  print("{} {}", gate.most_inside() <= 2, gate.inside());
  try {
    gate.places().release();
  } catch (const skein::ValueError& error) {
    print("{}", error.what());
  }
}
// [/semaphore]

// [barrier]
void rounds() {
  std::vector<int> values = {1, 2, 3};
  std::vector<int> sums;
  threading::Barrier barrier(3, {.action = [&] { sums.push_back(values[0] + values[1] + values[2]); }});

  const auto play = [&](std::size_t i) {
    for (int round = 0; round < 3; ++round) {
      barrier.wait();
      ++values[i];
    }
  };

  std::vector<threading::Thread> threads;
  for (std::size_t i = 0; i < 3; ++i) threads.emplace_back(play, i);
  for (auto& thread : threads) thread.start();
  for (auto& thread : threads) thread.join();
  print("{} {} {}", sums[0], sums[1], sums[2]);
}

void broken() {
  threading::Barrier barrier(2);
  try {
    barrier.wait({.timeout = 0.01});
  } catch (const threading::BrokenBarrierError&) {
    print("nobody came {}", barrier.broken());
  }
}
// [/barrier]

}  // namespace

int main() {
  deposits();
  tries();
  deliveries();
  put_and_take();
  server();
  visits();
  rounds();
  broken();
}
