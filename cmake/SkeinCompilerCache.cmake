# Compiles through ccache where it is installed, so that a fresh clone, at any
# path, finds what another clone has compiled. Only for skein's own top-level
# build; another project chooses its launcher itself.
if(PROJECT_IS_TOP_LEVEL)
  option(SKEIN_CCACHE "Compile through ccache when it is installed" ON)
  if(SKEIN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    find_program(SKEIN_CCACHE_PROGRAM ccache)
    mark_as_advanced(SKEIN_CCACHE_PROGRAM)
    if(SKEIN_CCACHE_PROGRAM)
      set(CMAKE_CXX_COMPILER_LAUNCHER
          ${CMAKE_COMMAND} -E env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=true
          "${SKEIN_CCACHE_PROGRAM}")
    endif()
  endif()
  # Paths in __FILE__ and in debug information start at the root of the tree.
  add_compile_options("-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=")
endif()
