// How well a normalizer does from one machine to another, by what is measured on both: each
// workload predicted from the others, and the error against the number of references.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "isojoule/normalize/dataset.hpp"
#include "isojoule/normalize/question.hpp"

namespace isojoule {

/// Medians over the workloads that were left out of |prediction / truth - 1|.
struct CurvePoint {
  std::size_t references = 0;
  double mdape = 0.0;
  double baseline_mdape = 0.0;  ///< of the baseline by the same references
  double coverage90 = 0.0;      ///< share of the 90 % intervals that hold the truth
};

struct PairErrors {
  std::string normalizer;
  std::string baseline;
  std::vector<Answer> left_out;  ///< each as all others predict it, with its truth, in the order of
                                 ///< their names
  std::vector<CurvePoint> curve;  ///< by 1, 2, 3, 4, 6, 8, 12, 16, 24, 32 references as far as
                                  ///< there are more, then by all
};

/// Of workloads known on both machines. Each is left out of everything but its row on `from`; the
/// references, for each anew, are those that the normalizer would measure first (Learner::order).
/// Above kMostLeftOut workloads that many are left out, evenly over their order by energy. Throws
/// Error(unknown_name) for a machine, Error(bad_input) for fewer than three workloads on both,
/// Error(usage) for a normalizer that puts no references in order, and where it or the baseline
/// refuses.
PairErrors leave_one_out(
    const Dataset& dataset, const std::string& from, const std::string& to,
    const Normalizer& normalizer = default_normalizers(Purpose::diagnose).front(),
    const Normalizer& baseline = default_normalizers(Purpose::baseline).front());

inline constexpr std::size_t kMostLeftOut = 60;

}  // namespace isojoule
