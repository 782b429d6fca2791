// Which energies of a table look wrong, and what references are worth.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/json.hpp"
#include "isojoule/evaluate/learning_curve.hpp"
#include "isojoule/evaluate/reference_search.hpp"
#include "isojoule/normalize/dataset.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule {

struct DiagnosisQuestion {
  std::string from;     ///< the machine that the others are seen from
  std::string to = {};  ///< what references are worth on this one, too; empty: not asked
  double below = 0.3;   ///< the weight below which an energy is named
};

struct Diagnosis {
  DiagnosisQuestion question;
  std::vector<DoubtfulRow> doubtful;
  std::optional<PairErrors> errors;  ///< empty: not asked for
};

/// Throws Error(usage) for a machine against itself and a weight that is not between 0 and 1: to be
/// called before a table is read.
void check_diagnosis(const DiagnosisQuestion& question);

/// Throws as check_diagnosis, doubtful_rows and leave_one_out do.
///
///     const Diagnosis diagnosis = diagnose(dataset, {"A", "B"});
Diagnosis diagnose(const Dataset& dataset, const DiagnosisQuestion& question);

/// Doubtful energies; and, if asked for, workloads left out and the learning curve.
std::vector<Table> diagnosis_tables(const Diagnosis& diagnosis);

/// {"doubtful": as doubtful_to_json}, and as pair_errors_to_json if that was asked for.
Json diagnosis_to_json(const Diagnosis& diagnosis);

}  // namespace isojoule
