// One function for each rule of NormalizerSpec; their contract is that of fit_normalizer.
#pragma once

#include "isojoule/normalize/normalizer.hpp"

namespace isojoule::detail {

Outcome<Fit> fit_none(const NormalizerSpec& spec, const References& references);
Outcome<Fit> fit_single(const NormalizerSpec& spec, const References& references);
Outcome<Fit> fit_ratio(const NormalizerSpec& spec, const References& references);
Outcome<Fit> fit_dual(const NormalizerSpec& spec, const References& references);
Outcome<Fit> fit_linear(const NormalizerSpec& spec, const References& references);
Outcome<Fit> fit_log_linear(const NormalizerSpec& spec, const References& references);
Outcome<Fit> fit_polynomial(const NormalizerSpec& spec, const References& references);
Outcome<Fit> fit_plain_svr(const NormalizerSpec& spec, const References& references);
Outcome<Fit> fit_tuned_svr(const NormalizerSpec& spec, const References& references);
/// Always refused: what the pooled rule needs is more than references.
Outcome<Fit> fit_pooled(const NormalizerSpec& spec, const References& references);

/// Why the numbers of the references cannot be used by a rule that takes ratios or logarithms;
/// empty if they can. All features and energies must be positive and finite.
std::string why_not_positive(const References& references);

/// Refusal of a rule that uses one feature only; empty if that is what is given.
std::string why_not_one_feature(const References& references);

inline Outcome<Fit> refuse(std::string reason) { return Outcome<Fit>::refuse(std::move(reason)); }

}  // namespace isojoule::detail
