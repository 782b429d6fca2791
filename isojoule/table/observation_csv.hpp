// Observations from a CSV file, docs/formats/observations.md.
#pragma once

#include <istream>
#include <string>

#include "isojoule/table/column_map.hpp"
#include "isojoule/table/observation.hpp"

namespace isojoule {

/// Reads a table with a header: workload, hardware and an energy are required, other columns may be
/// there, in any order. An empty cell is a missing value; in the columns workload and hardware it
/// is a fault. Faults of a row: fields more or fewer than the header has, a name that is none, a
/// number that is none or not positive and finite in its unit.
///
/// Throws Error(bad_input) for what leaves no table to read: no header, no rows, a column missing,
/// ambiguous (two energies) or standing twice, and what CsvReader throws; Error(unknown_name),
/// with near names, for a mapped column that is not there; Error(io).
TableSummary read_observations_csv(std::istream& in, const std::string& where, const ColumnMap& map,
                                   const ObservationSinks& sinks);

}  // namespace isojoule
