#include "isojoule/app/normalize_record.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "isojoule/app/profile_table.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/normalize/question.hpp"
#include "isojoule/record/context.hpp"

namespace isojoule {
namespace {

/// The references that both profiles have, or the named ones of these; each scaled to `steps`, in
/// the order of `from` or of the names.
std::vector<ReferencePair> reference_pairs(const MachineProfile& from, const MachineProfile& to,
                                           const RecordQuestion& question) {
  const auto count = static_cast<double>(question.steps);
  std::vector<ReferencePair> both;
  std::vector<std::string> known;
  for (const ReferenceEnergy& source : from.references) {
    const ReferenceEnergy* target = to.find(source.workload);
    if (target == nullptr) continue;
    known.push_back(source.workload.name());
    both.push_back({known.back(), source.energy.per_step * count, target->energy.per_step * count});
  }
  if (question.references.empty()) return both;
  std::vector<ReferencePair> chosen;
  for (const std::string& name : question.references) {
    const auto found = std::ranges::find(known, name);
    if (found == known.end()) throw unknown_name("reference", name, known);
    chosen.push_back(both[static_cast<std::size_t>(found - known.begin())]);
  }
  return chosen;
}

std::vector<std::string> remarks_on(const MeasuredTraining& training, const MachineProfile& to) {
  std::vector<std::string> remarks = training.remarks;
  const MachineProfile& from = training.profile;
  const auto here = context_value(from.context, kTorchContext);
  const auto there = context_value(to.context, kTorchContext);
  if (here && there && *here != *there)
    remarks.push_back(fmt::format("{} was made with torch {}, {} with torch {}", from.name, *here,
                                  to.name, *there));
  return remarks;
}

/// The target under a name of its own, where it is another profile than the source's.
MachineProfile named_apart(MachineProfile to, const MachineProfile& from) {
  const bool is_another = profile_to_json(to) != profile_to_json(from);
  if (to.name == from.name && is_another) to.name += " (target)";
  return to;
}

void check(const MeasuredTraining& training, const MachineProfile& to,
           const RecordQuestion& question) {
  const MachineProfile& from = training.profile;
  if (question.steps < 1) throw Error(ErrorCode::usage, "the work must be at least one step");
  check_comparable(from.basis, "profile '" + from.name + "'", to.basis, "profile '" + to.name + "'",
                   question.training.allow_modelled);
  const double per_step_j = training.energy.per_step.in(joule);
  if (!(per_step_j > 0.0) || !std::isfinite(per_step_j))
    throw Error(ErrorCode::bad_input,
                fmt::format("the energy to normalize is {:.4g} J a step, not a positive energy",
                            per_step_j));
}

}  // namespace

Normalization normalize_record(const ProfileShelf& shelf, const RecordQuestion& question) {
  const MachineProfile to = find_profile(shelf, question.to);
  const MeasuredTraining training = measured_training(shelf, question.record, question.training);
  check(training, to, question);

  Normalization result;
  result.workload = training.record.workload;
  result.record = training.record.id;
  result.from = training.profile;
  result.to = to;
  result.steps = question.steps;
  result.measured = training.energy;
  result.source = static_cast<double>(question.steps) * training.energy.per_step;
  result.remarks = remarks_on(training, to);
  result.references = reference_pairs(training.profile, to, question);

  const MachineProfile target = named_apart(to, training.profile);
  const TableTraining row{"record " + training.record.id, training.profile.name, training.energy,
                          training.record.cost};
  const ProfileTable table =
      make_profile_table(with_all_profiles({training.profile, target}, shelf), to.basis,
                         std::vector{row}, question.steps);
  Question asked;
  asked.from = {training.profile.name};
  asked.to = target.name;
  asked.workloads = {row.name};
  for (const ReferencePair& pair : result.references) asked.references.push_back(pair.workload);
  for (const Normalizer& normalizer : question.normalizers) {
    asked.normalizer = normalizer;
    result.answers.push_back(answer_question(table.dataset, asked).front());
  }
  return result;
}

}  // namespace isojoule
