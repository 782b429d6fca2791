// Live readings as metrics for a monitor, in nobody's own terms.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "isojoule/meter/live_readings.hpp"

namespace isojoule {

/// One series: a value and the labels that distinguish it from the others of its family, in UTF-8.
struct Metric {
  std::vector<std::pair<std::string, std::string>> labels;  ///< name and value
  double value = 0.0;

  friend bool operator==(const Metric&, const Metric&) = default;
};

/// Series of one name.
struct MetricFamily {
  enum class Type { counter, gauge };
  std::string name;  ///< "isojoule_gpu_joules_total": the unit is in it
  std::string help;  ///< what it is, for people
  Type type = Type::gauge;
  std::vector<Metric> metrics;
};

/// What `isojoule serve` offers, as docs/formats/metrics.md describes it: for each scope the joules
/// and watts of each component's best channel, readings of every channel, and the `version` of the
/// program. Families without a series are left out; a power that is not known has no series: it is
/// never 0.
std::vector<MetricFamily> live_metrics(std::span<const LiveChannel> channels,
                                       const std::string& version);

}  // namespace isojoule
