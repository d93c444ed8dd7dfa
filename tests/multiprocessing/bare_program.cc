// A program that forgets freeze_support(), or whose children do not get there. argv[1] says how.
#include <skein/core/errors.h>
#include <skein/multiprocessing.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

namespace multiprocessing = skein::multiprocessing;

extern "C" int run_in_a_process();

namespace {

int start(const std::string& method) {
  try {
    auto p = multiprocessing::get_context(method).Process([] { throw skein::SystemExit(7); });
    p.start();
    p.join();
    std::printf("exit code %d\n", p.exitcode().value_or(99));
    return 0;
  } catch (const std::exception& error) {
    std::printf("%s\n", error.what());
    return 3;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string first = argc > 1 ? argv[1] : "";
  if (first == "forgets") return start(argv[2]);  // And its children would too.
  const bool is_child = first == "--multiprocessing-fork";
  const char* const way = std::getenv("WAY");
  const std::string what = way != nullptr ? way : "";
  if (is_child && what == "returns") return 0;
  if (is_child && what == "hangs") {
    for (;;) ::pause();
  }
  if (is_child && what == "starts") return start("spawn");
  multiprocessing::freeze_support(argc, argv);
  if (what == "upgraded") {
    std::printf("ready\n");
    std::fflush(stdout);
    char line[8] = {};  // NOLINT(modernize-avoid-c-arrays)
    if (std::fgets(line, sizeof(line), stdin) == nullptr) return 4;
    std::printf("exit code %d\n", run_in_a_process());
    return 0;
  }
  return start(argc > 1 ? argv[1] : "spawn");
}
