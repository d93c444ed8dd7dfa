// local_lifetime.cc - local_lifetime.py, line by line.
#include <skein/threading.h>

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::print;
using conformance::until;

namespace {

threading::Lock lock;
int alive = 0;

class Kept {
 public:
  Kept() {
    const std::scoped_lock guard(lock);
    alive += 1;
  }

  ~Kept() {
    const std::scoped_lock guard(lock);
    alive -= 1;
  }
};

struct Data {
  std::unique_ptr<Kept> kept = std::make_unique<Kept>();
};

int count() {
  const std::scoped_lock guard(lock);
  return alive;
}

}  // namespace

int main() {
  std::optional<threading::local<Data>> data(std::in_place);
  print{"main:", (*data)->kept != nullptr, count()};
  threading::Semaphore ready(0);
  threading::Event go;

  const auto use = [&] {
    const bool used = (*data)->kept != nullptr;
    ready.release();
    go.wait();
    return used;
  };

  std::vector<threading::Thread> threads;
  for (int i = 0; i < 3; ++i) threads.emplace_back(use);
  for (auto& thread : threads) thread.start();
  for (int i = 0; i < 3; ++i) ready.acquire();
  print{"three threads more:", count()};
  go.set();
  for (auto& thread : threads) thread.join();
  until([] { return count() == 1; });
  print{"they have ended:", count()};

  // The object goes first: all values go with it.
  go.clear();
  threads.clear();
  for (int i = 0; i < 3; ++i) threads.emplace_back(use);
  for (auto& thread : threads) thread.start();
  for (int i = 0; i < 3; ++i) ready.acquire();
  print{"three threads again:", count()};
  data.reset();
  print{"the object is gone:", count()};
  go.set();
  for (auto& thread : threads) thread.join();
  print{"and the threads:", count()};
}
