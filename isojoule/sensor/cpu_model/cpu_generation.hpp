// What servers of each generation of CPUs use, by SPECpower_ssj2008.
#pragma once

#include <string_view>

#include "isojoule/sensor/cpu_model/cpu_identity.hpp"
#include "isojoule/sensor/cpu_model/cpu_name.hpp"

namespace isojoule {

/// Medians over the CPUs of a generation, from results of SPECpower_ssj2008, which are watts of
/// whole servers at the wall (tools/cpu_facts/specpower.py computes them).
struct CpuGeneration {
  std::string_view name;
  double marginal_share;       ///< (full - idle) / (packages x TDP), at the wall
  double marginal_per_thread;  ///< (full - idle) / hardware threads, in watts at the wall
  double idle_per_package;  ///< watts of a package: kSupplyShare of the idle watts, without memory
  int results;              ///< published results; 0: none of this generation, so of later ones
  int cpus;                 ///< different CPUs among them
};

/// The share of the watts at the wall that reaches CPU and memory; the rest goes to power supplies,
/// fans and converters. Assumed: supplies of servers are 90 to 94 % efficient.
inline constexpr double kSupplyShare = 0.85;

/// The generation of a CPU, by its name and else by its family and model ("Zen 3", "Cascade Lake").
/// One without results has the numbers of its vendor's since 2017; one that is not known at all is
/// named "unknown".
const CpuGeneration& cpu_generation(const CpuIdentity& cpu);

/// The same by the name alone.
const CpuGeneration& cpu_generation(const CpuName& name);

}  // namespace isojoule
