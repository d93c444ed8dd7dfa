// pipe_basic.cc - pipe_basic.py, line by line.
#include <skein/multiprocessing/pipe.h>
#include <skein/threading.h>

#include <cstdint>
#include <string>
#include <vector>

#include "print_pipe.h"

namespace threading = skein::threading;
using conformance::decode;
using conformance::print;
using conformance::until_asleep;
using skein::None;
using skein::multiprocessing::Pipe;
using outcome_text = std::string;

int main() {
  const auto [a, b] = Pipe();
  print{"duplex:", a.readable(), a.writable(), b.readable(), b.writable(), a.closed()};
  const auto [r, w] = Pipe({.duplex = false});
  print{"one way:", r.readable(), r.writable(), w.readable(), w.writable()};
  const outcome_text sent = conformance::pipe_outcome([&] { a.send(std::vector<int>{1, 2, 3}); });
  print{"objects:", sent, b.recv<std::vector<int>>()};
  b.send(std::string("back"));
  print{"and back:", a.recv<std::string>()};
  a.send(1.5);
  print{"a number:", b.recv<double>() == 1.5 ? "1.5" : "?"};

  a.send_bytes("hello");
  a.send_bytes("hello", 2);
  a.send_bytes("hello", 1, 3);
  a.send_bytes("hello", 5);
  a.send_bytes("");
  a.send_bytes("hello", 0, 0);
  print{"poll:", b.poll(), b.poll(0), b.poll(0.01), b.poll(-1), b.poll(None)};
  std::vector<std::string> bytes;
  for (int i = 0; i < 6; ++i) bytes.push_back(decode(b.recv_bytes()));
  print{"bytes:", bytes};
  print{"poll:", b.poll(), b.poll(0), b.poll(0.01), b.poll(-1)};

  std::string room = "..........";
  a.send_bytes("abc");
  std::size_t size = b.recv_bytes_into(room);
  print{"into:", size, room};
  a.send_bytes("def");
  size = b.recv_bytes_into(room, 4);
  print{"into at 4:", size, room};
  a.send_bytes("gh");
  size = b.recv_bytes_into(room, 8);
  print{"into at 8:", size, room};
  a.send_bytes("");
  size = b.recv_bytes_into(room, 10);
  print{"nothing at 10:", size, room};
  a.send_bytes("12345");
  print{"maxlength:", decode(b.recv_bytes(5))};

  for (const std::size_t n : {0U, 1U, 1000U, 65536U, 1000000U}) {
    threading::Thread sender([&, n] { a.send_bytes(std::string(n, 'x')); });
    sender.start();
    print{"size:", b.recv_bytes().size()};
    sender.join();
  }

  std::vector<std::string> got;
  threading::Thread receiver([&] { got.push_back(b.recv<std::string>()); });
  receiver.start();
  until_asleep(receiver);
  a.send(std::string("woken"));
  receiver.join();
  print{"got:", got};

  std::int64_t state = 4711;
  std::int64_t digest = 0;
  for (int number = 0; number < 2000; ++number) {
    state = (state * 1103515245 + 12345) % 2147483648;
    w.send(state >> 16);
    if (number % 7 == 6) {
      while (r.poll()) digest = (digest * 31 + r.recv<std::int64_t>()) % 1000000007;
    }
  }
  while (r.poll()) digest = (digest * 31 + r.recv<std::int64_t>()) % 1000000007;
  print{"walk:", digest};
}
