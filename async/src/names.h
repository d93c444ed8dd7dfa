// names.h - the texts of asyncio's reprs.
#ifndef SKEIN_ASYNC_SRC_NAMES_H_
#define SKEIN_ASYNC_SRC_NAMES_H_

#include <exception>
#include <source_location>
#include <string>

namespace skein::inline v0::internal {

// Of "asyncio::Coroutine<int> app::fetch(std::string)": "fetch". Of a lambda: "<lambda>".
std::string function_name(const std::source_location& location);
// "name.cc:12", without the folders.
std::string place_of(const std::source_location& location);
// As Python's repr: "ValueError('text')".
std::string exception_repr(const std::exception_ptr& error);

}  // namespace skein::inline v0::internal

#endif  // SKEIN_ASYNC_SRC_NAMES_H_
