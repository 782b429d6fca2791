#include "isojoule/record/net_energy.hpp"

#include <cmath>
#include <vector>

#include <fmt/format.h>

namespace isojoule {
namespace {

struct Idle {
  Power power;
  Total total;
  Duration length;
};

std::optional<Idle> idle_of(const std::optional<Measurement>& measurement, Scope scope,
                            std::string& why_not) {
  if (!measurement) return std::nullopt;
  const std::optional<Total> total = measurement->total(scope);
  if (!total) {
    why_not = "the idle energy is not known: " + measurement->why_no_total(scope);
    return std::nullopt;
  }
  if (!(measurement->elapsed > Duration{})) return std::nullopt;
  return Idle{total->energy / measurement->elapsed, *total, measurement->elapsed};
}

/// Of net; see the header.
Estimate<Energy> estimate_net(const NetEnergy& net, const std::vector<Idle>& idles,
                              Duration elapsed) {
  if (!net.gross.uncertainty) return {net.net, std::nullopt, "the gross energy has no interval"};
  std::vector<WeightedBudget> terms{{&*net.gross.uncertainty, 1.0}};
  for (const Idle& idle : idles) {
    if (!idle.total.uncertainty) return {net.net, std::nullopt, "the idle energy has no interval"};
    terms.push_back(
        {&*idle.total.uncertainty, -(elapsed / idle.length) / static_cast<double>(idles.size())});
  }
  UncertaintyBudget budget = combined(terms);
  if (idles.size() == 2) {
    const Energy apart = (idles[0].power - idles[1].power) * elapsed;
    const Energy drift = 0.5 * (apart < Energy{} ? -apart : apart);
    budget.components.push_back({"idle drift", Evaluation::type_b, drift / std::sqrt(3.0),
                                 std::nullopt, "idle before and after differ; rectangular"});
  }
  return {net.net, budget.interval(net.net), ""};
}

}  // namespace

std::optional<NetEnergy> net_energy(const Record& record, const Measurement& window, Scope scope,
                                    std::string& why_not) {
  why_not = "the idle machine was not measured (--idle)";
  std::vector<Idle> idles;
  for (const auto* measurement : {&record.idle_before, &record.idle_after})
    if (const auto idle = idle_of(*measurement, scope, why_not)) idles.push_back(*idle);
  if (idles.empty()) return std::nullopt;

  const std::optional<Total> gross = window.total(scope);
  if (!gross) {
    why_not = window.why_no_total(scope);
    return std::nullopt;
  }
  if (gross->kind == Kind::modelled) {
    why_not = "the energy is modelled, and a model has no rest that could be measured";
    return std::nullopt;
  }
  NetEnergy net;
  net.gross = *gross;
  for (const Idle& idle : idles) {
    if (idle.total.kind != gross->kind) {
      why_not = fmt::format("the energy is {} and the idle energy {}", to_string(gross->kind),
                            to_string(idle.total.kind));
      return std::nullopt;
    }
    net.idle_power = net.idle_power + idle.power / static_cast<double>(idles.size());
  }
  why_not.clear();
  net.idle = net.idle_power * window.elapsed;
  net.net = gross->energy - net.idle;
  net.before_and_after = idles.size() == 2;
  net.estimate = estimate_net(net, idles, window.elapsed);
  return net;
}

}  // namespace isojoule
