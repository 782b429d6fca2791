# Warnings for our own code, sanitizers, and the faster compiler launcher and linker where they are.

add_library(isojoule_warnings INTERFACE)
target_compile_options(isojoule_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wnull-dereference -Wdouble-promotion)
if(ISOJOULE_WERROR)
  target_compile_options(isojoule_warnings INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  # GCC 12 reports null dereferences inside inlined libstdc++ code when it optimises.
  target_compile_options(isojoule_warnings INTERFACE -Wno-null-dereference)
endif()

# Programs leave out those functions of static libraries that they do not call.
add_compile_options(-ffunction-sections -fdata-sections)
add_link_options(-Wl,--gc-sections)

if(ISOJOULE_SANITIZE)
  add_compile_options(-fsanitize=${ISOJOULE_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${ISOJOULE_SANITIZE})
endif()

find_program(ISOJOULE_CCACHE ccache)
if(ISOJOULE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${ISOJOULE_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ISOJOULE_CCACHE})
endif()

find_program(ISOJOULE_MOLD mold)
if(ISOJOULE_MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU"
   AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12.1)
  add_link_options(-fuse-ld=mold)
endif()
