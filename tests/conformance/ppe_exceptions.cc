// ppe_exceptions.cc - ppe_exceptions.py, line by line.
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>
#include <unistd.h>

#include <exception>
#include <stdexcept>
#include <string>

#include "print.h"

namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;
namespace pickle = skein::pickle;
using conformance::outcome;
using conformance::print;

namespace {

class OwnError : public std::exception {
 public:
  OwnError() = default;
  OwnError(std::string text, int number) : text_(std::move(text)), number_(number) {}
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
  [[nodiscard]] int number() const { return number_; }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(text_, number_);
  }

 private:
  std::string text_;
  int number_ = 0;
};
const bool g_known = pickle::register_exception<OwnError>();

std::string fail(const std::string& kind) {
  if (kind == "own") throw OwnError("own", 7);
  if (kind == "value") throw skein::ValueError("of its own");
  if (kind == "timeout") throw skein::TimeoutError("of its own");
  if (kind == "key") throw skein::KeyError("'a key'");
  if (kind == "cancelled") throw futures::CancelledError();
  if (kind == "invalid") throw futures::InvalidStateError("of its own");
  if (kind == "broken") throw futures::process::BrokenProcessPool("of its own");
  return kind;
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    auto context = multiprocessing::get_context(method);
    futures::ProcessPoolExecutor executor(1, context);
    const int worker = executor.submit(::getpid).result();
    auto f = executor.submit(fail, "own");
    const auto error = f.exception();
    try {
      std::rethrow_exception(error);
    } catch (const OwnError& own) {
      print{"OwnError", own.what(), own.number(), f.exception() == error};
    }
    for (const char* const kind : {"value", "timeout", "key", "cancelled", "invalid", "broken", "none"}) {
      f = executor.submit(fail, kind);
      print{kind, outcome([&] { return f.result(); }), f.done(), f.cancelled()};
    }
    print{"the same worker:", executor.submit(::getpid).result() == worker};
  }
}
