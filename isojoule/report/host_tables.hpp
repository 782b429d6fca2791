// What to say of a machine.
#pragma once

#include <string>

#include "isojoule/core/host_info.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule {

/// CPU, threads, memory, system, kernel, hypervisor, GPUs and settings, part by part.
Table host_table(const std::string& title, const HostInfo& host);

}  // namespace isojoule
