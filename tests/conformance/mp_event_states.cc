// mp_event_states.cc - mp_event_states.py, line by line.
#include <skein/multiprocessing/event.h>

#include <deque>
#include <string>
#include <vector>

#include "print.h"
#include "print_processes.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::Forked;
using conformance::in_process;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;

int main() {
  multiprocessing::Event event;
  const auto set = [&] { event.set(); };
  const auto clear = [&] { event.clear(); };
  const auto is_set = [&] { return event.is_set(); };
  const auto wait = [&] { return event.wait(); };
  print{"at first:", event.is_set(), event.wait(0), event.wait(-1), event.wait(0.01), in_process(is_set)};
  print{"set:", outcome(set), outcome(set), event.is_set(), event.wait(), event.wait(0)};
  print{"a child:", in_process(is_set), in_process(wait), in_process(clear)};
  print{"cleared by it:", event.is_set(), event.wait({.timeout = 0.01})};
  print{"clear:", outcome(clear), event.is_set()};
  print{"a child sets:", in_process(set), event.is_set(), in_thread(wait)};
  event.clear();

  std::deque<Forked> children;
  for (int i = 0; i < 3; ++i) children.emplace_back(wait);
  event.set();
  std::vector<std::string> waited;
  for (Forked& child : children) waited.push_back(child.said());
  print{"three wait:", waited};
  event.clear();
  print{"in vain:", in_process([&] { return event.wait(0.02); })};

  multiprocessing::Event ping;
  multiprocessing::Event pong;

  const auto play = [&] {
    for (int i = 0; i < 50; ++i) {
      ping.wait();
      ping.clear();
      pong.set();
    }
    return "played";
  };

  Forked child(play);
  for (int i = 0; i < 50; ++i) {
    ping.set();
    pong.wait();
    pong.clear();
  }
  print{"the child has", child.said(), ping.is_set(), pong.is_set()};
}
