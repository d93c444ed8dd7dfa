// skein/futures/process_pool_errors.h - what a broken pool of processes throws. Python:
// concurrent.futures.process.BrokenProcessPool.
#ifndef SKEIN_FUTURES_PROCESS_POOL_ERRORS_H_
#define SKEIN_FUTURES_PROCESS_POOL_ERRORS_H_

#include <skein/core/export.h>
#include <skein/futures/errors.h>

#include <memory>
#include <string>
#include <utility>

namespace skein::inline v0::futures {

// A worker process ended in the middle of its work, or the workers were terminated: the pool takes no more. what() is
// Python's sentence.
class SKEIN_API BrokenProcessPool : public BrokenExecutor {
 public:
  explicit BrokenProcessPool(const std::string& sentence, std::string cause = {})
      : BrokenExecutor(sentence), cause_(std::make_shared<const std::string>(std::move(cause))) {}
  ~BrokenProcessPool() override;

  // Beyond Python: what happened, for people, as "the worker process that ran the call (pid 4711) was killed by
  // SIGKILL"; empty if nobody knows. It does not travel to other processes. Lives as long as this, or a copy.
  [[nodiscard]] const std::string& cause() const noexcept { return *cause_; }

 private:
  std::shared_ptr<const std::string> cause_;  // Copying an exception may not throw.
};

// Python's own place for it.
namespace process {
using futures::BrokenProcessPool;
}  // namespace process

// How it travels: it says nothing, so it is made by default.
template <class Archive>
void serialize(Archive& /*archive*/, CancelledError& /*error*/) {}

}  // namespace skein::inline v0::futures

#endif  // SKEIN_FUTURES_PROCESS_POOL_ERRORS_H_
