# The tests. None of their programs is in the target `all`; isojoule_tests builds them.
#
# Each test has one label, which says when it runs:
#
#   tier1   `make test` and .ci/run: all rooms, and a smoke test (under 60 s) of each outside system
#   the others `make check-all`, label by label (tools/check-all)
set(ISOJOULE_TEST_LABELS tier1 headers slow faults fuzz soak cluster store challenge)

# isojoule_tests: all test programs, and the programs that they run. isojoule_headers: all headers, each
# compiled alone.
if(ISOJOULE_BUILD_TESTS)
  find_package(GTest QUIET)
  if(GTest_FOUND)
    add_custom_target(isojoule_tests)
    add_custom_target(isojoule_headers)
  else()
    set(why "GoogleTest is not here, so there are no tests. `tools/setup test` installs it.")
    message(STATUS "${why}")
    add_custom_target(isojoule_tests
      COMMAND ${CMAKE_COMMAND} -E echo "${why}" COMMAND ${CMAKE_COMMAND} -E false VERBATIM)
    set(ISOJOULE_BUILD_TESTS OFF)
  endif()
endif()

# isojoule_test(NAME name COMMAND command ... [LABEL label] [TIMEOUT seconds] [NEEDS target ...]
#               [ENVIRONMENT NAME=value ...] [PROPERTIES property value ...])
#
# A test of label tier1, if nothing else is said, that may take 120 s. NEEDS are the targets that
# must be built first, beside a target named as the command. Exit code 77 says that it was skipped: only
# for lack of what tools/setup cannot install, and with the reason.
function(isojoule_test)
  cmake_parse_arguments(ARG "" "NAME;LABEL;TIMEOUT" "COMMAND;NEEDS;ENVIRONMENT;PROPERTIES" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL tier1)
  endif()
  if(NOT ARG_LABEL IN_LIST ISOJOULE_TEST_LABELS)
    message(FATAL_ERROR "test ${ARG_NAME}: '${ARG_LABEL}' is none of ${ISOJOULE_TEST_LABELS}")
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(ISOJOULE_SANITIZE)
    math(EXPR ARG_TIMEOUT "5 * ${ARG_TIMEOUT}")
  endif()
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_COMMAND})
  set_tests_properties(${ARG_NAME} PROPERTIES
    LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT} SKIP_RETURN_CODE 77 ENVIRONMENT "${ARG_ENVIRONMENT}"
    ${ARG_PROPERTIES})
  list(GET ARG_COMMAND 0 program)
  foreach(target IN LISTS program ARG_NEEDS)
    if(TARGET ${target})
      add_dependencies(isojoule_tests ${target})
    endif()
  endforeach()
endfunction()

# isojoule_python_test(NAME name SCRIPT file [ARGUMENTS ...] and all that isojoule_test takes): a script
# that finds the program isojoule in the environment variable ISOJOULE.
function(isojoule_python_test)
  cmake_parse_arguments(ARG "" "SCRIPT" "ARGUMENTS;ENVIRONMENT;NEEDS" ${ARGN})
  isojoule_test(${ARG_UNPARSED_ARGUMENTS}
    COMMAND /usr/bin/python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_SCRIPT} ${ARG_ARGUMENTS}
    ENVIRONMENT "ISOJOULE=$<TARGET_FILE:isojoule>" ${ARG_ENVIRONMENT}
    NEEDS isojoule isojoule_profiles ${ARG_NEEDS})
endfunction()

# isojoule_test_program(TARGET source ...): a program of GoogleTest's. It is compiled without optimisation,
# which takes half the time; what it tests is compiled as everywhere.
function(isojoule_test_program target)
  add_executable(${target} EXCLUDE_FROM_ALL ${ARGN})
  target_link_libraries(${target} PRIVATE
    isojoule_test_support GTest::gmock GTest::gtest_main isojoule_warnings)
  set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
  if(NOT ISOJOULE_SANITIZE)
    target_compile_options(${target} PRIVATE -O0)
  endif()
  add_dependencies(isojoule_tests ${target})
endfunction()

# isojoule_headers_alone(TARGET ROOM header ...): part of isojoule_headers. Nothing is written, so each
# build of that target looks at every header again.
function(isojoule_headers_alone target room)
  set(checks)
  foreach(header IN LISTS ARGN)
    set(check ${CMAKE_CURRENT_BINARY_DIR}/alone/${header}.cpp)
    # Twice, so that a missing include guard is seen too.
    file(CONFIGURE OUTPUT ${check} CONTENT
      "#include \"isojoule/${room}/${header}\"\n#include \"isojoule/${room}/${header}\"\n")
    list(APPEND checks ${check})
  endforeach()
  add_library(${target}_headers_alone OBJECT EXCLUDE_FROM_ALL ${checks})
  target_compile_options(${target}_headers_alone PRIVATE -fsyntax-only)
  target_link_libraries(${target}_headers_alone PRIVATE ${target} isojoule_warnings)
  set_target_properties(${target}_headers_alone PROPERTIES UNITY_BUILD OFF)
  add_dependencies(isojoule_headers ${target}_headers_alone)
endfunction()
