// A machine profile: what the reference workloads use on one machine, in one condition.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/files.hpp"
#include "isojoule/core/json.hpp"
#include "isojoule/record/record.hpp"

namespace isojoule {

inline constexpr const char* kProfileSchema = "isojoule.profile";
inline constexpr int kProfileVersion = 2;

/// One reference workload on this machine.
struct ReferenceEnergy {
  WorkloadId workload{"unnamed"};
  std::optional<Cost> cost;
  StepEnergy energy;  ///< its basis equals the profile's. Of several runs: energy and duration are
                      ///< their medians, the steps their sum, the sd the root mean square of theirs
  std::optional<Energy> sd_of_runs;  ///< standard deviation of the runs' energies per step; empty
                                     ///< with fewer than 2
  std::vector<std::string> records;  ///< ids of the records that it was taken from
};

struct MachineProfile {
  std::string name;  ///< letters, digits, '.', '_', '-', a letter or digit first: "xeon-2threads"
  std::string created;    ///< UTC, of the newest record
  std::string version;    ///< of isojoule, of that record
  std::string condition;  ///< in words: "cpu, 2 threads"
  HostInfo host;
  std::vector<Channel> sensors;  ///< that the energies came from; with `model` where modelled
  Basis basis;                   ///< of all its energies
  std::map<std::string, std::string> context;  ///< torch version, device, threads: what was known
                                               ///< and the same in all records
  std::optional<Power> idle_power;  ///< of the scope, as measured at rest; empty: it was not
  std::vector<ReferenceEnergy> references;  ///< in the order of energy per step, at least one

  /// nullptr if the workload is not among the references.
  const ReferenceEnergy* find(const WorkloadId& workload) const;
};

/// A profile from calibration records, each with a steps window; several of one workload are its
/// runs. Throws Error(incompatible) naming two records and what differs if they do not share one
/// basis, machine (CPU, threads, GPUs), device, number of threads and settings; Error(bad_input)
/// for a record that has no energy per step (with why), none at all, or a bad name.
MachineProfile make_profile(const std::string& name, const std::string& condition,
                            const std::vector<Record>& records);

/// What a record says of how it came about, apart from its amount of work and its basis: "torch",
/// "device", "threads", "seed", ...: its context, and the attributes of its steps window.
std::map<std::string, std::string> circumstances_of(const Record& record);

/// Whether the record was made on the profile's machine (CPU, threads, GPUs) in its condition: the
/// same device and number of threads, as far as the record's steps window says them.
bool describes(const MachineProfile& profile, const Record& record);

Json profile_to_json(const MachineProfile& profile);
/// Throws Error(bad_input), as record_from_json; also for a name that is not allowed, no
/// references, energies that are not positive and a workload that stands twice.
MachineProfile profile_from_json(const Json& json, const std::string& where);

/// Reads a profile file; "-" is standard input. Throws Error(io) if it cannot be read.
MachineProfile read_profile(const std::string& path, Files& files = real_files());

/// The profiles in a directory (*.json), by name. An absent directory has none. A file that cannot
/// be understood and two files of one profile name throw Error(bad_input); a directory that cannot
/// be read throws Error(io).
std::vector<MachineProfile> read_profiles(const std::filesystem::path& directory,
                                          Files& files = real_files());

}  // namespace isojoule
