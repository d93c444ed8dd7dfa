// skein/multiprocessing/worker_lost.h - what becomes of a call whose worker process ended in the middle of it.
#ifndef SKEIN_MULTIPROCESSING_WORKER_LOST_H_
#define SKEIN_MULTIPROCESSING_WORKER_LOST_H_

#include <skein/core/export.h>
#include <skein/multiprocessing/errors.h>

#include <cstdint>
#include <string>

namespace skein::inline v0::multiprocessing {

// What a pool of processes does when a worker ends in the middle of a call: killed, crashed, or by exit(). Calls that
// had not begun there are given to others, whatever this says, unless the pool breaks.
enum class OnWorkerLost : std::uint8_t {
  kBreakPool,  // All that has not ended fails, and the pool takes no more. Python: ProcessPoolExecutor.
  kFailCall,   // That call fails with WorkerLost; the worker is replaced. (Python's Pool: it is never heard of again.)
  kRunAgain,   // The call is run again, elsewhere, up to `retries` times; then as kFailCall. For calls that may be
               // begun twice.
};

// The worker process that ran the call ended before it had an answer.
class SKEIN_API WorkerLost : public ProcessError {
 public:
  // `exit_code`: as Process.exitcode.
  WorkerLost(int pid, int exit_code);
  ~WorkerLost() override;

  // The process's number, which another one may have by now.
  [[nodiscard]] int pid() const noexcept { return pid_; }
  // Minus the signal's number if one killed it; kUnknownExitCode if nobody knows.
  [[nodiscard]] int exit_code() const noexcept { return exit_code_; }

  // "was killed by SIGKILL", "ended with exit code 3": how a process with that exit code ended.
  [[nodiscard]] static std::string how(int exit_code);

 private:
  int pid_;
  int exit_code_;
};

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_WORKER_LOST_H_
