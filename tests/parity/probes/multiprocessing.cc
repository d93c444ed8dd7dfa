// Calls every name of Python's multiprocessing with Python's signature, but for those of its modules.
#include <skein/multiprocessing.h>

#include <concepts>
#include <exception>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "probe.h"

namespace multiprocessing = skein::multiprocessing;

// probe: multiprocessing.Array
void array() {
  multiprocessing::Array<int> sized(5);
  multiprocessing::Array<double> filled({1.5, 2.5});
  multiprocessing::Array<int> without({1, 2}, {.lock = false});
  multiprocessing::Array<int, multiprocessing::Lock> with(5, {.lock = multiprocessing::Lock()});
}

// probe: multiprocessing.Barrier
void barrier() {
  const auto action = [] {};
  multiprocessing::Barrier plain(2);
  multiprocessing::Barrier positional(2, action, 0.5);
  multiprocessing::Barrier keyword(2, {.action = action, .timeout = 0.5});
}

// probe: multiprocessing.BoundedSemaphore
void bounded_semaphore() {
  multiprocessing::BoundedSemaphore plain;
  multiprocessing::BoundedSemaphore positional(2);
  multiprocessing::BoundedSemaphore keyword({.value = 2});
}

// probe: multiprocessing.BufferTooShort
void buffer_too_short() {
  static_assert(std::derived_from<multiprocessing::BufferTooShort, multiprocessing::ProcessError>);
  try {
    throw multiprocessing::BufferTooShort("message");
  } catch (const multiprocessing::BufferTooShort& error) {
    returns<std::string>(error.message());
  }
}

// probe: multiprocessing.Condition
void condition(const multiprocessing::Lock& lock, const multiprocessing::RLock& rlock) {
  multiprocessing::Condition owning;
  multiprocessing::Condition over_lock(lock);
  multiprocessing::Condition over_rlock(rlock);
}

// probe: multiprocessing.Event
void event() { multiprocessing::Event event; }

// probe: multiprocessing.JoinableQueue
void joinable_queue() {
  multiprocessing::JoinableQueue<int> unbounded;
  multiprocessing::JoinableQueue<int> positional(10);
  multiprocessing::JoinableQueue<int> keyword({.maxsize = 10});
}

// probe: multiprocessing.Lock
void lock() { multiprocessing::Lock lock; }

// probe: multiprocessing.Pipe
void pipe() {
  using Ends = std::pair<multiprocessing::Connection, multiprocessing::Connection>;
  returns<Ends>(multiprocessing::Pipe());
  returns<Ends>(multiprocessing::Pipe(false));
  returns<Ends>(multiprocessing::Pipe({.duplex = false}));
}

// probe: multiprocessing.Pool
void pool(void (*initializer)(int)) {
  multiprocessing::Pool plain;
  multiprocessing::Pool one_argument(4);
  multiprocessing::Pool positional(4, initializer, std::tuple(1), 10);
  multiprocessing::Pool keywords({.processes = 4, .maxtasksperchild = 10}, initializer, 1);
}

// probe: multiprocessing.Process
void process() {
  multiprocessing::Process nothing;
  multiprocessing::Process target([](int, const std::string&) {}, 1, "x");
  multiprocessing::Process keywords({.group = skein::None, .name = "name", .daemon = true}, [](int) {}, 1);
}

// probe: multiprocessing.Process.close
void process_close(multiprocessing::Process& process) { process.close(); }

// probe: multiprocessing.Process.daemon
void process_daemon(multiprocessing::Process& process) {
  returns<bool>(process.daemon());
  process.set_daemon(true);
}

// probe: multiprocessing.Process.exitcode
void process_exitcode(multiprocessing::Process& process) { returns<std::optional<int>>(process.exitcode()); }

// probe: multiprocessing.Process.ident
void process_ident(multiprocessing::Process& process) { returns<std::optional<int>>(process.ident()); }

// probe: multiprocessing.Process.interrupt
void process_interrupt(multiprocessing::Process& process) { process.interrupt(); }

// probe: multiprocessing.Process.is_alive
void process_is_alive(multiprocessing::Process& process) { returns<bool>(process.is_alive()); }

// probe: multiprocessing.Process.join
void process_join(multiprocessing::Process& process) {
  process.join();
  process.join(0.5);
  process.join({.timeout = 0.5});
}

// probe: multiprocessing.Process.kill
void process_kill(multiprocessing::Process& process) { process.kill(); }

// probe: multiprocessing.Process.name
void process_name(multiprocessing::Process& process) {
  returns<std::string>(process.name());
  process.set_name("name");
}

// probe: multiprocessing.Process.pid
void process_pid(multiprocessing::Process& process) { returns<std::optional<int>>(process.pid()); }

// probe: multiprocessing.Process.run
void process_run(multiprocessing::Process& process) { process.run(); }

// probe: multiprocessing.Process.sentinel
void process_sentinel(multiprocessing::Process& process) { returns<int>(process.sentinel()); }

// probe: multiprocessing.Process.start
void process_start(multiprocessing::Process& process) { process.start(); }

// probe: multiprocessing.Process.terminate
void process_terminate(multiprocessing::Process& process) { process.terminate(); }

// probe: multiprocessing.ProcessError
void process_error() {
  static_assert(std::derived_from<multiprocessing::ProcessError, std::exception>);
  try {
    throw multiprocessing::ProcessError("text");
  } catch (const multiprocessing::ProcessError& error) {
    returns<const char*>(error.what());
  }
}

// probe: multiprocessing.Queue
void queue() {
  multiprocessing::Queue<int> unbounded;
  multiprocessing::Queue<int> positional(10);
  multiprocessing::Queue<int> keyword({.maxsize = 10});
}

// probe: multiprocessing.RLock
void rlock() { multiprocessing::RLock lock; }

// probe: multiprocessing.RawArray
void raw_array() {
  multiprocessing::RawArray<int> sized(5);
  multiprocessing::RawArray<double> filled({1.5, 2.5});
}

// probe: multiprocessing.RawValue
void raw_value() {
  multiprocessing::RawValue<int> zero;
  multiprocessing::RawValue<double> given(1.5);
}

// probe: multiprocessing.Semaphore
void semaphore() {
  multiprocessing::Semaphore plain;
  multiprocessing::Semaphore positional(2);
  multiprocessing::Semaphore keyword({.value = 2});
}

// probe: multiprocessing.SimpleQueue
void simple_queue() { multiprocessing::SimpleQueue<int> q; }

// probe: multiprocessing.TimeoutError
void timeout_error() {
  static_assert(std::derived_from<multiprocessing::TimeoutError, multiprocessing::ProcessError>);
  try {
    throw multiprocessing::TimeoutError();
  } catch (const multiprocessing::TimeoutError& error) {
    returns<const char*>(error.what());
  }
}

// probe: multiprocessing.Value
void value() {
  multiprocessing::Value<int> zero;
  multiprocessing::Value<double> given(1.5);
  multiprocessing::Value<int> without(7, {.lock = false});
  multiprocessing::Value<int, multiprocessing::Lock> with(7, {.lock = multiprocessing::Lock()});
}

// probe: multiprocessing.active_children
void active_children() { returns<std::vector<multiprocessing::ProcessHandle>>(multiprocessing::active_children()); }

// probe: multiprocessing.cpu_count
void cpu_count() { returns<int>(multiprocessing::cpu_count()); }

// probe: multiprocessing.current_process
void current_process() { returns<multiprocessing::ProcessHandle>(multiprocessing::current_process()); }

// probe: multiprocessing.freeze_support
void freeze(int argc, char** argv) { multiprocessing::freeze_support(argc, argv); }

// probe: multiprocessing.get_all_start_methods
void all_start_methods() { returns<std::vector<std::string>>(multiprocessing::get_all_start_methods()); }

// probe: multiprocessing.get_context
void context() {
  returns<multiprocessing::Context>(multiprocessing::get_context());
  returns<multiprocessing::Context>(multiprocessing::get_context("spawn"));
  returns<multiprocessing::Context>(multiprocessing::get_context(skein::None));
}

// probe: multiprocessing.get_logger
void logger() { returns<multiprocessing::Logger>(multiprocessing::get_logger()); }

// probe: multiprocessing.get_start_method
void start_method() {
  returns<std::string>(multiprocessing::get_start_method());
  returns<std::optional<std::string>>(multiprocessing::get_start_method(true));
  returns<std::optional<std::string>>(multiprocessing::get_start_method({.allow_none = true}));
}

// probe: multiprocessing.log_to_stderr
void to_stderr() {
  returns<multiprocessing::Logger>(multiprocessing::log_to_stderr());
  returns<multiprocessing::Logger>(multiprocessing::log_to_stderr(multiprocessing::logging::INFO));
  returns<multiprocessing::Logger>(multiprocessing::log_to_stderr({.level = multiprocessing::logging::INFO}));
}

// probe: multiprocessing.parent_process
void parent_process() { returns<std::optional<multiprocessing::ProcessHandle>>(multiprocessing::parent_process()); }

// probe: multiprocessing.set_forkserver_preload
void forkserver_preload(void (*load)(), const std::vector<void (*)()>& functions) {
  multiprocessing::set_forkserver_preload({load, load});
  multiprocessing::set_forkserver_preload(functions);
}

// probe: multiprocessing.set_start_method
void change_start_method() {
  multiprocessing::set_start_method("fork");
  multiprocessing::set_start_method("fork", true);
  multiprocessing::set_start_method("fork", {.force = true});
}
