#include "thread_state.h"

#include <skein/core/errors.h>
#include <skein/threading/excepthook.h>
#include <skein/threading/internal/at_shutdown.h>
#include <skein/threading/internal/guard.h>
#include <skein/threading/thread.h>

#include <cxxabi.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <utility>

#include "report.h"

namespace skein::inline v0::internal {

namespace {

constinit thread_local ThreadState* t_current = nullptr;
constinit thread_local bool t_keeper_gone = false;

// Keeps the calling thread's state for its lifetime, thread-local destructors included as far as their order allows.
struct CurrentKeeper {
  CurrentKeeper() = default;
  CurrentKeeper(const CurrentKeeper&) = delete;
  CurrentKeeper& operator=(const CurrentKeeper&) = delete;
  ~CurrentKeeper();
  std::shared_ptr<ThreadState> state;
};

CurrentKeeper& current_keeper() {
  thread_local CurrentKeeper keeper;
  return keeper;
}

void set_current(std::shared_ptr<ThreadState> state) {
  t_current = state.get();
  current_keeper().state = std::move(state);
}

}  // namespace

bool on_first_thread() noexcept { return ::syscall(SYS_gettid) == ::getpid(); }

void set_system_name(pthread_t thread, const std::string& name) {
  constexpr std::size_t kMost = 15;  // pthread_setname_np(3), without the terminating zero.
  std::size_t length = std::min(name.size(), kMost);
  // Not in the middle of a UTF-8 character.
  while (length > 0 && length < name.size() && (static_cast<unsigned char>(name[length]) & 0xc0) == 0x80) --length;
  ::pthread_setname_np(thread, name.substr(0, length).c_str());
}

// ---- the registry ----

ThreadRegistry& ThreadRegistry::instance() {
  static ThreadRegistry* const registry = new ThreadRegistry;
  return *registry;
}

ThreadRegistry::ThreadRegistry() {
  // The thread tokens' own handlers come first, so that before a fork they run last: a thread that has never used skein
  // takes its token for this lock.
  static_cast<void>(thread_token());
  ::pthread_atfork([] { instance().lock.acquire(); }, [] { instance().lock.release(); },
                   []() SKEIN_NO_THREAD_SAFETY_ANALYSIS {
                     // Only the forking thread is here; it is the main thread now.
                     ThreadRegistry& registry = instance();
                     std::shared_ptr<ThreadState> survivor;
                     for (auto& state : registry.alive) {
                       if (state.get() == t_current) {
                         survivor = state;
                       } else {
                         state->off_the_list = true;
                         state->join_claimed = true;  // There is nothing to join.
                         state->finished.set();
                         state->joined.set();
                       }
                     }
                     for (auto& state : registry.unjoined) state->joined.set();
                     registry.alive.clear();
                     registry.unjoined.clear();
                     if (survivor != nullptr) {
                       survivor->native_id = threading::get_native_id();
                       survivor->place = registry.alive.insert(registry.alive.end(), survivor);
                       survivor->forks = fork_count();
                     }
                     registry.main = survivor;
                     forget_daemons_left_behind();
                     registry.lock.release();
                   });
}

void ThreadRegistry::reap() {
  std::list<std::shared_ptr<ThreadState>> gone;  // Destroyed after the lock is given up.
  Guard guard(lock);
  for (auto next = unjoined.begin(); next != unjoined.end();) {
    const auto here = next++;
    ThreadState& state = **here;
    if (!state.join_claimed) {
      if (::pthread_tryjoin_np(state.handle_, nullptr) != 0) continue;
      state.join_claimed = true;
      state.joined.set();
    }
    gone.splice(gone.end(), unjoined, here);
  }
}

void ThreadRegistry::join_unowned() {
  std::list<std::shared_ptr<ThreadState>> ended_threads;
  {
    Guard guard(lock);
    for (auto next = unjoined.begin(); next != unjoined.end();) {
      const auto here = next++;
      // Not the calling thread, which may be on its last steps itself.
      if (::pthread_equal((*here)->handle_, ::pthread_self()) != 0) continue;
      ended_threads.splice(ended_threads.end(), unjoined, here);
    }
  }
  for (auto& state : ended_threads) state->join({});
}

void ThreadRegistry::shut_down() noexcept {
  try {
    {
      Guard guard(lock);
      if (ended) return;
    }
    if (on_first_thread()) {
      // Threads may wait for the main one (it is what CPython's shutdown does first, too).
      std::shared_ptr<ThreadState> main_state;
      {
        Guard guard(lock);
        main_state = main;
      }
      if (main_state != nullptr) {
        main_state->finished.set();
        main_state->joined.set();
      }
    }
    for (;;) {
      void (*function)() = nullptr;
      {
        Guard guard(lock);
        if (before_joining.empty()) break;
        function = before_joining.back();
        before_joining.pop_back();
      }
      function();
    }
    for (;;) {
      join_unowned();
      std::shared_ptr<ThreadState> next;
      {
        Guard guard(lock);
        for (auto& state : alive) {
          // Not the calling thread, whose thread-local state may be gone already, nor a main thread that skein started
          // (in a forked child) and that goes on while another one ends the process.
          if (state->kind == ThreadState::Kind::kStarted && !state->daemon && state != main &&
              ::pthread_equal(state->handle_, ::pthread_self()) == 0) {
            next = state;
            break;
          }
        }
        // Decided under the lock: a thread that starts another does so before it leaves the list itself.
        if (next == nullptr) {
          ended = true;
          break;
        }
      }
      if (next != nullptr) next->join({});
    }
    join_unowned();  // Those that ended since.
    park_daemons_for_ever(std::chrono::milliseconds(100));
  } catch (...) {  // A lock that a fork left held: then the process just ends.
  }
}

void at_shutdown(void (*function)()) {
  ThreadRegistry& registry = ThreadRegistry::instance();
  Guard guard(registry.lock);
  registry.before_joining.push_back(function);
}

void shut_down_threads() noexcept { ThreadRegistry::instance().shut_down(); }

namespace {

// Runs when the main thread's thread-local objects are destroyed, which is before any static object is. If another
// thread calls exit(), shut_down_at_exit() does it.
struct AtExitOfMain {
  AtExitOfMain() = default;
  AtExitOfMain(const AtExitOfMain&) = delete;
  AtExitOfMain& operator=(const AtExitOfMain&) = delete;
  ~AtExitOfMain() {
    if (armed) ThreadRegistry::instance().shut_down();
  }
  bool armed = false;
};
thread_local AtExitOfMain t_at_exit_of_main;

void shut_down_at_exit() { ThreadRegistry::instance().shut_down(); }

// The library is initialised on the main thread, before main().
const bool g_armed = [] {
  if (on_first_thread()) {
    t_at_exit_of_main.armed = true;
    static_cast<void>(ThreadState::current());
  }
  return true;
}();

}  // namespace

CurrentKeeper::~CurrentKeeper() {
  t_keeper_gone = true;
  if (state != nullptr && state->kind == ThreadState::Kind::kDummy) {
    ThreadRegistry& registry = ThreadRegistry::instance();
    Guard guard(registry.lock);
    if (!state->off_the_list) {
      state->off_the_list = true;
      registry.alive.erase(state->place);
    }
    state->finished.set();
    state->joined.set();
  }
  if (state == nullptr || state->kind != ThreadState::Kind::kMain) t_current = nullptr;
}

// ---- one thread ----

ThreadState* ThreadState::current_or_null() noexcept { return t_current; }

std::shared_ptr<ThreadState> ThreadState::current() {
  if (t_current != nullptr) return t_current->shared_from_this();
  ThreadRegistry& registry = ThreadRegistry::instance();
  Guard guard(registry.lock);
  const bool is_main = registry.main == nullptr && on_first_thread();
  auto state = std::make_shared<ThreadState>(is_main ? Kind::kMain : Kind::kDummy);
  state->name = is_main ? "MainThread" : "Dummy-" + std::to_string(++registry.named);
  state->daemon = !is_main;
  state->phase = Phase::kStarted;
  state->join_claimed = true;  // Not ours to join.
  state->handle_ = ::pthread_self();
  state->ident = threading::get_ident();
  state->native_id = threading::get_native_id();
  // A thread-local destructor asks, after this thread's state is gone: for this once, and not in the list.
  if (t_keeper_gone && !is_main) return state;
  state->place = registry.alive.insert(registry.alive.end(), state);
  state->off_the_list = false;
  if (is_main) registry.main = state;
  set_current(state);
  return state;
}

struct ThreadState::Launch {
  std::shared_ptr<ThreadState> state;
  std::shared_ptr<threading::Thread> owner;
};

void ThreadState::start(std::shared_ptr<threading::Thread> owner, bool let_go) {
  ThreadRegistry& registry = ThreadRegistry::instance();
  // For an exit() that another than the main thread calls: before the statics that exist by now are destroyed.
  static const int registered = std::atexit(shut_down_at_exit);
  static_cast<void>(registered);
  registry.reap();
  static_cast<void>(current());  // The starter is in the list, before its thread.
  auto launch = std::make_unique<Launch>(Launch{shared_from_this(), std::move(owner)});
  pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0) throw RuntimeError("can't start new thread");
  if (const std::size_t size = thread_stack_size(); size != 0) ::pthread_attr_setstacksize(&attributes, size);
  {
    Guard guard(registry.lock);
    if (phase != Phase::kInitial) {
      ::pthread_attr_destroy(&attributes);
      throw RuntimeError("threads can only be started once");
    }
    if (registry.ended) {
      ::pthread_attr_destroy(&attributes);
      throw RuntimeError("can't create new thread at interpreter shutdown");
    }
    try {
      place = registry.alive.insert(registry.alive.end(), shared_from_this());
    } catch (...) {
      ::pthread_attr_destroy(&attributes);
      throw;
    }
    phase = Phase::kStarting;
    unowned = let_go;
    off_the_list = false;
    forks = fork_count();
    const int failed = ::pthread_create(&handle_, &attributes, thread_main, launch.get());
    ::pthread_attr_destroy(&attributes);
    if (failed != 0) {
      phase = Phase::kInitial;  // It may be tried again.
      unowned = false;
      off_the_list = true;
      registry.alive.erase(place);
      throw RuntimeError("can't start new thread");
    }
    static_cast<void>(launch.release());  // The thread's now.
    phase = Phase::kStarted;
    ident = static_cast<std::uint64_t>(handle_);
  }
  // As CPython, until the thread is about to run: then native_id is known, and it usually runs first. No spinning:
  // that would undo the head start.
  while (begun_.load() == 0) park(&begun_, 0, Deadline());
}

void* ThreadState::thread_main(void* argument) {
  const std::unique_ptr<Launch> launch(static_cast<Launch*>(argument));
  const std::shared_ptr<ThreadState> state = launch->state;
  set_current(state);
  bool is_daemon = false;
  {
    Guard guard(ThreadRegistry::instance().lock);  // Also waits until start() has written the handle.
    state->native_id = threading::get_native_id();
    set_system_name(::pthread_self(), state->name);
    is_daemon = state->daemon;
  }
  // Whatever way the thread ends, pthread_cancel's unwinding too.
  struct Finisher {
    ~Finisher() {
      state.finish();
      if (is_daemon) leave_daemon_mode();
    }
    ThreadState& state;
    bool is_daemon;
  } finisher{*state, is_daemon};
  if (is_daemon) enter_daemon_mode();
  state->begun_.store(1);
  unpark(&state->begun_, 1);
  state->run_guarded(std::move(launch->owner));
  return nullptr;
}

void ThreadState::run_guarded(std::shared_ptr<threading::Thread> owner) {
  try {
    const auto body = [&] {
      if (owner != nullptr) {
        owner->run();
      } else {
        call_target();
      }
    };
    if (context.has_value()) {
      context->run(body);
    } else {
      body();
    }
  } catch (abi::__forced_unwind&) {
    throw;  // pthread_cancel or pthread_exit: not an exception, and it must not be swallowed.
  } catch (...) {
    report_uncaught(threading::ThreadHandle(shared_from_this()));
  }
  // What the thread held is gone before anybody sees that it has ended.
  context.reset();
  target = Callable();
  owner.reset();
}

void ThreadState::call_target() {
  if (!target) return;
  Callable function = std::move(target);
  function();
}

void ThreadState::finish() noexcept {
  ThreadRegistry& registry = ThreadRegistry::instance();
  try {
    Guard guard(registry.lock);
    if (!off_the_list) {
      // Not lost between the two lists: who waits for all threads sees it in one or the other.
      off_the_list = true;
      if (unowned) {
        registry.unjoined.splice(registry.unjoined.end(), registry.alive, place);
      } else {
        registry.alive.erase(place);
      }
    }
  } catch (...) {  // Only where the registry's lock is lost, and then nobody asks it any more.
  }
  finished.set();
}

void ThreadState::let_go() {
  ThreadRegistry& registry = ThreadRegistry::instance();
  Guard guard(registry.lock);
  if (unowned) return;
  unowned = true;
  if (left_behind()) return;
  if (phase == Phase::kStarted && off_the_list && !join_claimed) registry.unjoined.push_back(shared_from_this());
}

bool ThreadState::join(const Until& until) {
  {
    Guard guard(ThreadRegistry::instance().lock);
    if (left_behind()) return true;
  }
  const auto wait_for = [&until](threading::Event& event) {
    if (event.is_set()) return true;
    const Timeout left = until.deadline.never()
                             ? Timeout(None)
                             : Timeout(std::chrono::nanoseconds(until.deadline.ns() - monotonic_ns()));
    return until.stop != nullptr ? event.wait(*until.stop, left) : event.wait(left);
  };
  if (!wait_for(finished)) return false;
  bool mine = false;
  {
    Guard guard(ThreadRegistry::instance().lock);
    mine = !std::exchange(join_claimed, true);
  }
  if (!mine) return wait_for(joined);
  // Not to be cancelled in between, having claimed the join: nobody else could do it.
  int cancel_state = 0;
  ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
  ::pthread_join(handle_, nullptr);
  joined.set();
  ::pthread_setcancelstate(cancel_state, nullptr);
  return true;
}

}  // namespace skein::inline v0::internal
