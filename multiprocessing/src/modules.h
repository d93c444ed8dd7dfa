// The modules of this process: the program and the shared libraries that are mapped, by name and build.
#ifndef SKEIN_MULTIPROCESSING_SRC_MODULES_H_
#define SKEIN_MULTIPROCESSING_SRC_MODULES_H_

#include <skein/multiprocessing/internal/code_address.h>

#include <string>
#include <vector>

namespace skein::inline v0::multiprocessing::internal {

struct Module {
  std::string name;  // The loader's; "the program" for that.
  BuildId build;
};

// Those whose builds both sides must agree on: skein's own and all that have registered a trampoline.
std::vector<Module> modules_with_code_of_ours();
// Of the first one that is mapped here under the same name as in `theirs` but is of another build; empty if none is.
std::string describe_mismatch(const std::vector<Module>& theirs);
// Whether the name of one holds that.
bool has_module(const char* part_of_name);
BuildId program_build_id() noexcept;
// Of the program, in its own mapping.
const void* program_headers() noexcept;
// The function that begins there, if the dynamic symbols say so; else empty.
std::string name_of_code(const void* code);

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_MODULES_H_
