#include <skein/core/errors.h>
#include <skein/core/internal/describe.h>
#include <skein/core/internal/fault.h>
#include <skein/core/internal/platform.h>
#include <skein/multiprocessing/freeze_support.h>
#include <skein/multiprocessing/internal/descriptor.h>

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>
#include <utility>

#include "child_watch.h"
#include "fork_server.h"
#include "launch.h"
#include "process_state.h"
#include "start_method.h"

namespace skein::inline v0::multiprocessing {

namespace internal {

namespace {

constinit skein::internal::Atomic<bool> g_called{false};

// ---- before main() ----

// A process that was started by another one and is on its way to freeze_support().
constinit bool g_starting_up = false;
constinit timer_t g_timer{};
constinit struct sigaction g_alarm_before{};

constexpr std::string_view kTooLate =
    "skein: this process was started to run a function, but its main has not called skein::multiprocessing::"
    "freeze_support(argc, argv) in time; write that as the first line of main\n";
constexpr std::string_view kNever =
    "skein: this process was started to run a function, but its main has ended without calling skein::multiprocessing::"
    "freeze_support(argc, argv); write that as the first line of main\n";

void end_too_late(int /*signal*/) {
  static_cast<void>(!::write(STDERR_FILENO, kTooLate.data(), kTooLate.size()));
  ::_exit(1);
}

void end_without(int /*code*/, void* /*unused*/) {
  if (!g_starting_up) return;
  std::fflush(nullptr);  // What main has said may explain it.
  static_cast<void>(!::write(STDERR_FILENO, kNever.data(), kNever.size()));
  ::_exit(1);
}

// Whether the program's arguments are those of such a process.
bool is_started_anew(int argc, char** argv) noexcept {
  return argc >= 3 && argv != nullptr && std::string_view(argv[1]) == kMarker;
}

// By a signal, since a thread would keep the fork server from being one that has a single one.
void set_deadline() noexcept {
  struct sigaction action{};
  action.sa_handler = end_too_late;
  ::sigaction(SIGALRM, &action, &g_alarm_before);
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGALRM;
  if (::timer_create(CLOCK_MONOTONIC, &event, &g_timer) != 0) return;
  const auto ns = start_timeout().span().count();
  itimerspec when{};
  when.it_value.tv_sec = static_cast<time_t>(ns / 1'000'000'000);
  when.it_value.tv_nsec = static_cast<long>(ns % 1'000'000'000);
  ::timer_settime(g_timer, 0, &when, nullptr);
}

void lift_deadline() noexcept {
  g_starting_up = false;
  ::timer_delete(g_timer);
  ::sigaction(SIGALRM, &g_alarm_before, nullptr);
}

// glibc calls such functions with main's arguments.
[[gnu::constructor]] void look_at_arguments(int argc, char** argv, char** /*environment*/) noexcept {
  if (!is_started_anew(argc, argv)) return;
  g_starting_up = true;
  ::on_exit(end_without, nullptr);
  set_deadline();
}

// ---- in main() ----

[[noreturn]] void refuse(const std::string& why) {
  skein::internal::write_to_stderr("skein: " + std::string(kMarker) +
                                   " is for processes that skein starts itself: " + why + '\n');
  ::_exit(2);
}

// One that came through exec.
Descriptor take(int place) {
  if (::fcntl(place, F_SETFD, FD_CLOEXEC) != 0) refuse("descriptor " + std::to_string(place) + " is not open");
  return Descriptor(place);
}

[[noreturn]] void run_spawned() {
  Descriptor file = take(kLaunchPlace);
  Descriptor lifeline = take(kLifelinePlace);
  hang_life_on(lifeline.number());
  Parcel parcel;
  try {
    parcel.bytes = read_file(file.number());
    std::span<const std::byte> payload;
    const Launch launch = Launch::read(parcel.bytes, payload);
    Launch::mark_reached(file.number());
    SKEIN_FAULT("spawn.reached");
    for (std::uint32_t i = 0; i < launch.descriptors; ++i) {
      parcel.descriptors.push_back(take(kParcelPlace + static_cast<int>(i)));
    }
  } catch (const std::exception& error) {
    refuse(error.what());
  }
  file.close();
  run_launched(std::move(parcel), lifeline.release(), true);
}

}  // namespace

bool freeze_support_was_called() noexcept { return g_called.load(); }
bool is_starting_up() noexcept { return g_starting_up; }

}  // namespace internal

void freeze_support(int argc, char** argv) {
  using namespace internal;  // NOLINT(google-build-using-namespace)
  g_called.store(true);
  if (!is_started_anew(argc, argv)) return;
  SKEIN_FAULT("freeze_support.begin");
  lift_deadline();
  const std::string_view kind = argv[2];
  if (kind == kSpawned) run_spawned();
  if (kind == kServer) {
    run_fork_server(take(kLaunchPlace).release(), take(kLifelinePlace).release());
  }
  refuse("what \"" + std::string(kind) + "\" is, it does not know");
}

}  // namespace skein::inline v0::multiprocessing
