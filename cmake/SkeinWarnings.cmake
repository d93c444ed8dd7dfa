# skein_warnings(<target>): skein's warnings, private to a target of skein's.
#
# They never reach a user's target; SKEIN_WERROR, which skein's presets set,
# makes them errors. The two that protect the API and the locks, order of
# designators and lock annotations, are errors with clang in any case.
include_guard(GLOBAL)

set(SKEIN_WARNING_FLAGS
    -Wall
    -Wextra
    -Wpedantic
    -Wshadow
    -Wconversion
    -Wnon-virtual-dtor
    -Woverloaded-virtual
    -Wcast-qual
    -Wextra-semi
    -Wimplicit-fallthrough
    -Wundef
    -Wvla)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  list(
    APPEND
    SKEIN_WARNING_FLAGS
    -Wthread-safety
    -Wthread-safety-beta
    -Wshadow-uncaptured-local
    -Wunreachable-code-aggressive
    -Werror=reorder-init-list
    -Werror=thread-safety)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC cannot be told that a designated initialiser leaves fields out on
  # purpose, which is how options are written here.
  list(APPEND SKEIN_WARNING_FLAGS -Wno-missing-field-initializers -Wduplicated-cond)
endif()
if(SKEIN_WERROR)
  list(APPEND SKEIN_WARNING_FLAGS -Werror)
endif()

function(skein_warnings target)
  target_compile_options(${target} PRIVATE ${SKEIN_WARNING_FLAGS})
endfunction()
