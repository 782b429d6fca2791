// How well the pooled rule does from one machine to another, by what is measured on both: each
// workload predicted from the others, and the error against the number of references.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/estimate.hpp"
#include "isojoule/core/quantity.hpp"
#include "isojoule/normalize/dataset.hpp"

namespace isojoule {

/// A workload as all others predict it.
struct LeftOut {
  std::string workload;
  Energy truth;                ///< as it was measured
  Estimate<Energy> predicted;  ///< by the pooled rule
};

/// Medians over the workloads that were left out of |prediction / truth - 1|.
struct CurvePoint {
  std::size_t references = 0;
  double pooled = 0.0;
  double ratio = 0.0;       ///< of the geometric-mean ratio by the same references
  double coverage90 = 0.0;  ///< share of the pooled rule's 90 % intervals that hold the truth
};

struct PairErrors {
  std::vector<LeftOut> left_out;  ///< in the order of their names
  std::vector<CurvePoint> curve;  ///< by 1, 2, 3, 4, 6, 8, 12, 16, 24, 32 references as far as
                                  ///< there are more, then by all
};

/// Of workloads known on both machines. Each is left out of everything but its row on `from`; the
/// references, for each anew, are those that the pooled rule would measure first (variance). Above
/// kMostLeftOut workloads that many are left out, evenly over their order by energy. Throws
/// Error(unknown_name) for a machine, Error(bad_input) for fewer than three workloads on both.
PairErrors leave_one_out(const Dataset& dataset, const std::string& from, const std::string& to);

inline constexpr std::size_t kMostLeftOut = 60;

}  // namespace isojoule
