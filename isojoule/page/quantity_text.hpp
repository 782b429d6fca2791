// Quantities for people: a few significant digits and a unit of fitting size. Data files always
// hold joules and seconds.
#pragma once

#include <optional>
#include <string>

#include "isojoule/core/estimate.hpp"
#include "isojoule/core/quantity.hpp"

namespace isojoule {

/// "0.532 J", "1.07 kJ", "12.3 MJ", "45.1 mJ": three significant digits. Zero is "0 J"; what no
/// prefix from n to E fits is "1.00e+21 J".
std::string to_text(Energy energy);
/// "1.10 J to 1.40 J"; the words for none where there is none.
std::string to_text(const std::optional<Interval<Energy>>& interval, const std::string& none);
/// "85.2 W", "1.20 kW", "350 mW".
std::string to_text(Power power);
/// "35.0 ms", "12.4 s", "3 min 05 s", "2 h 07 min".
std::string to_text(Duration duration);
/// "628 MFLOP", "40.2 GFLOP".
std::string to_text(Work work);
/// 804234 -> "804,234".
std::string grouped(unsigned long long count);

}  // namespace isojoule
