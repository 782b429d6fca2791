#include "isojoule/page/detail/gnuplot_text.hpp"

#include <array>
#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/page/detail/harmless.hpp"

namespace isojoule::detail {
namespace {

constexpr double kFontPt = 6.0;
/// pdfcairo draws a font of this size at two thirds of it.
constexpr double kPdfFontPt = 1.5 * kFontPt;

/// "20k", "0.5", "3e-07".
std::string tick_text(double value) {
  if (value == 0.0) return "0";
  if (std::abs(value) < 1e-3) return fmt::format("{:.0e}", value);
  constexpr std::array<const char*, 7> kPrefixes{"", "k", "M", "G", "T", "P", "E"};
  std::size_t prefix = 0;
  while (std::abs(value) >= 1000.0 * (1.0 - 1e-9) && prefix + 1 < kPrefixes.size()) {
    value /= 1000.0;
    ++prefix;
  }
  return fmt::format("{:.3g}{}", value, kPrefixes[prefix]);
}

std::string colour(std::optional<std::size_t> place) {
  return place ? palette()[*place % palette().size()] : std::string("#404040");
}

}  // namespace

std::string quoted(const std::string& text, std::size_t most) {
  std::string result = "'";
  std::size_t length = 0;
  for (const char c : detail::harmless(text)) {
    const bool begins = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (begins && ++length > most) return result + "...'";
    result += c == '\'' ? std::string("\u2019") : std::string(1, c);
  }
  return result + "'";
}

std::string tick_quoted(const std::string& text) {
  constexpr std::size_t kLongest = 22;
  std::string result;
  for (const char c : quoted(text, kLongest))
    result += c == '%' ? std::string("%%") : std::string(1, c);
  return result;
}

std::optional<double> placed(double value, Scale scale) {
  if (scale == Scale::logarithmic)
    return value > 0.0 ? std::optional(std::log10(value)) : std::nullopt;
  if (scale == Scale::symmetric) return std::copysign(std::log1p(std::abs(value)), value);
  return value;
}

std::string logarithmic_ticks(const Range& range) {
  const double decades = range.high - range.low;
  const std::vector<double> steps = decades > 3.0   ? std::vector{1.0}
                                    : decades > 1.2 ? std::vector{1.0, 3.0}
                                                    : std::vector{1.0, 2.0, 5.0};
  const int stride = std::max(1, static_cast<int>(std::ceil(decades / 6.0)));
  const auto last = static_cast<int>(std::floor(range.high));
  std::vector<std::string> ticks;
  for (auto decade = static_cast<int>(std::floor(range.low)); decade <= last; decade += stride) {
    for (const double step : steps) {
      const double at = decade + std::log10(step);
      if (at < range.low || at > range.high) continue;
      ticks.push_back(fmt::format("'{}' {:.6g}", tick_text(step * std::pow(10.0, decade)), at));
    }
  }
  return fmt::format("({})", fmt::join(ticks, ", "));
}

std::string symmetric_ticks(const Range& range) {
  std::vector<std::string> ticks;
  for (const double value :
       {-1e6, -1e5, -1e4, -1e3, -1e2, -10.0, -3.0, -1.0, 0.0, 1.0, 3.0, 10.0, 1e2, 1e3}) {
    const double at = *placed(value, Scale::symmetric);
    if (at >= range.low && at <= range.high)
      ticks.push_back(fmt::format("'{}' {:.6g}", tick_text(value), at));
  }
  return fmt::format("({})", fmt::join(ticks, ", "));
}

std::string without_labels(const std::string& ticks) {
  if (ticks.empty() || ticks.front() != '(') return {};
  std::string bare;
  bool inside = false;
  for (const char c : ticks) {
    if (c == '\'') inside = !inside;
    if (!inside || c == '\'') bare += c;
  }
  return bare;
}

std::string style(const Layer& layer, std::optional<std::size_t> place, double bar_width,
                  const Range& height) {
  static const std::array<int, 7> markers{7, 5, 9, 13, 1, 11, 2};
  static const std::array<const char*, 4> dashes{"solid", "(8,4)", "(2,3)", "(8,3,2,3)"};
  static const std::array<const char*, 7> fills{"solid 1.0", "pattern 4", "solid 0.35", "pattern 5",
                                                "pattern 1", "solid 0.7", "pattern 2"};
  const std::size_t p = place.value_or(0);
  const std::string rgb = colour(place);
  switch (layer.glyph) {
    case Glyph::point:
      return fmt::format("using 1:2 with points pt {} ps 0.45 lw 0.8 lc rgb '{}'",
                         markers[(p + p / palette().size()) % markers.size()], rgb);
    case Glyph::line:
    case Glyph::stairs:
      return fmt::format("using 1:2 with {} lw 1.2 dt {} lc rgb '{}'",
                         layer.glyph == Glyph::line ? "lines" : "steps", dashes[p % dashes.size()],
                         rgb);
    case Glyph::ring:
      return "using 1:2 with points pt 6 ps 1.0 lw 0.8 lc rgb '#000000'";
    case Glyph::interval:
      return layer.x2.empty() ? "using 1:2:(0):($3-$2) with vectors nohead lw 0.6 lc rgb '#000000'"
                              : "using 1:2:($3-$1):(0) with vectors nohead lw 0.6 lc rgb '#000000'";
    case Glyph::bar:
      return fmt::format("using 1:2:({0:.4g}) with boxes lc rgb '{2}' fs {1} border rgb '{2}'",
                         bar_width, fills[p % fills.size()], rgb);
    case Glyph::span:
      return fmt::format(
          "using 1:({0:.9g}):1:2:({0:.9g}):({1:.9g}) with boxxyerror fs transparent solid 0.2 "
          "noborder lc rgb '{2}'",
          height.low, height.high, rgb);
  }
  return {};
}

std::string terminal_line(PrintFormat format, double width_mm, double height_mm) {
  switch (format) {
    case PrintFormat::pdf:
      return fmt::format(
          "set terminal pdfcairo noenhanced color size {:.2f}cm,{:.2f}cm font 'DejaVu Sans,{}'\n",
          width_mm / 10.0, height_mm / 10.0, kPdfFontPt);
    case PrintFormat::png: {
      const double dots = 300.0 / 25.4;  // in a millimetre
      return fmt::format(
          "set terminal pngcairo noenhanced color size {:.0f},{:.0f} font 'DejaVu Sans,{:.1f}' "
          "linewidth 3 pointscale 2.2\n",
          width_mm * dots, height_mm * dots, kFontPt * 300.0 / 96.0);
    }
    case PrintFormat::svg:
      break;
  }
  const double dots = 96.0 / 25.4;
  return fmt::format(
      "set terminal svg noenhanced size {:.0f},{:.0f} fixed background '#ffffff' font 'DejaVu "
      "Sans,{:.1f}' linewidth "
      "1\n",
      width_mm * dots, height_mm * dots, kFontPt * 96.0 / 72.0);
}

}  // namespace isojoule::detail
