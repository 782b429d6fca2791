// What submissions to a challenge would use on the organisers' machine, by more than one reference.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "isojoule/challenge/challenge.hpp"
#include "isojoule/normalize/normalizer.hpp"
#include "isojoule/table/observation.hpp"

namespace isojoule {

/// Sets Submission::predicted of each. `references` are energies of reference workloads on the
/// teams' machines and on `on`, of the same amount of work; the normalizer sees of a submission its
/// energy as reported and the machine that it names, learns from the references of all machines,
/// and from no submission. Refused, with the reason: a submission without a positive energy,
/// without a machine, or of one that has no references, or none in common with `on`. One of `on`
/// itself is taken as it is reported. Throws Error(unknown_name) for `on`, and as Dataset does.
void predict_submissions(std::vector<Submission>& submissions,
                         std::span<const Observation> references, const std::string& on,
                         const Normalizer& normalizer);

}  // namespace isojoule
