#include "isojoule/normalize/normalize.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/stats/line.hpp"

namespace isojoule {
namespace {

using References = std::span<const ReferencePair>;

bool is_positive(Energy energy) { return energy > Energy{} && std::isfinite(energy.in(joule)); }

/// Of equal energies the first by name, so that the order given does not matter.
const ReferencePair& lowest(References references) {
  return *std::ranges::min_element(references, [](const auto& a, const auto& b) {
    return std::tie(a.source, a.workload) < std::tie(b.source, b.workload);
  });
}

const ReferencePair& highest(References references) {
  return *std::ranges::min_element(references, [](const auto& a, const auto& b) {
    return std::tie(b.source, a.workload) < std::tie(a.source, b.workload);
  });
}

const ReferencePair& named(References references, const std::string& name) {
  std::vector<std::string> known;
  for (const ReferencePair& reference : references) {
    if (reference.workload.name() == name) return reference;
    known.push_back(reference.workload.name());
  }
  throw unknown_name("reference", name, known);
}

/// Why these numbers cannot be normalized; empty if they can.
std::string why_unusable(Energy source, References references) {
  const auto complaint = [](const std::string& whose, Energy energy) {
    return fmt::format("{} is {:.4g} J, not a positive energy", whose, energy.in(joule));
  };
  if (!is_positive(source)) return complaint("the energy to normalize", source);
  for (const auto& [workload, on_source, on_target] : references) {
    const std::string whose = "reference " + workload.name();
    if (!is_positive(on_source)) return complaint(whose + " on the source machine", on_source);
    if (!is_positive(on_target)) return complaint(whose + " on the target machine", on_target);
  }
  return {};
}

Normalized refusal(std::string normalizer, std::string reason) {
  Normalized result;
  result.normalizer = std::move(normalizer);
  result.refused = std::move(reason);
  return result;
}

bool outside(Energy source, References references) {
  return source < lowest(references).source || source > highest(references).source;
}

/// An answer by a rule that leaves no residuals, hence without an interval.
Normalized answer(std::string normalizer, std::vector<std::string> used, Energy energy,
                  std::string no_interval) {
  if (!is_positive(energy))
    return refusal(std::move(normalizer),
                   fmt::format("the result is {:.4g} J, not a positive energy", energy.in(joule)));
  Normalized result;
  result.normalizer = std::move(normalizer);
  result.references = std::move(used);
  result.energy = Estimate<Energy>{energy, std::nullopt, std::move(no_interval)};
  return result;
}

std::string name_of(const SingleChoice& choice) {
  switch (choice.rule) {
    case SingleChoice::Rule::lowest:
      return "single:lowest";
    case SingleChoice::Rule::highest:
      return "single:highest";
    case SingleChoice::Rule::named:
      break;
  }
  return "single:" + choice.name;
}

const ReferencePair& chosen(References references, const SingleChoice& choice) {
  switch (choice.rule) {
    case SingleChoice::Rule::lowest:
      return lowest(references);
    case SingleChoice::Rule::highest:
      return highest(references);
    case SingleChoice::Rule::named:
      break;
  }
  return named(references, choice.name);
}

}  // namespace

Normalized normalize_none(Energy source) {
  const std::string name = "none";
  if (const std::string why = why_unusable(source, {}); !why.empty()) return refusal(name, why);
  return answer(name, {}, source, "nothing is known of the other machine");
}

Normalized normalize_single(Energy source, References references, const SingleChoice& choice) {
  const std::string name = name_of(choice);
  if (references.empty()) return refusal(name, "needs one reference, there is none");
  const ReferencePair& reference = chosen(references, choice);
  if (const std::string why = why_unusable(source, references); !why.empty())
    return refusal(name, why);
  // The ratio first: an energy times an energy could overflow where the result does not.
  const Energy energy = source * (reference.target / reference.source);
  Normalized result = answer(name, {reference.workload.name()}, energy,
                             "one reference leaves no residual to judge the error by");
  result.extrapolated = result.energy && outside(source, references);
  return result;
}

Normalized normalize_dual(Energy source, References references) {
  const std::string name = "dual";
  if (references.size() < 2)
    return refusal(name, fmt::format("needs two references, there {}",
                                     references.empty() ? "is none" : "is one"));
  if (const std::string why = why_unusable(source, references); !why.empty())
    return refusal(name, why);
  const ReferencePair& low = lowest(references);
  const ReferencePair& high = highest(references);
  const std::optional<Line> line = line_through(low.source.in(joule), low.target.in(joule),
                                                high.source.in(joule), high.target.in(joule));
  if (!line)
    return refusal(
        name,
        "the lowest and the highest reference have the same energy on the source machine, "
        "so that no line is determined");
  Normalized result =
      answer(name, {low.workload.name(), high.workload.name()}, (*line)(source.in(joule)) * joule,
             "a line through two references leaves no residual to judge the error by");
  result.extrapolated = result.energy && outside(source, references);
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
