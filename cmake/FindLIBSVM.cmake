# LIBSVM::svm, which comes without a CMake package of its own. Installed with ours, which needs it too.
find_path(LIBSVM_INCLUDE_DIR libsvm/svm.h)
find_library(LIBSVM_LIBRARY svm)
mark_as_advanced(LIBSVM_INCLUDE_DIR LIBSVM_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LIBSVM REQUIRED_VARS LIBSVM_LIBRARY LIBSVM_INCLUDE_DIR)

if(LIBSVM_FOUND AND NOT TARGET LIBSVM::svm)
  add_library(LIBSVM::svm UNKNOWN IMPORTED)
  set_target_properties(LIBSVM::svm PROPERTIES
    IMPORTED_LOCATION ${LIBSVM_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${LIBSVM_INCLUDE_DIR})
endif()
