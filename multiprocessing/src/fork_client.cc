// The side of the process that has a fork server. server_protocol.h says what they say.
#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/core/internal/platform.h>
#include <skein/multiprocessing/internal/parcel.h>
#include <skein/multiprocessing/internal/payload.h>
#include <skein/threading/internal/guard.h>
#include <skein/threading/lock.h>

#include <pthread.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "fork_server.h"
#include "launch.h"
#include "process_state.h"
#include "server_protocol.h"
#include "start_anew.h"
#include "start_method.h"

namespace skein::inline v0::multiprocessing::internal {

namespace {

using skein::internal::Guard;

// The server of this process, started when it is first needed and again when it has died.
class ForkServer {
 public:
  static ForkServer& get();

  ChildWatch start(const Parcel& parcel) {
    Guard guard(lock_);
    constexpr int kTries = 3;
    for (int i = 0; i < kTries; ++i) {
      ensure_running();
      int refused = 0;
      bool asked = false;
      try {
        if (std::optional<ChildWatch> started = ask(parcel, refused, asked)) return std::move(*started);
      } catch (...) {
        if (asked) discard();  // An answer may be on its way that nobody would read.
        throw;
      }
      if (refused != 0) {
        throw OSError(std::error_code(refused, std::generic_category()), "the fork server cannot make a process");
      }
      discard();
    }
    throw RuntimeError("the fork server died each time that it was asked for a process");
  }

  void stop() noexcept {
    Guard guard(lock_);
    try {
      if (!connection_) return;
      connection_.close();  // That is the sign to end.
      if (!server_->wait(Deadline(std::chrono::seconds(1)))) server_->signal(SIGKILL);
      static_cast<void>(server_->wait(Deadline(std::chrono::seconds(1))));
    } catch (...) {
    }
    server_.reset();
  }

  std::vector<CodeAddress> preload() {
    Guard guard(lock_);
    return preload_;
  }
  void set_preload(std::vector<CodeAddress> functions) {
    Guard guard(lock_);
    preload_ = std::move(functions);
  }

 private:
  // A server that answers nothing, or is half there, is of no use.
  void discard() SKEIN_REQUIRES(lock_) {
    connection_.close();
    if (server_ == nullptr) return;
    server_->signal(SIGKILL);
    static_cast<void>(server_->wait(Deadline(std::chrono::seconds(5))));
    server_.reset();
  }

  void ensure_running() SKEIN_REQUIRES(lock_) {
    if (server_ != nullptr && !server_->poll()) return;
    discard();
    SKEIN_FAULT("client.start_server");
    auto [theirs, mine] = ParentOnly::sockets();
    auto [its_end, lifeline] = ParentOnly::pipe();
    NewChild child(start_anew(kServer, {theirs.number(), its_end.number()}));
    theirs.close();
    its_end.close();
    server_ = std::make_unique<ChildWatch>(ChildWatch::of_child(child, std::move(lifeline), ParentOnly()));
    connection_ = std::move(mine);
    std::string refusal;
    try {
      refusal = set_up();
    } catch (...) {
      discard();
      throw;
    }
    if (refusal.empty()) return;
    discard();
    throw RuntimeError("cannot start the fork server: " + refusal);
  }

  // Why it does not work; empty if it does.
  std::string set_up() SKEIN_REQUIRES(lock_) {
    SKEIN_FAULT("client.set_up");
    Launch launch;
    launch.method = Method::kForkserver;
    launch.modules = modules_with_code_of_ours();
    std::vector<std::byte> bytes;
    launch.write(bytes);
    PayloadWriter out(bytes);
    for (const CodeAddress& function : preload_) out.value(function);
    constexpr const char* ended = "it ended before it was ready";
    if (bytes.size() > kLargestMessage) throw ValueError("too many functions to preload");
    if (!send_message(connection_.number(), MessageKind::kSetUp, 0, bytes, {})) return ended;
    Message message;
    if (!readable(connection_.number(), Deadline(start_timeout()))) {
      return std::string("it did not get in time to ") + kWhatToWrite;
    }
    if (!receive_message(connection_.number(), message) || message.kind != MessageKind::kReached) {
      return std::string("it ended before it got to ") + kWhatToWrite;
    }
    // From here on it runs the user's functions, which may take as long as they like.
    if (!receive_message(connection_.number(), message) || message.kind != MessageKind::kReady) return ended;
    return {reinterpret_cast<const char*>(message.bytes.data()), message.bytes.size()};
  }

  // Nothing if the server died meanwhile, or if it could not: then `refused` is the reason.
  std::optional<ChildWatch> ask(const Parcel& parcel, int& refused, bool& asked) SKEIN_REQUIRES(lock_) {
    auto [child_end, lifeline] = ParentOnly::pipe();
    auto [status, status_end] = ParentOnly::pipe();
    SKEIN_FAULT("client.ask");
    asked = true;
    std::vector<int> numbers;
    for (const Descriptor& one : parcel.descriptors) {
      numbers.push_back(one.number());
      if (numbers.size() < kDescriptorsAtOnce) continue;
      if (!send_message(connection_.number(), MessageKind::kDescriptors, 0, {}, numbers)) return std::nullopt;
      numbers.clear();
    }
    if (!numbers.empty() && !send_message(connection_.number(), MessageKind::kDescriptors, 0, {}, numbers)) {
      return std::nullopt;
    }
    const std::array<int, 2> own{child_end.number(), status_end.number()};
    if (!send_message(connection_.number(), MessageKind::kFork, 0, parcel.bytes, own)) return std::nullopt;
    status_end.close();
    SKEIN_FAULT("client.asked");
    if (!readable(connection_.number(), Deadline(start_timeout()))) return std::nullopt;  // Stopped, or worse.
    Message reply;
    if (!receive_message(connection_.number(), reply) || reply.kind != MessageKind::kForked) return std::nullopt;
    if (reply.value < 0) {
      refused = static_cast<int>(-reply.value);
      return std::nullopt;
    }
    if (reply.descriptors.size() != 1) return std::nullopt;
    const int number = reply.descriptors.front().release();
    auto pidfd = ParentOnly::opened_by([number] { return number; });
    SKEIN_FAULT("client.answered");
    const char go = 1;
    ssize_t sent = 0;
    do {
      sent = ::write(lifeline.number(), &go, 1);
    } while (sent < 0 && errno == EINTR);
    child_end.close();  // Not before: if the child was killed by now, the write would be a SIGPIPE.
    SKEIN_FAULT("client.told");
    return ChildWatch(static_cast<pid_t>(reply.value), std::move(pidfd), std::move(lifeline), std::move(status),
                      ParentOnly());
  }

  threading::Lock lock_;
  ParentOnly connection_ SKEIN_GUARDED_BY(lock_);
  std::unique_ptr<ChildWatch> server_ SKEIN_GUARDED_BY(lock_);
  std::vector<CodeAddress> preload_ SKEIN_GUARDED_BY(lock_);
};

// A forked child has none yet: the parent's may have been in the middle of anything, so it is left as it is.
constinit skein::internal::Atomic<ForkServer*> g_server{nullptr};
// What is preloaded, and what was before: kept, a few bytes a call, for a child of this process may be reading it.
struct Preload {
  std::vector<CodeAddress> functions;
  Preload* previous = nullptr;
};
constinit skein::internal::Atomic<Preload*> g_preload{nullptr};

[[maybe_unused]] const int g_registered_at_load = ::pthread_atfork(nullptr, nullptr, [] { g_server.store(nullptr); });

ForkServer& ForkServer::get() {
  ForkServer* server = g_server.load();
  if (server == nullptr) {
    auto made = std::make_unique<ForkServer>();
    if (const Preload* const last = g_preload.load()) made->set_preload(last->functions);
    if (g_server.compare_exchange_strong(server, made.get())) server = made.release();
  }
  return *server;
}

}  // namespace

ChildWatch start_by_fork_server(const Parcel& parcel) { return ForkServer::get().start(parcel); }

void stop_fork_server() noexcept {
  if (ForkServer* const server = g_server.load()) server->stop();
}

void set_fork_server_preload(std::vector<CodeAddress> functions) {
  ForkServer::get().set_preload(functions);
  auto made = std::make_unique<Preload>(Preload{std::move(functions), g_preload.load()});
  while (!g_preload.compare_exchange_strong(made->previous, made.get())) {
  }
  static_cast<void>(made.release());
}

}  // namespace skein::inline v0::multiprocessing::internal
