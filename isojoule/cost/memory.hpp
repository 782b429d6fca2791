// How much memory a training takes.
#pragma once

#include <cstdint>

#include "isojoule/core/cost.hpp"
#include "isojoule/cost/architecture.hpp"

namespace isojoule {

/// Bytes of the parameters in single precision.
std::uint64_t weights_memory(const Cost& cost);

/// Bytes of a batch of clips and their labels in single precision.
std::uint64_t batch_memory(std::uint64_t batch, const Task& task = {});

/// About how many bytes a process needs at its peak to train with Adam in single precision on a
/// CPU, for telling beforehand that a training cannot fit. The sum of
///
///   200 MB                                      the process with LibTorch
///   4 x batch x (inputs + labels)               the batch itself
///   16 x parameters                             weights, gradients, Adam's two moments
///   8 x parameters of the largest layer         what Adam computes with meanwhile
///   12 x batch x outputs of each convolution    it, its ReLU, and what MaxPool keeps
///   64 x batch x steps x hidden of a GRU layer  its gates and states
///   16 kB x steps of a GRU layer                the record of operations for the gradients
///
/// where all but the parameters were fitted to peaks that were seen (docs/workloads.md): within a
/// third of them. Throws Error(bad_input) as deepspeed_cost does.
std::uint64_t training_memory(const Architecture& architecture, std::uint64_t batch,
                              const Task& task = {});

}  // namespace isojoule
