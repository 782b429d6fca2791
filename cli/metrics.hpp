// Live readings in the terms of Prometheus.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include "isojoule/meter/live_readings.hpp"

namespace isojoule::cli {

/// What `isojoule serve` offers, as docs/formats/metrics.md says. Of each component the best
/// channel. A power that is not known has no series: it is never 0.
std::vector<prometheus::MetricFamily> metric_families(std::span<const LiveChannel> channels,
                                                      const std::string& version);

/// Asks the readings anew each time it is asked. Thread-safe.
class LiveMetrics final : public prometheus::Collectable {
 public:
  LiveMetrics(std::shared_ptr<const LiveReadings> readings, std::string version)
      : readings_(std::move(readings)), version_(std::move(version)) {}
  std::vector<prometheus::MetricFamily> Collect() const override {
    return metric_families(readings_->channels(), version_);
  }

 private:
  std::shared_ptr<const LiveReadings> readings_;
  std::string version_;
};

}  // namespace isojoule::cli
