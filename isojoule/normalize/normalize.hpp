// What a training that was measured on machine A would use on machine B.
//
// Rules in normalizer.hpp; formulas in docs/method.md.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isojoule/core/estimate.hpp"
#include "isojoule/core/quantity.hpp"
#include "isojoule/core/workload_id.hpp"
#include "isojoule/normalize/normalizer.hpp"
#include "isojoule/record/machine_profile.hpp"

namespace isojoule {

/// A reference workload's energy on both machines, for the same amount of work.
struct ReferencePair {
  WorkloadId workload{"unnamed"};
  Energy source;
  Energy target;
};

/// One answer, or the reason why there is none.
struct Normalized {
  std::string normalizer;                  ///< "none", "single:lowest", "single:cnn-1x128", "dual"
  std::vector<std::string> references;     ///< workloads used, in the order of the fit
  std::optional<Estimate<Energy>> energy;  ///< empty: refused
  std::string refused;                     ///< why; empty if there is an energy
  bool extrapolated = false;  ///< the source energy lies outside [lowest, highest] of all
                              ///< references offered; false for none and if refused
  std::string unlike;         ///< of pooled: why the training is unlike the references
  std::optional<std::size_t> others =
      {};  ///< of pooled: how many other machines it has learnt from
};

/// A rule's answer for one training, from the references' energies alone: the rule is fitted and
/// asked, and an energy that is not positive and finite, given or resulting, is refused. Where no
/// interval is honest, Estimate::no_interval says why. Throws as fit_normalizer does.
Normalized normalize(const NormalizerSpec& spec, Energy source,
                     std::span<const ReferencePair> references);

/// The references that both profiles hold, each scaled to `steps`: energy per step x steps; in the
/// order of `from`. A reference of another batch or protocol never gets here: see check_comparable.
/// Throws Error(usage) unless `steps` is positive.
std::vector<ReferencePair> pair_references(const MachineProfile& from, const MachineProfile& to,
                                           long steps);

/// Throws Error(incompatible), naming every difference of scope, kind, boundary, protocol, batch
/// and precision, unless the only one is the kind and `allow_modelled` is set. `left` and `right`
/// say in words what the two are: "record 01H...", "profile 'xeon-1thread'".
void check_comparable(const Basis& a, const std::string& left, const Basis& b,
                      const std::string& right, bool allow_modelled);

}  // namespace isojoule
