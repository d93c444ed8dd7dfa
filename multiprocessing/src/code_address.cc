#include <skein/core/errors.h>
#include <skein/multiprocessing/internal/code_address.h>
#include <skein/multiprocessing/internal/payload.h>
#include <skein/threading/internal/guard.h>
#include <skein/threading/lock.h>

#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "modules.h"

namespace skein::inline v0::multiprocessing::internal {

namespace {

using skein::internal::Guard;

bool holds(const dl_phdr_info& module, const ElfW(Phdr) & segment, std::uintptr_t address) noexcept {
  const std::uintptr_t start = module.dlpi_addr + segment.p_vaddr;
  return segment.p_type == PT_LOAD && (segment.p_flags & PF_X) != 0 && address >= start &&
         address - start < segment.p_memsz;
}

// Where the loader has put something.
const void* at_address(ElfW(Addr) address) noexcept {
  return reinterpret_cast<const void*>(address);  // NOLINT(performance-no-int-to-ptr)
}

// The note that the linker wrote; nothing if it was told not to.
std::optional<BuildId> written_build_id(const dl_phdr_info& module) noexcept {
  for (unsigned i = 0; i < module.dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = module.dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    const std::size_t alignment = segment.p_align == 8 ? 8 : 4;
    const auto* at = static_cast<const char*>(at_address(module.dlpi_addr + segment.p_vaddr));
    const char* const end = at + segment.p_memsz;
    while (static_cast<std::size_t>(end - at) >= sizeof(ElfW(Nhdr))) {
      ElfW(Nhdr) note;
      std::memcpy(&note, at, sizeof(note));
      const auto padded = [alignment](std::size_t size) { return (size + alignment - 1) / alignment * alignment; };
      const std::size_t before = sizeof(note) + padded(note.n_namesz);
      const auto room = static_cast<std::size_t>(end - at);
      if (before > room || note.n_descsz > room - before) break;
      if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(at + sizeof(note), "GNU", 4) == 0) {
        BuildId id{};
        std::memcpy(id.data(), at + before, std::min<std::size_t>(id.size(), note.n_descsz));
        return id;
      }
      at += std::min(room, before + padded(note.n_descsz));
    }
  }
  return std::nullopt;
}

// FNV-1a over the words of its code: two builds that differ anywhere there are told apart.
BuildId digest(const dl_phdr_info& module) noexcept {
  std::array<std::uint64_t, 2> sums{0xcbf29ce484222325, 0x84222325cbf29ce4};
  const auto add = [&](std::uint64_t word) {
    for (std::uint64_t& sum : sums) sum = (sum ^ word) * 0x100000001b3 + (sum >> 47);
  };
  for (unsigned i = 0; i < module.dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = module.dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_X) == 0 || (segment.p_flags & PF_R) == 0) continue;
    add(segment.p_vaddr);
    add(segment.p_filesz);
    const auto* at = static_cast<const char*>(at_address(module.dlpi_addr + segment.p_vaddr));
    for (std::size_t left = segment.p_filesz; left >= sizeof(std::uint64_t); left -= sizeof(std::uint64_t)) {
      std::uint64_t word;
      std::memcpy(&word, at, sizeof(word));
      add(word);
      at += sizeof(word);
    }
  }
  BuildId id{};
  std::memcpy(id.data(), sums.data(), sizeof(sums));
  return id;
}

BuildId build_id(const dl_phdr_info& module) noexcept {
  const std::optional<BuildId> written = written_build_id(module);
  return written ? *written : digest(module);
}

// Calls `visit` for each mapped module until it returns true; whether it did.
template <class V>
bool any_module(V visit) {
  return ::dl_iterate_phdr([](dl_phdr_info* module, std::size_t,
                              void* argument) { return (*static_cast<V*>(argument))(std::as_const(*module)) ? 1 : 0; },
                           &visit) != 0;
}

std::string module_name(const dl_phdr_info& module) {
  return module.dlpi_name == nullptr || *module.dlpi_name == '\0' ? "the program" : module.dlpi_name;
}

std::string in_hex(const BuildId& id) {
  constexpr char kDigits[] = "0123456789abcdef";  // NOLINT(modernize-avoid-c-arrays)
  std::string text;
  for (const std::byte byte : id) {
    text += kDigits[std::to_integer<unsigned>(byte) >> 4];
    text += kDigits[std::to_integer<unsigned>(byte) & 15];
  }
  return text;
}

[[noreturn]] void unknown(const CodeAddress& address, const std::string& what, const char* why) {
  throw RuntimeError("cannot find " + what + " in this process: it is at offset " + std::to_string(address.offset) +
                     " of a module of build " + in_hex(address.build) + ", " + why + "; the program here is of build " +
                     in_hex(program_build_id()));
}

constinit threading::Lock g_lock;
constinit Trampoline* g_first SKEIN_GUARDED_BY(g_lock) = nullptr;

}  // namespace

BuildId program_build_id() noexcept {
  BuildId id{};
  any_module([&id](const dl_phdr_info& module) {
    id = build_id(module);
    return true;  // The program comes first.
  });
  return id;
}

std::vector<Module> modules_with_code_of_ours() {
  std::vector<Module> found;
  const auto add = [&found](std::uintptr_t address) {
    any_module([&](const dl_phdr_info& module) {
      for (unsigned i = 0; i < module.dlpi_phnum; ++i) {
        if (!holds(module, module.dlpi_phdr[i], address)) continue;
        const std::string name = module_name(module);
        const auto same = [&name](const Module& known) { return known.name == name; };
        if (std::none_of(found.begin(), found.end(), same)) found.push_back({name, build_id(module)});
        return true;
      }
      return false;
    });
  };
  add(reinterpret_cast<std::uintptr_t>(&modules_with_code_of_ours));
  for (const std::uintptr_t address : trampolines()) add(address);
  return found;
}

std::vector<std::uintptr_t> trampolines() {
  std::vector<std::uintptr_t> all;
  Guard guard(g_lock);
  for (const Trampoline* one = g_first; one != nullptr; one = one->next_) {
    all.push_back(reinterpret_cast<std::uintptr_t>(one->function_));
  }
  return all;
}

std::string describe_mismatch(const std::vector<Module>& theirs) {
  std::string text;
  any_module([&](const dl_phdr_info& module) {
    const std::string name = module_name(module);
    for (const Module& other : theirs) {
      if (other.name != name) continue;
      const BuildId mine = build_id(module);
      if (mine == other.build) continue;
      text = name + " is of build " + in_hex(mine) + " in this process and of build " + in_hex(other.build) +
             " in the one that started it: it was replaced on disk meanwhile; start the whole program anew";
      return true;
    }
    return false;
  });
  return text;
}

bool has_module(const char* part_of_name) {
  return any_module([part_of_name](const dl_phdr_info& module) {
    return module.dlpi_name != nullptr && std::strstr(module.dlpi_name, part_of_name) != nullptr;
  });
}

const void* program_headers() noexcept {
  const void* headers = nullptr;
  any_module([&headers](const dl_phdr_info& module) {
    headers = module.dlpi_phdr;
    return true;
  });
  return headers;
}

std::string name_of_code(const void* code) {
  Dl_info info{};
  if (::dladdr(code, &info) != 0 && info.dli_sname != nullptr && info.dli_saddr == code) return info.dli_sname;
  return {};
}

CodeAddress pack_code(const void* code) {
  const auto address = reinterpret_cast<std::uintptr_t>(code);
  CodeAddress packed;
  const bool found = any_module([&](const dl_phdr_info& module) {
    for (unsigned i = 0; i < module.dlpi_phnum; ++i) {
      if (!holds(module, module.dlpi_phdr[i], address)) continue;
      packed.build = build_id(module);
      packed.offset = address - module.dlpi_addr;
      return true;
    }
    return false;
  });
  if (!found) {
    throw ValueError(
        "a function pointer that points into no module's code cannot be given to a process that is started by spawn or "
        "forkserver");
  }
  return packed;
}

const void* unpack_code(const CodeAddress& address, const std::string& what) {
  const void* code = nullptr;
  const bool found = any_module([&](const dl_phdr_info& module) {
    if (build_id(module) != address.build) return false;
    for (unsigned i = 0; i < module.dlpi_phnum; ++i) {
      if (!holds(module, module.dlpi_phdr[i], module.dlpi_addr + address.offset)) continue;
      code = at_address(module.dlpi_addr + address.offset);
    }
    return true;
  });
  if (!found) unknown(address, what, "which this process has not loaded");
  if (code == nullptr) unknown(address, what, "where there is no code");
  return code;
}

// Before main(): touches no other one, whose own file may not have been initialised.
Trampoline::Trampoline(Function function) noexcept : function_(function) {
  Guard guard(g_lock);
  next_ = g_first;
  g_first = this;
}

// At the end of the process, and when its module is unloaded.
Trampoline::~Trampoline() {
  Guard guard(g_lock);
  for (Trampoline** place = &g_first; *place != nullptr; place = &(*place)->next_) {
    if (*place != this) continue;
    *place = next_;
    return;
  }
}

CodeAddress Trampoline::address() const { return pack_code(reinterpret_cast<const void*>(function_)); }

Trampoline::Function Trampoline::find(const CodeAddress& address, const std::string& what) {
  const void* const code = unpack_code(address, what);
  Guard guard(g_lock);
  for (const Trampoline* one = g_first; one != nullptr; one = one->next_) {
    if (reinterpret_cast<const void*>(one->function_) == code) return one->function_;
  }
  unknown(address, what, "where nothing is registered");
}

// ---- payloads ----

void PayloadReader::throw_too_short() { throw RuntimeError("what came from the other process is cut short"); }

}  // namespace skein::inline v0::multiprocessing::internal
