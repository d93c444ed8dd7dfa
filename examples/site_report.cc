// A report on the texts of a web site, by all that there is: a loop with a task for each text, threads for what blocks,
// processes for what computes, a line about the progress, and a clean Ctrl-C.
//
//     site_report [--progress] [PATH]...
//
// A program to begin with: put what blocks in the place of download(), what computes in that of count(). Ctrl-C ends it
// early: what waits is dropped, what runs in a thread or a process comes to its end, the report tells of what was done,
// and the exit status is 130. The line about the progress is for a terminal, and for who asks for it.
#include <skein/asyncio.h>
#include <skein/futures.h>
#include <skein/multiprocessing/freeze_support.h>
#include <skein/process_pool.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <exception>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "print.h"
#include "urllib.h"

namespace asyncio = skein::asyncio;
namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;

const std::vector<std::string> PATHS = {"/text/1", "/text/2", "/text/3", "/text/4", "/status/404",
                                        "/text/5", "/text/6", "/text/7", "/text/8"};
constexpr int MAX_TEXTS = 4;  // In memory at the same time.
constexpr int MAX_WORKERS = 2;

// Blocks, so it is called in a thread.
std::string download(const std::string& url) { return urllib::request::urlopen(url).read(); }

struct Counts {
  std::size_t words = 0;
  std::size_t different = 0;
  std::string pair;  // The two words that most often follow one another.
  int times = 0;

  // How it travels between processes.
  template <class Archive>
  void serialize(Archive& archive) {
    archive(words, different, pair, times);
  }
};

// Computes, so it is called in a process.
Counts count(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream in(text);
  for (std::string word; in >> word;) words.push_back(word);
  std::map<std::string, int> pairs;
  for (std::size_t i = 1; i < words.size(); ++i) ++pairs[words[i - 1] + " " + words[i]];
  Counts counts = {words.size(), std::set(words.begin(), words.end()).size(), "", 0};
  for (const auto& [pair, times] : pairs) {  // Sorted: the first of several.
    if (times > counts.times) std::tie(counts.pair, counts.times) = std::tie(pair, times);
  }
  return counts;
}

class Report {
 public:
  Report(std::string server, std::vector<std::string> paths, bool show_progress)
      : server_(std::move(server)), paths_(std::move(paths)), show_progress_(show_progress) {}

  asyncio::Coroutine<> add_all(futures::ThreadPoolExecutor& threads, futures::ProcessPoolExecutor& processes) {
    co_await asyncio::with(asyncio::TaskGroup(), [&](asyncio::TaskGroup& group) -> asyncio::Coroutine<> {
      for (std::size_t number = 0; number < paths_.size(); ++number) {
        group.create_task(add(number, threads, processes));
      }
      co_return;
    });
  }

  void print() const {
    if (show_progress_) std::fputs("\r\x1b[K", stderr);
    for (const auto& [number, line] : lines_) ::print("{}: {}", paths_[number], line);
    ::print("{} of {} done, {} words", lines_.size(), paths_.size(), words_);
  }

 private:
  // Counts, as long as it lives, what is in a stage.
  class Stage {
   public:
    Stage(const Report& report, int& now) : now_(++now) { report.progress(); }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;
    ~Stage() { --now_; }

   private:
    int& now_;
  };

  void progress() const {
    if (!show_progress_) return;
    const std::string now = fstring("{} loading, {} counting", loading_, counting_);
    std::fputs(fstring("\r{} of {} done, {}\x1b[K", lines_.size(), paths_.size(), now).c_str(), stderr);
  }

  asyncio::Coroutine<> add(std::size_t number, futures::ThreadPoolExecutor& threads,
                           futures::ProcessPoolExecutor& processes) {
    auto loop = asyncio::get_running_loop();
    const auto permit = co_await permits_.scoped();
    try {
      std::string text;
      {
        const Stage stage(*this, loading_);
        text = co_await loop.run_in_executor(threads, download, server_ + paths_[number]);
      }
      Counts counts;
      {
        const Stage stage(*this, counting_);
        counts = co_await loop.run_in_executor(processes, count, text);
      }
      const std::string most = fstring("most often \"{}\" ({} times)", counts.pair, counts.times);
      lines_[number] = fstring("{} words, {} different ones, {}", counts.words, counts.different, most);
      words_ += counts.words;
    } catch (const urllib::error::HTTPError& error) {
      lines_[number] = "status " + std::to_string(error.code);
    }
    progress();
  }

  const std::string server_;
  const std::vector<std::string> paths_;
  const bool show_progress_;
  asyncio::Semaphore permits_{MAX_TEXTS};
  std::map<std::size_t, std::string> lines_;  // By the number of the path.
  std::size_t words_ = 0;
  int loading_ = 0;
  int counting_ = 0;
};

// Python: error.reason.
std::string reason(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const urllib::error::URLError& e) {
    return e.reason;
  }
}

// Returns the exit status.
asyncio::Coroutine<int> async_main(std::vector<std::string> paths, bool show_progress) {
  Report report(os::environ("SKEIN_DEMO_URL"), paths, show_progress);
  int status = 0;
  futures::ThreadPoolExecutor threads(MAX_TEXTS);
  futures::ProcessPoolExecutor processes(MAX_WORKERS);  // Whose workers leave the Ctrl-C to this process.
  co_await asyncio::finally(
      [&]() -> asyncio::Coroutine<> {
        try {
          co_await report.add_all(threads, processes);
        } catch (const skein::ExceptionGroup& group) {
          const auto [matching, rest] = group.split<urllib::error::URLError>();
          if (matching) {
            print("The server is not there: {}", reason(matching->exceptions()[0]));
            status = 1;
          }
          if (rest) throw *rest;
        }
      },
      [&]() -> asyncio::Coroutine<> {
        report.print();
        co_return;
      });
  co_return status;
}

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  std::vector<std::string> paths(argv + 1, argv + argc);
  const bool show_progress = std::erase(paths, "--progress") > 0 || ::isatty(STDERR_FILENO) == 1;
  try {
    return asyncio::run(async_main(paths.empty() ? PATHS : paths, show_progress));
  } catch (const skein::KeyboardInterrupt&) {
    print("Interrupted");
    return 130;
  }
}
