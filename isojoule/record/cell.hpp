// What a cell of a table holds.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace isojoule {

/// Without the spaces and tabs around it.
std::string_view trimmed(std::string_view cell);

/// The number that a cell holds, in the notation of C ("0.5", "1e-3") whatever the locale; spaces
/// and tabs around it do not matter. Empty, with the reason in `why_not`, if it is no number, or
/// none that is finite and fits a double: NaN and infinity are no values. An empty cell is a
/// missing value and is to be asked for before.
std::optional<double> cell_number(std::string_view cell, std::string& why_not);

/// As cell_number, and greater than zero.
std::optional<double> positive_cell_number(std::string_view cell, std::string& why_not);

/// Whether `name` can name a workload or a machine: 1 to 200 bytes of UTF-8 without control
/// characters. The reason in `why_not` if not.
bool is_cell_name(std::string_view name, std::string& why_not);

}  // namespace isojoule
