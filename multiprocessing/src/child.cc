// The child's side: from the moment that it is a process of its own to its end.
#include <skein/core/errors.h>
#include <skein/core/internal/describe.h>
#include <skein/core/internal/fault.h>
#include <skein/core/internal/platform.h>
#include <skein/multiprocessing/process.h>
#include <skein/threading/internal/at_shutdown.h>
#include <skein/threading/internal/guard.h>

#include <cxxabi.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "block_record.h"
#include "launch.h"
#include "lock_word.h"
#include "log.h"
#include "process_state.h"
#include "start_method.h"

namespace skein::inline v0::multiprocessing::internal {

namespace {

[[noreturn]] void die_with_parent() noexcept {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

// For a kernel that refuses to send SIGKILL.
void watch_by_thread(int lifeline) noexcept {
  pthread_t thread;
  const auto watch = [](void* number) -> void* {
    static_cast<void>(readable(static_cast<int>(reinterpret_cast<std::intptr_t>(number)), Deadline()));
    die_with_parent();
  };
  sigset_t every;
  sigset_t before;
  ::sigfillset(&every);
  ::pthread_sigmask(SIG_SETMASK, &every, &before);
  const auto number = static_cast<std::intptr_t>(lifeline);
  auto* const argument = reinterpret_cast<void*>(number);  // NOLINT(performance-no-int-to-ptr)
  if (::pthread_create(&thread, nullptr, watch, argument) == 0) ::pthread_detach(thread);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void read_from_nowhere() noexcept {
  struct stat status{};
  const auto kNull = makedev(1, 3);
  if (::fstat(STDIN_FILENO, &status) == 0 && S_ISCHR(status.st_mode) && status.st_rdev == kNull) return;
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null < 0) return;
  ::dup2(null, STDIN_FILENO);
  if (null != STDIN_FILENO) ::close(null);
}

constinit bool g_ends_by_exit = false;
constinit bool g_ending = false;

// What Python's child does after run(), whatever has become of that.
void wind_up(int code) noexcept {
  skein::internal::shut_down_threads();
  log_at(logging::INFO, [code] { return "process exiting with exitcode " + std::to_string(code); });
  flush_standard_streams();
  ProcessRegistry::instance().shut_down();
  leave_held_primitives();
  flush_standard_streams();
  SKEIN_FAULT("child.end");
}

// exit() was called in a child that was forked: none of the exit handlers that were registered before it are its own.
void end_at_exit(int code, void* /*unused*/) noexcept {
  if (!std::exchange(g_ending, true)) wind_up(code);
  ::_exit(code);  // Also when another thread calls exit() meanwhile: the handlers that follow are the parent's.
}

[[noreturn]] void end_child(int code) noexcept {
  if (g_ends_by_exit) {
    wind_up(code);
    std::exit(code);  // NOLINT(concurrency-mt-unsafe)
  }
  end_at_exit(code, nullptr);
  ::_exit(code);
}

int call(ProcessState& state, Process* object) noexcept {
  try {
    log_info("child process calling self.run()");
    SKEIN_FAULT("child.run");
    if (object != nullptr) {
      state.call(*object);
    } else {
      state.call_target();
    }
    return 0;
  } catch (const SystemExit& exit) {
    return exit.code();
  } catch (abi::__forced_unwind&) {
    end_child(0);  // pthread_exit(). It must not be swallowed, nor get to the frames of who called start().
  } catch (...) {
    std::string name;
    {
      const skein::internal::Guard guard(ProcessRegistry::instance().lock);
      name = state.name;
    }
    skein::internal::write_to_stderr("Process " + name + ":\n" + skein::internal::describe(std::current_exception()) +
                                     "\n");
    return 1;
  }
}

}  // namespace

void hang_life_on(int lifeline) noexcept {
  // The kernel sends SIGKILL itself when the last of the other end's holders is gone: no thread, and it works in a
  // child that is stopped, or that blocks all signals.
  const bool armed = !SKEIN_FAULT_EINTR("child.no_sigio") && ::fcntl(lifeline, F_SETOWN, ::getpid()) == 0 &&
                     ::fcntl(lifeline, F_SETSIG, SIGKILL) == 0 && ::fcntl(lifeline, F_SETFL, O_ASYNC | O_NONBLOCK) == 0;
  if (readable(lifeline)) die_with_parent();
  if (!armed) watch_by_thread(lifeline);
}

void run_child(ChildStart start) noexcept {
  ProcessState& state = *start.state;
  g_ends_by_exit = start.own_image;
  g_ending = false;
  if (!start.own_image) ::on_exit(end_at_exit, nullptr);
  if (!start.stdin_is_null) read_from_nowhere();
  start.parent->sentinel_of_parent = start.lifeline;
  ProcessRegistry::instance().become(start.state, start.parent);
  Process* const object = start.object != nullptr ? start.object.get() : start.borrowed;
  const int code = call(state, object);
  start.object.reset();
  state.work.reset();
  end_child(code);
}

void run_launched(Parcel parcel, int lifeline, bool own_image) noexcept {
  ChildStart start;
  start.lifeline = lifeline;
  start.own_image = own_image;
  start.stdin_is_null = true;
  std::string name = "?";
  try {
    std::span<const std::byte> payload;
    Launch launch = Launch::read(parcel.bytes, payload);
    name = launch.name;
    if (launch.descriptors != parcel.descriptors.size()) throw RuntimeError("some descriptors did not come along");
    if (const std::string mismatch = describe_mismatch(launch.modules); !mismatch.empty()) {
      throw RuntimeError(mismatch);
    }
    shared_memory::internal::set_family_root(launch.family);
    set_log_state({launch.log_level, launch.log_handlers});
    force_default_method(launch.method);
    if (!launch.directory.empty()) static_cast<void>(!::chdir(launch.directory.c_str()));

    auto state = std::make_shared<ProcessState>(ProcessState::Kind::kChild);
    state->identity = std::move(launch.identity);
    state->parent_pid = launch.parent_pid;
    state->method = launch.method;
    state->name = std::move(launch.name);
    state->daemon = launch.daemon;
    start.parent = std::make_shared<ProcessState>(ProcessState::Kind::kParent);
    start.parent->parent_pid = launch.parent_pid;
    start.parent->name = std::move(launch.parent_name);
    start.parent->phase = ProcessState::Phase::kStarted;

    SKEIN_FAULT("child.unpack");
    const Unpacking unpacking(parcel);
    PayloadReader in(payload);
    if (in.flag()) {
      const auto address = in.value<CodeAddress>();
      const std::string type = in.text();
      Unpacked unpacked;
      Trampoline::find(address, type)(in, unpacked);
      if (unpacked.object == nullptr) throw RuntimeError("cannot find " + type + " in this process: it is no process");
      start.object = std::move(unpacked.object);
      start.object->become(state);
    }
    if (in.flag()) state->work = unpack_work(in);
    start.state = std::move(state);
  } catch (...) {
    skein::internal::write_to_stderr("Process " + name + ":\n" + skein::internal::describe(std::current_exception()) +
                                     "\n");
    if (own_image) std::exit(1);  // NOLINT(concurrency-mt-unsafe)
    flush_standard_streams();
    ::_exit(1);
  }
  parcel = Parcel();  // What was unpacked has duplicates.
  run_child(std::move(start));
}

}  // namespace skein::inline v0::multiprocessing::internal
