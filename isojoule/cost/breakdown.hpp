// The arithmetic of a training step, told apart by its pass and by its kind.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace isojoule {

/// Floating-point operations, exactly: a Work is a double, which rounds from 2^53 on.
struct FlopCount {
  std::uint64_t matmul = 0;       ///< products of matrices and convolutions: 2 per multiply-add
  std::uint64_t elementwise = 0;  ///< everything else: biases, activations, poolings, losses

  /// Both together. Throws Error(bad_input) from 2^64 on.
  std::uint64_t total() const;
  friend bool operator==(const FlopCount&, const FlopCount&) = default;
};

/// What one training step over `batch` samples costs. Counts by different rules must not be mixed.
struct CostBreakdown {
  std::string rule;         ///< the definition that was counted by: "exact"
  std::uint64_t batch = 1;  ///< samples in the step

  FlopCount forward;    ///< of all samples, the loss included
  FlopCount backward;   ///< of all samples
  FlopCount optimizer;  ///< once, whatever the batch

  std::uint64_t macs_forward = 0;      ///< multiply-adds of forward.matmul
  std::uint64_t parameters = 0;        ///< trainable
  std::uint64_t parameter_bytes = 0;   ///< in single precision
  std::uint64_t activation_bytes = 0;  ///< what forward leaves for backward, in single precision

  /// Forward, backward and optimizer. Throws Error(bad_input) from 2^64 on.
  FlopCount step() const;
  friend bool operator==(const CostBreakdown&, const CostBreakdown&) = default;
};

}  // namespace isojoule
