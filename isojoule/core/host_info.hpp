// What kind of machine this is, without saying whose.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/world.hpp"

namespace isojoule {

/// One setting of a machine that changes what a training uses on it, or may.
struct MachineSetting {
  std::string part;   ///< what is set: "cpu", or a board's component, "gpu-GPU-8f6a..."
  std::string name;   ///< "driver", "power limit", "ECC", ...
  std::string value;  ///< in words, with its unit: "250 W", "off"

  friend bool operator==(const MachineSetting&, const MachineSetting&) = default;
};

/// The machine a measurement was made on. Deliberately without the host's name, user or address:
/// records are published. Missing text is empty.
struct HostInfo {
  std::string cpu_model;                      ///< "Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz"
  std::optional<int> hardware_threads;        ///< logical CPUs online
  std::optional<int> cores;                   ///< physical cores online
  std::optional<std::uint64_t> memory_bytes;  ///< MemTotal
  std::vector<std::string> gpus;              ///< names; filled by whoever opened a GPU sensor
  std::string kernel;                         ///< "6.1.0-18-amd64"
  std::string os;                             ///< "Debian GNU/Linux 12 (bookworm)"
  std::string hypervisor;                     ///< "KVM", "yes" if one is there but unnamed
  std::vector<MachineSetting> settings;  ///< of the CPU, and of the boards by whoever opened their
                                         ///< sensor; what cannot be read is not there

  friend bool operator==(const HostInfo&, const HostInfo&) = default;
};

/// Reads /proc/cpuinfo, /proc/meminfo, /proc/sys/kernel/osrelease, /etc/os-release,
/// /sys/hypervisor, the DMI strings, and of the CPU's settings its frequency governor, highest
/// frequency, boost and RAPL's long-term power limit (those of CPU 0 and package 0 stand for all).
/// What cannot be read is left out; never throws for it.
HostInfo read_host_info(const World& world);

}  // namespace isojoule
