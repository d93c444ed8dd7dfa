#include <skein/core/version.h>
#include <skein/queue.h>
#include <skein/threading.h>

#include <iostream>
#include <string>

namespace queue = skein::queue;
namespace threading = skein::threading;

int main() {
  queue::Queue<std::string> q(1);
  threading::Thread producer({}, [&] { q.put("made elsewhere"); });
  producer.start();
  bool good = q.get() == "made elsewhere";
  producer.join();
  try {
    q.get_nowait();
    good = false;
  } catch (const queue::Empty&) {
  }
  std::cout << "skein " << skein::version() << (good ? " works\n" : " fails\n");
  return good ? 0 : 1;
}
