// What a window of time used, channel by channel.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isojoule/core/channel.hpp"
#include "isojoule/core/estimate.hpp"
#include "isojoule/core/fault.hpp"
#include "isojoule/core/instant.hpp"
#include "isojoule/core/outcome.hpp"
#include "isojoule/core/uncertainty.hpp"

namespace isojoule {

/// The energy of one channel in one window. A missing energy is missing, never 0.
struct ChannelEnergy {
  Channel channel;
  std::optional<Energy> energy;  ///< empty: not known; `reason` says why
  std::string reason;            ///< why there is no energy; empty when there is one
  std::size_t samples = 0;       ///< readings inside the window, its edges' neighbours included
  std::size_t failed = 0;        ///< readings that failed
  std::size_t wraps = 0;         ///< times the counter went round
  std::size_t resets = 0;        ///< times the counter started anew; the energy is then missing
  std::size_t impossible = 0;    ///< readings that no real power can explain; left out
  Duration longest_gap{};        ///< longest time between two good readings
  std::optional<Duration> refresh =
      {};  ///< how often new values came, as observed; empty: too few to
           ///< tell, or none was older than the time between two readings
  std::optional<UncertaintyBudget> uncertainty =
      {};                    ///< of `energy`; empty without one, and for models
  std::string caution = {};  ///< what keeps the number from being quoted, in words: a window too
                             ///< short for its sensor, and how long it should be; empty: nothing
};

/// A state of a device in a window, in the unit of its channel's Gauge.
struct ChannelState {
  Channel channel;          ///< whose unit is a Gauge
  std::size_t samples = 0;  ///< readings; with none, nothing below is known
  std::optional<double> least;
  std::optional<double> mean;  ///< of the readings
  std::optional<double> most;
  std::vector<double> flag_shares;  ///< for each flag, the share of the readings that had it
};

/// Two channels that tell of the same energy, side by side.
struct CrossCheck {
  std::string component;
  std::string counter;  ///< channel id
  std::string power;    ///< channel id
  Energy by_counter{};
  Energy by_power{};

  /// (by_power - by_counter) / by_counter; empty where the counter shows nothing.
  std::optional<double> disagreement() const;
};

/// Where the power of a component became steady in a run.
struct SteadyState {
  std::string component;
  std::string channel;           ///< id of the one that was looked at
  std::optional<Duration> from;  ///< since the command's begin; empty: no steady state was seen
};

/// A sum over the components of a scope.
struct Total {
  Energy energy;
  Kind kind;  ///< modelled as soon as one part is
  std::optional<Interval<Energy>> interval =
      {};  ///< of the true energy; empty where a part has no uncertainty budget
  std::optional<UncertaintyBudget> uncertainty = {};  ///< likewise: the parts', combined
};

/// The energy of every channel between two instants.
struct Measurement {
  Duration elapsed{};
  std::vector<ChannelEnergy> channels;
  std::vector<ChannelState> states = {};
  std::vector<CrossCheck> cross_checks = {};  ///< where a component has both, measured and known

  /// The energy of a scope: the sum over its components, each by its best channel (measured before
  /// modelled, counter before integrated power). Refused if the scope has no channel, or if any of
  /// its components has no known energy: a part is not a total.
  Outcome<Total> total(Scope scope) const;
};

/// The first channel of each component, in the order given.
std::vector<Channel> first_channels(std::span<const ChannelEnergy> channels);

/// The channel that speaks for `component`: among those with a known energy, measured before
/// modelled, then counters before power, then the order given. nullptr if none has one.
const ChannelEnergy* best_channel(std::span<const ChannelEnergy> channels,
                                  const std::string& component);

/// The scope by which a training is judged unless one is asked for: GPU energy where there is a
/// GPU, else CPU package energy. Empty if there is neither.
std::optional<Scope> default_scope(const Measurement& measurement);

}  // namespace isojoule
