# ProtobufLite::protobuf-lite, under a name of its own (cmake/IsojouleOnnx.cmake says why). Installed with
# our CMake package, which needs it too. With ProtobufLite_USE_STATIC_LIBS the static library where
# there is one; it need not be position independent, so what goes into a shared library takes the other.
find_path(ProtobufLite_INCLUDE_DIR google/protobuf/message_lite.h)
set(names protobuf-lite)
if(ProtobufLite_USE_STATIC_LIBS)
  list(PREPEND names libprotobuf-lite.a)
endif()
find_library(ProtobufLite_LIBRARY NAMES ${names})
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
