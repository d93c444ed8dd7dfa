// pipe_eof.cc - pipe_eof.py, line by line.
#include <skein/multiprocessing/pipe.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <string>
#include <utility>

#include "print_pipe.h"

using conformance::pipe_outcome;
using conformance::print;
using skein::None;
using skein::multiprocessing::Connection;
using skein::multiprocessing::EOFError;
using skein::multiprocessing::Pipe;

namespace {

std::string received(const Connection& end) {
  return pipe_outcome([&] { return end.recv<std::string>(); });
}

}  // namespace

int main() {
  {
    const auto [r, w] = Pipe(false);
    w.send(std::string("first"));
    w.send(std::string("second"));
    w.close();
    print{"poll:", r.poll(), r.poll(None)};
    print{"what was sent:", received(r), received(r)};
    print{"poll at the end:", r.poll(), r.poll(0.01), r.poll(None)};
    for (int i = 0; i < 2; ++i) {
      print{"the end:", received(r), pipe_outcome([&] { static_cast<void>(r.recv_bytes()); })};
    }
  }
  {
    const auto [a, b] = Pipe();
    a.close();
    for (int i = 0; i < 2; ++i) print{"nobody listens:", pipe_outcome([&] { b.send(std::string("x")); })};
  }

  // A child that has a copy.
  {
    const auto [r, w] = Pipe(false);
    const auto [gate, opener] = Pipe(false);
    const pid_t child = ::fork();
    if (child == 0) {
      static_cast<void>(gate.recv<std::string>());
      w.send(std::string("from the child"));
      ::_exit(0);
    }
    w.close();
    print{"not yet:", r.poll(0.05)};
    opener.send(std::string("go"));
    print{"got:", received(r)};
    ::waitpid(child, nullptr, 0);
    print{"the end:", received(r)};
  }

  // A child that is killed.
  {
    const auto [a, b] = Pipe();
    const pid_t child = ::fork();
    if (child == 0) {
      a.close();
      b.send(std::string("alive"));
      ::pause();
    }
    b.close();
    print{"got:", received(a)};
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const bool ready = a.poll(10);
    print{"the end:", ready, received(a)};
    print{"nobody listens:", pipe_outcome([&] { a.send(std::string("x")); })};
  }

  // A child that asks and is answered until the end.
  {
    const auto [a, b] = Pipe();
    const pid_t child = ::fork();
    if (child == 0) {
      a.close();
      try {
        for (;;) b.send(b.recv<std::int64_t>() + 1);
      } catch (const EOFError&) {
        ::_exit(7);
      }
    }
    b.close();
    std::int64_t total = 0;
    for (std::int64_t number = 0; number < 100; ++number) {
      a.send(number);
      total += a.recv<std::int64_t>();
    }
    print{"total:", total};
    a.close();
    int status = 0;
    ::waitpid(child, &status, 0);
    print{"exit status:", WEXITSTATUS(status)};
  }
}
