// Observations from a file of either format.
#pragma once

#include <string>

#include "isojoule/table/column_map.hpp"
#include "isojoule/table/observation.hpp"

namespace isojoule {

/// Reads JSON if the first character is '[' or '{', else CSV. `path` "-" is standard input. Throws
/// as read_observations_csv and read_observations_json, and Error(io) for a file that cannot be
/// opened.
TableSummary read_observation_file(const std::string& path, const ColumnMap& map,
                                   const ObservationSinks& sinks);

}  // namespace isojoule
