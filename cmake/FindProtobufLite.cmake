# ProtobufLite::protobuf-lite, the static library where there is one. Installed with our CMake package,
# which needs it too.
#
# Not FindProtobuf's target: LibTorch's own package uses that one, and would link the static library beside
# the shared one that libtorch has, which ends a program at its start.
find_path(ProtobufLite_INCLUDE_DIR google/protobuf/message_lite.h)
find_library(ProtobufLite_LIBRARY NAMES libprotobuf-lite.a protobuf-lite)
mark_as_advanced(ProtobufLite_INCLUDE_DIR ProtobufLite_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(ProtobufLite
  REQUIRED_VARS ProtobufLite_LIBRARY ProtobufLite_INCLUDE_DIR)

if(ProtobufLite_FOUND AND NOT TARGET ProtobufLite::protobuf-lite)
  add_library(ProtobufLite::protobuf-lite UNKNOWN IMPORTED)
  set_target_properties(ProtobufLite::protobuf-lite PROPERTIES
    IMPORTED_LOCATION ${ProtobufLite_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${ProtobufLite_INCLUDE_DIR})
endif()
