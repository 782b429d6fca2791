#include "isojoule/challenge/challenge_prediction.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "isojoule/normalize/question.hpp"

namespace isojoule {
namespace {

/// Under a name that no workload of a table has, since theirs hold no control characters.
std::string entry_name(const Submission& submission) { return "\x01" + submission.name; }

std::string why_not(const Submission& submission, const std::vector<std::string>& machines) {
  if (!submission.energy) return "no energy is reported";
  if (submission.energy->value == Energy{})
    return "its energy is reported as " + submission.energy->text;
  if (!std::isfinite(submission.energy->value.in(joule)))
    return "its energy is beyond what a double holds";
  if (submission.machine.empty()) return "no machine is reported";
  if (std::ranges::find(machines, submission.machine) == machines.end())
    return fmt::format("its machine '{}' has no references", submission.machine);
  return {};
}

Answer refusal(std::string reason) {
  Answer answer;
  answer.energy = Outcome<Estimate<Energy>>::refuse(std::move(reason));
  return answer;
}

/// Of a system that ran on the organisers' machine.
Answer measured_there(Energy energy) {
  Answer answer;
  answer.source = energy;
  answer.energy =
      Estimate<Energy>{energy, Outcome<Interval<Energy>>::refuse("it was measured there")};
  return answer;
}

/// The references, and each submission that can be predicted as a workload of its machine.
Dataset table_of(std::span<const Observation> references,
                 const std::vector<Submission>& submissions,
                 const std::vector<std::string>& machines) {
  std::vector<Observation> rows(references.begin(), references.end());
  for (const Submission& submission : submissions) {
    if (!why_not(submission, machines).empty()) continue;
    Observation row;
    row.workload = entry_name(submission);
    row.hardware = submission.machine;
    row.energy = submission.energy->value;
    rows.push_back(std::move(row));
  }
  return Dataset(rows);
}

}  // namespace

void predict_submissions(std::vector<Submission>& submissions,
                         std::span<const Observation> references, const std::string& on,
                         const Normalizer& normalizer) {
  const Dataset known(references);
  known.machine(on);  // throws for one that is not there
  const std::vector<std::string>& machines = known.machines();
  const Dataset dataset = table_of(references, submissions, machines);
  std::map<std::string, std::vector<Submission*>> by_machine;
  for (Submission& submission : submissions) {
    if (const std::string reason = why_not(submission, machines); !reason.empty()) {
      submission.predicted = refusal(reason);
    } else if (submission.machine == on) {
      submission.predicted = measured_there(submission.energy->value);
    } else {
      by_machine[submission.machine].push_back(&submission);
    }
  }
  for (const auto& [machine, entries] : by_machine) {
    Question question;
    question.from = {machine};
    question.to = on;
    question.references = common_workloads(dataset, machine, on);
    question.normalizer = normalizer;
    for (const Submission* entry : entries) question.workloads.push_back(entry_name(*entry));
    if (question.references.empty()) {
      for (Submission* entry : entries)
        entry->predicted =
            refusal(fmt::format("no reference is known on both '{}' and '{}'", machine, on));
      continue;
    }
    for (const Answer& answer : answer_question(dataset, question)) {
      const auto entry = std::ranges::find(entries, answer.workload,
                                           [](const Submission* one) { return entry_name(*one); });
      (*entry)->predicted = answer;
    }
  }
}

}  // namespace isojoule
