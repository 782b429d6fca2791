// The threads that LibTorch computes with on a CPU.
#pragma once

namespace isojoule::trainer {

/// Of LibTorch and of the BLAS below it.
void set_threads(int threads);

/// Flushes denormal numbers to zero, in this thread and in those that compute with it. Threads of
/// OpenMP get this from the one that first needs them: call it before any computation.
void flush_denormals();

}  // namespace isojoule::trainer
