// A challenge's submissions from a CSV file.
#pragma once

#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/challenge/challenge.hpp"

namespace isojoule {

/// Names of columns. The defaults are those of the DCASE 2023 submissions, task 4a, training;
/// energies are in kilowatt-hours. The two optional ones go by their default names where the file
/// has such columns.
struct ChallengeColumns {
  std::string name = "code";
  std::string energy = "energy_training_kwh";
  std::optional<std::string> baseline = "energy_baseline_kwh";  ///< empty: read where it is there
                                                                ///< by that name
  std::vector<std::string> scores{"psds1_eval_full"};
  std::optional<std::string> team;  ///< by default "team_name"
  std::optional<std::string> macs;  ///< by default "macs"
  std::string machine;              ///< empty: none is read
};

/// One row, one submission, in their order. An empty cell is a value that was not reported; names
/// must be there. Zero is a value, for MACs none. `where` names the file in errors.
///
/// Throws Error(unknown_name), listing near names, for a column that is not there, and
/// Error(bad_input) "FILE:LINE: ..." for a file without rows, a row of another length than the
/// header, a cell that is no number or is negative, a name that stands twice, and whatever
/// CsvReader refuses.
std::vector<Submission> read_submissions(std::istream& in, const std::string& where,
                                         const ChallengeColumns& columns);

}  // namespace isojoule
