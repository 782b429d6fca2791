// What a cell of a table holds.
#pragma once

#include <string>
#include <string_view>

#include "isojoule/core/outcome.hpp"

namespace isojoule {

/// Without the spaces and tabs around it.
std::string_view trimmed(std::string_view cell);

/// The cell in quotes for a message: the beginning of a long one, without control characters.
std::string shown(std::string_view cell);

// The refusals below fit behind the name of what was read: "energy_j " + "is negative: -3".
//
// Numbers are in the notation of C ("0.5", "1e-3") whatever the locale; spaces and tabs around them
// do not matter. Refused is what is no number, and NaN, infinities and numbers beyond a double,
// which are no values. An empty cell is a missing value and is to be asked for before.

Outcome<double> cell_number(std::string_view cell);

/// Negative numbers are refused too.
Outcome<double> unsigned_cell_number(std::string_view cell);

/// Zero and negative numbers are refused too.
Outcome<double> positive_cell_number(std::string_view cell);

/// The value, if it is positive and finite.
Outcome<double> positive_number(double value);

/// `name`, if it can name a workload or a machine: 1 to 200 bytes of UTF-8 without control
/// characters.
Outcome<std::string_view> cell_name(std::string_view name);

}  // namespace isojoule
