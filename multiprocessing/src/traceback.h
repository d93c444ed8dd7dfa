// The calls that a thread is in, as text.
#ifndef SKEIN_MULTIPROCESSING_SRC_TRACEBACK_H_
#define SKEIN_MULTIPROCESSING_SRC_TRACEBACK_H_

#include <string>
#include <typeinfo>

namespace skein::inline v0::pickle::internal {

// As C++ spells it; `name` itself if that is no mangled name.
std::string demangled(const char* name);
// Of the calling thread, outermost call first, as Python prints them. Functions that the dynamic linker does not know
// are shown as module and offset, which addr2line reads.
std::string current_traceback();

}  // namespace skein::inline v0::pickle::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_TRACEBACK_H_
