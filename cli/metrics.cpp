#include "metrics.hpp"

#include <algorithm>

#include "isojoule/core/text.hpp"
#include "isojoule/meter/live_choice.hpp"

namespace isojoule::cli {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

struct ScopeMetric {
  Scope scope;
  const char* name;
  const char* what;
};
constexpr ScopeMetric kScopeMetrics[] = {
    {Scope::gpu, "gpu", "a GPU board with its memory"},
    {Scope::gpu_memory, "gpu_memory", "the memory of a GPU board, a part of the board's"},
    {Scope::module, "module", "a module of CPU and GPU in one, which contains the GPU's"},
    {Scope::package, "package", "a CPU package"},
    {Scope::dram, "dram", "memory"},
    {Scope::node, "node", "the whole machine, which contains all others"}};

ClientMetric labelled(const Channel& channel) {
  ClientMetric metric;
  metric.label = {{"component", valid_utf8(channel.component)},
                  {"channel", valid_utf8(channel.id)},
                  {"kind", std::string(to_string(channel.kind))},
                  {"label", valid_utf8(channel.label)}};
  return metric;
}

ClientMetric counter(ClientMetric metric, double value) {
  metric.counter.value = value;
  return metric;
}

ClientMetric gauge(ClientMetric metric, double value) {
  metric.gauge.value = value;
  return metric;
}

/// Families without a metric are not shown.
void keep(std::vector<MetricFamily>& families, MetricFamily family) {
  if (!family.metric.empty()) families.push_back(std::move(family));
}

void add_scope(std::vector<MetricFamily>& families, const ScopeMetric& scope,
               std::span<const LiveChannel> channels) {
  const std::string prefix = std::string("isojoule_") + scope.name;
  const std::string what = scope.what;
  MetricFamily energy{prefix + "_joules_total",
                      "Energy since isojoule began to serve, in joules: of " + what,
                      MetricType::Counter,
                      {}};
  MetricFamily power{prefix + "_watts",
                     "Mean power between the last two readings, in watts: of " + what,
                     MetricType::Gauge,
                     {}};
  for (const std::size_t i : best_of_each_component(channels)) {
    const LiveChannel& live = channels[i];
    if (live.channel.scope != scope.scope) continue;
    energy.metric.push_back(counter(labelled(live.channel), live.energy.in(joule)));
    if (live.power) power.metric.push_back(gauge(labelled(live.channel), live.power->in(watt)));
  }
  keep(families, std::move(energy));
  keep(families, std::move(power));
}

void add_readings(std::vector<MetricFamily>& families, std::span<const LiveChannel> channels) {
  MetricFamily good{"isojoule_sensor_readings_total",
                    "Readings of a channel that succeeded",
                    MetricType::Counter,
                    {}};
  MetricFamily failed{"isojoule_sensor_readings_failed_total",
                      "Readings of a channel that failed",
                      MetricType::Counter,
                      {}};
  for (const LiveChannel& live : channels) {
    ClientMetric metric;
    metric.label = {{"channel", valid_utf8(live.channel.id)}};
    good.metric.push_back(counter(metric, static_cast<double>(live.readings)));
    failed.metric.push_back(counter(metric, static_cast<double>(live.failed)));
  }
  keep(families, std::move(good));
  keep(families, std::move(failed));
}

}  // namespace

std::vector<MetricFamily> metric_families(std::span<const LiveChannel> channels,
                                          const std::string& version) {
  std::vector<MetricFamily> families;
  ClientMetric build;
  build.label = {{"version", version}};
  families.push_back({"isojoule_build_info",
                      "The isojoule that serves these numbers",
                      MetricType::Gauge,
                      {gauge(build, 1.0)}});
  for (const ScopeMetric& scope : kScopeMetrics) add_scope(families, scope, channels);
  add_readings(families, channels);
  return families;
}

}  // namespace isojoule::cli
