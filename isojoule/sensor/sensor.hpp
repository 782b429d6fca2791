// What can be read on this machine, and how.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isojoule/core/channel.hpp"
#include "isojoule/core/fault.hpp"
#include "isojoule/core/host_info.hpp"
#include "isojoule/core/unmeasured.hpp"

namespace isojoule {

/// Whose energy is looked at, for those sensors that can tell processes apart.
struct Subject {
  std::filesystem::path cgroup;  ///< cgroup v2 directory that holds just the measured processes;
                                 ///< empty: there is none
  pid_t process = 0;  ///< the first of the measured processes, which started all others: our own,
                      ///< or another that we have not waited for; 0: it is not known
};

/// Whether a backend can be used here. "Not here" is an answer, not an error.
struct Probe {
  bool usable = false;
  std::string reason;  ///< why not; or, if usable, what was found
  std::string remedy;  ///< the exact thing to do about it; empty if nothing can be done
  std::vector<MachineSetting> settings = {};  ///< of the devices that were found, those that are
                                              ///< not measured included
  std::vector<Unmeasured> unmeasured = {};    ///< what is here and cannot be measured; empty where
                                              ///< there is nothing of this kind
};

/// An open source of channels. One thread at a time may poll it; opening and polling may be done by
/// different threads.
class Sensor {
 public:
  explicit Sensor(std::string backend) : backend_(std::move(backend)) {}
  Sensor(const Sensor&) = delete;
  Sensor& operator=(const Sensor&) = delete;
  virtual ~Sensor() = default;

  /// The name of its row in sensor_types().
  const std::string& backend() const { return backend_; }
  /// Fixed for the sensor's life; at least one.
  std::span<const Channel> channels() const { return channels_; }

  /// Settings of what it reads that change what a training uses, as they were when it was opened.
  std::span<const MachineSetting> settings() const { return settings_; }

  /// Reads every channel once into `samples`, which has channels().size() elements; what could not
  /// be read is empty. The result tells what went wrong, if anything did. A fatal or ended fault
  /// with no sample at all means that polling again is of no use; with samples it is about its
  /// source only, and the others go on. Never throws: an exception of the backend becomes a retry
  /// fault and empty samples.
  std::optional<Fault> poll(std::span<Sample> samples) noexcept;

 protected:
  std::vector<Channel> channels_;
  std::vector<MachineSetting> settings_;

 private:
  virtual std::optional<Fault> do_poll(std::span<Sample> samples) = 0;
  std::string backend_;
};

}  // namespace isojoule
