// How much power a CPU is taken to use: idle, and for each busy hardware thread.
#pragma once

#include <optional>
#include <string>

#include "isojoule/core/quantity.hpp"
#include "isojoule/sensor/cpu_model/cpu_generation.hpp"
#include "isojoule/sensor/cpu_model/cpu_identity.hpp"
#include "isojoule/sensor/cpu_model/cpu_tdp.hpp"

namespace isojoule {

/// A modelled power, and the range in which about 90 % of machines like this one lie.
struct PowerRange {
  Power value{};
  Power least{};
  Power most{};
};

/// What the model says of a CPU.
struct CpuPower {
  PowerRange per_thread;           ///< of a busy hardware thread, above idle
  std::optional<PowerRange> idle;  ///< of one idle package, without memory; empty where no results
                                   ///< of servers like it are known
  std::optional<TdpEstimate> tdp;  ///< of one package
  const CpuGeneration* generation = nullptr;  ///< never null after cpu_power()
  std::string basis;  ///< in words: "TDP 150 W by name, Cascade Lake, 40 threads a package"
};

/// The TDP by name; else the TDP of names like it; else what its generation, or its ARM core,
/// typically has. Empty if nothing is known of the CPU.
std::optional<TdpEstimate> cpu_tdp(const CpuIdentity& cpu);

/// The marginal power of a thread is
///
///     kSupplyShare x marginal_share x TDP / threads of a package,
///
/// and where the threads of a package are not known (a virtual machine)
///
///     kSupplyShare x marginal_per_thread,
///
/// both of its generation. The ranges are of leaving CPUs, and generations, out of SPECpower's
/// results, and of the TDP where that is no more than an estimate (docs/sensors.md).
CpuPower cpu_power(const CpuIdentity& cpu);

}  // namespace isojoule
