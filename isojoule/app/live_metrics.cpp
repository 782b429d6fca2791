#include "isojoule/app/live_metrics.hpp"

#include "isojoule/core/text.hpp"
#include "isojoule/meter/live_choice.hpp"

namespace isojoule {
namespace {

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

Metric labelled(const Channel& channel, double value) {
  return {{{"component", valid_utf8(channel.component)},
           {"channel", valid_utf8(channel.id)},
           {"kind", std::string(to_string(channel.kind))},
           {"label", valid_utf8(channel.label)}},
          value};
}

void keep_if_any(std::vector<MetricFamily>& families, MetricFamily family) {
  if (!family.metrics.empty()) families.push_back(std::move(family));
}

void add_scope(std::vector<MetricFamily>& families, const ScopeMetric& scope,
               std::span<const LiveChannel> channels) {
  const std::string prefix = std::string("isojoule_") + scope.name;
  const std::string what = scope.what;
  MetricFamily energy{prefix + "_joules_total",
                      "Energy since isojoule started to serve, in joules: of " + what,
                      MetricFamily::Type::counter,
                      {}};
  MetricFamily power{prefix + "_watts",
                     "Mean power between the last two readings, in watts: of " + what,
                     MetricFamily::Type::gauge,
                     {}};
  for (const std::size_t i : best_of_each_component(channels)) {
    const LiveChannel& live = channels[i];
    if (live.channel.scope != scope.scope) continue;
    energy.metrics.push_back(labelled(live.channel, live.energy.in(joule)));
    if (live.power) power.metrics.push_back(labelled(live.channel, live.power->in(watt)));
  }
  keep_if_any(families, std::move(energy));
  keep_if_any(families, std::move(power));
}

void add_readings(std::vector<MetricFamily>& families, std::span<const LiveChannel> channels) {
  MetricFamily good{"isojoule_sensor_readings_total",
                    "Readings of a channel that succeeded",
                    MetricFamily::Type::counter,
                    {}};
  MetricFamily failed{"isojoule_sensor_readings_failed_total",
                      "Readings of a channel that failed",
                      MetricFamily::Type::counter,
                      {}};
  for (const LiveChannel& live : channels) {
    Metric metric{{{"channel", valid_utf8(live.channel.id)}}, static_cast<double>(live.readings)};
    good.metrics.push_back(metric);
    metric.value = static_cast<double>(live.failed);
    failed.metrics.push_back(std::move(metric));
  }
  keep_if_any(families, std::move(good));
  keep_if_any(families, std::move(failed));
}

}  // namespace

std::vector<MetricFamily> live_metrics(std::span<const LiveChannel> channels,
                                       const std::string& version) {
  std::vector<MetricFamily> families;
  families.push_back({"isojoule_build_info",
                      "The isojoule that serves these numbers",
                      MetricFamily::Type::gauge,
                      {{{{"version", version}}, 1.0}}});
  for (const ScopeMetric& scope : kScopeMetrics) add_scope(families, scope, channels);
  add_readings(families, channels);
  return families;
}

}  // namespace isojoule
