# isojoule_module(NAME [ROOM room] SOURCES a.cpp ... HEADERS a.hpp ... [TESTS a_test.cpp ...]
#                 [LINKS public libraries ...] [PRIVATE private libraries ...]
#                 [TEST_LINKS libraries of the tests alone ...])
#
# One room of the house: a static library isojoule::NAME, installed with its headers but for those in
# detail/; a check that each of its headers compiles alone; and one test program for the tests that lie
# beside the sources. The target `all` has the library alone (cmake/isojoule_tests.cmake). A large room
# has several targets, named ROOM_part, of sources in the room's folder.
function(isojoule_module name)
  cmake_parse_arguments(ARG "" "ROOM" "SOURCES;HEADERS;TESTS;LINKS;PRIVATE;TEST_LINKS" ${ARGN})
  set(target isojoule_${name})
  if(NOT ARG_ROOM)
    set(ARG_ROOM ${name})
  endif()

  add_library(${target} STATIC ${ARG_SOURCES})
  add_library(isojoule::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  set(public_headers ${ARG_HEADERS})
  list(FILTER public_headers EXCLUDE REGEX "^detail/")
  target_sources(${target} PUBLIC
    FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${public_headers})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_link_libraries(${target} PUBLIC ${ARG_LINKS}
    PRIVATE ${ARG_PRIVATE} $<BUILD_INTERFACE:isojoule_warnings>)
  install(TARGETS ${target} EXPORT isojoule_targets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
    FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

  if(NOT ISOJOULE_BUILD_TESTS)
    return()
  endif()

  isojoule_headers_alone(${target} ${ARG_ROOM} ${ARG_HEADERS})
  if(ARG_TESTS)
    isojoule_test_program(${target}_test ${ARG_TESTS})
    target_link_libraries(${target}_test PRIVATE ${target} ${ARG_TEST_LINKS})
    isojoule_test(NAME ${name} COMMAND ${target}_test)
  endif()
endfunction()
