// The fork server: a small process that forks others when it is told to. server_protocol.h says how.
#include <skein/core/errors.h>
#include <skein/core/internal/describe.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing/internal/code_address.h>
#include <skein/multiprocessing/internal/parcel.h>
#include <skein/multiprocessing/internal/payload.h>

#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <iterator>
#include <list>
#include <string>
#include <utility>

#include "fork_server.h"
#include "launch.h"
#include "process_state.h"
#include "server_protocol.h"
#include "start_method.h"

namespace skein::inline v0::multiprocessing::internal {

namespace {

constexpr int kPidFd = 3;  // P_PIDFD

// Nothing of it may be in a child but the child's own.
class Server {
 public:
  Server(int connection, int lifeline)
      : connection_(ParentOnly::opened_by([connection] { return connection; })),
        lifeline_(ParentOnly::opened_by([lifeline] { return lifeline; })),
        poll_(ParentOnly::opened_by([] { return ::epoll_create1(EPOLL_CLOEXEC); })) {
    watch(connection_.number(), nullptr);
    // A Ctrl-C is for the programs of the terminal; they decide what becomes of their servers.
    struct sigaction ignore{};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGINT, &ignore, &interrupt_);
    ::sigaction(SIGPIPE, &ignore, &pipe_);
  }

  void serve() {
    if (!set_up()) return;
    for (;;) {
      std::array<epoll_event, 64> events{};
      const int count = ::epoll_wait(poll_.number(), events.data(), static_cast<int>(events.size()), -1);
      if (count < 0 && errno != EINTR) return;
      for (int i = 0; i < count; ++i) {
        void* const slot = events[static_cast<std::size_t>(i)].data.ptr;
        if (slot != nullptr) {
          report(*static_cast<Child*>(slot));
        } else if (!answer()) {
          return;
        }
      }
    }
  }

 private:
  struct Child {
    ParentOnly pidfd;
    ParentOnly status;
    std::list<Child>::iterator place;
  };

  bool watch(int number, Child* child) const noexcept {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = child;
    return ::epoll_ctl(poll_.number(), EPOLL_CTL_ADD, number, &event) == 0;
  }

  bool set_up() {
    SKEIN_FAULT("server.reached");
    if (!send_message(connection_.number(), MessageKind::kReached, 0, {}, {})) return false;
    Message message;
    if (!receive_message(connection_.number(), message) || message.kind != MessageKind::kSetUp) return false;
    std::string refusal;
    try {
      std::span<const std::byte> payload;
      const Launch launch = Launch::read(message.bytes, payload);
      refusal = describe_mismatch(launch.modules);
      PayloadReader in(payload);
      while (refusal.empty() && !in.empty()) {
        const void* const code = unpack_code(in.value<CodeAddress>(), "a function to preload");
        // As Python, whose server ignores modules that cannot be imported, but not silently.
        try {
          reinterpret_cast<void (*)()>(const_cast<void*>(code))();
        } catch (...) {
          skein::internal::write_to_stderr("skein: a preload function of the fork server threw " +
                                           skein::internal::describe(std::current_exception()) + '\n');
        }
      }
    } catch (const std::exception& error) {
      refusal = error.what();
    }
    SKEIN_FAULT("server.ready");
    return send_message(connection_.number(), MessageKind::kReady, 0, std::as_bytes(std::span(refusal)), {}) &&
           refusal.empty();
  }

  // False when the other side is gone.
  bool answer() {
    Message message;
    try {
      if (!receive_message(connection_.number(), message)) return false;
    } catch (const OSError& error) {
      // Not all of the descriptors fit in here; what has come of them is closed.
      collected_.clear();
      return send_message(connection_.number(), MessageKind::kForked, -error.code().value(), {}, {});
    }
    if (message.kind == MessageKind::kDescriptors) {
      std::move(message.descriptors.begin(), message.descriptors.end(), std::back_inserter(collected_));
      return true;
    }
    SKEIN_FAULT("server.request");
    // The two that are the server's business alone.
    if (message.kind != MessageKind::kFork || message.descriptors.size() != 2) return false;
    return fork_one(std::move(message));
  }

  bool fork_one(Message message) {
    Parcel parcel{std::move(message.bytes), std::exchange(collected_, {})};
    const int lifeline = message.descriptors[0].number();
    children_.emplace_front();
    Child& child = children_.front();
    child.place = children_.begin();
    const int status = message.descriptors[1].release();
    child.status = ParentOnly::opened_by([status] { return status; });
    SKEIN_FAULT("server.fork");
    const pid_t pid = ::fork();
    if (pid == 0) {
      static_cast<void>(message.descriptors[0].release());
      be_child(std::move(parcel), lifeline);
    }
    int failed = pid < 0 ? errno : 0;
    if (pid > 0) {
      SKEIN_FAULT("server.forked");
      // No race: nobody else waits for this server's children.
      child.pidfd = ParentOnly::opened_by([pid] { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); });
      if (!child.pidfd || !watch(child.pidfd.number(), &child)) {
        failed = errno;
        ::kill(pid, SIGKILL);
        while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
        }
      }
    }
    if (failed != 0) {
      children_.erase(child.place);
      return send_message(connection_.number(), MessageKind::kForked, -failed, {}, {});
    }
    const int pidfd = child.pidfd.number();
    return send_message(connection_.number(), MessageKind::kForked, pid, {}, std::span(&pidfd, 1));
  }

  [[noreturn]] void be_child(Parcel parcel, int lifeline) {
    ::sigaction(SIGINT, &interrupt_, nullptr);
    ::sigaction(SIGPIPE, &pipe_, nullptr);
    // What the other side writes when it knows of this process. Its end: that it does not want it any more.
    SKEIN_FAULT("child.waits");
    char go = 0;
    ssize_t got = 0;
    do {
      got = ::read(lifeline, &go, 1);
    } while (got < 0 && errno == EINTR);
    if (got != 1) ::_exit(1);
    hang_life_on(lifeline);
    run_launched(std::move(parcel), lifeline, false);
  }

  void report(Child& child) {
    siginfo_t info{};
    if (::waitid(static_cast<idtype_t>(kPidFd), static_cast<id_t>(child.pidfd.number()), &info, WEXITED | WNOHANG) !=
            0 ||
        info.si_pid == 0) {
      return;
    }
    const std::int64_t code = info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
    SKEIN_FAULT("server.report");
    static_cast<void>(!::write(child.status.number(), &code, sizeof(code)));  // Nobody may be left who listens.
    // Closing it would not do: the other side has the same open file, and it would be reported on and on.
    ::epoll_ctl(poll_.number(), EPOLL_CTL_DEL, child.pidfd.number(), nullptr);
    children_.erase(child.place);
  }

  ParentOnly connection_;
  ParentOnly lifeline_;
  ParentOnly poll_;
  std::vector<Descriptor> collected_;
  std::list<Child> children_;
  struct sigaction interrupt_{};
  struct sigaction pipe_{};
};

}  // namespace

void run_fork_server(int connection, int lifeline) noexcept {
  try {
    hang_life_on(lifeline);
    Server server(connection, lifeline);
    server.serve();
  } catch (...) {
    skein::internal::write_to_stderr(
        "skein: the fork server ends: " + skein::internal::describe(std::current_exception()) + '\n');
  }
  // Its children have lifelines of their own.
  flush_standard_streams();
  ::_exit(0);
}

}  // namespace skein::inline v0::multiprocessing::internal
