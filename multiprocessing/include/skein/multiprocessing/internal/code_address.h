// skein/multiprocessing/internal/code_address.h - how code is named to another process of the same program.
//
// By the build id of the module that it lies in and its place there, never by a name: the other process finds it only
// if it has mapped that very build, at whatever address, and only where it may be executed. What a new process calls
// first is more than that: a trampoline that the module itself has registered before main() began.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_CODE_ADDRESS_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_CODE_ADDRESS_H_

#include <skein/core/export.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace skein::inline v0::multiprocessing::internal {

class PayloadReader;
struct Unpacked;

// Identifies a build of a module: its build id (the first 20 bytes of it, zeros after a shorter one), or of a module
// that was linked without one, a digest of its code.
using BuildId = std::array<std::byte, 20>;

// Travels as it is.
struct CodeAddress {
  BuildId build{};
  std::uint32_t unused = 0;
  std::uint64_t offset = 0;  // From the module's base.

  friend bool operator==(const CodeAddress&, const CodeAddress&) = default;
};

// The functions that are registered here.
SKEIN_API std::vector<std::uintptr_t> trampolines();

// Errors: ValueError if no module's code lies there (code that was made at run time, a null pointer).
[[nodiscard]] SKEIN_API CodeAddress pack_code(const void* code);
// Errors: RuntimeError, naming `what` and both builds, if this process has not mapped that build or if there is no
// code.
[[nodiscard]] SKEIN_API const void* unpack_code(const CodeAddress& address, const std::string& what);

// A function that a new process may be told to call with what came along. One for each target's and subclass's type,
// made before main() by a variable template, so that nobody has to register anything.
class SKEIN_API Trampoline {
 public:
  using Function = void (*)(PayloadReader& payload, Unpacked& unpacked);

  explicit Trampoline(Function function) noexcept;
  ~Trampoline();
  Trampoline(const Trampoline&) = delete;
  Trampoline& operator=(const Trampoline&) = delete;

  [[nodiscard]] CodeAddress address() const;
  // Errors: RuntimeError, naming `what` and both builds, if this process has registered none there.
  [[nodiscard]] static Function find(const CodeAddress& address, const std::string& what);

 private:
  friend SKEIN_API std::vector<std::uintptr_t> trampolines();

  Function function_;
  Trampoline* next_ = nullptr;
};

template <Trampoline::Function F>
inline const Trampoline kTrampoline{F};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_CODE_ADDRESS_H_
