// A crawler that follows the links of a web site, three downloads at a time, and gives up on a page that
// takes too long. A TaskGroup holds a task for each page, a Queue what is still to be visited.
//
// Ctrl-C ends it early: all tasks are cancelled and waited for, and the summary tells how far it got.
// An argument says how many seconds a page may take.
#include <skein/asyncio.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "print.h"
#include "urllib.h"

namespace asyncio = skein::asyncio;

constexpr int kMaxDownloads = 3;

std::string download(const std::string& url) { return urllib::request::urlopen(url).read(); }

// Python: re.findall('href="([^"]*)"', page).
std::vector<std::string> links_of(const std::string& page) {
  static const std::regex link("href=\"([^\"]*)\"");
  std::vector<std::string> found;
  for (std::sregex_iterator it(page.begin(), page.end(), link), end; it != end; ++it) found.push_back((*it)[1]);
  return found;
}

// Python: running += 1; try: ... finally: running -= 1.
class Running {
 public:
  explicit Running(int& running) : running_(++running) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() { --running_; }

 private:
  int& running_;
};

class Crawler {
 public:
  Crawler(std::string server, double seconds) : server_(std::move(server)), seconds_(seconds) {}

  asyncio::Coroutine<> crawl(std::string first) {
    add(first);
    co_await asyncio::with(asyncio::TaskGroup(), [&](asyncio::TaskGroup& group) -> asyncio::Coroutine<> {
      auto visitor = group.create_task(visit_all(group));
      co_await queue_.join();
      visitor.cancel();
    });
  }

  void print_summary() const {
    for (const auto& [path, outcome] : outcomes_) print("{}: {}", path, outcome);
    print("{} pages visited, {} left", outcomes_.size(), seen_.size() - outcomes_.size());
    print("At most {} downloads ran at the same time", most_running_);
  }

 private:
  void add(const std::string& path) {
    const bool is_new = seen_.insert(path).second;
    if (is_new) queue_.put_nowait(path);
  }

  asyncio::Coroutine<std::string> fetch(std::string path) {
    auto loop = asyncio::get_running_loop();
    // The time counts from here, not while it waits for its turn.
    const auto permit = co_await permits_.scoped();
    const Running running(running_);
    most_running_ = std::max(most_running_, running_);
    co_return co_await asyncio::with(asyncio::timeout(seconds_), [&]() -> asyncio::Coroutine<std::string> {
      co_return co_await loop.run_in_executor(skein::None, download, server_ + path);
    });
  }

  asyncio::Coroutine<> visit(std::string path) {
    try {
      const std::string page = co_await fetch(path);
      const std::vector<std::string> links = links_of(page);
      outcomes_[path] = std::to_string(links.size()) + " links";
      for (const std::string& link : links) add(link);
    } catch (const urllib::error::HTTPError& error) {
      outcomes_[path] = "status " + std::to_string(error.code);
    } catch (const asyncio::TimeoutError&) {
      outcomes_[path] = "took too long";
    }
    queue_.task_done();
  }

  asyncio::Coroutine<> visit_all(asyncio::TaskGroup& group) {
    while (true) {
      const std::string path = co_await queue_.get();
      group.create_task(visit(path));
    }
  }

  const std::string server_;
  const double seconds_;
  asyncio::Queue<std::string> queue_;
  asyncio::Semaphore permits_{kMaxDownloads};
  std::set<std::string> seen_;
  std::map<std::string, std::string> outcomes_;
  int running_ = 0;
  int most_running_ = 0;
};

// Python: error.reason.
std::string reason(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const urllib::error::URLError& e) {
    return e.reason;
  }
}

asyncio::Coroutine<> async_main(double seconds) {
  Crawler crawler(os::environ("SKEIN_DEMO_URL"), seconds);
  co_await asyncio::finally(
      [&]() -> asyncio::Coroutine<> {
        try {
          co_await crawler.crawl("/page/1");
        } catch (const skein::ExceptionGroup& group) {
          const auto [matching, rest] = group.split<urllib::error::URLError>();
          if (matching) print("The server is not there: {}", reason(matching->exceptions()[0]));
          if (rest) throw *rest;
        }
      },
      [&]() -> asyncio::Coroutine<> {
        crawler.print_summary();
        co_return;
      });
}

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::stod(argv[1]) : 1.5;
  try {
    asyncio::run(async_main(seconds));
  } catch (const skein::KeyboardInterrupt&) {
    print("Interrupted");
    return 130;
  }
}
