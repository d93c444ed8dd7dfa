// condition_timed_out_waiter.cc - condition_timed_out_waiter.py, line by line.
#include <skein/threading.h>

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::print;
using conformance::str;
using skein::None;

int main() {
  threading::Condition condition;
  threading::Semaphore waiting(0);
  std::map<std::string, bool> results;

  const auto wait = [&](std::string name, skein::Timeout timeout) {
    const std::scoped_lock guard(condition);
    waiting.release();
    results[name] = condition.wait(timeout);
  };

  std::vector<threading::Thread> patient;
  for (int number = 0; number < 3; ++number) {
    // In line stand an impatient waiter and, behind it, a patient one.
    threading::Thread impatient(wait, "impatient " + str(number), 0.01);
    impatient.start();
    waiting.acquire();
    threading::Thread thread(wait, "patient " + str(number), None);
    thread.start();
    waiting.acquire();
    impatient.join();
    patient.push_back(std::move(thread));
  }
  for (int number = 0; number < 3; ++number) {
    {
      const std::scoped_lock guard(condition);
      condition.notify();
    }
    patient[static_cast<std::size_t>(number)].join();
    const std::scoped_lock guard(condition);
    print{"patient " + str(number) + ":", results["patient " + str(number)], results.size()};
  }
  for (int number = 0; number < 3; ++number) {
    print{"impatient " + str(number) + ":", results["impatient " + str(number)]};
  }
  const std::scoped_lock guard(condition);
  print{"the line is empty:", condition.wait(0)};
}
