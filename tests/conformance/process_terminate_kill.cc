// process_terminate_kill.cc - process_terminate_kill.py, line by line.
#include <skein/multiprocessing.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;
using conformance::until;

namespace {

void sleeps(const std::string& path) {
  ::mkdir(path.c_str(), 0700);
  for (;;) ::pause();
}

void catches(const std::string& path) {
  ::signal(SIGTERM, [](int) { ::_exit(5); });
  sleeps(path);
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  std::string folder = (std::filesystem::temp_directory_path() / "skein-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return 1;
  const std::string path = folder + "/ready";
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    auto context = multiprocessing::get_context(method);
    for (const auto& [name, target] : {std::pair("sleeps", &sleeps), std::pair("catches", &catches)}) {
      for (const std::string how : {"terminate", "kill"}) {
        auto process = context.Process(target, path);
        process.start();
        until([&] { return std::filesystem::exists(path); });
        ::rmdir(path.c_str());
        print{method, name, how, outcome([&] { how == "terminate" ? process.terminate() : process.kill(); })};
        process.join();
        print{process.exitcode(), outcome([&] { process.terminate(); }), outcome([&] { process.kill(); }),
              process.exitcode()};
      }
    }
  }
  ::rmdir(folder.c_str());
}
