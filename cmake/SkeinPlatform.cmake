# Says in one sentence why skein cannot be built here, instead of letting the
# compiler say it in a thousand.

if(NOT CMAKE_SYSTEM_NAME STREQUAL "Linux" OR NOT CMAKE_SIZEOF_VOID_P EQUAL 8)
  math(EXPR _skein_bits "8 * ${CMAKE_SIZEOF_VOID_P}")
  message(
    FATAL_ERROR
      "skein runs on 64-bit Linux; this build is for ${CMAKE_SYSTEM_NAME}, ${_skein_bits} bits.")
endif()

set(_skein_minimum_GNU 12)
set(_skein_minimum_Clang 17)
if(NOT DEFINED _skein_minimum_${CMAKE_CXX_COMPILER_ID})
  message(WARNING "skein is tested with Clang and GCC, not with ${CMAKE_CXX_COMPILER_ID}.")
elseif(CMAKE_CXX_COMPILER_VERSION VERSION_LESS "${_skein_minimum_${CMAKE_CXX_COMPILER_ID}}")
  message(
    FATAL_ERROR
      "skein needs Clang 17 or newer, or GCC 12 or newer; ${CMAKE_CXX_COMPILER} is "
      "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}. "
      "Choose another with -DCMAKE_CXX_COMPILER=clang++-19, for example.")
endif()

# asyncio needs more. skeinConfig.cmake, conanfile.py and asyncio/coroutine.h say the same.
set(SKEIN_COMPILER_HAS_COROUTINES ON)
set(SKEIN_NO_COROUTINES_BECAUSE
    "GCC 12 miscompiles ordinary coroutines (lambdas with captures and aggregates in a co_await \
expression are destroyed twice); use Clang 17 or newer, or GCC 13 or newer")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  set(SKEIN_COMPILER_HAS_COROUTINES OFF)
endif()

# Exceptions and RTTI, as the flags of this directory leave them. Looked at
# again only when the flags change.
get_directory_property(_skein_options COMPILE_OPTIONS)
set(_skein_flags "${CMAKE_CXX_FLAGS} ${_skein_options}")
if(NOT "${SKEIN_CHECKED_FLAGS}" STREQUAL "checked: ${_skein_flags}")
  try_compile(
    _skein_language_ok "${CMAKE_CURRENT_BINARY_DIR}/skein_platform"
    SOURCES "${CMAKE_CURRENT_LIST_DIR}/platform_check.cc"
    COMPILE_DEFINITIONS ${_skein_options}
    CXX_STANDARD 20
    CXX_STANDARD_REQUIRED ON
    CXX_EXTENSIONS OFF
    OUTPUT_VARIABLE _skein_output)
  if(_skein_language_ok)
    set(SKEIN_CHECKED_FLAGS "checked: ${_skein_flags}" CACHE INTERNAL "")
  elseif(_skein_output MATCHES "skein: needs ([^\n\"]*)")
    message(
      FATAL_ERROR "skein needs ${CMAKE_MATCH_1}. The flags in use are: ${_skein_flags}")
  else()
    message(FATAL_ERROR "A small C++20 program does not compile:\n${_skein_output}")
  endif()
endif()
