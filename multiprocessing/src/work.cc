#include <skein/core/errors.h>
#include <skein/multiprocessing/internal/portable.h>
#include <skein/multiprocessing/internal/work.h>
#include <skein/threading/lock.h>

#include <list>
#include <memory>
#include <mutex>

#include "modules.h"

namespace skein::inline v0::multiprocessing::internal {

Work::~Work() = default;

void pack_work(const Work& work, PayloadWriter& out) {
  out.value(work.trampoline().address());
  out.text(work.label());
  work.pack(out);
}

std::unique_ptr<Work> unpack_work(PayloadReader& in) {
  const auto address = in.value<CodeAddress>();
  const std::string label = in.text();
  Unpacked unpacked;
  Trampoline::find(address, label)(in, unpacked);
  if (unpacked.work == nullptr) throw RuntimeError("cannot find " + label + " in this process: it is no target");
  return std::move(unpacked.work);
}

void throw_not_portable(const std::string& what) {
  throw TypeError("cannot give " + what +
                  " to a process that is started by spawn or forkserver: what a function needs must be passed as "
                  "arguments that can be pickled; write a function or a captureless lambda, or use "
                  "multiprocessing::get_context(\"fork\")");
}

std::string label_of_code(const void* code) {
  std::string name = name_of_code(code);
  return name.empty() ? "a function" : "function " + name;
}

const char* keep_text(std::string text) {
  static threading::Lock lock;
  static std::list<std::string>& kept = *new std::list<std::string>;
  const std::scoped_lock guard(lock);
  return kept.emplace_back(std::move(text)).c_str();
}

// Whether the pointer names a place in the object's table of virtual functions.
static bool is_virtual(const std::array<std::uintptr_t, 2>& words) noexcept {
#if defined(__aarch64__) || defined(__arm__)
  return (words[1] & 1) != 0;
#else
  return (words[0] & 1) != 0;
#endif
}

void pack_member_function(PayloadWriter& out, const std::array<std::uintptr_t, 2>& words) {
  if (is_virtual(words)) {
    throw TypeError(
        "a pointer to a virtual member function cannot be given to a process that is started by spawn or forkserver, "
        "since nothing could check where it leads; write a captureless lambda that calls the function");
  }
  const bool code = words[0] != 0;
  out.value(code);
  if (!code) return;
  out.value(pack_code(reinterpret_cast<const void*>(words[0])));  // NOLINT(performance-no-int-to-ptr)
  out.value(words[1]);
}

std::array<std::uintptr_t, 2> unpack_member_function(PayloadReader& in) {
  std::array<std::uintptr_t, 2> words{};
  if (in.flag()) {
    words[0] = reinterpret_cast<std::uintptr_t>(unpack_code(in.value<CodeAddress>(), "a member function"));
    words[1] = in.value<std::uintptr_t>();
  }
  return words;
}

}  // namespace skein::inline v0::multiprocessing::internal
