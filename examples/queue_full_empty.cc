// A queue of limited size when it is full and when it is empty: put and get refuse at once, refuse
// after a while, or wait for another thread.
//
// demo: seconds within 0.6
#include <skein/queue.h>
#include <skein/threading.h>
#include <skein/time.h>

#include <functional>
#include <string>

#include "print.h"

namespace queue = skein::queue;
namespace threading = skein::threading;

void take_later(queue::Queue<std::string>& drinks) {
  skein::time::sleep(0.8);
  drinks.get();
}

void bring_later(queue::Queue<std::string>& drinks) {
  skein::time::sleep(0.8);
  drinks.put("water");
}

int main() {
  queue::Queue<std::string> drinks({.maxsize = 2});
  print("At first: {} drinks, empty {}, full {}", drinks.qsize(), drinks.empty(), drinks.full());

  drinks.put("tea");
  drinks.put("coffee");
  print("Now: {} drinks, empty {}, full {}", drinks.qsize(), drinks.empty(), drinks.full());

  // Full: refuse at once ...
  try {
    drinks.put("milk", {.block = false});
  } catch (const queue::Full&) {
    print("There is no room for milk");
  }

  // ... or after a while ...
  double start = skein::time::perf_counter();
  try {
    drinks.put("milk", {.timeout = 0.8});
  } catch (const queue::Full&) {
    const double elapsed = skein::time::perf_counter() - start;
    print("There is still no room after {:.1f} second(s)", elapsed);
  }

  // ... or wait until somebody makes room.
  start = skein::time::perf_counter();
  threading::Thread taker(take_later, std::ref(drinks));
  taker.start();
  drinks.put("milk");
  double elapsed = skein::time::perf_counter() - start;
  print("The milk went in after {:.1f} second(s)", elapsed);
  taker.join();

  // First in, first out; the tea is gone.
  print("Got {}", drinks.get());
  print("Got {}", drinks.get_nowait());

  // Empty: refuse at once ...
  try {
    drinks.get({.block = false});
  } catch (const queue::Empty&) {
    print("There is nothing to drink");
  }

  // ... or after a while ...
  start = skein::time::perf_counter();
  try {
    drinks.get({.timeout = 0.8});
  } catch (const queue::Empty&) {
    elapsed = skein::time::perf_counter() - start;
    print("There is still nothing after {:.1f} second(s)", elapsed);
  }

  // ... or wait until somebody brings something.
  start = skein::time::perf_counter();
  threading::Thread bringer(bring_later, std::ref(drinks));
  bringer.start();
  const std::string drink = drinks.get();
  elapsed = skein::time::perf_counter() - start;
  print("Got {} after {:.1f} second(s)", drink, elapsed);
  bringer.join();
}
