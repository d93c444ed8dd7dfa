// connection_wait.cc - connection_wait.py, line by line.
#include <skein/multiprocessing/connection_wait.h>
#include <skein/multiprocessing/pipe.h>
#include <skein/threading.h>
#include <skein/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "print_pipe.h"

namespace threading = skein::threading;
namespace time_ = skein::time;
using conformance::pipe_outcome;
using conformance::print;
using conformance::until_asleep;
using skein::None;
using skein::multiprocessing::Connection;
using skein::multiprocessing::Pipe;
using skein::multiprocessing::connection::wait;
using skein::multiprocessing::connection::Waitable;

namespace {

template <class T>
std::vector<int> places(const std::vector<T>& ready, const std::vector<T>& objects) {
  std::vector<int> found;
  for (const T& each : ready) found.push_back(static_cast<int>(std::ranges::find(objects, each) - objects.begin()));
  return found;
}

}  // namespace

int main() {
  std::vector<Connection> ends;
  std::vector<Connection> others;
  for (int i = 0; i < 4; ++i) {
    const auto [a, b] = Pipe();
    ends.push_back(a);
    others.push_back(b);
  }

  print{"nothing:", places(wait(ends, 0), ends), places(wait(ends, -1), ends),
        places(wait(std::vector<Connection>{}, 0), ends)};
  const double begin = time_::monotonic();
  const std::vector<int> none = places(wait(ends, 0.05), ends);
  print{"for a while:", none, time_::monotonic() - begin >= 0.05};
  others[2].send(std::string("x"));
  print{"one:", places(wait(ends), ends)};
  others[0].send(std::string("y"));
  others[0].send(std::string("z"));
  print{"two:", places(wait(ends, 10), ends)};
  const std::vector<Connection> turned(ends.rbegin(), ends.rend());
  print{"turned:", places(wait(turned), turned)};
  const auto y = ends[0].recv<std::string>();
  print{"still:", y, places(wait(ends, 0), ends)};
  static_cast<void>(ends[0].recv<std::string>());
  static_cast<void>(ends[2].recv<std::string>());
  print{"no more:", places(wait(ends, 0), ends)};
  others[3].close();
  print{"an end:", places(wait(ends, None), ends)};
  const std::string sent = pipe_outcome([&] { others[1].send_bytes(""); });
  print{"and a message:", sent, places(wait(ends, None), ends)};

  const auto [r, w] = Pipe(false);
  print{"one that sends:", wait(std::vector<Connection>{w}, 0) == std::vector<Connection>{w}};
  r.close();
  print{"to nobody:", wait(std::vector<Connection>{w}) == std::vector<Connection>{w}};

  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) return 1;
  const auto [read, write] = pipe;
  const std::vector<Waitable> mixed = {read, ends[0]};
  print{"descriptors:", places(wait(mixed, 0), mixed)};
  if (::write(write, "x", 1) != 1) return 1;
  print{"readable:", places(wait(mixed), mixed)};
  others[0].send(std::string("x"));
  print{"both:", places(wait(mixed), mixed)};
  char byte = 0;
  if (::read(read, &byte, 1) != 1) return 1;
  ::close(write);
  print{"hung up:", places(wait(mixed), mixed)};

  print{"twice:", "str", pipe_outcome([&] { static_cast<void>(wait({ends[0], ends[0]}, 0)); }).substr(0, 8)};
  ends[0].close();
  print{"closed:", pipe_outcome([&] { static_cast<void>(wait(ends, 0)); })};

  const auto [a, b] = Pipe();
  const auto [c, d] = Pipe();
  const std::vector<Connection> two = {a, c};
  std::vector<int> got;
  threading::Thread waiter([&] { got = places(wait(two), two); });
  waiter.start();
  until_asleep(waiter);
  d.send(std::string("x"));
  waiter.join();
  print{"woken:", got};
}
