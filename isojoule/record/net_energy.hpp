// What a run used beyond what the machine uses at rest.
#pragma once

#include <optional>
#include <string>

#include "isojoule/record/record.hpp"

namespace isojoule {

/// Gross, idle and net energy: three numbers, of which no one stands for another.
struct NetEnergy {
  Total gross;
  Power idle_power{};             ///< at rest: the mean of before and after, where both are known
  Energy idle{};                  ///< idle_power x the window's length
  Energy net{};                   ///< gross - idle; may be negative
  Estimate<Energy> estimate;      ///< of net
  bool before_and_after = false;  ///< both were measured; else one only
};

/// The net energy of `window`, which is record.whole or one of its windows. Refused if nothing was
/// measured at rest, or an energy is not known there or in the window, or one of them is modelled.
///
/// The interval is that of gross less idle, whose gain and offset are one sensor's (see
/// combined()). It adds, as type B, half the difference of the idle powers before and after as the
/// half-width of a rectangle: what the device used at rest during the run is not known better. None
/// where gross or idle has none.
Outcome<NetEnergy> net_energy(const Record& record, const Measurement& window, Scope scope);

}  // namespace isojoule
