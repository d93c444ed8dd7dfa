// async_reader_rounds.cc - async_reader_rounds.py, line by line.
#include <skein/asyncio.h>

#include <unistd.h>

#include <array>
#include <string>
#include <vector>

#include "print.h"

namespace asyncio = skein::asyncio;
using conformance::print;

namespace {

std::vector<std::string> log;

void note(const std::string& text) { log.push_back(text); }

asyncio::Coroutine<> rounds(int count) {
  for (int number = 0; number < count; ++number) {
    log.push_back(std::to_string(number));
    co_await asyncio::sleep(0);
  }
}

void write_one(int fd, char byte) {
  if (::write(fd, &byte, 1) != 1) throw skein::RuntimeError("write");
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::EventLoop loop = asyncio::get_running_loop();
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw skein::RuntimeError("pipe");
  const int reading = ends[0];
  const int writing = ends[1];

  // Not ready: never.
  loop.add_reader(reading, note, "reader");
  co_await rounds(3);
  print{log};

  // Ready, and read at once: one call.
  log.clear();
  loop.add_reader(reading, [reading] {
    std::string text(10, ' ');
    const auto got = ::read(reading, text.data(), text.size());
    log.push_back("read " + text.substr(0, static_cast<std::size_t>(got)));
  });
  write_one(writing, 'x');
  co_await rounds(4);
  print{log};

  // Not read: one call in every round, behind what was queued, before a timer that is due.
  log.clear();
  loop.add_reader(reading, note, "reader");
  write_one(writing, 'y');
  loop.call_soon(note, "soon");
  loop.call_later(0, note, "timer");
  co_await rounds(4);
  print{log};

  // Removed, it is silent; removed again, it says so.
  log.clear();
  print{loop.remove_reader(reading), loop.remove_reader(reading)};
  co_await rounds(2);
  print{log};

  // A writer that can always write.
  log.clear();
  loop.add_writer(writing, note, "writer");
  co_await rounds(3);
  print{loop.remove_writer(writing), log};

  // A callback that removes itself.
  log.clear();
  loop.add_reader(reading, [loop, reading]() mutable {
    log.emplace_back("once");
    loop.remove_reader(reading);
  });
  co_await rounds(3);
  print{log};
  ::close(reading);
  ::close(writing);
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
