// What a training costs in arithmetic, apart from any machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "isojoule/core/quantity.hpp"

namespace isojoule {

/// Cost of one forward pass over one sample. Counts by different rules must not be mixed.
struct Cost {
  std::string rule;                   ///< the definition that was counted by: "deepspeed", "user"
  Work flops_forward;                 ///< floating-point operations
  std::optional<std::uint64_t> macs;  ///< multiply-accumulates; empty: not known
  std::uint64_t parameters = 0;       ///< trainable parameters

  friend bool operator==(const Cost&, const Cost&) = default;
};

}  // namespace isojoule
