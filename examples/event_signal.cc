// Two threads wait for a third, here the main one, to give the signal by an Event.
//
// Which thread prints first is open.
// demo: unordered ^Thread (\d)
#include <skein/threading.h>
#include <skein/time.h>

#include <functional>

#include "print.h"

namespace threading = skein::threading;

void task(threading::Event& event, int number) {
  print("Thread {} is waiting for the signal", number);
  event.wait();
  print("Thread {} has the signal and goes on", number);
}

int main() {
  threading::Event event;

  threading::Thread first(task, std::ref(event), 1);
  threading::Thread second(task, std::ref(event), 2);
  first.start();
  second.start();

  skein::time::sleep(0.6);
  print("The main thread gives the signal");
  event.set();

  first.join();
  second.join();
  print("The main thread is done");
}
