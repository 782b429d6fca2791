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

/// Of net; see the header.
Estimate<Energy> estimate_net(const NetEnergy& net, const std::vector<Idle>& idles,
                              Duration elapsed) {
  const auto no_interval = Outcome<Interval<Energy>>::refuse;
  if (!net.gross.uncertainty) return {net.net, no_interval("the gross energy has no interval")};
  std::vector<WeightedBudget> terms{{&*net.gross.uncertainty, 1.0}};
  for (const Idle& idle : idles) {
    if (!idle.total.uncertainty)
      return {net.net, no_interval("the idle energy has no interval")};
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
  return {net.net, budget.interval(net.net)};
}

}  // namespace

Outcome<NetEnergy> net_energy(const Record& record, const Measurement& window, Scope scope) {
  const auto refuse = Outcome<NetEnergy>::refuse;
  std::string no_idle = "the idle machine was not measured (--idle)";
  std::vector<Idle> idles;
  for (const auto* rest : {&record.idle_before, &record.idle_after}) {
    if (!*rest) continue;
    const Duration length = (*rest)->elapsed;
    const Outcome<Total> total = (*rest)->total(scope);
    if (!total) {
      no_idle = "the idle energy is not known: " + total.refused;
    } else if (length > Duration{}) {
      idles.push_back({total->energy / length, *total, length});
    }
  }
  if (idles.empty()) return refuse(no_idle);

  const Outcome<Total> gross = window.total(scope);
  if (!gross) return refuse(gross.refused);
  if (gross->kind == Kind::modelled)
    return refuse("the energy is modelled, and a model has no rest that could be measured");
  NetEnergy net;
  net.gross = *gross;
  for (const Idle& idle : idles) {
    if (idle.total.kind != gross->kind)
      return refuse(fmt::format("the energy is {} and the idle energy {}", to_string(gross->kind),
                                to_string(idle.total.kind)));
    net.idle_power = net.idle_power + idle.power / static_cast<double>(idles.size());
  }
  net.idle = net.idle_power * window.elapsed;
  net.net = gross->energy - net.idle;
  net.before_and_after = idles.size() == 2;
  net.estimate = estimate_net(net, idles, window.elapsed);
  return net;
}

}  // namespace isojoule
