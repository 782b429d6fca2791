#include "isojoule/sensor/cpu_model/cpu_power.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "isojoule/sensor/cpu_model/arm_facts.hpp"

namespace isojoule {
namespace {

/// Quantiles 5 and 95 % of true / modelled.
struct Spread {
  double low;
  double high;
};

// tools/cpu_facts/specpower.py shows them: with a CPU left out of its generation, with a generation
// left out.
constexpr Spread kByTdp{0.67, 1.40};
constexpr Spread kByThread{0.62, 1.68};
constexpr Spread kByThreadOfOthers{0.30, 2.16};
constexpr Spread kIdle{0.44, 2.07};
constexpr Spread kNobodysCpu{0.20, 3.00};  // assumed

Spread both(Spread a, Spread b) {
  const auto join = [](double x, double y) { return std::hypot(std::log(x), std::log(y)); };
  return {std::exp(-join(a.low, b.low)), std::exp(join(a.high, b.high))};
}

Spread spread_of(const TdpEstimate& tdp) { return {tdp.least / tdp.tdp, tdp.most / tdp.tdp}; }

PowerRange range(Power value, Spread spread) {
  return {value, spread.low * value, spread.high * value};
}

std::optional<TdpEstimate> arm_tdp(const CpuIdentity& cpu) {
  if (!cpu.implementer || !cpu.part) return std::nullopt;
  const auto fact = arm_fact(*cpu.implementer, *cpu.part);
  if (!fact) return std::nullopt;
  const Power watts = fact->watts * watt;
  const double factor = fact->published ? 1.5 : 2.0;
  return TdpEstimate{
      watts, watts / factor, factor * watts, false,
      fmt::format("{} of {}", fact->published ? "as published" : "assumed", fact->name)};
}

/// Hardware threads of a package, as the machine or the name ("64-Core") shows them.
std::optional<int> threads_of_package(const CpuIdentity& cpu) {
  if (!cpu.is_virtual && cpu.threads > 0) return std::max(1, cpu.threads / cpu.packages);
  const std::size_t end = cpu.name.find("-Core");
  std::size_t begin = std::min(end, cpu.name.size());
  while (begin > 0 && cpu.name[begin - 1] >= '0' && cpu.name[begin - 1] <= '9') --begin;
  if (end != std::string::npos && begin < end)
    return 2 * std::stoi(cpu.name.substr(begin, std::min<std::size_t>(end - begin, 4)));
  if (!cpu.implementer || !cpu.part) return std::nullopt;
  const auto fact = arm_fact(*cpu.implementer, *cpu.part);
  return fact ? std::optional(fact->threads) : std::nullopt;
}

bool is_server(const CpuName& name) {
  return !name.family.empty() &&
         (name.family[0] == "xeon" || name.family[0] == "epyc" || name.family[0] == "opteron");
}

std::string tdp_text(const CpuPower& power) {
  if (!power.tdp) return "no TDP is known";
  return fmt::format("TDP {}{:.4g} W {}", power.tdp->by_name ? "" : "about ",
                     power.tdp->tdp.in(watt), power.tdp->basis);
}

}  // namespace

std::optional<TdpEstimate> cpu_tdp(const CpuIdentity& cpu) {
  const CpuName name = parse_cpu_name(cpu.name);
  if (auto found = named_tdp(name)) return found;
  if (!name.number.empty())
    if (auto found = similar_tdp(name)) return found;
  if (auto found = arm_tdp(cpu)) return found;
  const CpuGeneration& generation = cpu_generation(cpu);
  if (generation.name == "unknown") return std::nullopt;
  const auto of_generation = [&generation](const TdpFact& fact) {
    return cpu_generation(fact.name).name == generation.name;
  };
  auto of_servers =
      typical_tdp([&](const TdpFact& fact) { return is_server(fact.name) && of_generation(fact); },
                  fmt::format("as is typical of {} servers", generation.name));
  if (is_server(name) || (cpu.is_virtual && of_servers)) return of_servers;
  return typical_tdp(of_generation, fmt::format("as is typical of {}", generation.name));
}

CpuPower cpu_power(const CpuIdentity& cpu) {
  CpuPower power;
  power.generation = &cpu_generation(cpu);
  power.tdp = cpu_tdp(cpu);
  const CpuGeneration& generation = *power.generation;
  const auto threads = threads_of_package(cpu);
  if (power.tdp && threads) {
    const Power thread = kSupplyShare * generation.marginal_share * power.tdp->tdp / *threads;
    power.per_thread = range(thread, both(kByTdp, spread_of(*power.tdp)));
    power.basis =
        fmt::format("{}, {}, {} threads a package", tdp_text(power), generation.name, *threads);
  } else {
    const Power thread = kSupplyShare * generation.marginal_per_thread * watt;
    const Spread spread = generation.results > 0         ? kByThread
                          : generation.name == "unknown" ? kNobodysCpu
                                                         : kByThreadOfOthers;
    power.per_thread = range(thread, spread);
    power.basis =
        fmt::format("{}; threads of a package are not known, so as {}", tdp_text(power),
                    generation.name == "unknown" ? "a CPU of unknown generation" : generation.name);
  }
  const CpuName name = parse_cpu_name(cpu.name);
  if (is_server(name) && !cpu.is_virtual)
    power.idle = range(generation.idle_per_package * watt, kIdle);
  return power;
}

}  // namespace isojoule
