// Where the panels and the key of a printed figure stand.
#pragma once

#include <cstddef>

#include "isojoule/page/detail/plotted.hpp"

namespace isojoule::detail {

/// How wide gnuplot's font is taken to be.
inline constexpr double kCharacterMm = 1.4;

inline constexpr double kPanelGapMm = 2.5;

/// Lengths in millimetres, from the lower left.
struct PlotLayout {
  /// `columns` of a two-column paper: 1 or 2.
  PlotLayout(const Plotted& plotted, int columns);

  double width_mm = 0.0;
  double height_mm = 0.0;
  double left_mm = 14.0;  ///< of the first panel
  double panel_mm = 0.0;
  double panel_height_mm = 0.0;
  double head_mm = 0.0;  ///< above each panel
  double bottom_mm = 0.0;
  double legend_mm = 0.0;  ///< 0: there is no key
  std::size_t legend_columns = 1;
  std::size_t grid_rows = 1;
  std::size_t grid_columns = 1;
  bool is_slanted = false;  ///< labels of categories, which would run into each other

 private:
  void place_panels(const Plotted& plotted, int columns);
  void place_legend(const Figure& figure);
};

}  // namespace isojoule::detail
