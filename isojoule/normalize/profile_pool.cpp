#include "isojoule/normalize/profile_pool.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/normalize/predict_data.hpp"

namespace isojoule {
namespace {

/// Why a profile cannot be set beside the others; empty if it can.
std::string why_not(const MachineProfile& profile, const Basis& basis,
                    std::span<const PooledTraining> trainings) {
  const bool any_kind =
      std::ranges::find(trainings, profile.name, &PooledTraining::machine) != trainings.end();
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

Observation observation(const std::string& workload, const std::string& machine,
                        const StepEnergy& energy, const std::optional<Cost>& cost) {
  Observation row;
  row.workload = workload;
  row.hardware = machine;
  row.energy = energy.per_step;
  if (energy.duration_per_step > Duration{}) row.duration = energy.duration_per_step;
  if (cost && cost->flops_forward > Work{}) row.flops = cost->flops_forward;
  if (cost && cost->parameters > 0) row.parameters = static_cast<double>(cost->parameters);
  return row;
}

}  // namespace

ProfilePool pool_profiles(std::span<const MachineProfile> profiles, const Basis& basis,
                          std::span<const PooledTraining> trainings) {
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
      rows.push_back(observation(workload, profile.name, reference.energy,
                                 costs.admitted(workload, reference.cost)));
      rows.back().line = rows.size();
    }
  }
  for (const PooledTraining& training : trainings) {
    if (std::ranges::count(trainings, training.name, &PooledTraining::name) > 1)
      throw Error(ErrorCode::bad_input, "training '" + training.name + "' stands twice");
    rows.push_back(observation(training.name, training.machine, training.energy,
                               costs.admitted(training.name, training.cost)));
    rows.back().line = rows.size();
  }
  return {Dataset(rows), std::move(left_out)};
}

Normalized normalize_pooled(const ProfilePool& pool, const PooledTraining& training,
                            const std::string& to, const std::vector<std::string>& references,
                            long steps) {
  DataQuestion question;
  question.from = training.machine;
  question.to = to;
  question.references = references;
  question.workloads = {training.name};
  question.normalizer.rule = NormalizerSpec::Rule::pooled;
  const DataAnswer answer = predict_data(pool.dataset, question).front();

  Normalized result;
  result.normalizer = to_string(question.normalizer);
  result.references = references;
  result.refused = answer.refused;
  result.extrapolated = answer.extrapolated;
  result.unlike = answer.unlike;
  result.others = answer.others;
  if (!answer.energy) return result;
  const auto count = static_cast<double>(steps);
  result.energy = answer.energy;
  result.energy->point = count * answer.energy->point;
  if (auto& interval = result.energy->interval) {
    interval->lower = count * interval->lower;
    interval->upper = count * interval->upper;
  }
  return result;
}

}  // namespace isojoule
