# The CMake package of the installed tree (docs/decisions/install.md). Programs, libraries, headers
# and profiles are installed where they are made.
include(CMakePackageConfigHelpers)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/isojoule)
configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/isojoule-config.cmake.in ${PROJECT_BINARY_DIR}/isojoule-config.cmake
  INSTALL_DESTINATION ${package} NO_SET_AND_CHECK_MACRO)
# Before 1.0, a new minor version may change any interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/isojoule-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(
  FILES ${PROJECT_BINARY_DIR}/isojoule-config.cmake
        ${PROJECT_BINARY_DIR}/isojoule-config-version.cmake
        ${CMAKE_CURRENT_LIST_DIR}/FindLIBSVM.cmake
        ${CMAKE_CURRENT_LIST_DIR}/FindProtobufLite.cmake
  DESTINATION ${package})
install(EXPORT isojoule_targets NAMESPACE isojoule:: FILE isojoule-targets.cmake
  DESTINATION ${package})
