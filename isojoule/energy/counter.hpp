// What one step of an energy counter means.
#pragma once

#include <cstdint>
#include <optional>

#include "isojoule/core/channel.hpp"

namespace isojoule {

/// Classes of a step between two readings of a counter.
enum class CounterStep {
  plausible,   ///< it went on
  wrap,        ///< it went round once
  reset,       ///< it started anew: what was used in between is not known
  impossible,  ///< more than max_power could have delivered
  ambiguous,   ///< so much time passed that it may have gone round more than once
};

struct CounterDelta {
  CounterStep step;
  std::optional<Energy> energy;  ///< for plausible and wrap only
  std::uint64_t counts = 0;      ///< what the counter rose by; for plausible and wrap only
};

/// Classifies the step from `before` to `after`, `elapsed` later. Without `max_power` no step is
/// impossible and nothing is ambiguous; without `range` a decrease is a reset. A tick of the
/// sensor's refresh may fall on either side of a reading, so the bound allows for
/// kRefreshAllowance more time.
CounterDelta classify_step(const Channel& counter, std::uint64_t before, std::uint64_t after,
                           Duration elapsed);

/// Counters refresh no slower than this.
inline constexpr Duration kRefreshAllowance = 1.0 * second;

}  // namespace isojoule
