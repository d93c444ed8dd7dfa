// Calls every name of Python's multiprocessing.shared_memory with Python's signature.
#include <skein/multiprocessing/shared_memory.h>

#include <cstddef>
#include <span>
#include <string>

#include "probe.h"

namespace shared_memory = skein::multiprocessing::shared_memory;

// probe: multiprocessing.shared_memory.ShareableList
void list() {
  const auto sequence = {shared_memory::ShareableList::Item(1), shared_memory::ShareableList::Item("x")};
  shared_memory::ShareableList made(sequence);
  shared_memory::ShareableList literal({1, 2.5, true, "text", skein::None});
  shared_memory::ShareableList named(sequence, {.name = "name"});
  shared_memory::ShareableList attached({.name = "name"});
}

// probe: multiprocessing.shared_memory.ShareableList.count
void list_count(const shared_memory::ShareableList& list) { returns<std::size_t>(list.count("x")); }

// probe: multiprocessing.shared_memory.ShareableList.format
void list_format(const shared_memory::ShareableList& list) { returns<std::string>(list.format()); }

// probe: multiprocessing.shared_memory.ShareableList.index
void list_index(const shared_memory::ShareableList& list) { returns<std::size_t>(list.index("x")); }

// probe: multiprocessing.shared_memory.SharedMemory
void memory() {
  shared_memory::SharedMemory none;
  shared_memory::SharedMemory attached("name");
  shared_memory::SharedMemory positional("name", true, 10);
  shared_memory::SharedMemory unnamed(skein::None, true, 10);
  shared_memory::SharedMemory keyword({.name = "name", .create = true, .size = 10, .track = false});
}

// probe: multiprocessing.shared_memory.SharedMemory.buf
void memory_buf(const shared_memory::SharedMemory& memory) { returns<std::span<std::byte>>(memory.buf()); }

// probe: multiprocessing.shared_memory.SharedMemory.close
void memory_close(const shared_memory::SharedMemory& memory) { memory.close(); }

// probe: multiprocessing.shared_memory.SharedMemory.name
void memory_name(const shared_memory::SharedMemory& memory) { returns<std::string>(memory.name()); }

// probe: multiprocessing.shared_memory.SharedMemory.size
void memory_size(const shared_memory::SharedMemory& memory) { returns<std::size_t>(memory.size()); }

// probe: multiprocessing.shared_memory.SharedMemory.unlink
void memory_unlink(const shared_memory::SharedMemory& memory) { memory.unlink(); }
