// Rows P38, P40, S5: what runs in a process is what was meant, or nothing.
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/multiprocessing.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "launch.h"
#include "modules.h"
#include "multiprocessing/mailbox.h"
#include "multiprocessing/methods.h"
#include "testing/child.h"

namespace multiprocessing = skein::multiprocessing;
using multiprocessing::internal::CodeAddress;
using multiprocessing::internal::Launch;
using multiprocessing::internal::pack_code;
using multiprocessing::internal::Trampoline;
using multiprocessing::internal::unpack_code;
using skein::SystemExit;
using skein::testing::Mailbox;
using skein::testing::run_scenario;
using testing::HasSubstr;

namespace same_name_1 {
multiprocessing::Process make(const multiprocessing::Context& context);
}
namespace same_name_2 {
multiprocessing::Process make(const multiprocessing::Context& context);
}

namespace {

class ProcessImageFaults : public skein::testing::MethodTest {};
SKEIN_TEST_ALL_METHODS(ProcessImageFaults);

// What a program that is not this one says, its stdin being `input`.
struct Said {
  int status;
  std::string out;
};
Said run_program(const std::string& command) {
  Said said{};
  std::FILE* const pipe = ::popen((command + " 2>&1").c_str(), "r");
  std::array<char, 256> part{};
  while (std::fgets(part.data(), part.size(), pipe) != nullptr) said.out += part.data();
  const int status = ::pclose(pipe);
  said.status = WEXITSTATUS(status);
  return said;
}

// ---- P38 ----

TEST_P(ProcessImageFaults, P38_AFunctionOfAModuleThatTheChildHasNot) {
  const auto outcome = run_scenario("plugin_function", {.environment = {"METHOD=" + GetParam()}});
  if (GetParam() == "fork") {
    EXPECT_EQ(outcome.status, 0) << outcome;
    return;
  }
  EXPECT_EQ(outcome.status, 1) << outcome;
  EXPECT_THAT(outcome.err, HasSubstr("Process victim:\nRuntimeError: cannot find function plugin_function in this "
                                     "process: it is at offset"));
  EXPECT_THAT(outcome.err, HasSubstr("of a module of build "));
  EXPECT_THAT(outcome.err, HasSubstr("which this process has not loaded; the program here is of build "));
}
SKEIN_SCENARIO(plugin_function) {
  void* const plugin = ::dlopen(SKEIN_TEST_PLUGIN, RTLD_NOW);
  if (plugin == nullptr) return 10;
  auto* const function = reinterpret_cast<void (*)()>(::dlsym(plugin, "plugin_function"));
  auto p = multiprocessing::get_context(std::getenv("METHOD")).Process({.name = "victim"}, function);
  p.start();
  p.join();
  return p.exitcode().value_or(99);
}

TEST_P(ProcessImageFaults, P38_CodeThatIsInNoModule) {
  if (GetParam() == "fork") GTEST_SKIP() << "a forked child has it";
  void* const page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  auto p = context().Process(reinterpret_cast<void (*)()>(page));
  EXPECT_THROW(p.start(), skein::ValueError);
  ::munmap(page, 4096);
}

// ---- P40 ----

TEST(ProcessImageFaults, P40_WithoutFreezeSupportItIsRefusedBeforeTheStart) {
  for (const std::string method : {"spawn", "forkserver"}) {
    const Said said = run_program(std::string(SKEIN_TEST_BARE_PROGRAM) + " forgets " + method);
    EXPECT_EQ(said.status, 3);
    EXPECT_THAT(said.out, HasSubstr("write `skein::multiprocessing::freeze_support(argc, argv);` as the first line"));
  }
  EXPECT_EQ(run_program(std::string(SKEIN_TEST_BARE_PROGRAM) + " forgets fork").out, "exit code 7\n");
  for (const std::string method : {"fork", "spawn", "forkserver"}) {
    EXPECT_EQ(run_program(std::string(SKEIN_TEST_BARE_PROGRAM) + ' ' + method).out, "exit code 7\n");
  }
}

TEST(ProcessImageFaults, P40_AChildThatNeverGetsThereMeetsADeadline) {
  for (const std::string method : {"spawn", "forkserver"}) {
    const Said said = run_program("WAY=hangs SKEIN_START_TIMEOUT=0.3 " SKEIN_TEST_BARE_PROGRAM " " + method);
    EXPECT_THAT(said.out, HasSubstr("freeze_support(argc, argv)"));
    EXPECT_THAT(said.out, testing::Not(HasSubstr("exit code 7"))) << method;
    EXPECT_THAT(said.out, testing::Not(HasSubstr("exit code 0"))) << method;
  }
}

TEST(ProcessImageFaults, P40_AChildWhoseMainReturnsOrStartsOthers) {
  for (const std::string method : {"spawn", "forkserver"}) {
    for (const std::string way : {"returns", "starts"}) {
      const Said said = run_program("WAY=" + way + " " SKEIN_TEST_BARE_PROGRAM " " + method);
      EXPECT_THAT(said.out, HasSubstr("freeze_support(argc, argv)"));
      EXPECT_THAT(said.out, testing::Not(HasSubstr("exit code 7"))) << method;
      EXPECT_THAT(said.out, testing::Not(HasSubstr("exit code 0"))) << method;
      if (way == "starts") {
        EXPECT_THAT(said.out, HasSubstr("bootstrapping phase")) << method;
      }
    }
  }
}

TEST(ProcessImageFaults, P40_AnUpgradedLibraryIsRefused) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("skein-upgrade-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  const std::filesystem::path library = folder / std::filesystem::path(SKEIN_TEST_UPGRADED_1).filename();
  const auto run = [&](const char* replacement) {
    std::filesystem::copy_file(SKEIN_TEST_UPGRADED_1, library, std::filesystem::copy_options::overwrite_existing);
    // As a package manager does it: another file under the name.
    const std::string replace = replacement == nullptr
                                    ? "true"
                                    : std::string("cp ") + replacement + ' ' + library.string() + ".new && mv " +
                                          library.string() + ".new " + library.string();
    return run_program("(sleep 0.3; " + replace + "; echo go) | LD_LIBRARY_PATH=" + folder.string() +
                       " WAY=upgraded " SKEIN_TEST_BARE_PROGRAM);
  };
  EXPECT_EQ(run(nullptr).out, "ready\nexit code 1\n");
  const Said said = run(SKEIN_TEST_UPGRADED_2);
  EXPECT_THAT(said.out, HasSubstr("it was replaced on disk meanwhile"));
  EXPECT_THAT(said.out, HasSubstr("is of build"));
  EXPECT_THAT(said.out, HasSubstr("exit code 1\n"));  // Not 2.
  std::filesystem::remove_all(folder);
}

// Hidden arguments that no process of skein's gave.
TEST(ProcessImageFaults, P40_TheHiddenArgumentsAloneDoNothing) {
  for (const std::string what : {"spawn", "forkserver", "nonsense"}) {
    const Said said =
        run_program(std::string(SKEIN_TEST_BARE_PROGRAM) + " --multiprocessing-fork " + what + " 3>&- 4>&- </dev/null");
    EXPECT_EQ(said.status, 2) << said.out;
    EXPECT_THAT(said.out, HasSubstr("is for processes that skein starts itself"));
  }
}

// ---- S5 ----

TEST_P(ProcessImageFaults, S5_TwoLambdasOfOneNameAreTwo) {
  auto first = same_name_1::make(context());
  auto second = same_name_2::make(context());
  first.start();
  second.start();
  first.join();
  second.join();
  EXPECT_EQ(first.exitcode(), 11);
  EXPECT_EQ(second.exitcode(), 12);
}

void known_function() {}

TEST(ProcessImageFaults, S5_ForgedOffsetsFindNothingThatIsNotRegistered) {
  const std::vector<std::uintptr_t> registered = multiprocessing::internal::trampolines();
  ASSERT_FALSE(registered.empty());
  const CodeAddress known = pack_code(reinterpret_cast<const void*>(&known_function));
  EXPECT_EQ(unpack_code(known, "it"), reinterpret_cast<const void*>(&known_function));
  // Code, but no trampoline.
  EXPECT_THROW(static_cast<void>(Trampoline::find(known, "it")), skein::RuntimeError);
  const auto base = reinterpret_cast<std::uintptr_t>(&known_function) - known.offset;
  std::mt19937_64 random(5);
  int found = 0;
  for (int i = 0; i < skein::testing::repeat(20'000); ++i) {
    CodeAddress forged = known;
    const int kind = static_cast<int>(random() % 4);
    if (kind == 0) forged.offset = random();
    if (kind == 1) forged.offset = known.offset + random() % 65536 - 32768;
    if (kind == 2) forged.offset = registered[random() % registered.size()] - base + random() % 3 - 1;
    if (kind == 3) forged.build[random() % forged.build.size()] ^= std::byte{1};
    try {
      const auto got = reinterpret_cast<std::uintptr_t>(Trampoline::find(forged, "it"));
      EXPECT_EQ(std::count(registered.begin(), registered.end(), got), 1);
      ++found;
    } catch (const skein::RuntimeError&) {
    }
    // And as a mere function: only where the module may be executed.
    try {
      const auto got = reinterpret_cast<std::uintptr_t>(unpack_code(forged, "it"));
      EXPECT_EQ(forged.build, known.build);
      EXPECT_EQ(got, base + forged.offset);
      EXPECT_EQ(pack_code(reinterpret_cast<const void*>(got)), forged);
    } catch (const skein::RuntimeError&) {
    }
  }
  EXPECT_GT(found, 0);
}

// The frame that says what a process is for.
TEST(ProcessImageFaults, S5_AForgedLaunchIsAnErrorAtTheWorst) {
  Launch launch;
  launch.name = "somebody";
  launch.identity = {1, 2, 3};
  launch.parent_name = "MainProcess";
  launch.modules = multiprocessing::internal::modules_with_code_of_ours();
  std::vector<std::byte> whole;
  launch.write(whole);
  std::span<const std::byte> payload;
  EXPECT_EQ(Launch::read(whole, payload).name, "somebody");
  EXPECT_TRUE(payload.empty());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THROW(static_cast<void>(Launch::read(std::span(whole).first(size), payload)), skein::RuntimeError);
  }
  std::mt19937_64 random(7);
  for (int i = 0; i < skein::testing::repeat(100'000); ++i) {
    std::vector<std::byte> forged = whole;
    for (std::uint64_t changes = random() % 4 + 1; changes > 0; --changes) {
      forged[random() % forged.size()] = static_cast<std::byte>(random());
    }
    try {
      static_cast<void>(Launch::read(forged, payload));
    } catch (const skein::RuntimeError&) {
    }
  }
}

}  // namespace
