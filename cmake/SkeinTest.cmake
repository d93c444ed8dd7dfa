# How a test, an example or a negative-compile test is declared. One line each:
#
#   skein_test(lock_test threading threading/lock_test.cc)
#   skein_compile_fail_test(flag_type queue flag_type.cc "exactly a bool")
#   skein_example(hello threading)
include_guard(GLOBAL)
include(SkeinWarnings)

# What hangs is a failure, not a long wait. `./dev test nightly` allows more,
# since its cases repeat more often.
set(SKEIN_TEST_TIMEOUT 30 CACHE STRING "The seconds that one test case may take")
mark_as_advanced(SKEIN_TEST_TIMEOUT)

# skein_test(<name> <component> <source>... [LINK <target>...]
#            [LABELS <label>...] [TIMEOUT <seconds>] [INTERNAL])
#
# One GoogleTest executable; each of its cases is a ctest case of its own, named
# <component>.<Suite>.<Case>, in a process of its own. INTERNAL lets it include
# private headers from <component>/src.
#
# No precompiled header: it would save 0.8 s of 1.0 s a file, but ccache, which
# saves all of it, does not follow it to a clone at another path.
function(skein_test name component)
  cmake_parse_arguments(PARSE_ARGV 2 arg "INTERNAL" "TIMEOUT" "LINK;LABELS")
  if(NOT arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "skein_test: ${name} names no source")
  endif()
  if(NOT TARGET skein::${component})  # Not built by this compiler: see SkeinPlatform.
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT ${SKEIN_TEST_TIMEOUT})
  endif()
  set(target "skein_${name}")
  add_executable(${target} ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(${target} PRIVATE skein::${component} ${arg_LINK} GTest::gmock
                                          GTest::gtest GTest::gtest_main)
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  if(arg_INTERNAL)
    target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/${component}/src")
  endif()
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF OUTPUT_NAME ${name})
  skein_warnings(${target})
  # Tests about processes look at /dev/shm before and after, and at what is left of their children.
  set(alone "")
  if(component MATCHES "^(multiprocessing|process_pool)$")
    set(alone RESOURCE_LOCK processes)
  endif()
  gtest_discover_tests(
    ${target}
    TEST_PREFIX "${component}."
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${component}" ${alone})
  # More than one label does not survive gtest_discover_tests, which passes its
  # properties on unquoted, and the more often the newer CMake is. So they come
  # afterwards, when ctest has read the list of cases.
  if(arg_LABELS)
    set(labels_file "${CMAKE_CURRENT_BINARY_DIR}/${target}_labels.cmake")
    file(CONFIGURE OUTPUT "${labels_file}" @ONLY CONTENT [[
foreach(case IN LISTS @target@_TESTS)
  set_tests_properties("${case}" PROPERTIES LABELS "@component@;@arg_LABELS@")
endforeach()
]])
    set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${labels_file}")
  endif()
endfunction()

# skein_compile_fail_test(<name> <component> <source> <regex> [FLAGS <flag>...]
#                         [CLANG_ONLY])
#
# Compiles <source> twice with this build's compiler, flags, include folders and
# skein's warnings as errors: with -DSKEIN_CONTROL it must compile, without it
# must not, and the compiler's output must match <regex>. The control keeps a
# typing error from passing for the failure that is meant.
function(skein_compile_fail_test name component source regex)
  cmake_parse_arguments(PARSE_ARGV 4 arg "CLANG_ONLY" "" "FLAGS")
  if(NOT TARGET skein::${component})
    return()
  endif()
  if(arg_CLANG_ONLY AND NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    return()
  endif()
  cmake_path(ABSOLUTE_PATH source NORMALIZE)
  # A target that sees what a user of the component sees.
  set(user "skein_${component}_user")
  if(NOT TARGET ${user})
    file(CONFIGURE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/${user}.cc" CONTENT "int ${user}();\n")
    add_library(${user} OBJECT "${CMAKE_CURRENT_BINARY_DIR}/${user}.cc")
    target_link_libraries(${user} PRIVATE skein::${component})
  endif()
  separate_arguments(flags UNIX_COMMAND "${CMAKE_CXX_FLAGS}")
  add_test(
    NAME "compile_fail.${component}.${name}"
    COMMAND
      "${CMAKE_COMMAND}" "-DSOURCE=${source}" "-DREGEX=${regex}"
      "-DINCLUDES=$<TARGET_PROPERTY:${user},INCLUDE_DIRECTORIES>" -P
      "${PROJECT_SOURCE_DIR}/cmake/compile_fail.cmake" -- "${CMAKE_CXX_COMPILER}" -std=c++20
      -fsyntax-only ${flags} ${SKEIN_WARNING_FLAGS} -Werror ${arg_FLAGS})
  set_tests_properties("compile_fail.${component}.${name}"
                       PROPERTIES TIMEOUT ${SKEIN_TEST_TIMEOUT} LABELS "${component};compile_fail")
endfunction()

# skein_example(<name> [<component>...] [LINK <target>...])
#
# The program <name>.cc of the current folder, linked to the components it is
# about (all of skein when none is named).
function(skein_example name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINK")
  set(components ${arg_UNPARSED_ARGUMENTS})
  if(NOT components)
    get_property(components GLOBAL PROPERTY SKEIN_BUILT_COMPONENTS)
  endif()
  list(TRANSFORM components PREPEND "skein::")
  add_executable(${name} ${name}.cc)
  target_link_libraries(${name} PRIVATE ${components} ${arg_LINK})
  set_target_properties(${name} PROPERTIES CXX_EXTENSIONS OFF)
  skein_warnings(${name})
endfunction()
