// The start method spawn: the child is this program started anew.
#include <skein/core/errors.h>
#include <skein/core/internal/describe.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing/process.h>
#include <skein/threading/internal/guard.h>

#include <fcntl.h>
#include <spawn.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <typeinfo>
#include <utility>
#include <vector>

#include "launch.h"
#include "log.h"
#include "modules.h"
#include "process_state.h"
#include "start_anew.h"
#include "start_method.h"

namespace skein::inline v0::multiprocessing::internal {

namespace {

// Where a descriptor is in the child: below are the standard three, above is nothing.
class Actions {
 public:
  explicit Actions(int places) : above_(kLaunchPlace + places) {
    check(::posix_spawn_file_actions_init(&actions_));
    check(::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0));
  }
  ~Actions() { ::posix_spawn_file_actions_destroy(&actions_); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;

  // The next place. A descriptor that lies where another one has to go is moved out of the way first.
  void add(int number) {
    if (number < above_) {
      moved_.emplace_back(::fcntl(number, F_DUPFD_CLOEXEC, above_));
      number = moved_.back().number();
      if (number < 0) throw OSError(std::error_code(errno, std::generic_category()), "cannot start a process");
    }
    check(::posix_spawn_file_actions_adddup2(&actions_, number, next_++));
  }
  const posix_spawn_file_actions_t* finish() {
    check(::posix_spawn_file_actions_addclosefrom_np(&actions_, above_));
    return &actions_;
  }
  static void check(int failed) {
    if (failed != 0) throw OSError(std::error_code(failed, std::generic_category()), "cannot start a process");
  }

 private:
  posix_spawn_file_actions_t actions_{};
  std::vector<Descriptor> moved_;
  int above_;
  int next_ = kLaunchPlace;
};

// Signals as a program expects them that was started from a shell: none blocked. What this process ignores stays
// ignored (nohup), but for SIGCHLD: the child's own children could not be waited for.
class Attributes {
 public:
  Attributes() {
    Actions::check(::posix_spawnattr_init(&attributes_));
    sigset_t none;
    ::sigemptyset(&none);
    sigset_t standard;
    ::sigemptyset(&standard);
    ::sigaddset(&standard, SIGCHLD);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &standard);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  [[nodiscard]] const posix_spawnattr_t* get() const noexcept { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

// The file that the program's own headers are mapped from is not the one that would be started: an interpreter (the
// loader itself, qemu) runs it.
bool runs_under_an_interpreter() {
  struct stat image{};
  if (::stat("/proc/self/exe", &image) != 0) return true;
  const auto headers = reinterpret_cast<unsigned long>(program_headers());
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> maps(std::fopen("/proc/self/maps", "re"), &std::fclose);
  if (maps == nullptr) return false;
  std::vector<char> line(8192);
  while (std::fgets(line.data(), static_cast<int>(line.size()), maps.get()) != nullptr) {
    unsigned long start = 0;
    unsigned long end = 0;
    unsigned long inode = 0;
    if (std::sscanf(line.data(), "%lx-%lx %*s %*s %*s %lu", &start, &end, &inode) != 3) continue;  // NOLINT
    if (headers >= start && headers < end) return inode != 0 && inode != image.st_ino;
  }
  return false;
}

const std::string& why_it_cannot_be_started_anew() {
  static const std::string why = []() -> std::string {
    if (has_module("/vgpreload_")) {
      return "it runs under valgrind, which would not come along; use multiprocessing::get_context(\"fork\") there";
    }
    if (runs_under_an_interpreter()) {
      return "/proc/self/exe is not the program but what runs it; start the program itself, or use "
             "multiprocessing::get_context(\"fork\")";
    }
    return {};
  }();
  return why;
}

}  // namespace

void check_that_it_can_be_started_anew() {
  if (!freeze_support_was_called()) {
    throw RuntimeError(std::string("spawn and forkserver start this program anew, which needs ") + kWhatToWrite);
  }
  if (const std::string& why = why_it_cannot_be_started_anew(); !why.empty()) {
    throw RuntimeError("spawn and forkserver cannot start this program anew: " + why);
  }
}

pid_t start_anew(const char* kind, const std::vector<int>& descriptors) {
  Actions actions(static_cast<int>(descriptors.size()));
  for (const int number : descriptors) actions.add(number);
  const Attributes attributes;
  std::string name = program_invocation_name;
  std::string marker = kMarker;
  std::string what = kind;
  std::array<char*, 4> arguments{name.data(), marker.data(), what.data(), nullptr};
  SKEIN_FAULT("spawn.before");
  pid_t pid = -1;
  Actions::check(::posix_spawn(&pid, "/proc/self/exe", actions.finish(), attributes.get(), arguments.data(), environ));
  return pid;
}

void ProcessState::pack(Process& object, Method how, Parcel& parcel) const {
  // What follows the launch comes first, since the launch says how many descriptors it needs.
  std::vector<std::byte> payload;
  {
    const Packing packing(parcel);
    SKEIN_FAULT("launch.pack");
    PayloadWriter out(payload);
    out.value(object.trampoline_ != nullptr);
    if (object.trampoline_ != nullptr) {
      out.value(object.trampoline_->address());
      out.text(skein::internal::readable(typeid(object)));
      object.pack_(object, out);
    }
    out.value(work != nullptr);
    if (work != nullptr) pack_work(*work, out);
  }
  Launch launch;
  launch.method = how;
  launch.identity = identity;
  launch.parent_pid = ::getpid();
  {
    ProcessRegistry& registry = ProcessRegistry::instance();
    const skein::internal::Guard guard(registry.lock);
    launch.name = name;
    launch.daemon = daemon;
    launch.parent_name = registry.current->name;
  }
  const LogState log = log_state();
  launch.log_level = log.level;
  launch.log_handlers = log.handlers;
  if (how == Method::kSpawn) {
    launch.modules = modules_with_code_of_ours();
  } else {
    std::error_code gone;                                             // Then the child stays where the server is.
    launch.directory = std::filesystem::current_path(gone).string();  // The server may be elsewhere by now.
  }
  launch.descriptors = static_cast<std::uint32_t>(parcel.descriptors.size());
  launch.write(parcel.bytes);
  parcel.bytes.insert(parcel.bytes.end(), payload.begin(), payload.end());
}

ChildWatch spawn(const Parcel& parcel) {
  ParentOnly file = ParentOnly::opened_by([&parcel] { return make_file(parcel.bytes); });
  auto [child_end, lifeline] = ParentOnly::pipe();
  std::vector<int> descriptors{file.number(), child_end.number()};
  for (const Descriptor& one : parcel.descriptors) descriptors.push_back(one.number());
  NewChild child(start_anew(kSpawned, descriptors));
  SKEIN_FAULT("spawn.parent");
  child_end.close();
  return ChildWatch::of_child(child, std::move(lifeline), std::move(file));
}

}  // namespace skein::inline v0::multiprocessing::internal
