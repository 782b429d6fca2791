// The experiment: one command under the meter, from its start to its record.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/world.hpp"
#include "isojoule/record/record.hpp"
#include "isojoule/run/child.hpp"

namespace isojoule {

struct MeasureOptions {
  WorkloadId workload{"unnamed"};
  std::optional<Cost> cost;
  Duration period = 100.0 * millisecond;
  std::vector<std::string> sensors;             ///< names of backends; empty: all that are usable
  std::optional<std::filesystem::path> replay;  ///< a trace to take the readings from instead
  std::filesystem::path trace_directory;        ///< the trace is kept here as <record id>.trace
  ChildOutput output = ChildOutput::ours;       ///< of the command
  std::string version;                          ///< of isojoule
  std::map<std::string, std::string> context;   ///< for the record
};

/// Runs `command` in our terminal, meters it from its start to its end, and makes its record. The
/// command finds the marks' socket in ISOJOULE_MARKS.
///
/// However the command ends there is a record: with CommandOutcome::incomplete when it failed or
/// was killed. Throws StartError when it could not be started (nothing was measured then, and no
/// trace is left), and Error as open_sensors, open_replay, Meter and MarkListener do, before it
/// starts.
///
/// Blocks signals while it runs, see Child; to be called by the main thread, one at a time.
Record measure_command(const World& world, const std::vector<std::string>& command,
                       const MeasureOptions& options);

/// The record of a trace that has no run of its own any more: everything but the command's outcome,
/// which stays `incomplete`.
void fill_from_trace(Record& record, const std::filesystem::path& trace);

}  // namespace isojoule
