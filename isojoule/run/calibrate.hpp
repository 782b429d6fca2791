// Calibration: the reference workloads trained on this machine, one after the other.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/record/machine_profile.hpp"
#include "isojoule/run/measure_command.hpp"
#include "isojoule/workload/workload.hpp"

namespace isojoule {

struct CalibrateOptions {
  std::vector<std::string> workloads;  ///< ids of reference workloads
  Training training;                   ///< how each is trained; its `workload` is set here
  MeasureOptions measure;              ///< how each is measured; its workload and cost are set here
};

/// What a calibration tells while it goes on. All members may be empty.
struct CalibrateEvents {
  std::function<void(const std::string& workload, std::size_t index, std::size_t count)> begin;
  std::function<void(const Record&)> measured;  ///< also for those that failed
  std::function<void(const std::string& workload, const std::string& reason)> skipped;
};

struct Calibration {
  std::vector<Record> records;               ///< that ended well
  std::optional<CommandOutcome> broken_off;  ///< how the training ended that broke it off
};

/// Measures each workload in turn. One that does not fit into memory is skipped with the reason;
/// one that fails otherwise, or is interrupted, breaks the calibration off. Throws as
/// measure_command and find_reference_workload do.
Calibration calibrate(const World& world, const CalibrateOptions& options,
                      const CalibrateEvents& events);

/// How it was trained, by what the training itself said of its threads: without being told, it
/// takes those that it may run on, which can be fewer than the machine has.
Training as_trained(const Record& record, const Training& asked);

/// A name for a profile of this host in this condition, of the characters that are allowed:
/// "intel-xeon-gold-6248-2threads".
std::string suggest_profile_name(const HostInfo& host, const Training& training);

/// The condition in words: "cpu, 2 threads".
std::string describe_condition(const Training& training);

}  // namespace isojoule
