#include "isojoule/normalize/normalize.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

bool is_positive(Energy energy) { return energy > Energy{} && std::isfinite(energy.in(joule)); }

References references_of(std::span<const ReferencePair> pairs) {
  References references;
  references.features = Matrix(pairs.size(), 1);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    references.names.push_back(pairs[i].workload.name());
    references.features(i, 0) = pairs[i].source.in(joule);
    references.target_j.push_back(pairs[i].target.in(joule));
  }
  return references;
}

Normalized refusal(const NormalizerSpec& spec, std::string reason) {
  Normalized result;
  result.normalizer = to_string(spec);
  result.refused = std::move(reason);
  return result;
}

bool is_outside(Energy source, std::span<const ReferencePair> references) {
  const auto [lowest, highest] =
      std::ranges::minmax(references, {}, [](const auto& pair) { return pair.source; });
  return source < lowest.source || source > highest.source;
}

}  // namespace

Normalized normalize(const NormalizerSpec& spec, Energy source,
                     std::span<const ReferencePair> references) {
  if (!is_positive(source))
    return refusal(spec, fmt::format("the energy to normalize is {:.4g} J, not a positive energy",
                                     source.in(joule)));
  const Outcome<Fit> fit = fit_normalizer(spec, references_of(references));
  if (!fit) return refusal(spec, fit.refused);
  const auto energy = estimate_energy(**fit, std::array{source.in(joule)});
  if (!energy) return refusal(spec, energy.refused);
  Normalized result;
  result.normalizer = to_string(spec);
  result.references = (*fit)->used();
  result.energy = *energy;
  result.extrapolated = !result.references.empty() && is_outside(source, references);
  return result;
}

std::vector<ReferencePair> pair_references(const MachineProfile& from, const MachineProfile& to,
                                           long steps) {
  if (steps <= 0)
    throw Error(ErrorCode::usage,
                fmt::format("the work must be a positive number of steps, not {}", steps));
  const auto count = static_cast<double>(steps);
  std::vector<ReferencePair> pairs;
  for (const ReferenceEnergy& source : from.references) {
    const ReferenceEnergy* target = to.find(source.workload);
    if (target != nullptr)
      pairs.push_back(
          {source.workload, source.energy.per_step * count, target->energy.per_step * count});
  }
  return pairs;
}

void check_comparable(const Basis& a, const std::string& left, const Basis& b,
                      const std::string& right, bool allow_modelled) {
  const std::vector<BasisDifference> found = differences(a, b);
  if (found.empty()) return;
  const bool only_kind = found.size() == 1 && found[0].field == BasisDifference::Field::kind;
  if (only_kind && allow_modelled) return;
  std::vector<std::string> texts;
  for (const BasisDifference& difference : found) texts.push_back(difference.text);
  throw Error(ErrorCode::incompatible,
              fmt::format("{} and {} cannot be compared: {}{}", left, right, fmt::join(texts, "; "),
                          only_kind ? " (unless modelled energies are allowed)" : ""));
}

}  // namespace isojoule
