// Which CPU this is, as far as the kernel shows it.
#pragma once

#include <optional>
#include <string>

#include "isojoule/core/world.hpp"

namespace isojoule {

/// What /proc/cpuinfo shows of the first CPU, and how many there are. Missing numbers are empty.
struct CpuIdentity {
  std::string name;                ///< `model name`; empty on most ARM machines
  std::string vendor;              ///< `vendor_id`: "GenuineIntel", "AuthenticAMD"; empty on ARM
  std::optional<int> family;       ///< `cpu family`
  std::optional<int> model;        ///< `model`
  std::optional<int> stepping;     ///< `stepping`
  std::optional<int> implementer;  ///< `CPU implementer` of ARM: 0x41
  std::optional<int> part;         ///< `CPU part` of ARM: 0xd0c
  int threads = 0;                 ///< hardware threads online; 0: unknown
  int packages = 1;                ///< packages with a thread online
  bool is_virtual =
      false;  ///< a virtual machine: threads and packages are what the host makes of them
};

/// Reads /proc/cpuinfo and, for machines that do not say so there, /sys/hypervisor and the DMI
/// strings. What cannot be read is left out; never throws for it.
CpuIdentity read_cpu_identity(const World& world);

}  // namespace isojoule
