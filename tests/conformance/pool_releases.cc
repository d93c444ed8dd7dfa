// pool_releases.cc - pool_releases.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <atomic>
#include <memory>
#include <optional>
#include <ranges>
#include <utility>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::print;
using conformance::until;

namespace {

std::atomic<int> alive = 0;

struct Tracked {
  Tracked() { ++alive; }
  Tracked(const Tracked&) = delete;
  Tracked& operator=(const Tracked&) = delete;
  ~Tracked() { --alive; }
};

std::shared_ptr<Tracked> make(int /*number*/) { return std::make_shared<Tracked>(); }

int take(const std::shared_ptr<Tracked>& /*it*/) { return 1; }

}  // namespace

int main() {
  futures::ThreadPoolExecutor executor(1);
  {
    // The argument, while the future is still there.
    auto f = executor.submit(take, std::make_shared<Tracked>());
    print{"result:", f.result()};
    until([] { return alive == 0; });
    print{"argument released"};
  }
  {
    // The result, while the worker is idle.
    std::optional<futures::Future<std::shared_ptr<Tracked>>> f = executor.submit(make, 0);
    f->result();
    print{"kept:", alive.load()};
    f.reset();
    until([] { return alive == 0; });
    print{"result released"};
  }
  {
    // A cancelled one.
    threading::Event go;
    auto blocked = executor.submit([&] { go.wait(); });
    auto f = executor.submit(take, std::make_shared<Tracked>());
    f.cancel();
    go.set();
    until([] { return alive == 0; });
    print{"cancelled one released"};
    blocked.result();
  }

  // as_completed() lets go of each.
  std::vector<futures::Future<std::shared_ptr<Tracked>>> fs;
  for (int number = 0; number < 4; ++number) fs.push_back(executor.submit(make, number));
  futures::wait(fs);
  int left = 4;
  for (auto& given : futures::as_completed(fs)) {
    {
      const auto f = std::move(given);
      std::erase(fs, f);
    }
    --left;
    until([&] { return alive == left; });
    print{"given, left:", left};
  }

  // So does map().
  auto results = executor.map(make, std::views::iota(0, 4));
  until([] { return alive == 4; });
  left = 4;
  for (auto& given : results) {
    {
      const auto result = std::move(given);
    }
    --left;
    until([&] { return alive == left; });
    print{"mapped, left:", left};
  }
}
