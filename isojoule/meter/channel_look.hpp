// What a short look at a channel tells of its sensor: how often new values come, how steady they
// are.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "isojoule/energy/energy_steps.hpp"

namespace isojoule {

/// What was seen of one channel. What could not be told is empty, never 0.
struct LookedChannel {
  Channel channel;
  std::size_t readings = 0;  ///< good ones
  std::size_t failed = 0;
  std::size_t new_values = 0;       ///< readings that differ from the good one before them
  std::optional<Duration> refresh;  ///< between two new values; needs two of them
  std::optional<Power> power;       ///< mean; empty for a gauge
  std::optional<Power> noise;       ///< standard deviation of the power, in means over noise_width
  std::optional<Duration> noise_width;
  std::optional<double> state;   ///< mean of a gauge, in its unit; empty for flags
  std::optional<Duration> poll;  ///< mean time that one reading of its sensor takes
};

/// Takes the readings of one channel in time order, as often as can be: much more often than new
/// values come.
///
/// - refresh: the median time between two new values. It is known to about the time between two
///   readings, and no less than that. A value that comes again is not seen as new, so that a meter
///   of power that stands still looks slower than it is.
/// - power: a measured counter's from its first new value to its last, where it is known to the
///   edge of a refresh; others' over all readings. What EnergySteps leaves out counts for neither
///   energy nor time.
/// - noise: of the means over kNoiseWidth, or over one refresh where that is longer; it needs two
///   of them. With what the device really draws held still it is the sensor's own.
class ChannelLook {
 public:
  /// The default time between two readings of a run.
  static constexpr Duration kNoiseWidth = 100.0 * millisecond;

  explicit ChannelLook(Channel channel);
  void add(Instant time, Sample sample);
  /// `poll` is left empty.
  LookedChannel finish() const;

 private:
  void note_step(Instant time, Sample sample);

  LookedChannel looked_;
  std::optional<EnergySteps> steps_;  ///< empty for a gauge
  std::optional<std::uint64_t> last_;
  std::vector<Instant> new_values_;
  std::vector<EnergyStep> seen_;
  double state_sum_ = 0.0;
};

}  // namespace isojoule
