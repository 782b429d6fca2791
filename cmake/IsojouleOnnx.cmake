# Protocol buffers, statically, and ONNX's schema: ISOJOULE_ONNX_PROTO (docs/decisions/onnx.md).
set(Protobuf_USE_STATIC_LIBS ON)
find_package(Protobuf REQUIRED)
find_file(ISOJOULE_ONNX_PROTO onnx.proto PATH_SUFFIXES onnx
          DOC "ONNX's schema, of libonnx-dev or of a pip-installed onnx")
if(NOT ISOJOULE_ONNX_PROTO)
  message(FATAL_ERROR
    "ONNX's schema onnx.proto was not found. On Debian: apt-get install libonnx-dev. Elsewhere: "
    "pip install onnx, and -DISOJOULE_ONNX_PROTO=.../site-packages/onnx/onnx.proto")
endif()
