// async_group_names.cc - async_group_names.py, line by line.
#include <skein/asyncio.h>

#include <skein/contextvars.h>

#include <optional>
#include <string>

#include "print.h"
#include "print_groups.h"

namespace asyncio = skein::asyncio;
using asyncio::TaskGroup;
using conformance::ended;
using conformance::log;
using conformance::print;

namespace {

using Body = asyncio::Coroutine<>;

skein::contextvars::ContextVar<std::string> where("where", {.default_value = "nowhere"});

std::string here() { return asyncio::current_task()->get_name() + " " + where.get(); }

Body tells(std::string value = "") {
  log.push_back(here());
  if (!value.empty()) where.set(value);
  co_await asyncio::sleep(0);
  log.push_back(here());
}

int number(const asyncio::AnyTask& task) { return std::stoi(task.get_name().substr(5)); }

asyncio::Coroutine<std::string> surrounding() {
  where.set("surrounding");
  co_await asyncio::with(TaskGroup(), [](TaskGroup& group) -> Body {
    group.create_task(tells("of the task"));
    where.set("set in the body");
    co_return;
  });
  co_return where.get();
}

asyncio::Coroutine<> main_coroutine() {
  asyncio::current_task()->set_name("main");
  where.set("main");
  skein::contextvars::Context context = skein::contextvars::copy_context();
  context.run([] { where.set("elsewhere"); });

  co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Body {
    where.set("body");
    group.create_task({.name = "named"}, tells("first"));
    group.create_task({.name = "in a context", .context = &context}, tells("second"));
    group.create_task({.context = &context}, tells()).set_name("renamed");
    where.set("body, later");
    group.create_task({.name = "copied now"}, tells());
    co_return;
  });
  for (const std::string& line : log) print{line};
  print{where.get(), context[where]};

  // Without a name: numbered as all tasks are.
  std::optional<asyncio::AnyTask> one, two, three;
  co_await asyncio::with(TaskGroup(), [&](TaskGroup& group) -> Body {
    one = group.create_task(tells());
    two = group.create_task({.name = "named"}, tells());
    three = group.create_task(tells());
    co_return;
  });
  print{number(*three) - number(*one), two->get_name()};

  // The body and the end of the group run in the context of their task.
  print{co_await ended(asyncio::create_task(surrounding())), where.get()};
}

}  // namespace

int main() { asyncio::run(main_coroutine()); }
