// launch.h - what a spawned process, or a child of the fork server, is told about itself.
#ifndef SKEIN_MULTIPROCESSING_SRC_LAUNCH_H_
#define SKEIN_MULTIPROCESSING_SRC_LAUNCH_H_

#include <skein/multiprocessing/internal/method.h>
#include <skein/multiprocessing/internal/payload.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "identity.h"
#include "modules.h"

namespace skein::inline v0::multiprocessing::internal {

inline constexpr const char kWhatToWrite[] =  // NOLINT(modernize-avoid-c-arrays)
    "freeze_support(): write `skein::multiprocessing::freeze_support(argc, argv);` as the first line of main";

struct Launch {
  Method method = Method::kSpawn;
  bool daemon = false;
  std::string name;
  std::vector<std::uint32_t> identity;
  std::int32_t parent_pid = 0;
  std::string parent_name;
  Identity family;        // The first process of the parent's family. write() fills it in.
  std::string directory;  // To go to; empty: stay.
  std::int32_t log_level = 0;
  std::int32_t log_handlers = 0;
  std::vector<Module> modules;    // To be the same in both.
  std::uint32_t descriptors = 0;  // How many came along.

  // Begins `bytes`, which the payload follows.
  void write(std::vector<std::byte>& bytes) const;
  // The beginning of `bytes`; `payload` is what follows.
  // Errors: RuntimeError if they are no launch, or one of another layout.
  static Launch read(std::span<const std::byte> bytes, std::span<const std::byte>& payload);

  // In the new process: into the file that it was read from.
  static void mark_reached(int file) noexcept;
  static bool was_reached(int file) noexcept;
};

// Fills a new anonymous file.
// Errors: OSError.
int make_file(std::span<const std::byte> bytes);
// All of it.
// Errors: OSError; RuntimeError if it is no regular file.
std::vector<std::byte> read_file(int file);

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_LAUNCH_H_
