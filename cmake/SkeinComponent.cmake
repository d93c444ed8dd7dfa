# skein_component(): the one way a library of skein's is declared.
#
#   skein_component(
#     NAME threading
#     HEADERS      include/skein/threading.h include/skein/threading/lock.h ...
#     SOURCES      src/lock.cc ...
#     PUBLIC_DEPS  skein::core          # what the public headers include
#     PACKAGES     Threads)             # find_package names behind the deps
#
# makes the target skein_threading, the alias skein::threading, the header set,
# an object library that compiles every public header alone (with tests), and,
# with SKEIN_INSTALL, the export file and the pkg-config file.
#
# A component sees its own include folder and those of its PUBLIC_DEPS, nothing
# else: an include that the graph forbids is not found.
#
# skein_package() then installs skeinConfig.cmake for all components so far.
#
# skein_choose_components() says which are to be built.
include_guard(GLOBAL)
include(CMakePackageConfigHelpers)
include(SkeinWarnings)

set(SKEIN_CONFIG_INSTALL_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/skein")

# skein_choose_components(<variable> <component>...) sets the variable to those of the components, which are in the
# order of the include graph, that SKEIN_COMPONENTS names or that these stand on; to all where it is empty.
function(skein_choose_components variable)
  set(chosen ${SKEIN_COMPONENTS})
  foreach(component IN LISTS chosen)
    if(NOT component IN_LIST ARGN)
      list(JOIN ARGN ", " known)
      message(FATAL_ERROR "SKEIN_COMPONENTS: skein has no component '${component}'; it has: ${known}.")
    endif()
  endforeach()
  if(chosen)
    set(backwards ${ARGN})
    list(REVERSE backwards)
    foreach(component IN LISTS backwards)
      if(component IN_LIST chosen)
        file(STRINGS "${PROJECT_SOURCE_DIR}/${component}/CMakeLists.txt" deps REGEX "(PUBLIC|PRIVATE)_DEPS ")
        string(REGEX MATCHALL "skein::[a-z_]+" deps "${deps}")
        list(TRANSFORM deps REPLACE "^skein::" "")
        list(APPEND chosen ${deps})
      endif()
    endforeach()
  else()
    set(chosen ${ARGN})
  endif()
  set(ordered ${ARGN})
  foreach(component IN LISTS ARGN)
    if(NOT component IN_LIST chosen)
      list(REMOVE_ITEM ordered ${component})
    endif()
  endforeach()
  set(${variable} ${ordered} PARENT_SCOPE)
endfunction()

function(skein_component)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME"
                        "HEADERS;SOURCES;PUBLIC_DEPS;PACKAGES")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_NAME OR NOT arg_SOURCES)
    message(FATAL_ERROR "skein_component: needs NAME and SOURCES; cannot read "
                        "'${arg_UNPARSED_ARGUMENTS}'")
  endif()
  set(target "skein_${arg_NAME}")

  set(pic ON)
  if(DEFINED CMAKE_POSITION_INDEPENDENT_CODE)
    set(pic ${CMAKE_POSITION_INDEPENDENT_CODE})
  endif()
  add_library(${target})
  add_library(skein::${arg_NAME} ALIAS ${target})
  target_sources(${target} PRIVATE ${arg_SOURCES})
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${arg_HEADERS})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_link_libraries(${target} PUBLIC ${arg_PUBLIC_DEPS})
  set_target_properties(
    ${target}
    PROPERTIES EXPORT_NAME ${arg_NAME}
               CXX_EXTENSIONS OFF
               CXX_VISIBILITY_PRESET hidden
               VISIBILITY_INLINES_HIDDEN ON
               POSITION_INDEPENDENT_CODE ${pic}
               VERSION ${PROJECT_VERSION}
               SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
               DEFINE_SYMBOL ""
               INSTALL_RPATH "$ORIGIN")
  get_target_property(type ${target} TYPE)
  if(type STREQUAL SHARED_LIBRARY)
    set(exports "${PROJECT_SOURCE_DIR}/cmake/skein.exports")
    target_link_options(${target} PRIVATE "LINKER:--version-script=${exports}")
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "${exports}")
  endif()
  skein_warnings(${target})
  if(SKEIN_FAULT_POINTS)  # core/internal/fault.h; for the sources alone.
    target_compile_definitions(${target} PRIVATE SKEIN_FAULT_POINTS)
  endif()

  # The sanitizers change nothing about whether a header compiles.
  if(SKEIN_BUILD_TESTS AND NOT CMAKE_CXX_FLAGS MATCHES "fsanitize")
    _skein_compile_headers_alone(${target} "${arg_HEADERS}")
  endif()

  set_property(GLOBAL APPEND PROPERTY SKEIN_BUILT_COMPONENTS ${arg_NAME})
  if(SKEIN_INSTALL)
    _skein_install_component(${arg_NAME} "${arg_PUBLIC_DEPS}"
                             "${arg_PACKAGES}")
  endif()
endfunction()

# One file for each header that includes it twice and nothing before it, under
# the warnings of skein's own sources.
function(_skein_compile_headers_alone target headers)
  set(sources "")
  foreach(header IN LISTS headers)
    string(REGEX REPLACE "^include/" "" header "${header}")
    string(MAKE_C_IDENTIFIER "${header}" stem)
    set(source "${CMAKE_CURRENT_BINARY_DIR}/headers/${stem}.cc")
    file(CONFIGURE OUTPUT "${source}" CONTENT "#include <${header}>\n#include <${header}>\n")
    list(APPEND sources "${source}")
  endforeach()
  if(sources)
    add_library(${target}_headers_alone OBJECT ${sources})
    target_link_libraries(${target}_headers_alone PRIVATE ${target})
    set_target_properties(${target}_headers_alone PROPERTIES CXX_EXTENSIONS OFF)
    skein_warnings(${target}_headers_alone)
  endif()
endfunction()

function(_skein_install_component name public_deps packages)
  set(target "skein_${name}")
  install(
    TARGETS ${target}
    EXPORT skein-${name}-targets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT ${name}
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT ${name}
    FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT ${name})
  install(
    EXPORT skein-${name}-targets
    NAMESPACE skein::
    DESTINATION "${SKEIN_CONFIG_INSTALL_DIR}"
    COMPONENT ${name})

  # What skeinConfig.cmake reads before it loads the targets.
  set(components ${public_deps})
  list(FILTER components INCLUDE REGEX "^skein::")
  list(TRANSFORM components REPLACE "^skein::" "")
  set(deps_file "${CMAKE_CURRENT_BINARY_DIR}/skein-${name}-deps.cmake")
  set(find_lines "")
  foreach(package IN LISTS packages)
    string(APPEND find_lines "find_dependency(${package})\n")
  endforeach()
  file(CONFIGURE OUTPUT "${deps_file}" @ONLY
       CONTENT "set(_skein_component_deps @components@)\n@find_lines@")
  install(
    FILES "${deps_file}"
    DESTINATION "${SKEIN_CONFIG_INSTALL_DIR}"
    COMPONENT ${name})

  # pkg-config.
  list(TRANSFORM components PREPEND "skein-" OUTPUT_VARIABLE SKEIN_PC_REQUIRES)
  list(JOIN SKEIN_PC_REQUIRES " " SKEIN_PC_REQUIRES)
  set(SKEIN_PC_NAME "${name}")
  set(SKEIN_PC_LIBS "-lskein_${name}")
  if("Threads" IN_LIST packages)
    string(APPEND SKEIN_PC_LIBS " -pthread")
  endif()
  configure_file("${PROJECT_SOURCE_DIR}/cmake/skein.pc.in"
                 "${CMAKE_CURRENT_BINARY_DIR}/skein-${name}.pc" @ONLY)
  install(
    FILES "${CMAKE_CURRENT_BINARY_DIR}/skein-${name}.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
    COMPONENT ${name})
endfunction()

function(skein_package)
  get_property(SKEIN_BUILT_COMPONENTS GLOBAL PROPERTY SKEIN_BUILT_COMPONENTS)
  list(TRANSFORM SKEIN_BUILT_COMPONENTS PREPEND "skein_" OUTPUT_VARIABLE targets)
  add_custom_target(skein_components DEPENDS ${targets})
  write_basic_package_version_file(
    "${PROJECT_BINARY_DIR}/skeinConfigVersion.cmake"
    VERSION ${PROJECT_VERSION}
    COMPATIBILITY SameMinorVersion)
  configure_package_config_file(
    "${PROJECT_SOURCE_DIR}/cmake/skeinConfig.cmake.in" "${PROJECT_BINARY_DIR}/skeinConfig.cmake"
    INSTALL_DESTINATION "${SKEIN_CONFIG_INSTALL_DIR}"
    NO_SET_AND_CHECK_MACRO)
  if(SKEIN_INSTALL)
    install(
      FILES "${PROJECT_BINARY_DIR}/skeinConfig.cmake"
            "${PROJECT_BINARY_DIR}/skeinConfigVersion.cmake"
      DESTINATION "${SKEIN_CONFIG_INSTALL_DIR}"
      COMPONENT core)
  endif()
  # Below another project, find_package(skein COMPONENTS ...) finds the targets
  # of this tree.
  if(NOT PROJECT_IS_TOP_LEVEL AND CMAKE_FIND_PACKAGE_REDIRECTS_DIR)
    foreach(suffix IN ITEMS "" "Version")
      configure_file("${PROJECT_BINARY_DIR}/skeinConfig${suffix}.cmake"
                     "${CMAKE_FIND_PACKAGE_REDIRECTS_DIR}/skeinConfig${suffix}.cmake" COPYONLY)
    endforeach()
  endif()
endfunction()
