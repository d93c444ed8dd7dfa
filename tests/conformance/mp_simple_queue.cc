// mp_simple_queue.cc - mp_simple_queue.py, line by line.
#include <skein/multiprocessing/simple_queue.h>
#include <skein/threading.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "print_pipe.h"

namespace threading = skein::threading;
using conformance::pipe_outcome;
using conformance::print;
using conformance::until_asleep;
using skein::multiprocessing::SimpleQueue;

int main() {
  const SimpleQueue<std::string> q;
  print{"new:", q.empty()};
  print{"put:", pipe_outcome([&] { q.put("a"); }), pipe_outcome([&] { q.put(""); }),
        pipe_outcome([&] { q.put(std::string(1000, 'b')); })};
  print{"not empty:", q.empty()};
  print{"get:", q.get(), "'" + q.get() + "'", q.get().size(), q.empty()};

  std::vector<std::string> got;
  threading::Thread getter([&] { got.push_back(q.get()); });
  getter.start();
  until_asleep(getter);
  q.put("woken");
  getter.join();
  print{"got:", got};

  const SimpleQueue<std::string> back;
  const pid_t child = ::fork();
  if (child == 0) {
    for (int i = 0; i < 50; ++i) back.put(q.get() + "!");
    ::_exit(0);
  }
  for (int number = 0; number < 50; ++number) q.put(std::to_string(number));
  std::vector<std::string> echo;
  for (int i = 0; i < 50; ++i) echo.push_back(back.get());
  print{"echo:", echo};
  ::waitpid(child, nullptr, 0);

  q.put("left");
  print{"close:", pipe_outcome([&] { q.close(); }), pipe_outcome([&] { q.close(); })};
  print{"put:", pipe_outcome([&] { q.put("x"); })};
  print{"get:", pipe_outcome([&] { return q.get(); })};
  print{"empty:", pipe_outcome([&] { return q.empty(); })};
}
