#include "isojoule/challenge/challenge_reported.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include <fmt/format.h>

#include "isojoule/table/cell.hpp"

namespace isojoule {
namespace {

/// A decimal number: digits, without a point, times 10^exponent.
struct Decimal {
  std::string digits;
  long exponent = 0;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// `text` is known to be a finite number in the notation of C. Empty if its exponent is absurd
/// ("0e99999999999999999999").
std::optional<Decimal> decimal_of(std::string_view text) {
  const std::size_t e = std::min(text.find_first_of("eE"), text.size());
  const std::string_view mantissa = text.substr(0, e);
  Decimal decimal;
  std::ranges::copy_if(mantissa, std::back_inserter(decimal.digits), is_digit);
  std::string_view exponent = text.substr(std::min(e + 1, text.size()));
  if (exponent.starts_with('+')) exponent.remove_prefix(1);  // from_chars knows no plus
  if (!exponent.empty()) {
    const auto [end, error] =
        std::from_chars(exponent.data(), exponent.data() + exponent.size(), decimal.exponent);
    constexpr long kMost = 1'000'000;
    if (error != std::errc() || std::labs(decimal.exponent) > kMost) return std::nullopt;
  }
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  decimal.exponent -= std::ranges::count_if(mantissa.substr(point), is_digit);
  return decimal;
}

/// One less in the last place; `digits` are not all zero.
std::string decremented(std::string digits) {
  for (std::size_t i = digits.size(); i-- > 0;) {
    if (digits[i]-- != '0') break;
    digits[i] = '9';  // borrows from the digit before
  }
  return digits;
}

/// digits5 x 10^(exponent - 1): half a unit of the last place above `digits`. Working on digits
/// rounds once, so that equal decimals are equal doubles.
std::optional<double> half_above(const std::string& digits, long exponent) {
  const std::string text = fmt::format("{}5e{}", digits, exponent - 1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  return value;
}

}  // namespace

Outcome<Reported<double>> parse_reported(std::string_view text) {
  const auto refuse = Outcome<Reported<double>>::refuse;
  text = trimmed(text);
  const Outcome<double> value = cell_number(text);
  if (!value) return refuse(value.refused);
  if (*value < 0) return refuse(fmt::format("is negative: {}", shown(text)));
  std::optional<double> lower = 0.0;
  std::optional<double> upper;
  if (const auto decimal = decimal_of(text)) {
    upper = half_above(decimal->digits, decimal->exponent);
    if (*value > 0) lower = half_above(decremented(decimal->digits), decimal->exponent);
  }
  if (!lower || !upper)
    return refuse(fmt::format("is beyond what a double holds: {}", shown(text)));
  return Reported<double>{std::abs(*value), *lower, *upper, std::string(text)};
}

Outcome<Reported<double>> parse_reported_score(std::string_view text) {
  text = trimmed(text);
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos || !text.ends_with(')')) return parse_reported(text);
  return parse_reported(text.substr(0, open));
}

}  // namespace isojoule
