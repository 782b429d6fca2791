// What is known of the power that an NVIDIA board shows, by the board's name alone.
#pragma once

#include <string_view>

#include "isojoule/import/log_format.hpp"

namespace isojoule::detail {

/// Sets the family of the sensor, and refresh, averaging and lag of a channel of power as the table
/// of NVML's generations has them; where the name is not known, or its generation is not, a caveat
/// that keeps its energies from having an interval.
void describe_board_power(Channel& channel, std::string_view board, LoggedPower power);

}  // namespace isojoule::detail
