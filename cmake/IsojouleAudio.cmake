# isojoule::sndfile and isojoule::soxr, which read and resample the trainer's clips. Their packages bring
# no CMake files, or not everywhere.
foreach(name_and_header IN ITEMS "sndfile;sndfile.h" "soxr;soxr.h")
  list(GET name_and_header 0 name)
  list(GET name_and_header 1 header)
  string(TOUPPER ISOJOULE_${name} prefix)
  find_path(${prefix}_INCLUDE_DIR ${header})
  find_library(${prefix}_LIBRARY ${name})
  mark_as_advanced(${prefix}_INCLUDE_DIR ${prefix}_LIBRARY)
  if(NOT ${prefix}_INCLUDE_DIR OR NOT ${prefix}_LIBRARY)
    message(FATAL_ERROR
      "isojoule-train needs lib${name}. On Debian: apt-get install libsndfile1-dev libsoxr-dev. "
      "Or build without it: -DISOJOULE_BUILD_TRAINER=OFF")
  endif()
  if(NOT TARGET isojoule::${name})
    add_library(isojoule::${name} UNKNOWN IMPORTED)
    set_target_properties(isojoule::${name} PROPERTIES
      IMPORTED_LOCATION ${${prefix}_LIBRARY}
      INTERFACE_INCLUDE_DIRECTORIES ${${prefix}_INCLUDE_DIR})
  endif()
endforeach()
