// A number as somebody printed it, and everything that it may stand for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "isojoule/core/outcome.hpp"
#include "isojoule/core/quantity.hpp"

namespace isojoule {

/// Everything from `lower` to `upper`, both included. An interval of possibilities: it has no
/// probability, and no value in it is likelier than another. Without `upper` there is no bound.
template <class T>
struct Possible {
  T lower{};
  std::optional<T> upper;
};

/// What was printed, and half a unit of its last digit to both sides: 0.006 stands for anything in
/// 0.0055 to 0.0065, 0.0060 for 0.00595 to 0.00605, 12 for 11.5 to 12.5, 1e1 for 5 to 15. Zeros at
/// the end count as digits. Quantities here are none below zero, so that 0.0 is 0 to 0.05.
template <class T>
struct Reported {
  T value{};
  T lower{};
  T upper{};
  std::string text;  ///< as printed, without the white space around it
};

/// The bounds are the doubles next to the exact decimals. Refused for what
/// is no decimal number, is negative, or lies with its bounds beyond what a double holds.
Outcome<Reported<double>> parse_reported(std::string_view text);

/// The same, where something in parentheses may stand behind the number, as in "0.326 (0.325 -
/// 0.327)". It is not looked at: an interval of another kind.
Outcome<Reported<double>> parse_reported_score(std::string_view text);

/// A number of the unit as a quantity.
template <class Q>
Reported<Q> in_unit(const Reported<double>& number, Q unit) {
  return {number.value * unit, number.lower * unit, number.upper * unit, number.text};
}

}  // namespace isojoule
