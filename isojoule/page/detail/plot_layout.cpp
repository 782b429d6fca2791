#include "isojoule/page/detail/plot_layout.hpp"

#include <algorithm>
#include <cmath>

namespace isojoule::detail {
namespace {

constexpr double kOneColumnMm = 85.0;
constexpr double kTwoColumnsMm = 176.0;
constexpr double kWidestSquareMm = 90.0;

double length_of(const std::vector<std::string>& categories) {
  std::size_t characters = 0;
  for (const std::string& category : categories)
    characters += std::min<std::size_t>(category.size(), 22) + 2;
  return static_cast<double>(characters) * kCharacterMm;
}

}  // namespace

PlotLayout::PlotLayout(const Plotted& plotted, int columns) {
  const Figure& figure = plotted.figure();
  head_mm = figure.facet.empty() ? 2.0 : 5.0;
  place_panels(plotted, columns);
  is_slanted = !is_told_by_key(figure) && length_of(plotted.categories()) > panel_mm;
  bottom_mm = is_slanted ? 19.0 : 8.0;
  place_legend(figure);
  height_mm =
      static_cast<double>(grid_rows) * (panel_height_mm + head_mm) + bottom_mm + legend_mm + 1.5;
}

void PlotLayout::place_panels(const Plotted& plotted, int columns) {
  const std::size_t panels = plotted.panels().size();
  width_mm = columns == 2 ? kTwoColumnsMm : kOneColumnMm;
  const std::size_t fitting = std::min<std::size_t>(columns == 2 ? 4 : 2, panels);
  grid_rows = (panels + fitting - 1) / fitting;
  grid_columns = (panels + grid_rows - 1) / grid_rows;
  panel_mm = (width_mm - left_mm - 2.0) / static_cast<double>(grid_columns) - kPanelGapMm;
  const bool is_square = plotted.figure().identity_line;
  if (is_square) panel_mm = std::min(panel_mm, kWidestSquareMm);
  const double ratio = is_square ? 1.0 : grid_columns > 1 ? 0.75 : columns == 2 ? 0.42 : 0.6;
  panel_height_mm = panel_mm * ratio;
}

void PlotLayout::place_legend(const Figure& figure) {
  if (figure.key.empty()) return;
  std::size_t longest = 0;
  for (const KeyEntry& entry : figure.key)
    longest = std::max(longest, std::min<std::size_t>(entry.value.size(), 30));
  const double entry_mm = static_cast<double>(longest) * kCharacterMm + 9.0;
  legend_columns = std::max<std::size_t>(1, static_cast<std::size_t>((width_mm - 4.0) / entry_mm));
  legend_columns = std::min(legend_columns, figure.key.size());
  legend_mm = 3.6 * std::ceil(static_cast<double>(figure.key.size()) /
                              static_cast<double>(legend_columns)) +
              2.0;
}

}  // namespace isojoule::detail
