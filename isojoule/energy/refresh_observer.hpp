// How often a sensor shows a new value, as seen from outside.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "isojoule/core/quantity.hpp"

namespace isojoule {

/// A distribution of durations in constant memory: bins whose bounds grow by 2^(1/4) from 0.1 ms
/// to more than 100 s, with the sum of what fell into each.
class DurationBins {
 public:
  void add(Duration duration);
  std::size_t count() const { return count_; }
  /// The mean, by whole bins, of those between 0.4 and `most` times the quantile `p`: what is
  /// typical, where some are far too short or long. Empty for none.
  std::optional<Duration> typical(double p, double most) const;

 private:
  static constexpr std::size_t kBins = 81;
  struct Bin {
    std::uint32_t count = 0;
    double seconds = 0.0;
  };
  std::array<Bin, kBins> bins_{};
  std::size_t count_ = 0;
};

/// Sees the good readings of a channel in time order and tells how often its value is renewed.
/// Constant memory; each reading costs the same.
class RefreshObserver {
 public:
  /// Values that `always_change` when they are renewed, as a counter's do, may be missed; others
  /// may be renewed without a change, so that the shorter times between changes count.
  explicit RefreshObserver(bool always_change) : always_change_(always_change) {}

  /// `elapsed` since the reading before, and whether the value is another one.
  void add(Duration elapsed, bool changed);

  /// The typical time between two changes. Empty if there were fewer than kEnough, or if a value
  /// hardly ever lasted longer than one reading: the sensor is then faster than the readings.
  std::optional<Duration> refresh() const;
  /// The typical time between two readings; empty before there were kEnough.
  std::optional<Duration> reading_interval() const;

  static constexpr std::size_t kEnough = 8;

 private:
  bool always_change_;
  DurationBins readings_;
  DurationBins changes_;
  Duration since_change_{};
  bool seen_change_ = false;
};

}  // namespace isojoule
