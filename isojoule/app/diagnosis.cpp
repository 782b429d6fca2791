#include "isojoule/app/diagnosis.hpp"

#include "isojoule/core/error.hpp"
#include "isojoule/report/diagnosis_tables.hpp"

namespace isojoule {

void check_diagnosis(const DiagnosisQuestion& question) {
  if (question.from == question.to)
    throw Error(ErrorCode::usage, "--to is the machine of --from: name another one");
  if (!(question.below >= 0.0 && question.below <= 1.0))
    throw Error(ErrorCode::usage, "--below must lie between 0 and 1");
}

Diagnosis diagnose(const Dataset& dataset, const DiagnosisQuestion& question) {
  check_diagnosis(question);
  Diagnosis diagnosis{question, doubtful_rows(dataset, question.from, question.below), {}};
  if (!question.to.empty()) diagnosis.errors = leave_one_out(dataset, question.from, question.to);
  return diagnosis;
}

std::vector<Table> diagnosis_tables(const Diagnosis& diagnosis) {
  const auto& [question, doubtful, errors] = diagnosis;
  std::vector<Table> tables{doubtful_table(question.from, doubtful)};
  if (!errors) return tables;
  tables.push_back(left_out_table(question.from, question.to, *errors));
  tables.push_back(learning_curve_table(question.from, question.to, *errors));
  return tables;
}

Json diagnosis_to_json(const Diagnosis& diagnosis) {
  return diagnosis_to_json(diagnosis.doubtful, diagnosis.errors);
}

}  // namespace isojoule
