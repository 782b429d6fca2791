#include "values.hpp"

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

#include "isojoule/core/duration_text.hpp"
#include "isojoule/core/error.hpp"

namespace isojoule::cli {
namespace {

/// The number at the begin of `text`, which is left with the rest. Empty if there is none.
std::optional<double> take_number(std::string_view& text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || !std::isfinite(value)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

}  // namespace

Duration parse_duration(const std::string& option, const std::string& text) {
  const auto duration = duration_from_text(text);
  if (!duration)
    throw Error(ErrorCode::usage,
                option + ": '" + text + "' is no duration; write for example 5s, 500ms or 2min");
  return *duration;
}

CLI::Validator positive() {
  return {[](const std::string& text) {
            double value = 0.0;
            const bool is_positive = CLI::detail::lexical_cast(text, value) && value > 0.0;
            return is_positive ? std::string() : text + " is not a positive number";
          },
          "POSITIVE"};
}

KnownGain parse_gain(const std::string& text) {
  const auto wrong = [&text] {
    return Error(ErrorCode::usage, "--gain: '" + text +
                                       "' is not COMPONENT=VALUE[+-HALF],SOURCE, for "
                                       "example GPU-8f6a=1.021+-0.004,wattmeter");
  };
  const std::size_t equals = text.find('=');
  const std::size_t comma = text.find(',', equals == std::string::npos ? 0 : equals);
  if (equals == std::string::npos || equals == 0 || comma == std::string::npos ||
      comma + 1 == text.size())
    throw wrong();
  Gain gain{1.0, 0.0, text.substr(comma + 1)};
  std::string_view number = std::string_view(text).substr(equals + 1, comma - equals - 1);
  const auto value = take_number(number);
  if (!value || !(*value > 0.0)) throw wrong();
  gain.value = *value;
  if (number.empty()) return {text.substr(0, equals), gain};
  if (!number.starts_with("+-")) throw wrong();
  number.remove_prefix(2);
  const auto half_width = take_number(number);
  if (!half_width || !number.empty() || *half_width < 0.0) throw wrong();
  gain.half_width = *half_width;
  return {text.substr(0, equals), gain};
}

}  // namespace isojoule::cli
