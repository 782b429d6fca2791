#include "trainer/torch_threads.hpp"

#include <dlfcn.h>

#include <ATen/Context.h>
#include <ATen/Parallel.h>

namespace isojoule::trainer {

/// LibTorch sets the threads of OpenMP and MKL, but not those of OpenBLAS, which Debian's builds
/// on.
void set_threads(int threads) {
  at::set_num_threads(threads);
  using SetThreads = void (*)(int);
  if (void* set = dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))
    reinterpret_cast<SetThreads>(set)(threads);
}

/// A thread begins with the mode of the one that starts it, and OpenBLAS starts its own when it is
/// loaded, before any of our code. So they are ended here; the next product starts new ones, as
/// after a fork.
void flush_denormals() {
  at::globalContext().setFlushDenormal(true);
  using Shutdown = int (*)();
  if (void* shutdown = dlsym(RTLD_DEFAULT, "blas_thread_shutdown_"))
    reinterpret_cast<Shutdown>(shutdown)();
}

}  // namespace isojoule::trainer
