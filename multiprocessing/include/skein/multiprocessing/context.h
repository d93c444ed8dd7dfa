// skein/multiprocessing/context.h - the start methods. Python: multiprocessing.get_context(), set_start_method() and
// others.
#ifndef SKEIN_MULTIPROCESSING_CONTEXT_H_
#define SKEIN_MULTIPROCESSING_CONTEXT_H_

#include <skein/core/callable.h>
#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/array.h>
#include <skein/multiprocessing/barrier.h>
#include <skein/multiprocessing/bounded_semaphore.h>
#include <skein/multiprocessing/condition.h>
#include <skein/multiprocessing/cpu_count.h>
#include <skein/multiprocessing/event.h>
#include <skein/multiprocessing/freeze_support.h>
#include <skein/multiprocessing/internal/method.h>
#include <skein/multiprocessing/joinable_queue.h>
#include <skein/multiprocessing/lock.h>
#include <skein/multiprocessing/logger.h>
#include <skein/multiprocessing/pipe.h>
#include <skein/multiprocessing/pool.h>
#include <skein/multiprocessing/pool_options.h>
#include <skein/multiprocessing/process.h>
#include <skein/multiprocessing/queue.h>
#include <skein/multiprocessing/raw_array.h>
#include <skein/multiprocessing/raw_value.h>
#include <skein/multiprocessing/rlock.h>
#include <skein/multiprocessing/semaphore.h>
#include <skein/multiprocessing/simple_queue.h>
#include <skein/multiprocessing/value.h>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace skein::inline v0::multiprocessing {

//   fork        The child is a copy of this process, memory and all. Anything can be given to it. Not safe while other
//               threads run: what they hold stays held in the child for ever. start() says so once, on stderr.
//   spawn       The program is started anew. Slow, and the most independent: a child has nothing but what it is given.
//   forkserver  The same, once: a small process that then forks the children. As fast as a fork of something small,
//               however large this process is, and safe beside threads. Needs freeze_support() in main, as spawn does.
//               Its children have the environment and the stdout of the moment when the server was started, and the
//               working directory of their own start. Each process that needs one has its own server.
//
// Which one is the default is decided when it is first asked for: forkserver if freeze_support() has been called, else
// fork. (Python 3.14 has forkserver, its older versions have fork.)

// The keyword arguments of set_start_method, get_start_method and get_context.
struct SetStartMethodOptions {
  bool force = false;
};
struct GetStartMethodOptions {
  bool allow_none = false;
};

// Sets the default start method, once.
// Errors: ValueError ("cannot find context for 'x'"); RuntimeError ("context has already been set") if it was set, or
// asked for, unless `force`.
SKEIN_API void set_start_method(std::string_view method, SetStartMethodOptions options = {});
template <std::same_as<bool> B>
void set_start_method(std::string_view method, B force) {
  set_start_method(method, SetStartMethodOptions{.force = force});
}
// With `force`: undecided again. Without: an error as above, or nothing.
SKEIN_API void set_start_method(NoneType method, SetStartMethodOptions options = {});

// The default start method, which is fixed by that.
[[nodiscard]] SKEIN_API std::string get_start_method();
// Empty (Python: None) with `allow_none` if it is not fixed yet; then it stays so.
[[nodiscard]] SKEIN_API std::optional<std::string> get_start_method(GetStartMethodOptions options);
template <std::same_as<bool> B>
[[nodiscard]] std::optional<std::string> get_start_method(B allow_none) {
  return get_start_method(GetStartMethodOptions{.allow_none = allow_none});
}
// All three, the default first.
[[nodiscard]] SKEIN_API std::vector<std::string> get_all_start_methods();

// Functions that the fork server calls before it makes its first child, in this order: what they set up, their children
// have from the start. (Python: modules to import.) For a server that is started from now on; what one of them throws
// goes to stderr.
// Errors: ValueError for a null pointer.
SKEIN_API void set_forkserver_preload(const std::vector<void (*)()>& functions);

// One start method, with the module's members. Processes of several contexts may be mixed.
//
//   auto context = multiprocessing::get_context("spawn");
//   auto p = context.Process(f, 1);
//
// Threads:  a value; any member from any thread.
// Lifetime: a handle of a few bytes.
// Ordering: as the module's own functions.
// Cost:     none.
// Death:    nothing is shared.
class SKEIN_API Context {
 public:
  // As multiprocessing::Process, whose default names it makes "ForkProcess-1", "SpawnProcess-1", "ForkServerProcess-1".
  template <class F, class... Args>
    requires(!std::same_as<std::remove_cvref_t<F>, ProcessOptions>)
  [[nodiscard]] multiprocessing::Process Process(F&& target, Args&&... args) const {
    return bound({}, internal::bind_work(std::forward<F>(target), std::forward<Args>(args)...));
  }
  template <class F, class... Args>
  [[nodiscard]] multiprocessing::Process Process(ProcessOptions options, F&& target, Args&&... args) const {
    return bound(std::move(options), internal::bind_work(std::forward<F>(target), std::forward<Args>(args)...));
  }
  [[nodiscard]] multiprocessing::Process Process(ProcessOptions options = {}) const {
    return bound(std::move(options), nullptr);
  }
  // As multiprocessing::make, for a class derived from Process. (Python derives from the context's class.)
  template <std::derived_from<multiprocessing::Process> W, class... Args>
  [[nodiscard]] std::shared_ptr<W> make(Args&&... args) const {
    auto made = multiprocessing::make<W>(std::forward<Args>(args)...);
    set_method(*made);
    return made;
  }

  // As multiprocessing::Pool, whose `context` is this one.
  template <class F, class... Args>
    requires std::invocable<std::decay_t<F>, std::decay_t<Args>...>
  [[nodiscard]] multiprocessing::Pool Pool(PoolOptions options, F&& initializer, Args&&... initargs) const {
    options.context = *this;
    return {std::move(options), std::forward<F>(initializer), std::forward<Args>(initargs)...};
  }
  [[nodiscard]] multiprocessing::Pool Pool(PoolOptions options = {}) const {
    options.context = *this;
    return multiprocessing::Pool(options);
  }
  [[nodiscard]] multiprocessing::Pool Pool(OptionalCount processes) const { return Pool({.processes = processes}); }
  template <class F, class... Args>
    requires std::invocable<std::decay_t<F>, Args...>
  [[nodiscard]] multiprocessing::Pool Pool(OptionalCount processes, F&& initializer, std::tuple<Args...> initargs = {},
                                           OptionalCount maxtasksperchild = None) const {
    return {processes, std::forward<F>(initializer), std::move(initargs), maxtasksperchild, *this};
  }

  // The module's objects, as their constructors make them. They do not depend on the start method: what one context has
  // made may be given to the processes of another. (In Python a lock that fork's context has made refuses the others.)
  // Errors: as the constructors.
  [[nodiscard]] multiprocessing::Lock Lock() const { return {}; }
  [[nodiscard]] multiprocessing::RLock RLock() const { return {}; }
  [[nodiscard]] multiprocessing::Event Event() const { return {}; }
  [[nodiscard]] multiprocessing::Semaphore Semaphore(std::int64_t value = 1) const {
    return multiprocessing::Semaphore(value);
  }
  [[nodiscard]] multiprocessing::Semaphore Semaphore(SemaphoreOptions options) const {
    return multiprocessing::Semaphore(options);
  }
  [[nodiscard]] multiprocessing::BoundedSemaphore BoundedSemaphore(std::int64_t value = 1) const {
    return multiprocessing::BoundedSemaphore(value);
  }
  [[nodiscard]] multiprocessing::BoundedSemaphore BoundedSemaphore(SemaphoreOptions options) const {
    return multiprocessing::BoundedSemaphore(options);
  }
  [[nodiscard]] multiprocessing::Condition Condition(ConditionOptions options = {}) const {
    return multiprocessing::Condition(options);
  }
  [[nodiscard]] multiprocessing::Condition Condition(const multiprocessing::Lock& lock,
                                                     ConditionOptions options = {}) const {
    return multiprocessing::Condition(lock, options);
  }
  [[nodiscard]] multiprocessing::Condition Condition(const multiprocessing::RLock& lock,
                                                     ConditionOptions options = {}) const {
    return multiprocessing::Condition(lock, options);
  }
  [[nodiscard]] multiprocessing::Barrier Barrier(std::int64_t parties, Callable action = None,
                                                 Timeout timeout = None) const {
    return multiprocessing::Barrier(parties, std::move(action), timeout);
  }
  [[nodiscard]] multiprocessing::Barrier Barrier(std::int64_t parties,
                                                 multiprocessing::Barrier::Options options) const {
    return {parties, std::move(options)};
  }
  [[nodiscard]] std::pair<Connection, Connection> Pipe(PipeOptions options = {}) const {
    return multiprocessing::Pipe(options);
  }
  template <std::same_as<bool> B>
  [[nodiscard]] std::pair<Connection, Connection> Pipe(B duplex) const {
    return multiprocessing::Pipe(duplex);
  }
  template <class T>
  [[nodiscard]] multiprocessing::Queue<T> Queue(std::int64_t maxsize = 0) const {
    return multiprocessing::Queue<T>(maxsize);
  }
  template <class T>
  [[nodiscard]] multiprocessing::Queue<T> Queue(QueueOptions options) const {
    return multiprocessing::Queue<T>(options);
  }
  template <class T>
  [[nodiscard]] multiprocessing::JoinableQueue<T> JoinableQueue(std::int64_t maxsize = 0) const {
    return multiprocessing::JoinableQueue<T>(maxsize);
  }
  template <class T>
  [[nodiscard]] multiprocessing::JoinableQueue<T> JoinableQueue(QueueOptions options) const {
    return multiprocessing::JoinableQueue<T>(options);
  }
  template <class T>
  [[nodiscard]] multiprocessing::SimpleQueue<T> SimpleQueue() const {
    return {};
  }
  template <class T>
  [[nodiscard]] multiprocessing::RawValue<T> RawValue(const T& initial = T()) const {
    return multiprocessing::RawValue<T>(initial);
  }
  template <class T, class From>
  [[nodiscard]] multiprocessing::RawArray<T> RawArray(const From& size_or_elements) const {
    return multiprocessing::RawArray<T>(size_or_elements);
  }
  template <class T>
  [[nodiscard]] multiprocessing::RawArray<T> RawArray(std::initializer_list<T> elements) const {
    return multiprocessing::RawArray<T>(elements);
  }
  template <class T, class L = multiprocessing::RLock>
  [[nodiscard]] multiprocessing::Value<T, L> Value(const T& initial = T(), const ValueOptions<L>& options = {}) const {
    return multiprocessing::Value<T, L>(initial, options);
  }
  template <class T, class L = multiprocessing::RLock, class From>
  [[nodiscard]] multiprocessing::Array<T, L> Array(const From& size_or_elements,
                                                   const ValueOptions<L>& options = {}) const {
    return multiprocessing::Array<T, L>(size_or_elements, options);
  }
  template <class T, class L = multiprocessing::RLock>
  [[nodiscard]] multiprocessing::Array<T, L> Array(std::initializer_list<T> elements,
                                                   const ValueOptions<L>& options = {}) const {
    return multiprocessing::Array<T, L>(elements, options);
  }

  // The context of that name; without one this one.
  // Errors: ValueError ("cannot find context for 'x'").
  [[nodiscard]] Context get_context(std::string_view method) const;
  [[nodiscard]] Context get_context(NoneType = None) const { return *this; }
  [[nodiscard]] std::string get_start_method() const;
  // Errors: ValueError ("cannot set start method of concrete context"), always.
  [[noreturn]] void set_start_method(std::string_view method, SetStartMethodOptions options = {}) const;
  [[nodiscard]] std::vector<std::string> get_all_start_methods() const {
    return multiprocessing::get_all_start_methods();
  }
  void set_forkserver_preload(const std::vector<void (*)()>& functions) const {
    multiprocessing::set_forkserver_preload(functions);
  }
  void freeze_support(int argc, char** argv) const { multiprocessing::freeze_support(argc, argv); }
  [[nodiscard]] int cpu_count() const { return multiprocessing::cpu_count(); }
  [[nodiscard]] ProcessHandle current_process() const { return multiprocessing::current_process(); }
  [[nodiscard]] std::optional<ProcessHandle> parent_process() const { return multiprocessing::parent_process(); }
  [[nodiscard]] std::vector<ProcessHandle> active_children() const { return multiprocessing::active_children(); }
  [[nodiscard]] Logger get_logger() const { return multiprocessing::get_logger(); }
  Logger log_to_stderr(int level = logging::NOTSET) const { return multiprocessing::log_to_stderr(level); }

  friend bool operator==(const Context&, const Context&) = default;

 private:
  friend class internal::PoolContext;
  friend SKEIN_API Context get_context(std::string_view method);
  friend SKEIN_API Context get_context(NoneType);

  explicit Context(internal::Method method) noexcept : method_(method) {}
  [[nodiscard]] multiprocessing::Process bound(ProcessOptions options, std::unique_ptr<internal::Work> target) const;
  void set_method(multiprocessing::Process& process) const;

  internal::Method method_;
};

// The context of that name.
// Errors: ValueError ("cannot find context for 'x'").
[[nodiscard]] SKEIN_API Context get_context(std::string_view method);
// The default one, which is fixed by that.
[[nodiscard]] SKEIN_API Context get_context(NoneType = None);

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_CONTEXT_H_
