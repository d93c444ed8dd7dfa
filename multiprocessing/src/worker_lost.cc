#include <skein/multiprocessing/process_handle.h>
#include <skein/multiprocessing/worker_lost.h>

#include <csignal>
#include <cstring>

namespace skein::inline v0::multiprocessing {

namespace {

std::string message_of(int pid, int exit_code) {
  std::string message =
      "the worker process that ran the call (pid " + std::to_string(pid) + ") " + WorkerLost::how(exit_code);
  if (exit_code == -SIGKILL) message += "; the system does that when memory runs out";
  return message;
}

}  // namespace

WorkerLost::WorkerLost(int pid, int exit_code)
    : ProcessError(message_of(pid, exit_code)), pid_(pid), exit_code_(exit_code) {}
WorkerLost::~WorkerLost() = default;

std::string WorkerLost::how(int exit_code) {
  if (exit_code == kUnknownExitCode) return "ended, nobody knows how";
  if (exit_code >= 0) return "ended with exit code " + std::to_string(exit_code);
  const char* const name = ::sigabbrev_np(-exit_code);
  return "was killed by " + (name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(-exit_code));
}

}  // namespace skein::inline v0::multiprocessing
