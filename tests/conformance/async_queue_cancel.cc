// async_queue_cancel.cc - async_queue_cancel.py, line by line.
#include <skein/asyncio.h>

#include <map>
#include <string>
#include <vector>

#include "print.h"
#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::awaited;
using conformance::bare;
using conformance::print;
using conformance::rounds;
using conformance::str;
using Strings = asyncio::Queue<std::string>;
using Actions = std::vector<std::string>;
using Tasks = std::map<std::string, asyncio::Task<std::string>>;

namespace {

asyncio::Coroutine<std::string> gets(Strings& queue) { co_return co_await queue.get(); }

asyncio::Coroutine<std::string> puts(Strings& queue, std::string item) {
  co_await queue.put(item);
  co_return "put " + item;
}

std::vector<std::string> pending(const Tasks& tasks) {
  std::vector<std::string> names;
  for (const auto& [name, task] : tasks) {
    if (!task.done()) names.push_back(name);
  }
  return names;
}

asyncio::Coroutine<std::vector<std::string>> all(Tasks& tasks) {
  std::vector<std::string> results;
  for (const auto& [name, task] : tasks) results.push_back(co_await awaited(task));
  co_return results;
}

std::string joined(const Actions& what) {
  std::string text;
  for (const std::string& action : what) text += (text.empty() ? "" : ", ") + action;
  return text;
}

asyncio::Coroutine<> getters(Actions what) {
  Strings queue;
  Tasks tasks;
  for (const std::string name : {"a", "b", "c"}) tasks.emplace(name, asyncio::create_task(gets(queue)));
  co_await rounds(1);
  std::vector<std::string> log;
  for (const std::string& action : what) {
    if (action == "put") {
      queue.put_nowait(str(queue.qsize() + 10));
    } else if (action == "get") {
      log.push_back(queue.get_nowait());
    } else if (action == "late") {
      co_await rounds(1);
    } else {
      tasks.at(action).cancel(action);
    }
  }
  log.push_back(bare(queue));
  co_await rounds(5);
  print{"getters:", joined(what), "|", log, pending(tasks), bare(queue)};
  for (int i = 0; i < 3; ++i) queue.put_nowait(str(i));
  print{"  ", co_await all(tasks), bare(queue)};
}

asyncio::Coroutine<> putters(Actions what) {
  Strings queue(1);
  queue.put_nowait("0");
  Tasks tasks;
  for (const std::string name : {"a", "b", "c"}) tasks.emplace(name, asyncio::create_task(puts(queue, name)));
  co_await rounds(1);
  std::vector<std::string> log;
  for (const std::string& action : what) {
    if (action == "get") {
      log.push_back(queue.get_nowait());
    } else if (action == "put") {
      queue.put_nowait("mine");
    } else if (action == "late") {
      co_await rounds(1);
    } else {
      tasks.at(action).cancel(action);
    }
  }
  log.push_back(bare(queue));
  co_await rounds(5);
  print{"putters:", joined(what), "|", log, pending(tasks), bare(queue)};
  std::vector<std::string> left;
  while (!queue.empty()) {
    left.push_back(co_await queue.get());
    co_await rounds(2);
  }
  print{"  ", co_await all(tasks), left, bare(queue)};
}

asyncio::Coroutine<> main_coroutine() {
  const std::vector<Actions> of_getters{
      {"a"},
      {"put", "a"},
      {"a", "put"},
      {"put", "put", "a"},
      {"put", "a", "b"},
      {"put", "a", "b", "c"},
      {"put", "b", "a"},
      {"put", "get", "a"},
      {"put", "a", "get"},
      {"put", "get", "put", "a"},
      {"put", "get", "put", "a", "b"},
      {"a", "late", "put", "b"},
      {"put", "late", "a"},
      {"a", "put", "late", "b", "put"},
  };
  for (const Actions& what : of_getters) co_await getters(what);
  const std::vector<Actions> of_putters{
      {"a"},
      {"get", "a"},
      {"a", "get"},
      {"get", "a", "b"},
      {"get", "b", "a"},
      {"get", "a", "b", "c"},
      {"get", "put", "a"},
      {"get", "a", "put"},
      {"get", "put", "get", "a"},
      {"get", "put", "get", "a", "b"},
      {"get", "late", "a"},
      {"a", "late", "get", "b"},
  };
  for (const Actions& what : of_putters) co_await putters(what);
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
