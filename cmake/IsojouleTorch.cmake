# isojoule::torch, the LibTorch that the trainer links: Debian's libtorch-dev, or the one inside a
# pip-installed torch.
#
#   -DISOJOULE_TORCH=auto|debian|pip     auto: pip if a python is named, else Debian's, else pip's
#   -DISOJOULE_TORCH_PYTHON=PATH         the python3 whose torch is meant; default: that of
#                                        .venv-torch in the source folder, else the first on PATH
#
# pip's torch is found without find_package(Torch): its CUDA builds would demand a CUDA toolkit,
# which nothing here compiles with. See docs/decisions/torch.md.

set(ISOJOULE_TORCH auto CACHE STRING "Which LibTorch to use: auto, debian or pip")
set_property(CACHE ISOJOULE_TORCH PROPERTY STRINGS auto debian pip)
set(ISOJOULE_TORCH_PYTHON "" CACHE FILEPATH "The python3 whose torch is used")

# Sets `found` in the caller; makes isojoule_torch from Debian's libtorch-dev.
function(isojoule_torch_from_debian found)
  set(${found} FALSE PARENT_SCOPE)
  find_package(Torch CONFIG QUIET GLOBAL PATHS /usr NO_DEFAULT_PATH)
  if(NOT Torch_FOUND)
    return()
  endif()
  find_library(ISOJOULE_OPENBLAS NAMES openblas libopenblas.so.0)
  if(NOT ISOJOULE_OPENBLAS)
    message(WARNING "LibTorch will run on the reference BLAS, 2 to 4 times slower: "
                    "install libopenblas-dev")
  endif()
  add_library(isojoule_torch INTERFACE)
  target_include_directories(isojoule_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
  target_link_libraries(isojoule_torch INTERFACE ${TORCH_LIBRARIES})
  message(STATUS "LibTorch: ${Torch_VERSION} of libtorch-dev")
  set(${found} TRUE PARENT_SCOPE)
endfunction()

# Sets `python` to the python3 to ask; empty if there is none.
function(isojoule_torch_python python)
  set(venv ${PROJECT_SOURCE_DIR}/.venv-torch/bin/python3)
  if(ISOJOULE_TORCH_PYTHON)
    set(${python} ${ISOJOULE_TORCH_PYTHON} PARENT_SCOPE)
  elseif(EXISTS ${venv})
    set(${python} ${venv} PARENT_SCOPE)
  else()
    find_program(ISOJOULE_PYTHON3 python3)
    set(${python} "${ISOJOULE_PYTHON3}" PARENT_SCOPE)
  endif()
endfunction()

# Sets `found` in the caller; makes isojoule_torch from pip's torch. `why_not` says what is missing.
function(isojoule_torch_from_pip found why_not)
  set(${found} FALSE PARENT_SCOPE)
  isojoule_torch_python(python)
  if(NOT python)
    set(${why_not} "there is no python3" PARENT_SCOPE)
    return()
  endif()
  execute_process(
    COMMAND ${python} -c "import os, torch
print(torch.__version__, int(torch.compiled_with_cxx11_abi()), os.path.dirname(torch.__file__), sep=';')"
    OUTPUT_VARIABLE answer ERROR_VARIABLE trouble RESULT_VARIABLE failed
    OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(failed)
    string(REGEX REPLACE ".*\n([^\n]+)\n*$" "\\1" trouble "${trouble}")
    set(${why_not} "${python} cannot import torch: ${trouble}" PARENT_SCOPE)
    return()
  endif()
  list(GET answer 0 version)
  list(GET answer 1 cxx11_abi)
  list(GET answer 2 folder)
  if(NOT cxx11_abi)
    # Its std::string is another type than the system libraries' (fmt, GoogleTest): they cannot be
    # linked into one program.
    set(${why_not} "torch ${version} of ${python} has the old C++ ABI: install torch 2.6 or later"
        PARENT_SCOPE)
    return()
  endif()

  set(libraries)
  foreach(name IN ITEMS torch torch_cpu c10 torch_cuda c10_cuda)
    if(EXISTS ${folder}/lib/lib${name}.so)
      list(APPEND libraries ${folder}/lib/lib${name}.so)
    endif()
  endforeach()
  add_library(isojoule_torch INTERFACE)
  target_include_directories(isojoule_torch SYSTEM INTERFACE
    ${folder}/include ${folder}/include/torch/csrc/api/include)
  target_compile_definitions(isojoule_torch INTERFACE _GLIBCXX_USE_CXX11_ABI=1)
  # No symbol of libtorch_cuda is named by us, it registers itself: keep it although it looks unused.
  # What it needs in turn (libcudart, ...) it finds by its own run path.
  target_link_libraries(isojoule_torch INTERFACE
    "-Wl,--push-state,--no-as-needed" ${libraries} "-Wl,--pop-state")
  target_link_options(isojoule_torch INTERFACE
    "-Wl,-rpath,${folder}/lib" "-Wl,--allow-shlib-undefined")
  message(STATUS "LibTorch: ${version} of ${python}")
  set(${found} TRUE PARENT_SCOPE)
endfunction()

function(isojoule_find_torch)
  if(NOT ISOJOULE_TORCH MATCHES "^(auto|debian|pip)$")
    message(FATAL_ERROR "ISOJOULE_TORCH is '${ISOJOULE_TORCH}'; use auto, debian or pip")
  endif()
  set(found FALSE)
  set(why_not "libtorch-dev is not installed")
  if(ISOJOULE_TORCH STREQUAL "debian"
     OR (ISOJOULE_TORCH STREQUAL "auto" AND NOT ISOJOULE_TORCH_PYTHON))
    isojoule_torch_from_debian(found)
  endif()
  if(NOT found AND NOT ISOJOULE_TORCH STREQUAL "debian")
    isojoule_torch_from_pip(found why_not)
  endif()
  if(NOT found)
    message(FATAL_ERROR
      "No LibTorch for isojoule-train: ${why_not}. On Debian: apt-get install libtorch-dev "
      "libopenblas-dev. Elsewhere: python3 -m venv .venv-torch && .venv-torch/bin/pip install torch. "
      "Or build without it: -DISOJOULE_BUILD_TRAINER=OFF")
  endif()
  add_library(isojoule::torch ALIAS isojoule_torch)
endfunction()

if(NOT TARGET isojoule::torch)
  isojoule_find_torch()
endif()
