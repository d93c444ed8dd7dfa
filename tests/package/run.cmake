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

set(components core threading queue multiprocessing futures process_pool)
if(HAS_COROUTINES)  # GCC 12 builds all but async.
  list(APPEND components async)
endif()
list(JOIN components ", " known)

# The consumer of the component by find_package. What the component does not stand on must not come along.
function(consume_by_find_package component prefix)
  set(absent ${components})
  set(needed_core core)
  set(needed_threading core threading)
  set(needed_queue core threading queue)
  set(needed_multiprocessing core threading queue multiprocessing)
  set(needed_futures core threading queue futures)
  set(needed_process_pool core threading queue multiprocessing futures process_pool)
  set(needed_async core threading queue futures async)
  list(REMOVE_ITEM absent ${needed_${component}})
  consume(${component} "-DCMAKE_PREFIX_PATH=${prefix}" -DCOMPONENTS=${component} "-DABSENT=${absent}")
endfunction()

# The consumer of the component by pkg-config and one line to the compiler. The headers that it reads are skein's, the
# compiler's and the C library's, and, where skein::multiprocessing is in it, cereal's: it needs no Boost, no Abseil.
function(consume_by_pkg_config component prefix)
  file(GLOB_RECURSE pc_file "${prefix}/*/skein-${component}.pc")
  cmake_path(GET pc_file PARENT_PATH pc_folder)
  cmake_path(GET pc_folder PARENT_PATH lib_folder)
  set(ENV{PKG_CONFIG_PATH} "${pc_folder}")
  run(COMMAND pkg-config --cflags --libs skein-${component})
  separate_arguments(pc_flags UNIX_COMMAND "${output}")
  separate_arguments(flags UNIX_COMMAND "${CXX_FLAGS}")
  set(program "${SCRATCH}/${component}_by_pkg_config")
  set(source "${SOURCE}/tests/package/consumer/${component}.cc")
  run(COMMAND "${CXX}" -std=c++20 ${flags} "${source}" -o "${program}" ${pc_flags} "-Wl,-rpath,${lib_folder}")
  run(COMMAND "${program}")

  run(COMMAND pkg-config --cflags skein-${component})
  separate_arguments(pc_flags UNIX_COMMAND "${output}")
  run(COMMAND "${CXX}" -std=c++20 ${flags} ${pc_flags} -M "${source}")
  string(REGEX MATCHALL "/[^ \\\n]+" headers "${output}")
  list(REMOVE_ITEM headers "${source}")
  list(LENGTH headers count)
  if(count LESS 20)
    message(FATAL_ERROR "These are not the headers that ${component}.cc reads: ${headers}")
  endif()
  set(allowed
      "${prefix}/include/skein/"
      # The compiler's and the standard library's; libstdc++ itself reads TBB's where they are installed.
      "/usr/(local/)?lib(32|64)?/(gcc|llvm|clang)[^/]*/" "/usr/include/(x86_64-linux-gnu/|aarch64-linux-gnu/)?c[+][+]/"
      "/usr/include/(tbb|oneapi)/"
      # The C library's and the kernel's.
      "/usr/include/[^/]+-linux-gnu/(bits|sys|gnu|asm)/" "/usr/include/(linux|asm|asm-generic|bits|sys|gnu)/"
      "/usr/include/[a-z0-9_-]+[.]h$")
  if(component MATCHES "^(multiprocessing|process_pool)$")
    list(APPEND allowed "/usr/include/cereal/")
  endif()
  list(JOIN allowed "|" allowed)
  set(strangers "")
  foreach(header IN LISTS headers)
    cmake_path(NORMAL_PATH header)
    if(NOT header MATCHES "^(${allowed})")
      list(APPEND strangers "${header}")
    endif()
  endforeach()
  if(strangers)
    message(FATAL_ERROR "A consumer of ${component} also reads: ${strangers}")
  endif()
endfunction()

# Installs skein, static from the build that this test belongs to, shared from a
# build of its own, then uses it from outside.
function(installed_case shared)
  set(prefix "${SCRATCH}/prefix")
  set(build "${BUILD}")
  if(shared)
    set(build "${SCRATCH}/skein")
    # As the README says.
    run(COMMAND ${configure} --preset install -S "${SOURCE}" -B "${build}" -DBUILD_SHARED_LIBS=ON -DSKEIN_WERROR=ON)
    run(COMMAND "${CMAKE_COMMAND}" --build "${build}")
  endif()
  run(COMMAND "${CMAKE_COMMAND}" --install "${build}" --prefix "${prefix}")
  set(kind "a")
  if(shared)
    set(kind "so")
  endif()
  file(GLOB_RECURSE libraries "${prefix}/libskein_*.${kind}")
  list(LENGTH libraries count)
  list(LENGTH components wanted)
  if(NOT count EQUAL wanted)
    message(FATAL_ERROR "These .${kind} files were installed, not ${wanted}: ${libraries}")
  endif()
  list(GET libraries 0 library)
  cmake_path(GET library PARENT_PATH lib_folder)
  run(COMMAND "${SOURCE}/scripts/symbols" "${lib_folder}")

  foreach(component IN LISTS components)
    consume_by_find_package(${component} "${prefix}")
    consume_by_pkg_config(${component} "${prefix}")
  endforeach()
  # Only multiprocessing, and process_pool with it, need cereal.
  consume(queue_without_cereal "-DCMAKE_PREFIX_PATH=${prefix}" -DCOMPONENTS=queue
          -DCMAKE_DISABLE_FIND_PACKAGE_cereal=ON)
  # A package that clang built, from GCC 12.
  find_program(gcc NAMES g++-12)
  if(gcc)
    run(COMMAND "${CMAKE_COMMAND}" -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${gcc}"
        -S "${SOURCE}/tests/package/consumer" -B "${SCRATCH}/refused"
        "-DCMAKE_PREFIX_PATH=${prefix}" -DCOMPONENTS=async
        MUST_SAY "skein's component 'async': GCC 12 miscompiles ordinary coroutines")
    run(COMMAND "${CMAKE_COMMAND}" -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${gcc}"
        -S "${SOURCE}/tests/package/consumer" -B "${SCRATCH}/without"
        "-DCMAKE_PREFIX_PATH=${prefix}" "-DCOMPONENTS=queue;OPTIONAL_COMPONENTS;async")
    if(NOT output MATCHES "skein is used without 'async': GCC 12 miscompiles ordinary coroutines")
      message(FATAL_ERROR "Of a component that is left out CMake must say why, not: ${output}")
    endif()
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
  # Only what the consumer links is built.
  file(GLOB_RECURSE libraries RELATIVE "${SCRATCH}/queue/skein" "${SCRATCH}/queue/skein/libskein_*")
  list(TRANSFORM libraries REPLACE ".*/libskein_(.*)\\.a" "\\1")
  list(SORT libraries)
  if(NOT libraries STREQUAL "core;queue;threading")
    message(FATAL_ERROR "A project that links queue alone built these: ${libraries}")
  endif()
  # Tests, examples, benchmarks and install rules are the top level's affair.
  file(GLOB_RECURSE strangers "${SCRATCH}/queue/skein/tests/*" "${SCRATCH}/queue/skein/examples/*"
       "${SCRATCH}/queue/skein/benchmarks/*")
  if(strangers)
    message(FATAL_ERROR "Below another project skein also made:\n${strangers}")
  endif()
elseif(CASE STREQUAL "one_component")
  # threads_alone.cmake lets no package be looked for but Threads, neither Boost nor Abseil nor cereal.
  set(alone -DSKEIN_COMPONENTS=queue "-DCMAKE_PROJECT_TOP_LEVEL_INCLUDES=${SOURCE}/tests/package/threads_alone.cmake")
  run(COMMAND ${configure} -S "${SOURCE}" -B "${SCRATCH}/skein" ${alone})
  run(COMMAND "${CMAKE_COMMAND}" --build "${SCRATCH}/skein")
  run(COMMAND "${CMAKE_COMMAND}" --install "${SCRATCH}/skein" --prefix "${SCRATCH}/prefix")
  file(GLOB_RECURSE libraries RELATIVE "${SCRATCH}/prefix" "${SCRATCH}/prefix/libskein_*.a")
  list(TRANSFORM libraries REPLACE ".*/libskein_(.*)\\.a" "\\1")
  list(SORT libraries)
  if(NOT libraries STREQUAL "core;queue;threading")
    message(FATAL_ERROR "SKEIN_COMPONENTS=queue installed these: ${libraries}")
  endif()
  consume(queue "-DCMAKE_PREFIX_PATH=${SCRATCH}/prefix" -DCOMPONENTS=queue)
  # That something is looked for it would notice, and a name that is none.
  run(COMMAND ${configure} -S "${SOURCE}" -B "${SCRATCH}/skein" ${alone} -DSKEIN_COMPONENTS=multiprocessing
      MUST_SAY "the package cereal is looked for")
  run(COMMAND ${configure} -S "${SOURCE}" -B "${SCRATCH}/skein" ${alone} -DSKEIN_COMPONENTS=queues
      MUST_SAY "skein has no component 'queues'; it has: core, threading, queue,")
  if(NOT HAS_COROUTINES)
    run(COMMAND ${configure} -S "${SOURCE}" -B "${SCRATCH}/skein" ${alone} -DSKEIN_COMPONENTS=async
        MUST_SAY "skein::async: GCC 12 miscompiles ordinary coroutines")
  endif()
  # By plain CMake it is the fast one.
  run(COMMAND "${CMAKE_COMMAND}" -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${CXX}" -S "${SOURCE}" -B "${SCRATCH}/plain"
      -DSKEIN_COMPONENTS=core)
  file(STRINGS "${SCRATCH}/plain/CMakeCache.txt" build_type REGEX "^CMAKE_BUILD_TYPE:")
  if(NOT build_type STREQUAL "CMAKE_BUILD_TYPE:STRING=Release")
    message(FATAL_ERROR "Without a build type skein is built as: ${build_type}")
  endif()
elseif(CASE MATCHES "^conan_")
  include("${CMAKE_CURRENT_LIST_DIR}/conan.cmake")
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
