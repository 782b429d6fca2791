#include "isojoule/app/compare_records.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "isojoule/app/profile_table.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/page/quantity_text.hpp"

namespace isojoule {
namespace {

/// How far runs of a training scatter, of ln energy, and with how many degrees of freedom that is
/// known.
struct Scatter {
  double sd = 0.0;
  double dof = 0.0;
};

/// As runs of its machine's references do, all together; nothing where none was run twice. What the
/// blocks of steps of one run scatter by is something else, and less.
Scatter scatter_of(const MachineProfile& profile) {
  double squares = 0.0;
  Scatter scatter;
  for (const ReferenceEnergy& reference : profile.references) {
    if (!reference.sd_of_runs || reference.records.size() < 2) continue;
    const double relative = *reference.sd_of_runs / reference.energy.per_step;
    const auto dof = static_cast<double>(reference.records.size() - 1);
    squares += dof * relative * relative;
    scatter.dof += dof;
  }
  if (scatter.dof > 0.0) scatter.sd = std::sqrt(squares / scatter.dof);
  return scatter;
}

/// The workload, and the record too where both are of one.
std::string name_of(const MeasuredTraining& training, const MeasuredTraining& other) {
  const std::string& workload = training.record.workload.name();
  if (workload != other.record.workload.name()) return workload;
  return workload + " of " + training.record.id;
}

TableTraining as_row(const MeasuredTraining& training) {
  return {"record " + training.record.id, training.profile.name, training.energy,
          training.record.cost};
}

ComparedTraining compared(const MeasuredTraining& training, long steps) {
  const Scatter scatter = scatter_of(training.profile);
  return {"record " + training.record.id, training.profile.name, static_cast<double>(steps),
          scatter.sd, scatter.dof};
}

/// Adds what is to be said of a training and its machine, each once.
void add_remarks(ComparisonContext& context, const MeasuredTraining& training,
                 const MachineProfile& on) {
  const auto add = [&context](std::string text) {
    if (std::ranges::find(context.remarks, text) == context.remarks.end())
      context.remarks.push_back(std::move(text));
  };
  for (const std::string& change : training.remarks) add(change + ".");
  if (scatter_of(training.profile).dof == 0.0)
    add(fmt::format(
        "How far runs on {} scatter is not known: its references were run once each (isojoule "
        "calibrate --repeats).",
        training.profile.name));
  const ReferenceEnergy* there = on.find(training.record.workload);
  if (there != nullptr && training.profile.name != on.name)
    add(fmt::format("{} itself has measured {}: {} per step.", on.name,
                    training.record.workload.name(), to_text(there->energy.per_step)));
}

/// A training of the store; one that was made on the common machine itself needs no other profile.
MeasuredTraining training_of(const ProfileShelf& shelf, const std::string& record,
                             const MachineProfile& on, const RecordComparisonQuestion& question) {
  TrainingChoice choice = question.training;
  if (choice.from.empty() && describes(on, shelf.store.record(record))) choice.from = question.on;
  return measured_training(shelf, record, choice);
}

bool is_modelled(const Basis& basis) { return basis.kind == Kind::modelled; }

/// The workload, and the machine too where both are of one.
std::string name_in_table(const std::string& workload, const std::string& machine,
                          const TableComparisonQuestion& question) {
  return question.first == question.second ? workload + " of " + machine : workload;
}

}  // namespace

RecordComparison compare_records(const ProfileShelf& shelf,
                                 const RecordComparisonQuestion& question) {
  const auto& steps = question.steps;
  if (steps.empty() || steps.size() > 2 || std::ranges::min(steps) < 1)
    throw Error(ErrorCode::usage, "--steps takes one positive number, or one for each training");
  const MachineProfile on = find_profile(shelf, question.on);
  const MeasuredTraining one = training_of(shelf, question.first, on, question);
  const MeasuredTraining other = training_of(shelf, question.second, on, question);
  for (const MeasuredTraining* training : {&one, &other})
    check_comparable(training->profile.basis, "profile '" + training->profile.name + "'", on.basis,
                     "profile '" + on.name + "'", question.training.allow_modelled);
  if (one.record.id == other.record.id)
    throw Error(ErrorCode::usage, "record " + one.record.id + " is compared with itself");

  RecordComparison result;
  result.context = {name_of(one, other), name_of(other, one), false, {}};
  result.context.modelled =
      is_modelled(on.basis) || is_modelled(one.energy.basis) || is_modelled(other.energy.basis);
  for (const MeasuredTraining* training : {&one, &other})
    add_remarks(result.context, *training, on);
  result.question.first = compared(one, steps.front());
  result.question.second = compared(other, steps.back());
  result.question.on = on.name;
  result.question.references = question.references;
  result.question.certainty = question.certainty;
  const ProfileTable table =
      make_profile_table(with_all_profiles({on, one.profile, other.profile}, shelf), on.basis,
                         std::vector{as_row(one), as_row(other)}, 1);
  result.comparison = compare_trainings(table.dataset, result.question);
  return result;
}

RecordComparison compare_in_table(const Dataset& dataset, const TableComparisonQuestion& question) {
  const auto& machines = dataset.machines();
  const std::string& from = question.from;
  const bool is_one = std::ranges::find(machines, from) != machines.end();
  const std::size_t comma = is_one ? std::string::npos : from.find(',');
  const std::string first_machine = from.substr(0, comma);
  const std::string second_machine =
      comma == std::string::npos ? first_machine : from.substr(comma + 1);
  RecordComparison result;
  result.question.first = {question.first, first_machine};
  result.question.second = {question.second, second_machine};
  result.question.on = question.on;
  result.question.references = question.references;
  result.question.certainty = question.certainty;
  result.comparison = compare_trainings(dataset, result.question);
  result.context = {name_in_table(question.first, first_machine, question),
                    name_in_table(question.second, second_machine, question),
                    false,
                    {}};
  return result;
}

}  // namespace isojoule
