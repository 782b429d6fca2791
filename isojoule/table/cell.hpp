// What a cell of a table holds.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace isojoule {

/// Without the spaces and tabs around it.
std::string_view trimmed(std::string_view cell);

/// The cell in quotes for a message: the beginning of a long one, without control characters.
std::string shown(std::string_view cell);

// Both take numbers in the notation of C ("0.5", "1e-3") whatever the locale; spaces and tabs
// around them do not matter. Empty, with the reason in `why_not`, for what is no number, and for
// NaN, infinities and numbers beyond a double, which are no values. An empty cell is a missing
// value and is to be asked for before.

std::optional<double> cell_number(std::string_view cell, std::string& why_not);

/// Zero and negative numbers are refused too.
std::optional<double> positive_cell_number(std::string_view cell, std::string& why_not);

/// Whether `name` can name a workload or a machine: 1 to 200 bytes of UTF-8 without control
/// characters. The reason in `why_not` if not.
bool is_cell_name(std::string_view name, std::string& why_not);

/// Whether a value is positive and finite; the reason in `why_not` if not.
bool is_positive_number(double value, std::string& why_not);

}  // namespace isojoule
