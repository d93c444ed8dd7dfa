// pipe_errors.cc - pipe_errors.py, line by line.
#include <skein/multiprocessing/pipe.h>

#include <array>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "print_pipe.h"

using conformance::decode;
using conformance::pipe_outcome;
using conformance::print;
using skein::multiprocessing::BufferTooShort;
using skein::multiprocessing::Pipe;

int main() {
  const auto [a, b] = Pipe();
  print{"offset -1:", pipe_outcome([&] { a.send_bytes("abc", -1); })};
  print{"offset 4:", pipe_outcome([&] { a.send_bytes("abc", 4); })};
  print{"size -1:", pipe_outcome([&] { a.send_bytes("abc", 1, -1); })};
  print{"size 3 at 1:", pipe_outcome([&] { a.send_bytes("abc", 1, 3); })};
  print{"both wrong:", pipe_outcome([&] { a.send_bytes("abc", -1, -1); })};
  print{"nothing came:", b.poll()};
  print{"maxlength -1:", pipe_outcome([&] { static_cast<void>(b.recv_bytes(-1)); })};
  std::array<char, 5> room{};
  print{"into at -1:", pipe_outcome([&] { b.recv_bytes_into(room, -1); })};
  print{"into at 6:", pipe_outcome([&] { b.recv_bytes_into(room, 6); })};

  for (const std::size_t size : {6U, 100U, 50000U}) {
    a.send_bytes(std::string(size, 'x'));
    try {
      b.recv_bytes_into(room);
    } catch (const BufferTooShort& e) {
      print{"too short:", e.message().size(), e.message() == std::string(size, 'x')};
    }
  }
  a.send_bytes("abc");
  try {
    b.recv_bytes_into(room, 3);
  } catch (const BufferTooShort& e) {
    print{"too short at 3:", e.message()};
  }
  print{"it is gone:", b.poll()};

  a.send_bytes(std::string(10, 'x'));
  print{"too long:", pipe_outcome([&] { static_cast<void>(b.recv_bytes(5)); })};
  print{"then:", b.readable(), b.writable(), b.closed()};
  print{"recv_bytes:", pipe_outcome([&] { static_cast<void>(b.recv_bytes()); })};
  print{"poll:", pipe_outcome([&] { static_cast<void>(b.poll()); })};
  const std::string sent = pipe_outcome([&] { b.send_bytes("x"); });
  print{"send still works:", sent, decode(a.recv_bytes())};

  const auto [r, w] = Pipe(false);
  print{"r.send:", pipe_outcome([&] { r.send(1); })};
  print{"r.send_bytes, wrong besides:", pipe_outcome([&] { r.send_bytes("", -1); })};
  print{"w.recv:", pipe_outcome([&] { static_cast<void>(w.recv<int>()); })};
  print{"w.recv_bytes, wrong besides:", pipe_outcome([&] { static_cast<void>(w.recv_bytes(-1)); })};
  print{"w.recv_bytes_into, wrong besides:", pipe_outcome([&] { w.recv_bytes_into(room, -1); })};
  print{"w.poll:", pipe_outcome([&] { static_cast<void>(w.poll()); })};
  w.send_bytes(std::string(10, 'x'));
  print{"too long:", pipe_outcome([&] { static_cast<void>(r.recv_bytes(5)); })};
  print{"then:", r.readable(), r.writable(), r.closed()};
  print{"recv_bytes:", pipe_outcome([&] { static_cast<void>(r.recv_bytes()); })};

  const auto [c, d] = Pipe();
  const std::string once = pipe_outcome([&] { c.close(); });
  const std::string twice = pipe_outcome([&] { c.close(); });
  print{"close:", once, twice, c.closed(), c.readable(), c.writable()};
  const std::vector<std::pair<std::string, std::function<void()>>> calls = {
      {"send", [&] { c.send(1); }},
      {"send_bytes, wrong besides", [&] { c.send_bytes("", -1); }},
      {"recv", [&] { static_cast<void>(c.recv<int>()); }},
      {"recv_bytes, wrong besides", [&] { static_cast<void>(c.recv_bytes(-1)); }},
      {"poll", [&] { static_cast<void>(c.poll()); }},
      {"fileno", [&] { static_cast<void>(c.fileno()); }},
  };
  for (const auto& [name, call] : calls) print{name + ":", pipe_outcome(call)};
  w.close();
  print{"closed comes before write-only:", pipe_outcome([&] { static_cast<void>(w.recv<int>()); })};
}
