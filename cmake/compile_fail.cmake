# Run by skein_compile_fail_test():
#   cmake -DSOURCE=... -DREGEX=... -DINCLUDES=... -P compile_fail.cmake -- COMMAND...

# The command is everything after "--".
set(command "")
set(after FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
  if(after)
    list(APPEND command "${CMAKE_ARGV${i}}")
  elseif("${CMAKE_ARGV${i}}" STREQUAL "--")
    set(after TRUE)
  endif()
endforeach()
list(REMOVE_DUPLICATES INCLUDES)
list(TRANSFORM INCLUDES PREPEND "-I")
list(APPEND command ${INCLUDES} "${SOURCE}")

execute_process(
  COMMAND ${command} -DSKEIN_CONTROL
  RESULT_VARIABLE control_result
  OUTPUT_VARIABLE control_output
  ERROR_VARIABLE control_output)
if(NOT control_result EQUAL 0)
  message(FATAL_ERROR "With -DSKEIN_CONTROL this must compile, and does not:\n${control_output}")
endif()

execute_process(
  COMMAND ${command}
  RESULT_VARIABLE result
  OUTPUT_VARIABLE output
  ERROR_VARIABLE output)
if(result EQUAL 0)
  message(FATAL_ERROR "This must not compile, and does: ${SOURCE}")
endif()
if(NOT output MATCHES "${REGEX}")
  message(FATAL_ERROR "This must fail with a message that matches\n  ${REGEX}\nand says:\n${output}")
endif()
