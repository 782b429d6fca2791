#include "prometheus_metrics.hpp"

#include "isojoule/app/live_metrics.hpp"

namespace isojoule::cli {
namespace {

prometheus::ClientMetric converted(const Metric& metric, MetricFamily::Type type) {
  prometheus::ClientMetric result;
  for (const auto& [name, value] : metric.labels) result.label.push_back({name, value});
  if (type == MetricFamily::Type::counter) {
    result.counter.value = metric.value;
  } else {
    result.gauge.value = metric.value;
  }
  return result;
}

prometheus::MetricFamily converted(const MetricFamily& family) {
  const bool is_counter = family.type == MetricFamily::Type::counter;
  prometheus::MetricFamily result{
      family.name,
      family.help,
      is_counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge,
      {}};
  for (const Metric& metric : family.metrics)
    result.metric.push_back(converted(metric, family.type));
  return result;
}

}  // namespace

std::vector<prometheus::MetricFamily> PrometheusMetrics::Collect() const {
  std::vector<prometheus::MetricFamily> families;
  for (const MetricFamily& family : live_metrics(sensors_->channels(), version_))
    families.push_back(converted(family));
  return families;
}

}  // namespace isojoule::cli
