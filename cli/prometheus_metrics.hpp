// Metrics in the terms of Prometheus.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include "isojoule/app/live_sensors.hpp"

namespace isojoule::cli {

/// live_metrics, made anew each time it is asked. Thread-safe.
class PrometheusMetrics final : public prometheus::Collectable {
 public:
  PrometheusMetrics(std::shared_ptr<const LiveSensors> sensors, std::string version)
      : sensors_(std::move(sensors)), version_(std::move(version)) {}
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  std::shared_ptr<const LiveSensors> sensors_;
  std::string version_;
};

}  // namespace isojoule::cli
