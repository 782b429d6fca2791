// The energy that flowed between each two readings of a channel: for live views and histories. What
// is published comes from ChannelIntegrator, which also accounts for windows and for doubt.
#pragma once

#include <optional>

#include "isojoule/core/channel.hpp"
#include "isojoule/core/instant.hpp"

namespace isojoule {

struct EnergyStep {
  Instant from;
  Instant to;  ///< after from
  Energy energy;

  Power power() const { return energy / (to - from); }
};

/// Takes the readings of one channel in time order.
class EnergySteps {
 public:
  /// `channel` is no gauge.
  explicit EnergySteps(Channel channel);

  /// The step to this reading from the good one before it. Empty for the first reading, a failed
  /// one, one that is not later than the last, and where a counter was reset or shows what no real
  /// power explains. The gain of the channel is taken into account.
  std::optional<EnergyStep> add(Instant time, Sample sample);

 private:
  std::optional<Energy> energy_between(std::uint64_t before, std::uint64_t after,
                                       Duration elapsed) const;

  struct Reading {
    Instant time;
    std::uint64_t counts;
  };
  Channel channel_;
  std::optional<Reading> last_;
};

}  // namespace isojoule
