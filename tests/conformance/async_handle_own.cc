// async_handle_own.cc - async_handle_own.py, line by line.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "print_async.h"

namespace asyncio = skein::asyncio;
using conformance::print;
using conformance::str;

namespace {

std::vector<std::string> log;

// Tells of its end.
class Holds {
 public:
  explicit Holds(std::string name) : name_(std::move(name)) {}
  Holds(Holds&& other) noexcept : name_(std::exchange(other.name_, "")) {}
  Holds& operator=(Holds&&) = delete;
  ~Holds() {
    if (!name_.empty()) log.push_back(name_ + " goes");
  }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  std::string name_;
};

// A function object, because it is to live where the loop keeps it.
class Cancels {
 public:
  Cancels(std::vector<asyncio::Handle>& handles, Holds held, std::string rest)
      : handles_(&handles), held_(std::move(held)), rest_(std::move(rest)) {}
  void operator()() {
    log.push_back("begins with " + held_.name());
    handles_->back().cancel();
    log.push_back("goes on with " + held_.name() + " " + rest_ + ", " + str(handles_->back().cancelled()));
  }

 private:
  std::vector<asyncio::Handle>* handles_;
  Holds held_;
  std::string rest_;
};

asyncio::Coroutine<> main_program() {
  auto loop = asyncio::get_running_loop();
  std::vector<asyncio::Handle> handles;
  const std::string rest = "and a text that is longer than any small string";
  handles.push_back(loop.call_soon(Cancels(handles, Holds("soon"), rest)));
  co_await asyncio::sleep(0);
  print{log};
  log.clear();
  handles.push_back(loop.call_later(0.001, Cancels(handles, Holds("later"), rest)));
  co_await asyncio::sleep(0.025);
  print{log};

  const auto append = [](const std::string& text) { log.push_back(text); };

  // Cancelled when it has run; cancelled twice.
  log.clear();
  auto done = loop.call_soon(append, "runs");
  co_await asyncio::sleep(0);
  print{done.cancelled(), (done.cancel(), skein::None), done.cancelled(), log};
  log.clear();
  auto never = loop.call_soon(Cancels(handles, Holds("never"), rest));
  never.cancel();
  never.cancel();
  print{never.cancelled(), log};
  co_await asyncio::sleep(0);
  print{log};

  // One cancels the next one of the same round.
  log.clear();
  std::vector<asyncio::Handle> pair;
  pair.push_back(loop.call_soon([&] { log.emplace_back("first"), pair[1].cancel(); }));
  pair.push_back(loop.call_soon(append, "second"));
  loop.call_soon(append, "third");
  co_await asyncio::sleep(0);
  print{log};
}

}  // namespace

int main() { asyncio::run(main_program); }
