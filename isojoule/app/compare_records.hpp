// Which of two trainings that were measured here is the more frugal on a common machine.
#pragma once

#include <string>
#include <vector>

#include "isojoule/app/normalize_record.hpp"
#include "isojoule/normalize/compare.hpp"
#include "isojoule/report/comparison_tables.hpp"

namespace isojoule {

struct RecordComparisonQuestion {
  std::string first;  ///< records, as StoreReader::record takes them
  std::string second;
  std::string on;                            ///< a profile, as find_profile takes it
  std::vector<long> steps{kDefaultSteps};    ///< the work of both, or of each
  std::vector<std::string> references = {};  ///< empty: all that both machines have
  double certainty = 0.95;                   ///< from which on a verdict is given
  TrainingChoice training = {};
};

/// A comparison and what is said beside it.
struct RecordComparison {
  CompareQuestion question;
  Comparison comparison;
  ComparisonContext context;
};

/// The records and all profiles that compare become rows of a table. How far runs of a training
/// scatter is taken from its machine's references. Throws as measured_training and
/// compare_trainings do, Error(usage) for a record compared with itself.
RecordComparison compare_records(const ProfileShelf& shelf,
                                 const RecordComparisonQuestion& question);

/// Workloads of a table. `from` names the machine of both, or of each, separated by a comma (a
/// machine's own name may hold one). Throws as compare_trainings does.
struct TableComparisonQuestion {
  std::string first;
  std::string second;
  std::string from;
  std::string on;
  std::vector<std::string> references = {};
  double certainty = 0.95;
};
RecordComparison compare_in_table(const Dataset& dataset, const TableComparisonQuestion& question);

}  // namespace isojoule
