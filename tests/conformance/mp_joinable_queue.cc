// mp_joinable_queue.cc - mp_joinable_queue.py, line by line.
#include <skein/multiprocessing/joinable_queue.h>
#include <skein/threading.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "print_pipe.h"

namespace threading = skein::threading;
using conformance::pipe_outcome;
using conformance::print;
using conformance::until_asleep;
using skein::multiprocessing::JoinableQueue;

int main() {
  const JoinableQueue<std::int64_t> q;
  print{"join of none:", pipe_outcome([&] { q.join(); })};
  print{"task_done of none:", pipe_outcome([&] { q.task_done(); })};
  q.put(1);
  q.put(2);
  print{"before the get:", pipe_outcome([&] { q.task_done(); })};
  print{"got:", q.get(), q.get()};
  print{"done:", pipe_outcome([&] { q.task_done(); }), pipe_outcome([&] { q.task_done(); })};
  print{"join:", pipe_outcome([&] { q.join(); })};

  // Joiners are freed by the last task, not before.
  threading::Lock lock;
  std::vector<std::string> freed;
  for (int item = 0; item < 3; ++item) q.put(item);
  std::vector<threading::Thread> joiners;
  for (int i = 0; i < 2; ++i) {
    joiners.emplace_back([&] {
      q.join();
      const std::scoped_lock guard(lock);
      freed.emplace_back("joined");
    });
  }
  for (auto& joiner : joiners) {
    joiner.start();
    until_asleep(joiner);
  }
  for (int item = 0; item < 3; ++item) {
    const std::int64_t got = q.get();
    {
      const std::scoped_lock guard(lock);
      print{"item:", got, freed};
    }
    q.task_done();
  }
  for (auto& joiner : joiners) joiner.join();
  print{"freed:", freed};

  // Done by other processes.
  const JoinableQueue<std::int64_t> results;
  std::vector<pid_t> children;
  for (int i = 0; i < 3; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      for (;;) {
        const std::int64_t number = q.get();
        if (number < 0) {
          q.task_done();
          break;
        }
        results.put(number * number);
        q.task_done();
      }
      results.close();
      results.join_thread();
      ::_exit(0);
    }
    children.push_back(child);
  }
  for (std::int64_t number = 0; number < 60; ++number) q.put(number);
  q.join();
  std::int64_t sum = 0;
  for (int i = 0; i < 60; ++i) sum += results.get();
  print{"squares:", sum};
  for (std::size_t i = 0; i < children.size(); ++i) q.put(-1);
  q.join();
  for (const pid_t child : children) ::waitpid(child, nullptr, 0);
  print{"too many:", pipe_outcome([&] { q.task_done(); })};
  for (int i = 0; i < 60; ++i) results.task_done();
  results.join();
  print{"end:", q.empty(), results.empty()};
}
