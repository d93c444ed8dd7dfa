// thread_falsy_target.cc - thread_falsy_target.py, line by line.
#include <skein/threading.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "print.h"

namespace threading = skein::threading;
using conformance::print;

namespace {

// Shares its calls with its copies: a thread copies its target.
class Falsy {
 public:
  explicit operator bool() const { return false; }

  template <class... Args>
  void operator()(Args...) const {
    calls->push_back(sizeof...(Args));
  }

  std::shared_ptr<std::vector<std::size_t>> calls = std::make_shared<std::vector<std::size_t>>();
};

}  // namespace

int main() {
  const Falsy target;
  print{"falsy:", !target};
  threading::Thread without(target);
  without.start();
  without.join();
  threading::Thread with_two(target, 1, 2);
  with_two.start();
  with_two.join();
  threading::Timer timer(0, target, 1);
  timer.start();
  timer.join();
  print{"calls with:", *target.calls};
}
