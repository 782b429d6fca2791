// CPU time as the kernel counts it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace isojoule {

/// Microseconds of CPU time in a cgroup's cpu.stat: its line usage_usec. Empty if there is no such
/// whole line: a line that is cut off at the end of `text` is not whole.
std::optional<std::uint64_t> cgroup_cpu_microseconds(std::string_view text);

/// Microseconds of CPU time in /proc/stat: user, nice, system, irq and softirq. Time of guests is
/// within user and nice; idle, waiting for I/O and stolen time is not this machine's work. Empty if
/// its first line is not whole.
std::optional<std::uint64_t> machine_cpu_microseconds(std::string_view text);

}  // namespace isojoule
