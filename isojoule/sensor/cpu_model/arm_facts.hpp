// Power of ARM processors by their core's implementer and part, which is all that the kernel shows.
#pragma once

#include <optional>
#include <string_view>

namespace isojoule {

/// A processor that is typical for a core.
struct ArmFact {
  int implementer;        ///< `CPU implementer`
  int part;               ///< `CPU part`
  std::string_view name;  ///< the core, and the processor that the numbers are of
  double watts;           ///< of one package
  int threads;            ///< hardware threads of that package
  bool published;         ///< by the vendor; else assumed
};

/// The processor that stands for this core; empty for one that is not in the table.
std::optional<ArmFact> arm_fact(int implementer, int part);

}  // namespace isojoule
