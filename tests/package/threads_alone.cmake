# A dependency provider by which find_package() of anything but Threads is an error.
macro(skein_threads_alone method package)
  if(NOT "${package}" STREQUAL "Threads")
    message(FATAL_ERROR "the package ${package} is looked for")
  endif()
endmacro()
cmake_language(SET_DEPENDENCY_PROVIDER skein_threads_alone SUPPORTED_METHODS FIND_PACKAGE)
