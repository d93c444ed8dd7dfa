# The cases of tests/package about Conan; run.cmake includes it. Nothing here asks a remote for anything: what skein
# requires is the system's. Conan's folder is one below the build, so that a user's own packages and profiles are left
# as they are.
cmake_path(GET SCRATCH PARENT_PATH conan_home)
string(APPEND conan_home "/conan_home")
set(ENV{CONAN_HOME} "${conan_home}")
set(create "${CONAN}" create "${SOURCE}" --no-remote)

# The versions that the system has of what the recipe requires, as [platform_requires] names them.
function(system_packages variable)
  set(probe "${SCRATCH}/probe.cc")
  file(WRITE "${probe}" "#include <absl/base/config.h>\n#include <boost/version.hpp>\n#include <cereal/version.hpp>\n")
  run(COMMAND "${CXX}" -std=c++20 -E -dM "${probe}")
  foreach(macro IN ITEMS ABSL_LTS_RELEASE_VERSION ABSL_LTS_RELEASE_PATCH_LEVEL BOOST_VERSION CEREAL_VERSION_MAJOR
                         CEREAL_VERSION_MINOR CEREAL_VERSION_PATCH)
    if(NOT output MATCHES "#define ${macro} ([0-9]+)")
      message(FATAL_ERROR "The system's headers do not say what ${macro} is")
    endif()
    set(${macro} ${CMAKE_MATCH_1})
  endforeach()
  math(EXPR boost_major "${BOOST_VERSION} / 100000")
  math(EXPR boost_minor "${BOOST_VERSION} / 100 % 1000")
  math(EXPR boost_patch "${BOOST_VERSION} % 100")
  run(COMMAND pkg-config --modversion gtest)
  string(STRIP "${output}" gtest)
  string(CONCAT packages "cereal/${CEREAL_VERSION_MAJOR}.${CEREAL_VERSION_MINOR}.${CEREAL_VERSION_PATCH}\n"
                         "boost/${boost_major}.${boost_minor}.${boost_patch}\n"
                         "abseil/${ABSL_LTS_RELEASE_VERSION}.${ABSL_LTS_RELEASE_PATCH_LEVEL}\n" "gtest/${gtest}\n")
  set(${variable} "${packages}" PARENT_SCOPE)
endfunction()

# The profile NAME: what Conan finds out about the compiler, C++20, and packages that are the system's.
function(make_profile name compiler platform_requires)
  set(ENV{CXX} "${compiler}")
  string(REPLACE "++" "" c_compiler "${compiler}")
  string(REGEX REPLACE "(^|/)g(-[0-9]+)?$" "\\1gcc\\2" c_compiler "${c_compiler}")
  set(ENV{CC} "${c_compiler}")
  run(COMMAND "${CONAN}" profile detect --force --name ${name}_detected)
  file(
    WRITE "${conan_home}/profiles/${name}"
    "include(${name}_detected)\n"
    "[settings]\n"
    "build_type=Release\n"
    "compiler.cppstd=20\n"
    "[conf]\n"
    "tools.build:compiler_executables={'c': '${c_compiler}', 'cpp': '${compiler}'}\n"
    "tools.cmake.cmaketoolchain:generator=${GENERATOR}\n"
    "tools.cmake.cmaketoolchain:user_presets=\n"
    "[platform_requires]\n"
    "${platform_requires}")
endfunction()

# Makes a package, has its test_package link each of the given components alone, and no other, and run.
function(create_package profile components)
  run(COMMAND ${create} --profile:all=${profile} ${ARGN}
      -c:h "tools.cmake.cmake_layout:test_folder=${SCRATCH}/test_package")
  string(REGEX MATCHALL "skein [0-9.]+ works" works "${output}")
  list(LENGTH works count)
  list(LENGTH components wanted)
  if(NOT count EQUAL wanted)
    message(FATAL_ERROR "${count} of ${wanted} consumers ran:\n${output}")
  endif()
  foreach(component IN LISTS components)
    if(NOT output MATCHES "consumer_${component}\n")
      message(FATAL_ERROR "The consumer of ${component} did not run:\n${output}")
    endif()
  endforeach()
endfunction()

set(all core threading queue futures multiprocessing process_pool async)
if(CASE STREQUAL "conan_setup")
  file(REMOVE_RECURSE "${conan_home}")
  system_packages(packages)
  make_profile(system "${CXX}" "${packages}")
  make_profile(nothing "${CXX}" "")
  find_program(gcc NAMES g++-12)
  if(gcc)
    make_profile(gcc "${gcc}" "${packages}")
  endif()
elseif(CASE STREQUAL "conan_static")
  create_package(system "${all}")
  # The project that the README shows.
  run(COMMAND "${CONAN}" install "${SOURCE}/tests/package/readme" --no-remote --profile:all=system
      "--output-folder=${SCRATCH}/readme")
  run(COMMAND "${CMAKE_COMMAND}" -G "${GENERATOR}" -S "${SOURCE}/tests/package/readme" -B "${SCRATCH}/readme"
      "-DCMAKE_TOOLCHAIN_FILE=${SCRATCH}/readme/conan_toolchain.cmake" -DCMAKE_BUILD_TYPE=Release)
  run(COMMAND "${CMAKE_COMMAND}" --build "${SCRATCH}/readme")
  run(COMMAND "${SCRATCH}/readme/app")
elseif(CASE STREQUAL "conan_shared")
  create_package(system "${all}" -o "&:shared=True")
  file(GLOB library "${conan_home}/p/b/*/p/lib/libskein_core.so")
  cmake_path(GET library PARENT_PATH lib_folder)
  run(COMMAND "${SOURCE}/scripts/symbols" "${lib_folder}")
elseif(CASE STREQUAL "conan_small")
  # Without multiprocessing nothing is required of anybody.
  create_package(nothing "core;threading;queue;futures" -o "&:with_multiprocessing=False" -o "&:with_async=False" -o
                 "&:fPIC=False")
  run(COMMAND ${create} --profile:all=nothing MUST_SAY "Package 'cereal/.*' not resolved")
elseif(CASE STREQUAL "conan_gcc")
  list(REMOVE_ITEM all async)
  create_package(gcc "${all}")
  run(COMMAND ${create} --profile:all=gcc -o "&:with_async=True"
      MUST_SAY "skein's component 'async': GCC 12 miscompiles ordinary coroutines")
  run(COMMAND ${create} --profile:all=gcc -s compiler.cppstd=17
      MUST_SAY "Current cppstd .17. is lower than the required C.. standard .20.")
elseif(CASE STREQUAL "conan_tests")
  # With the tests: GoogleTest, and the benchmarks' peers, of the system too.
  run(COMMAND "${CONAN}" install "${SOURCE}" --no-remote --profile:all=system "--output-folder=${SCRATCH}" -c
      "tools.build:skip_test=False")
  file(GLOB_RECURSE toolchain "${SCRATCH}/*/conan_toolchain.cmake")
  run(COMMAND "${CMAKE_COMMAND}" -G "${GENERATOR}" -S "${SOURCE}" -B "${SCRATCH}/tests"
      "-DCMAKE_TOOLCHAIN_FILE=${toolchain}" -DCMAKE_BUILD_TYPE=Release -DSKEIN_BUILD_EXAMPLES=OFF)
  file(STRINGS "${SCRATCH}/tests/CMakeCache.txt" found REGEX "^(Boost|absl|GTest|cereal)_DIR:PATH=/")
  list(LENGTH found count)
  if(NOT count EQUAL 4)
    message(FATAL_ERROR "CMake found only these: ${found}")
  endif()
  run(COMMAND "${CMAKE_COMMAND}" --build "${SCRATCH}/tests" --target skein_version_test)
  run(COMMAND "${SCRATCH}/tests/tests/version_test")
else()
  message(FATAL_ERROR "No case '${CASE}'")
endif()
