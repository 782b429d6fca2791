// What is in a machine, whether or not its driver works.
#pragma once

#include <string_view>

#include "isojoule/core/world.hpp"

namespace isojoule::detail {

/// Whether a display or compute device of this vendor ("0x10de") is on the PCI bus, by
/// /sys/bus/pci/devices (classes 0x03 and 0x12).
bool has_pci_device(const World& world, std::string_view vendor);

/// Whether this is Linux in Windows (WSL2), by the name of the kernel.
bool is_wsl(const World& world);

}  // namespace isojoule::detail
