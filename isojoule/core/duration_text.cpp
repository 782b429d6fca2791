#include "isojoule/core/duration_text.hpp"

#include <charconv>
#include <cmath>
#include <utility>

namespace isojoule {

std::optional<Duration> duration_from_text(std::string_view text) {
  double number = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || !std::isfinite(number) || number < 0.0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  for (const auto& [name, unit] :
       {std::pair{"s", second}, {"ms", millisecond}, {"min", minute}, {"m", minute}, {"h", hour}})
    if (text == name) return number * unit;
  return std::nullopt;
}

}  // namespace isojoule
