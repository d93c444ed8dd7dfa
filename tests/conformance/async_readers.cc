// async_readers.cc - async_readers.py, line by line.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::print;
using conformance::str;

namespace {

std::vector<std::string> log;

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
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) != 0) throw skein::RuntimeError("socketpair");
  const int left = pair[0];
  const int right = pair[1];
  ::fcntl(left, F_SETFL, O_NONBLOCK);

  // Readiness is looked at in every round.
  loop.add_reader(left, [&] { log.emplace_back("io"), receive(left, 1); });
  send(right, "a");
  for (int n = 0; n < 4; ++n) {
    log.push_back(str(n));
    co_await asyncio::sleep(0);
  }
  print{log};

  // For as long as there is something to read.
  log.clear();
  send(right, "bcd");
  for (int n = 0; n < 5; ++n) {
    log.push_back(str(n));
    co_await asyncio::sleep(0);
  }
  print{log};

  // What was ready before stands before it.
  log.clear();
  send(right, "e");
  loop.call_soon([] { log.emplace_back("call_soon"); });
  auto future = loop.create_future();
  future.add_done_callback([](const auto& /*f*/) { log.emplace_back("done callback"); });
  future.set_result();
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  print{log};

  // Another callback takes the place of the first.
  log.clear();
  loop.add_reader(left, [&](const std::string& text) { log.push_back(text + receive(left, 9)); }, "second: ");
  send(right, "f");
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  print{log, loop.remove_reader(left), loop.remove_reader(left), loop.remove_writer(left)};
  send(right, "g");
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  print{log, receive(left, 9)};

  // Both for one descriptor.
  log.clear();
  loop.add_writer(left, [&] { log.emplace_back("writable"), loop.remove_writer(left); });
  loop.add_reader(left, [&] { log.push_back("readable " + receive(left, 1)); });
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  print{log};
  send(right, "h");
  co_await asyncio::sleep(0);
  co_await asyncio::sleep(0);
  print{log};

  // The other end is closed: readable, with nothing to read.
  log.clear();
  loop.add_reader(left, [&] { log.push_back("end " + str(receive(left, 1).size())), loop.remove_reader(left); });
  ::close(right);
  while (log.empty()) co_await asyncio::sleep(0);
  print{log};
  ::close(left);

  // A pipe, which wakes the loop out of its sleep.
  log.clear();
  if (::pipe(pair.data()) != 0) throw skein::RuntimeError("pipe");
  const int readable = pair[0];
  const int writable = pair[1];
  auto got = loop.create_future<std::string>();
  loop.add_reader(readable, [&] { got.set_result(receive(readable, 9)); });
  loop.call_later(0.005, send, writable, "pipe");
  print{co_await got, loop.remove_reader(readable)};
  ::close(readable);
  ::close(writable);
}

}  // namespace

int main() { asyncio::run(main_program); }
