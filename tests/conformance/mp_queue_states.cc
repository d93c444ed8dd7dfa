// mp_queue_states.cc - mp_queue_states.py, line by line.
#include <skein/multiprocessing/queue.h>
#include <skein/threading.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "print_pipe.h"

namespace threading = skein::threading;
using conformance::pipe_outcome;
using conformance::print;
using conformance::until_asleep;
template <class T>
using Queue = skein::multiprocessing::Queue<T>;
using Calls = std::vector<std::pair<std::string, std::function<void()>>>;

int main() {
  const Queue<std::string> q(3);
  const std::string d = "d";
  print{"new:", q.qsize(), q.empty(), q.full()};
  const auto drop = [](const std::string&) {};
  for (const auto& [name, call] : Calls{
           {"get_nowait", [&] { drop(q.get_nowait()); }},
           {"get(False)", [&] { drop(q.get(false)); }},
           {"get(False, -5)", [&] { drop(q.get(false, -5)); }},
           {"get(True, -1)", [&] { drop(q.get(true, -1)); }},
           {"get(True, 0)", [&] { drop(q.get(true, 0)); }},
           {"get(timeout=0.01)", [&] { drop(q.get({.timeout = 0.01})); }},
       }) {
    print{name + ":", pipe_outcome(call)};
  }
  print{"put:", pipe_outcome([&] { q.put("a"); }), pipe_outcome([&] { q.put("b", true); }),
        pipe_outcome([&] { q.put_nowait("c"); })};
  print{"full:", q.qsize(), q.empty(), q.full()};
  for (const auto& [name, call] : Calls{
           {"put_nowait", [&] { q.put_nowait(d); }},
           {"put(False)", [&] { q.put(d, false); }},
           {"put(False, -5)", [&] { q.put(d, false, -5); }},
           {"put(True, -1)", [&] { q.put(d, true, -1); }},
           {"put(True, 0)", [&] { q.put(d, true, 0); }},
           {"put(timeout=0.01)", [&] { q.put(d, {.timeout = 0.01}); }},
       }) {
    print{name + ":", pipe_outcome(call)};
  }
  print{"get:", q.get(), q.get(true, -1), q.get(true, 10), q.qsize(), q.empty()};

  // Who waits is woken.
  std::vector<std::string> got;
  threading::Thread getter([&] { got.push_back(q.get()); });
  getter.start();
  until_asleep(getter);
  q.put("woken");
  getter.join();
  print{"got:", got};
  for (const char* const item : {"x", "y", "z"}) q.put(item);
  threading::Thread putter([&] { q.put("at last"); });
  putter.start();
  until_asleep(putter);
  print{"before:", q.get(), q.get(), q.get()};
  putter.join();
  print{"after:", q.get()};

  print{"unbounded:", Queue<int>(0).full(), Queue<int>(-1).full(),
        pipe_outcome([] { return Queue<int>(-1).get_nowait(); })};

  // close() is for this process.
  q.put("left");
  print{"join_thread too early:", pipe_outcome([&] { q.join_thread(); })};
  print{"cancel_join_thread:", pipe_outcome([&] { q.cancel_join_thread(); })};
  print{"close:", pipe_outcome([&] { q.close(); }), pipe_outcome([&] { q.close(); })};
  print{"put:", pipe_outcome([&] { q.put("x"); })};
  print{"put_nowait:", pipe_outcome([&] { q.put_nowait("x"); })};
  print{"get:", pipe_outcome([&] { return q.get(); })};
  print{"get_nowait:", pipe_outcome([&] { return q.get_nowait(); })};
  print{"join_thread:", pipe_outcome([&] { q.join_thread(); }), q.qsize()};

  // Between processes.
  const Queue<std::int64_t> there;
  const Queue<std::int64_t> back;
  const pid_t child = ::fork();
  if (child == 0) {
    for (;;) {
      const std::int64_t number = there.get();
      if (number < 0) break;
      back.put(number * number);
    }
    back.close();
    back.join_thread();
    ::_exit(0);
  }
  for (std::int64_t number = 0; number < 100; ++number) there.put(number);
  there.put(-1);
  std::int64_t sum = 0;
  for (int i = 0; i < 100; ++i) sum += back.get();
  print{"squares:", sum};
  ::waitpid(child, nullptr, 0);
  print{"empty:", there.empty(), back.empty()};
}
