// async_reader_removed.cc - async_reader_removed.py, line by line.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::outcome;
using conformance::print;
using conformance::str;

namespace {

std::vector<std::string> log;

using Pair = std::array<int, 2>;
Pair socketpair() {
  Pair pair{};
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) != 0) throw skein::RuntimeError("socketpair");
  return pair;
}
std::string receive(int fd, std::size_t most) {
  std::array<char, 16> buffer{};
  const ssize_t count = ::read(fd, buffer.data(), most);
  if (count < 0) throw skein::OSError(std::error_code(errno, std::generic_category()));
  return {buffer.data(), static_cast<std::size_t>(count)};
}
void send(int fd, std::string_view text) {
  if (::write(fd, text.data(), text.size()) < 0) throw skein::OSError(std::error_code(errno, std::generic_category()));
}

asyncio::Coroutine<> main_program() {
  auto loop = asyncio::get_running_loop();
  const std::vector<Pair> pairs{socketpair(), socketpair()};

  // Both are ready in one round; the first one that is called removes the other.
  const auto remove_the_other = [&](std::size_t me) {
    log.emplace_back("called");
    receive(pairs[me][0], 1);
    log.push_back(str(loop.remove_reader(pairs[1 - me][0])));
  };

  for (std::size_t me = 0; me < 2; ++me) {
    loop.add_reader(pairs[me][0], remove_the_other, me);
    send(pairs[me][1], "x");
  }
  for (int i = 0; i < 3; ++i) co_await asyncio::sleep(0);
  print{log};
  for (const auto& [left, right] : pairs) {
    loop.remove_reader(left);
    ::fcntl(left, F_SETFL, O_NONBLOCK);
    outcome([of = left] { return receive(of, 9); });
  }

  // The same, with another callback in its place, and with its removal by a callback of the same round.
  log.clear();

  const auto replace_the_other = [&](std::size_t me) {
    log.emplace_back("called");
    receive(pairs[me][0], 1);
    const int other = pairs[1 - me][0];
    loop.add_reader(other, [other] { log.push_back("replaced " + receive(other, 1)); });
  };

  for (std::size_t me = 0; me < 2; ++me) {
    loop.add_reader(pairs[me][0], replace_the_other, me);
    send(pairs[me][1], "y");
  }
  for (int i = 0; i < 3; ++i) co_await asyncio::sleep(0);
  print{log};

  // Itself.
  log.clear();
  const int left = pairs[0][0];
  const int right = pairs[0][1];
  loop.add_reader(left, [&] { log.emplace_back("once"), loop.remove_reader(left); });
  send(right, "z");
  for (int i = 0; i < 3; ++i) co_await asyncio::sleep(0);
  print{log, receive(left, 9)};

  // Closed, and its number taken by another one.
  log.clear();
  loop.add_reader(left, [] { log.emplace_back("stale"); });
  const int number = left;
  print{loop.remove_reader(number)};
  ::close(left);
  ::close(right);
  const Pair again = socketpair();
  print{"the same number:", again[0] == number};
  send(again[1], "!");
  for (int i = 0; i < 3; ++i) co_await asyncio::sleep(0);
  print{log};
  loop.add_reader(again[0], [&] { log.push_back("new " + receive(again[0], 1)); });
  for (int i = 0; i < 3; ++i) co_await asyncio::sleep(0);
  print{log, loop.remove_reader(again[0])};
  print{"a negative one:", outcome([&] { loop.add_reader(-1, [] {}); })};
  for (const int each : {again[0], again[1], pairs[1][0], pairs[1][1]}) ::close(each);
}

}  // namespace

int main() { asyncio::run(main_program); }
