# One case of tests/package, chosen by CASE, in the scratch folder SCRATCH.

function(run)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "MUST_SAY;IN" "COMMAND")
  execute_process(
    COMMAND ${arg_COMMAND}
    RESULT_VARIABLE result
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output)
  list(JOIN arg_COMMAND " " shown)
  # CMake breaks its messages into lines; the words are compared.
  string(REGEX REPLACE "[ \n\r\t]+" " " words "${output}")
  if(arg_MUST_SAY)
    if(result EQUAL 0)
      message(FATAL_ERROR "This must fail, and does not:\n${shown}\n${output}")
    elseif(NOT words MATCHES "${arg_MUST_SAY}")
      message(FATAL_ERROR "This must say '${arg_MUST_SAY}':\n${shown}\n${output}")
    endif()
  elseif(NOT result EQUAL 0)
    message(FATAL_ERROR "This failed (${result}):\n${shown}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

set(configure "${CMAKE_COMMAND}" -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${CXX}"
    "-DCMAKE_CXX_FLAGS=${CXX_FLAGS}" "-DCMAKE_BUILD_TYPE=${BUILD_TYPE}"
    "-DCMAKE_CXX_FLAGS_DEBUG=${BUILD_TYPE_FLAGS}")
# CMake takes it from here, as the list that it is.
set(ENV{CMAKE_CXX_COMPILER_LAUNCHER} "${LAUNCHER}")

# Builds consumer/ with the given cache entries, and runs what it built.
function(consume folder)
  run(COMMAND ${configure} -S "${SOURCE}/tests/package/consumer" -B "${SCRATCH}/${folder}" ${ARGN})
  run(COMMAND "${CMAKE_COMMAND}" --build "${SCRATCH}/${folder}")
  run(COMMAND "${SCRATCH}/${folder}/consumer")
  if(NOT output MATCHES "skein [0-9.]+ works")
    message(FATAL_ERROR "The consumer printed: ${output}")
  endif()
endfunction()

# Installs skein, static from the build that this test belongs to, shared from a
# build of its own, then uses it from outside.
function(installed_case shared)
  set(prefix "${SCRATCH}/prefix")
  set(build "${BUILD}")
  if(shared)
    set(build "${SCRATCH}/skein")
    run(COMMAND ${configure} -S "${SOURCE}" -B "${build}" -DBUILD_SHARED_LIBS=ON -DSKEIN_WERROR=ON
        -DSKEIN_BUILD_TESTS=OFF -DSKEIN_BUILD_EXAMPLES=OFF -DSKEIN_BUILD_BENCHMARKS=OFF)
    run(COMMAND "${CMAKE_COMMAND}" --build "${build}")
  endif()
  run(COMMAND "${CMAKE_COMMAND}" --install "${build}" --prefix "${prefix}")
  set(kind "a")
  if(shared)
    set(kind "so")
  endif()
  file(GLOB_RECURSE libraries "${prefix}/libskein_*.${kind}")
  list(LENGTH libraries count)
  # GCC 12 builds all but async.
  set(wanted 7)
  set(known "core, threading, queue, multiprocessing, futures, process_pool, async")
  if(NOT HAS_COROUTINES)
    set(wanted 6)
    set(known "core, threading, queue, multiprocessing, futures, process_pool")
  endif()
  if(NOT count EQUAL wanted)
    message(FATAL_ERROR "These .${kind} files were installed, not ${wanted}: ${libraries}")
  endif()

  consume(threading "-DCMAKE_PREFIX_PATH=${prefix}" -DCOMPONENTS=threading -DABSENT=queue)
  consume(queue "-DCMAKE_PREFIX_PATH=${prefix}" -DCOMPONENTS=queue -DABSENT=futures)
  consume(futures "-DCMAKE_PREFIX_PATH=${prefix}" -DCOMPONENTS=futures)
  consume(multiprocessing "-DCMAKE_PREFIX_PATH=${prefix}" -DCOMPONENTS=multiprocessing -DABSENT=futures)
  consume(process_pool "-DCMAKE_PREFIX_PATH=${prefix}" -DCOMPONENTS=process_pool -DABSENT=async)
  # Only multiprocessing, and process_pool with it, need cereal.
  consume(queue_without_cereal "-DCMAKE_PREFIX_PATH=${prefix}" -DCOMPONENTS=queue
          -DCMAKE_DISABLE_FIND_PACKAGE_cereal=ON)
  if(HAS_COROUTINES)
    consume(async "-DCMAKE_PREFIX_PATH=${prefix}" -DCOMPONENTS=async)
  endif()
  # A package that clang built, from GCC 12.
  find_program(gcc NAMES g++-12)
  if(gcc)
    run(COMMAND "${CMAKE_COMMAND}" -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${gcc}"
        -S "${SOURCE}/tests/package/consumer" -B "${SCRATCH}/refused"
        "-DCMAKE_PREFIX_PATH=${prefix}" -DCOMPONENTS=async
        MUST_SAY "skein's component 'async': GCC 12 miscompiles ordinary coroutines")
  endif()
  run(COMMAND ${configure} -S "${SOURCE}/tests/package/consumer" -B "${SCRATCH}/unknown"
      "-DCMAKE_PREFIX_PATH=${prefix}" "-DCOMPONENTS=threading;threads"
      MUST_SAY "skein has no component 'threads'; it has: ${known}")
  run(COMMAND ${configure} -S "${SOURCE}/tests/package/consumer" -B "${SCRATCH}/newer"
      "-DCMAKE_PREFIX_PATH=${prefix}" -DCOMPONENTS=threading -DVERSION=7.0
      MUST_SAY "compatible with requested version \"7.0\"")

  # The project that the README shows.
  run(COMMAND ${configure} -S "${SOURCE}/tests/package/readme" -B "${SCRATCH}/readme"
      "-DCMAKE_PREFIX_PATH=${prefix}")
  run(COMMAND "${CMAKE_COMMAND}" --build "${SCRATCH}/readme")
  run(COMMAND "${SCRATCH}/readme/app")

  # pkg-config, one component alone.
  file(GLOB_RECURSE pc_file "${prefix}/*/skein-queue.pc")
  cmake_path(GET pc_file PARENT_PATH pc_folder)
  set(ENV{PKG_CONFIG_PATH} "${pc_folder}")
  run(COMMAND pkg-config --cflags --libs skein-queue)
  separate_arguments(pc_flags UNIX_COMMAND "${output}")
  separate_arguments(flags UNIX_COMMAND "${CXX_FLAGS}")
  cmake_path(GET pc_folder PARENT_PATH lib_folder)
  run(COMMAND "${CXX}" -std=c++20 ${flags} "${SOURCE}/tests/package/consumer/queue.cc" -o
      "${SCRATCH}/by_pkg_config" ${pc_flags} "-Wl,-rpath,${lib_folder}")
  run(COMMAND "${SCRATCH}/by_pkg_config")
endfunction()

file(REMOVE_RECURSE "${SCRATCH}")
if(CASE STREQUAL "installed_static")
  installed_case(OFF)
elseif(CASE STREQUAL "installed_shared")
  installed_case(ON)
elseif(CASE STREQUAL "subdirectory")
  consume(queue "-DSKEIN_SOURCE=${SOURCE}" -DCOMPONENTS=queue)
  consume(queue_without_cereal "-DSKEIN_SOURCE=${SOURCE}" -DCOMPONENTS=queue "-DABSENT=multiprocessing;process_pool"
          -DCMAKE_DISABLE_FIND_PACKAGE_cereal=ON)
  # Tests, examples, benchmarks and install rules are the top level's affair.
  file(GLOB_RECURSE strangers "${SCRATCH}/queue/skein/tests/*" "${SCRATCH}/queue/skein/examples/*"
       "${SCRATCH}/queue/skein/benchmarks/*")
  if(strangers)
    message(FATAL_ERROR "Below another project skein also made:\n${strangers}")
  endif()
elseif(CASE STREQUAL "refuses_exceptions")
  run(COMMAND ${configure} -S "${SOURCE}" -B "${SCRATCH}" -DCMAKE_CXX_FLAGS=-fno-exceptions
      MUST_SAY "skein needs exceptions")
elseif(CASE STREQUAL "refuses_rtti")
  run(COMMAND ${configure} -S "${SOURCE}" -B "${SCRATCH}" -DCMAKE_CXX_FLAGS=-fno-rtti
      MUST_SAY "skein needs RTTI")
elseif(CASE STREQUAL "refuses_32_bit")
  run(COMMAND ${configure} -S "${SOURCE}" -B "${SCRATCH}" -DCMAKE_CXX_FLAGS=-m32
      -DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY
      MUST_SAY "skein runs on 64-bit Linux; this build is for Linux, 32 bits")
elseif(CASE STREQUAL "refuses_old_compiler")
  # A stand-in for the compiler's identity: the version is what configure reads.
  run(COMMAND ${configure} -S "${SOURCE}" -B "${SCRATCH}" -DCMAKE_CXX_COMPILER_FORCED=ON
      -DCMAKE_CXX_COMPILER_ID=GNU -DCMAKE_CXX_COMPILER_VERSION=11.4 -DCMAKE_SIZEOF_VOID_P=8
      MUST_SAY "skein needs Clang 17 or newer, or GCC 12 or newer; .* is GNU 11.4")
else()
  message(FATAL_ERROR "No case '${CASE}'")
endif()
