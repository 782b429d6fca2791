// Observations from JSON, docs/formats/observations.md.
#pragma once

#include <cstddef>
#include <istream>
#include <string>

#include "isojoule/table/column_map.hpp"
#include "isojoule/table/observation.hpp"

namespace isojoule {

/// Bytes of one object at most.
inline constexpr std::size_t kMaxJsonItemBytes = std::size_t{16} << 20;

/// Reads an array of objects, or objects one after another (JSON lines), with the keys of the CSV
/// table; null is a missing value, and so is a key that is not there (but workload and hardware).
/// Quantities are numbers, names are text, `run` is either. One object at a time lies in memory. An
/// observation's line is that of its object's brace.
///
/// Faults are those of the CSV reader, a key that stands twice, and a value of another type. Throws
/// Error(bad_input) "FILE:LINE: ..." for what is no JSON, something else than objects, and no
/// object at all; Error(unknown_name) if no object has a key that was mapped; Error(io).
TableSummary read_observations_json(std::istream& in, const std::string& where,
                                    const ColumnMap& map, const ObservationSinks& sinks);

}  // namespace isojoule
