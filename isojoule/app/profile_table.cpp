#include "isojoule/app/profile_table.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/app/observation_records.hpp"
#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

/// Why a profile cannot be set beside the others; empty if it can.
std::string why_not(const MachineProfile& profile, const Basis& basis,
                    std::span<const TableTraining> trainings) {
  const bool any_kind =
      std::ranges::find(trainings, profile.name, &TableTraining::machine) != trainings.end();
  std::vector<std::string> texts;
  for (const BasisDifference& difference : differences(basis, profile.basis)) {
    if (difference.field != BasisDifference::Field::kind || !any_kind)
      texts.push_back(difference.text);
  }
  return fmt::format("{}", fmt::join(texts, "; "));
}

/// What is known of workloads' costs, by one rule.
class Costs {
 public:
  /// The cost if it may stand beside what was seen before.
  std::optional<Cost> admitted(const std::string& workload, const std::optional<Cost>& cost) {
    if (!cost) return std::nullopt;
    if (rule_.empty()) rule_ = cost->rule;
    if (cost->rule != rule_) return std::nullopt;
    const auto [seen, is_new] = seen_.try_emplace(workload, *cost);
    const bool agrees = seen->second.flops_forward == cost->flops_forward &&
                        seen->second.parameters == cost->parameters;
    return is_new || agrees ? cost : std::nullopt;
  }

 private:
  std::string rule_;
  std::map<std::string, Cost> seen_;
};

/// With how many runs it was measured by, and how far they scatter.
Observation observation_of(const ReferenceEnergy& reference, const MachineProfile& profile,
                           const std::optional<Cost>& cost, long steps) {
  Observation row =
      observation_of(reference.workload.name(), profile.name, reference.energy, cost, steps);
  if (reference.sd_of_runs && reference.records.size() > 1) {
    row.runs = reference.records.size();
    row.spread = *reference.sd_of_runs / reference.energy.per_step;
  }
  return row;
}

}  // namespace

ProfileTable make_profile_table(std::span<const MachineProfile> profiles, const Basis& basis,
                                std::span<const TableTraining> trainings, long steps) {
  if (steps <= 0)
    throw Error(ErrorCode::usage,
                fmt::format("the work must be a positive number of steps, not {}", steps));
  std::vector<Observation> rows;
  std::vector<std::string> left_out;
  std::vector<std::string> names;
  Costs costs;
  for (const MachineProfile& profile : profiles) {
    if (std::ranges::find(names, profile.name) != names.end()) continue;
    names.push_back(profile.name);
    if (const std::string reason = why_not(profile, basis, trainings); !reason.empty()) {
      left_out.push_back(fmt::format("profile {}: {}", profile.name, reason));
      continue;
    }
    for (const ReferenceEnergy& reference : profile.references) {
      const std::string& workload = reference.workload.name();
      rows.push_back(
          observation_of(reference, profile, costs.admitted(workload, reference.cost), steps));
      rows.back().line = rows.size();
    }
  }
  for (const TableTraining& training : trainings) {
    if (std::ranges::count(trainings, training.name, &TableTraining::name) > 1)
      throw Error(ErrorCode::bad_input, "training '" + training.name + "' stands twice");
    rows.push_back(observation_of(training.name, training.machine, training.energy,
                               costs.admitted(training.name, training.cost), steps));
    rows.back().line = rows.size();
  }
  return {Dataset(rows), std::move(left_out)};
}

}  // namespace isojoule
