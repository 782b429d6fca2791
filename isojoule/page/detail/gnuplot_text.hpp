// Texts and axes as gnuplot takes them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>

#include "isojoule/page/figure.hpp"
#include "isojoule/page/gnuplot.hpp"

namespace isojoule::detail {

/// A text that gnuplot only shows, at most `most` characters long. In single quotes it runs
/// nothing; a quote within becomes a typographic one, since gnuplot 5.4 trips over doubled ones.
std::string quoted(const std::string& text, std::size_t most = 200);

/// The same as the label of a tick, which gnuplot takes for a format.
std::string tick_quoted(const std::string& text);

/// The coordinates that something takes on an axis.
struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  bool empty() const { return low > high; }
  /// What is not finite widens nothing.
  void add(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  void add(const Range& other) {
    low = std::min(low, other.low);
    high = std::max(high, other.high);
  }
};

/// Where a value stands on an axis, in the coordinates that gnuplot is given; empty where it
/// cannot.
std::optional<double> placed(double value, Scale scale);

/// Ticks of an axis whose coordinates are those of `placed`, as a list in parentheses: of a
/// logarithmic one 1, 2 and 5 of each decade, or fewer.
std::string logarithmic_ticks(const Range& range);
std::string symmetric_ticks(const Range& range);

/// Such a list with empty labels; empty if it is none.
std::string without_labels(const std::string& ticks);

/// How a layer is drawn, from "using" on: in the colour and marker of that place of the key, bars
/// and spans as wide and as high as said.
std::string style(const Layer& layer, std::optional<std::size_t> place, double bar_width,
                  const Range& height);

/// The command that begins a picture of that size; a PNG has 300 dots an inch.
std::string terminal_line(PrintFormat format, double width_mm, double height_mm);

}  // namespace isojoule::detail
