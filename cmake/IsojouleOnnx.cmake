# Protocol buffers, linked statically, and ONNX's schema, ISOJOULE_ONNX_PROTO: of libonnx-dev, or of
# a Python package onnx (docs/decisions/onnx.md).
#
# Without find_package(Protobuf): LibTorch's own package uses its targets, and would link the static
# library beside the shared one that libtorch has, which ends a program at its start.
set(ProtobufLite_USE_STATIC_LIBS ON)
find_package(ProtobufLite REQUIRED)
set(ISOJOULE_PROTOBUF_LITE ProtobufLite::protobuf-lite)
find_program(ISOJOULE_PROTOC protoc REQUIRED)

find_file(ISOJOULE_ONNX_PROTO NAMES onnx.proto onnx-ml.proto
  PATHS /usr/lib/python3/dist-packages PATH_SUFFIXES onnx
  DOC "ONNX's schema")
if(NOT ISOJOULE_ONNX_PROTO)
  message(FATAL_ERROR
    "ONNX's schema onnx.proto was not found. On Debian: apt-get install libonnx-dev. Elsewhere: "
    "pip install onnx, and -DISOJOULE_ONNX_PROTO=PATH of the onnx.proto in its folder")
endif()
