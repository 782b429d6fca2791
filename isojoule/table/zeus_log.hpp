// Observations from the log that Zeus writes of its windows.
#pragma once

#include <istream>
#include <string>

#include "isojoule/table/observation.hpp"

namespace isojoule {

/// Reads by header: window_name is the workload, elapsed_time (s) the duration, start_time the run,
/// and the energy is the sum of the columns gpu0_energy, gpu1_energy, ... (J), of which at least
/// one is required. `hardware` names the machine. If one GPU's energy is empty or zero (a window
/// that is shorter than the counter's refresh), the sum is missing, which is noted.
///
/// Faults: a row of another length than the header, a value that is no number or negative, a window
/// without a name. Throws Error(usage) for a hardware that cannot be a name, and as
/// read_observations_csv.
TableSummary read_zeus_log(std::istream& in, const std::string& where, const std::string& hardware,
                           const ObservationSinks& sinks);

}  // namespace isojoule
