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

/// Half of an interval, as a multiple of the standard uncertainty that is common to all budgets.
Energy half_width(const Interval<Energy>& interval) {
  return 0.5 * (interval.upper - interval.lower);
}

/// Of net; see the header.
Estimate<Energy> estimate_net(const NetEnergy& net, const std::vector<Idle>& idles,
                              Duration elapsed) {
  const auto no_interval = Outcome<Interval<Energy>>::refuse;
  if (!net.gross.interval) return {net.net, no_interval("the gross energy has no interval")};
  double squares = std::pow(half_width(*net.gross.interval).in(joule), 2);
  for (const Idle& idle : idles) {
    if (!idle.total.interval) return {net.net, no_interval("the idle energy has no interval")};
    const double share = (elapsed / idle.length) / static_cast<double>(idles.size());
    squares += std::pow(half_width(*idle.total.interval).in(joule)*share, 2);
  }
  if (idles.size() == 2) {
    // Half the difference as a rectangle's half width, divided by sqrt(3); 1.645 as in the others.
    const double drift = 0.5 * ((idles[0].power - idles[1].power) * elapsed).in(joule);
    squares += std::pow(1.645 * drift / std::sqrt(3.0), 2);
  }
  const Energy expanded = std::sqrt(squares) * joule;
  return {net.net,
          Interval<Energy>{net.net - expanded, net.net + expanded, net.gross.interval->confidence}};
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
