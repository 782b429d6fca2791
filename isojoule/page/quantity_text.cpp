#include "isojoule/page/quantity_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

namespace isojoule {
namespace {

/// Prefixes of 10^-9 to 10^18, in steps of 10^3.
constexpr std::array<std::string_view, 10> kPrefixes{"n", "µ", "m", "",  "k",
                                                     "M", "G", "T", "P", "E"};
constexpr int kLeastExponent = -9;

/// A positive number as d.dd x 10^exponent, rounded.
struct Rounded {
  std::string digits;  ///< three
  int exponent;
};

Rounded rounded(double value) {
  const std::string text = fmt::format("{:.2e}", value);  // "1.07e+03"
  const std::size_t e = text.find('e');
  const std::size_t sign = text[e + 1] == '+' ? 1 : 0;  // from_chars knows no plus
  Rounded result{text.substr(0, 1) + text.substr(2, 2), 0};
  std::from_chars(text.data() + e + 1 + sign, text.data() + text.size(), result.exponent);
  return result;
}

/// Three significant digits, a prefix and the unit. Working on digits, not on numbers, rounds once.
/// `tenths`: 0.1 to 1 is shown in the unit itself.
std::string with_prefix(double value, std::string_view unit, bool tenths = false) {
  if (value == 0.0) return fmt::format("0 {}", unit);
  if (value < 0.0) return "-" + with_prefix(-value, unit, tenths);
  if (!std::isfinite(value)) return fmt::format("{} {}", value, unit);
  const auto [digits, exponent] = rounded(value);
  if (tenths && exponent == -1) return fmt::format("0.{} {}", digits, unit);
  const int steps = exponent - kLeastExponent;
  if (steps < 0 || steps >= static_cast<int>(3 * kPrefixes.size()))
    return fmt::format("{:.2e} {}", value, unit);
  const auto whole = static_cast<std::size_t>(steps % 3 + 1);  // digits before the point
  return fmt::format("{}{}{} {}{}", digits.substr(0, whole), whole < 3 ? "." : "",
                     digits.substr(whole), kPrefixes[static_cast<std::size_t>(steps / 3)], unit);
}

}  // namespace

std::string to_text(Energy energy) { return with_prefix(energy.in(joule), "J", true); }

std::string to_text(const std::optional<Interval<Energy>>& interval, const std::string& none) {
  return interval ? to_text(interval->lower) + " to " + to_text(interval->upper) : none;
}

std::string to_text(Power power) { return with_prefix(power.in(watt), "W"); }

std::string to_text(Duration duration) {
  constexpr double kLargest = 1e12;  // beyond it, minutes say nothing
  const double seconds = duration.in(second);
  if (seconds < 0.0) return "-" + to_text(-duration);
  // 59.95 s would be shown as 60.0 s.
  if (seconds < 59.95 || !(seconds < kLargest)) return with_prefix(seconds, "s");
  const long whole = std::lround(seconds);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  const long minutes = std::lround(seconds / 60.0);
  return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

std::string to_text(Work work) { return with_prefix(work.in(flop), "FLOP"); }

std::string grouped(unsigned long long count) {
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

}  // namespace isojoule
