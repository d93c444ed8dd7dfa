// queue_simple_destructor.cc - queue_simple_destructor.py, line by line.
#include <skein/queue.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace queue = skein::queue;
using conformance::print;

namespace {

class Item;
queue::SimpleQueue<std::unique_ptr<Item>> q;
std::vector<std::pair<int, std::size_t>> log_;

class Item {
 public:
  explicit Item(int number) : number_(number) {}

  ~Item() {
    log_.emplace_back(number_, q.qsize());
    if (number_ > 0) q.put(std::make_unique<Item>(number_ - 1));
  }

 private:
  int number_;
};

queue::SimpleQueue<std::string> other;

class Last {
 public:
  explicit Last(std::string name_) : name(std::move(name_)) {}

  ~Last() { other.put(name); }

  std::string name;
};

}  // namespace

int main() {
  q.put(std::make_unique<Item>(3));
  q.put(std::make_unique<Item>(1));
  int rounds = 0;
  while (!q.empty()) {
    q.get();
    rounds += 1;
  }
  print{"rounds:", rounds};
  print{"number and size at each end:", log_};

  // The queue goes with items in it that use another one.
  std::optional<queue::SimpleQueue<std::unique_ptr<Last>>> going(std::in_place);
  for (const char* name : {"a", "b", "c"}) going->put(std::make_unique<Last>(name));
  const std::string name = going->get()->name;
  print{"one taken:", name, other.qsize()};
  going.reset();
  print{"the queue is gone:", other.qsize()};
  std::vector<std::string> left = {other.get(), other.get(), other.get()};
  std::ranges::sort(left);
  print{"left:", left};
}
