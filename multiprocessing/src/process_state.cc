#include "process_state.h"

#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/core/internal/platform.h>
#include <skein/multiprocessing/errors.h>
#include <skein/multiprocessing/process.h>
#include <skein/threading/internal/guard.h>

#include <pthread.h>
#include <stdio_ext.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <streambuf>
#include <utility>

#include "launch.h"
#include "log.h"
#include "start_method.h"

namespace skein::inline v0::multiprocessing {

namespace internal {

using skein::internal::Guard;

// ---- the registry ----

ProcessRegistry& ProcessRegistry::instance() {
  static ProcessRegistry* const registry = new ProcessRegistry;
  return *registry;
}

namespace {
// Made when the library is loaded, not in a thread that may be in the middle of it when another one forks.
[[maybe_unused]] const ProcessRegistry& g_made_at_load = ProcessRegistry::instance();
}  // namespace

ProcessRegistry::ProcessRegistry() {
  ParentOnly::be_ready();  // In a child its handler comes first: no watch has a descriptor when it is destroyed.
  current = std::make_shared<ProcessState>(ProcessState::Kind::kMain);
  current->name = "MainProcess";
  current->phase = ProcessState::Phase::kStarted;
  ::pthread_atfork([] { instance().lock.acquire(); }, [] { instance().lock.release(); },
                   []() SKEIN_NO_THREAD_SAFETY_ANALYSIS {
                     instance().children.clear();  // They are the parent's.
                     instance().lock.release();
                   });
}

void ProcessRegistry::reap() {
  std::vector<std::shared_ptr<ProcessState>> all;
  {
    Guard guard(lock);
    if (children.empty()) return;
    all.assign(children.begin(), children.end());
  }
  for (const auto& child : all) {
    std::shared_ptr<ChildWatch> watch;
    {
      Guard guard(lock);
      watch = child->watch;
    }
    if (watch == nullptr || !watch->poll()) continue;
    Guard guard(lock);
    children.remove(child);
  }
}

void ProcessRegistry::become(std::shared_ptr<ProcessState> state, std::shared_ptr<ProcessState> its_parent) {
  Guard guard(lock);
  state->phase = ProcessState::Phase::kStarted;
  current = std::move(state);
  parent = std::move(its_parent);
  made = 0;
  shut = false;
}

void ProcessRegistry::shut_down() noexcept {
  struct Parts {
    std::string name;
    bool daemon;
    std::shared_ptr<ChildWatch> watch;
  };
  bool again = false;
  try {
    const auto living = [this] {
      reap();
      Guard guard(lock);
      return std::vector<std::shared_ptr<ProcessState>>(children.begin(), children.end());
    };
    const auto parts_of = [this](const std::shared_ptr<ProcessState>& child) {
      Guard guard(lock);
      return Parts{child->name, child->daemon, child->watch};
    };
    {
      Guard guard(lock);
      again = std::exchange(shut, true);
    }
    if (!again) log_info("process shutting down");
    if (!again) log_debug("running all \"atexit\" finalizers with priority >= 0");
    for (const auto& child : living()) {
      const auto parts = parts_of(child);
      if (!parts.daemon || parts.watch == nullptr) continue;
      log_at(logging::INFO, [&parts] { return "calling terminate() for daemon " + parts.name; });
      parts.watch->signal(SIGTERM);
    }
    for (const auto& child : living()) {
      const auto parts = parts_of(child);
      if (parts.watch == nullptr) continue;
      log_at(logging::INFO, [&parts] { return "calling join() for process " + parts.name; });
      static_cast<void>(parts.watch->wait(Deadline()));
    }
    if (!again) log_debug("running the remaining \"atexit\" finalizers");
  } catch (...) {  // No memory, or no permission: then the process just ends.
  }
  stop_fork_server();
}

namespace {

// Whether something waits to be written. Nothing is called that is not needed: in a child each page of a library that
// is touched first has its price.
struct Pending : std::streambuf {
  static bool in(std::streambuf& buffer) { return (buffer.*&Pending::pptr)() != (buffer.*&Pending::pbase)(); }
};

void flush(std::ostream& stream, std::streambuf* at_load) {
  std::streambuf* const buffer = stream.rdbuf();
  if (buffer != nullptr && (buffer != at_load || Pending::in(*buffer))) stream.flush();
}

const std::ios_base::Init g_streams;  // They are there before the next line.
std::streambuf* const g_cout = std::cout.rdbuf();
std::streambuf* const g_clog = std::clog.rdbuf();

}  // namespace

void flush_standard_streams() noexcept {
  try {
    flush(std::cout, g_cout);
    flush(std::clog, g_clog);
  } catch (...) {  // Somebody has asked for exceptions.
  }
  if (::__fpending(stdout) != 0) std::fflush(stdout);
  if (::__fpending(stderr) != 0) std::fflush(stderr);
}

// ---- one process ----

std::shared_ptr<ProcessState> ProcessState::make_child(std::string name, std::optional<bool> daemon,
                                                       const char* prefix) {
  auto state = std::make_shared<ProcessState>(Kind::kChild);
  state->parent_pid = ::getpid();
  ProcessRegistry& registry = ProcessRegistry::instance();
  Guard guard(registry.lock);
  state->identity = registry.current->identity;
  state->identity.push_back(++registry.made);
  state->daemon = daemon.has_value() ? *daemon : registry.current->daemon;
  state->named = !name.empty();
  state->name = state->named ? std::move(name) : prefix + ('-' + state->number());
  return state;
}

std::string ProcessState::number() const {
  std::string text;
  for (const std::uint32_t count : identity) text += (text.empty() ? "" : ":") + std::to_string(count);
  return text;
}

void ProcessState::start(Process& object) {
  ProcessRegistry& registry = ProcessRegistry::instance();
  {
    Guard guard(registry.lock);
    if (closed) throw ValueError("process object is closed");
    if (kind != Kind::kChild || phase != Phase::kInitial) throw AssertionError("cannot start a process twice");
    if (parent_pid != ::getpid()) {
      throw AssertionError("can only start a process object created by current process");
    }
    if (registry.current->daemon) throw AssertionError("daemonic processes are not allowed to have children");
    phase = Phase::kStarting;
  }
  // Whatever goes wrong, it may be tried again.
  struct Phases {
    ~Phases() {
      Guard guard(lock);
      state.phase = reached;
    }
    ProcessState& state;
    threading::Lock& lock;
    Phase reached = Phase::kInitial;
  } phases{*this, registry.lock};

  // In a process that forks without us, and in one that such a one forks, it does nothing.
  static const int registered = std::atexit([] { ProcessRegistry::instance().shut_down(); });
  static_cast<void>(registered);
  if (is_starting_up()) {
    throw RuntimeError(
        std::string("An attempt has been made to start a new process before the current process has finished its "
                    "bootstrapping phase: main must first call ") +
        kWhatToWrite);
  }
  registry.reap();
  std::list<std::shared_ptr<ProcessState>> place{shared_from_this()};
  auto started = std::make_shared<ChildWatch>(launch(object, method.has_value() ? *method : default_method()));
  {
    Guard guard(registry.lock);
    watch = std::move(started);
    registry.children.splice(registry.children.end(), place);
    phases.reached = Phase::kStarted;
  }
  work.reset();
}

ChildWatch ProcessState::launch(Process& object, Method how) {
  if (how == Method::kFork) return fork_it(object);
  check_that_it_can_be_started_anew();
  flush_standard_streams();
  Parcel parcel;
  pack(object, how, parcel);
  return how == Method::kSpawn ? spawn(parcel) : start_by_fork_server(parcel);
}

void ProcessState::call(Process& object) { object.run(); }

void ProcessState::call_target() {
  if (work == nullptr) return;
  const std::unique_ptr<Work> mine = std::move(work);
  mine->call();
}

}  // namespace internal

// ---- handles ----

using internal::ProcessRegistry;
using internal::ProcessState;
using skein::internal::Guard;

namespace {

// The watch of a child of this process.
std::shared_ptr<internal::ChildWatch> watch_of_child(ProcessState& process, const char* not_a_child,
                                                     const char* not_started) {
  Guard guard(ProcessRegistry::instance().lock);
  if (process.closed) throw ValueError("process object is closed");
  if (process.kind != ProcessState::Kind::kChild || process.parent_pid != ::getpid()) {
    throw AssertionError(not_a_child);
  }
  if (process.watch == nullptr && not_started != nullptr) throw AssertionError(not_started);
  return process.watch;
}

void forget(const ProcessState& process) {
  std::shared_ptr<ProcessState> last;  // Destroyed after the lock is given up.
  ProcessRegistry& registry = ProcessRegistry::instance();
  Guard guard(registry.lock);
  for (auto at = registry.children.begin(); at != registry.children.end(); ++at) {
    if (at->get() != &process) continue;
    last = std::move(*at);
    registry.children.erase(at);
    return;
  }
}

bool is_current(const ProcessState& process) {
  ProcessRegistry& registry = ProcessRegistry::instance();
  Guard guard(registry.lock);
  return registry.current.get() == &process;
}

void check_open(const ProcessState& process) {
  Guard guard(ProcessRegistry::instance().lock);
  if (process.closed) throw ValueError("process object is closed");
}

void send_signal(ProcessState& process, int number) {
  watch_of_child(process, "can only signal a child process", "can only signal a started process")->signal(number);
}

}  // namespace

ProcessState& ProcessHandle::state() const {
  if (state_ == nullptr) throw RuntimeError("Process.__init__() not called");
  return *state_;
}

std::string ProcessHandle::name() const {
  ProcessState& process = state();
  Guard guard(ProcessRegistry::instance().lock);
  return process.name;
}

void ProcessHandle::set_name(std::string name) {
  ProcessState& process = state();
  Guard guard(ProcessRegistry::instance().lock);
  process.name = std::move(name);
  process.named = true;
}

bool ProcessHandle::daemon() const {
  ProcessState& process = state();
  Guard guard(ProcessRegistry::instance().lock);
  return process.daemon;
}

void ProcessHandle::set_daemon(bool daemon) {
  ProcessState& process = state();
  Guard guard(ProcessRegistry::instance().lock);
  // As in Python, which looks at whether there is something to wait for: a process may call itself a daemon.
  if (process.watch != nullptr || process.phase == ProcessState::Phase::kStarting) {
    throw AssertionError("process has already started");
  }
  process.daemon = daemon;
}

std::optional<int> ProcessHandle::exitcode() const {
  ProcessState& process = state();
  std::shared_ptr<internal::ChildWatch> watch;
  {
    Guard guard(ProcessRegistry::instance().lock);
    if (process.closed) throw ValueError("process object is closed");
    if (process.parent_pid != ::getpid()) return std::nullopt;
    watch = process.watch;
  }
  const std::optional<int> code = watch == nullptr ? std::nullopt : watch->poll();
  if (code.has_value()) forget(process);  // What watches it goes with its last handle.
  return code;
}

std::optional<int> ProcessHandle::pid() const {
  ProcessState& process = state();
  check_open(process);
  if (is_current(process)) return ::getpid();
  if (process.kind == ProcessState::Kind::kParent) return process.parent_pid;
  Guard guard(ProcessRegistry::instance().lock);
  return process.watch == nullptr ? std::nullopt : std::optional<int>(process.watch->pid());
}

int ProcessHandle::sentinel() const {
  ProcessState& process = state();
  check_open(process);
  Guard guard(ProcessRegistry::instance().lock);
  if (process.kind == ProcessState::Kind::kParent) return process.sentinel_of_parent;
  if (process.watch == nullptr) throw ValueError("process not started");
  return process.watch->sentinel();
}

bool ProcessHandle::is_alive() const {
  ProcessState& process = state();
  check_open(process);
  if (is_current(process)) return true;
  if (process.kind == ProcessState::Kind::kParent) return !internal::readable(process.sentinel_of_parent);
  const auto watch = watch_of_child(process, "can only test a child process", nullptr);
  if (watch == nullptr) return false;
  if (!watch->poll()) return true;
  forget(process);
  return false;
}

void ProcessHandle::join(Timeout timeout) const {
  ProcessState& process = state();
  check_open(process);
  if (process.kind == ProcessState::Kind::kParent) {
    static_cast<void>(internal::readable(process.sentinel_of_parent, Deadline(timeout)));
    return;
  }
  const auto watch = watch_of_child(process, "can only join a child process", "can only join a started process");
  if (watch->wait(Deadline(timeout))) forget(process);
}

void ProcessHandle::terminate() const { send_signal(state(), SIGTERM); }
void ProcessHandle::kill() const { send_signal(state(), SIGKILL); }
void ProcessHandle::interrupt() const { send_signal(state(), SIGINT); }

void ProcessHandle::close() const {
  ProcessState& process = state();
  std::shared_ptr<internal::ChildWatch> watch;
  {
    Guard guard(ProcessRegistry::instance().lock);
    if (process.kind == ProcessState::Kind::kMain) return;
    watch = process.watch;
  }
  if (watch != nullptr) {
    if (process.parent_pid == ::getpid() && !watch->poll()) {
      throw ValueError(
          "Cannot close a process while it is still running. You should first call join() or terminate().");
    }
    forget(process);
  }
  Guard guard(ProcessRegistry::instance().lock);
  process.watch.reset();
  process.closed = true;
}

ProcessHandle current_process() {
  ProcessRegistry& registry = ProcessRegistry::instance();
  Guard guard(registry.lock);
  return ProcessState::handle(registry.current);
}

std::optional<ProcessHandle> parent_process() {
  ProcessRegistry& registry = ProcessRegistry::instance();
  Guard guard(registry.lock);
  if (registry.parent == nullptr) return std::nullopt;
  return ProcessState::handle(registry.parent);
}

std::vector<ProcessHandle> active_children() {
  ProcessRegistry& registry = ProcessRegistry::instance();
  registry.reap();
  std::vector<ProcessHandle> all;
  Guard guard(registry.lock);
  all.reserve(registry.children.size());
  for (const auto& child : registry.children) all.push_back(ProcessState::handle(child));
  return all;
}

}  // namespace skein::inline v0::multiprocessing
