// condition_wait_for.cc - condition_wait_for.py, line by line.
#include <skein/threading.h>

#include <mutex>
#include <string>

#include "print.h"

namespace threading = skein::threading;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;
using conformance::str;
using skein::None;

int main() {
  threading::Condition condition;
  int calls = 0;

  const auto never = [&] {
    ++calls;
    return false;
  };

  const auto third_time = [&] {
    ++calls;
    return calls >= 3;
  };

  const auto number = [&] {
    ++calls;
    return 7;
  };

  const auto raises = [&] {
    ++calls;
    if (calls == 2) throw skein::ValueError("no answer");
    return false;
  };

  const auto ask = [&](auto predicate, auto timeout) {
    calls = 0;
    const std::string result = outcome([&] { return condition.wait_for(predicate, timeout); });
    return result + ", " + str(calls) + " calls";
  };

  {
    const std::scoped_lock guard(condition);
    print{"never, -5:", ask(never, -5)};
    print{"never, 0:", ask(never, 0)};
    print{"never, 0.01:", condition.wait_for(never, 0.01)};
    print{"third time, 0:", ask(third_time, 0)};
    print{"number, 0:", ask(number, 0)};
    print{"number, None:", ask(number, None)};
    print{"raises, 0.01:", ask(raises, 0.01)};
    print{"the lock is held:", outcome([&] { condition.notify(); })};
    print{"free for others:", in_thread([&] { return condition.acquire(false); })};
  }

  // Every notification makes it ask again; it goes on when the answer is true.
  int news = 0;
  threading::Semaphore asked(0);

  const auto tell = [&] {
    for (int i = 0; i < 3; ++i) {
      {
        const std::scoped_lock guard(condition);
        ++news;
        condition.notify();
      }
      asked.acquire();
    }
  };

  const auto has_three = [&] {
    asked.release();
    return news >= 3;
  };

  threading::Thread thread(tell);
  {
    const std::scoped_lock guard(condition);
    thread.start();
    print{"three news:", condition.wait_for(has_three), news};
    print{"with a timeout:", condition.wait_for(has_three, 100)};
    print{"keyword:", condition.wait_for(has_three, {.timeout = 100})};
  }
  thread.join();
}
