// Observations from what was measured here: records and machine profiles.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "isojoule/core/basis.hpp"
#include "isojoule/record/machine_profile.hpp"
#include "isojoule/record/record.hpp"
#include "isojoule/table/observation.hpp"

namespace isojoule {

/// The machine and its condition as one name: for gpu energy its GPUs ("2 x NVIDIA A100"), else the
/// CPU model, with the number of threads if the record says it ("Xeon Gold 6248, 2 threads").
/// Empty if the record does not know.
std::string hardware_name(const Record& record, Scope scope);

/// A training of `steps` steps on a machine, with the features that are known of it.
Observation observation_of(const std::string& workload, const std::string& machine,
                           const StepEnergy& energy, const std::optional<Cost>& cost, long steps);

/// What records are taken for.
struct RecordChoice {
  long steps = 1;              ///< the amount of work that energies and durations are scaled to
  std::optional<Scope> scope;  ///< as energy_per_step
  /// Names the hardware of a record; if it is not set, hardware_name.
  std::function<std::string(const Record&, Scope)> hardware;
};

// All observations of a call share one basis, that of the first one read; the result is that basis,
// or empty if no row was read. Observations are counted from 1 in the order given, `run` is the
// record's id, `flops` the forward pass of one sample. Throws Error(usage) unless steps is
// positive.

/// Faults: a record of a command that failed, was interrupted or cut off, without energy per step
/// (with the reason), on another basis than the first (with what differs), or of unknown hardware.
std::optional<Basis> observe_records(std::span<const Record> records, const RecordChoice& choice,
                                     const ObservationSinks& sinks);

/// The references of profiles; the hardware is the profile's name. Fault: a profile on another
/// basis than the first.
std::optional<Basis> observe_profiles(std::span<const MachineProfile> profiles, long steps,
                                      const ObservationSinks& sinks);

}  // namespace isojoule
