// The experiment: one command under the meter, from its start to its record.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/world.hpp"
#include "isojoule/meter/live_readings.hpp"
#include "isojoule/record/record.hpp"
#include "isojoule/run/child.hpp"
#include "isojoule/run/known_gain.hpp"
#include "isojoule/run/node_claim.hpp"

namespace isojoule {

struct MeasureOptions {
  WorkloadId workload{"unnamed"};
  std::optional<Cost> cost;
  std::optional<std::uint64_t> samples;  ///< that the command trains on
  std::string device;                    ///< that it trains on: "cpu", "cuda", "cuda:1"; empty: not
                                         ///< known. Of several boards only that one is measured
  Duration idle{};      ///< how long the machine at rest is measured, before and after
  bool settle = false;  ///< wait for new values of every sensor, before and after
  std::vector<KnownGain> gains;
  std::optional<Repeat> repeat;  ///< empty: once. With an empty group, this record begins it
  Duration period = 100.0 * millisecond;
  std::vector<std::string> sensors;             ///< names of backends; empty: all that are usable
  std::optional<std::filesystem::path> replay;  ///< a trace to take the readings from instead
  std::filesystem::path trace_directory;        ///< the trace is kept here as <record id>.trace
  ChildOutput output = ChildOutput::ours;       ///< of the command
  ChildLife life = ChildLife::its_own;          ///< of the command
  std::string version;                          ///< of isojoule
  std::shared_ptr<const NodeClaim> node;        ///< empty: claimed for this run alone
  std::map<std::string, std::string> context;   ///< for the record
  std::function<void()> begins;  ///< called right before the command is let go; may be empty
  std::function<void()> ended;   ///< called when its end was seen, before any rest; may be empty
  /// Called when the readings begin; empty: nobody looks on.
  std::function<void(std::shared_ptr<const LiveReadings>)> live;
};

/// Runs `command` in our terminal, meters it from its start to its end, and makes its record. The
/// command finds the marks' socket in ISOJOULE_MARKS.
///
/// Of the ranks of a job only one on each node measures what belongs to the node as a whole (see
/// NodeClaim); the others, and commands that another measured command starts, measure the boards
/// that they see and, where the CPU is modelled, their own processes.
///
/// However the command ends there is a record: with CommandOutcome::incomplete when it failed or
/// was killed, and without energies, with a fatal fault that says why, when its trace cannot be
/// read. Who asks for the end in the rest after the command cuts that rest short: the command has
/// ended by itself, so its record is not CommandOutcome::interrupted, and end_is_asked() tells of
/// it. Throws StartError when it could not be started (nothing was measured then, and no trace is
/// left), and Error as open_sensors, open_replay, narrowed_to, TraceWriter and MarkListener do,
/// before it starts; Error(usage) for a gain of something that is not measured, and Error(io) where
/// `device` names a GPU and none can be measured.
///
/// `signals` should live until the record is kept. To be called by the main thread, one at a time.
Record measure_command(const World& machine, const HeldSignals& signals,
                       const std::vector<std::string>& command, const MeasureOptions& options);

/// The channels that measure_command would have here, unless told otherwise: a process is made, and
/// put into a cgroup of its own where that can be done, as a command's would be.
std::vector<Channel> channels_of_a_run(const World& world);

/// The machine as a record made here now on that device would tell it. Throws as narrowed_to.
HostInfo host_now(const World& machine, const std::string& device);

}  // namespace isojoule
