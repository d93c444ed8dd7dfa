// A producer puts items into a queue, a consumer takes them out. The consumer never ends by
// itself: it is a daemon, and the main thread knows by task_done() and join() when all items are
// dealt with.
//
// How the lines of the two threads mix is open.
// demo: unordered ^(Producing|Item)
#include <skein/queue.h>
#include <skein/threading.h>
#include <skein/time.h>

#include <memory>

#include "print.h"

namespace queue = skein::queue;
namespace threading = skein::threading;

// Shared, as any object is in Python: the daemon may still wait for an item when main has returned.
using Items = std::shared_ptr<queue::Queue<int>>;

void producer(const Items& items) {
  for (int number = 1; number < 6; ++number) {
    print("Producing item {}", number);
    skein::time::sleep(0.1);
    items->put(number);
  }
}

void consumer(const Items& items) {
  while (true) {
    const int number = items->get();
    print("Item {} is being processed", number);
    skein::time::sleep(0.2);
    print("Item {} is done", number);
    items->task_done();
  }
}

int main() {
  auto items = std::make_shared<queue::Queue<int>>();

  threading::Thread producer_thread(producer, items);
  producer_thread.start();

  threading::Thread consumer_thread({.daemon = true}, consumer, items);
  consumer_thread.start();

  // Until all items are in the queue ...
  producer_thread.join();

  // ... and until all have been processed.
  items->join();
  print("All items are done; {} are left in the queue", items->qsize());
}
