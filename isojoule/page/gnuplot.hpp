// Figures for print: scripts for gnuplot 5.4.
#pragma once

#include <string>
#include <vector>

#include "isojoule/page/figure.hpp"

namespace isojoule {

enum class PrintFormat { svg, pdf, png };

struct PrintOptions {
  PrintFormat format = PrintFormat::pdf;
  int columns = 1;                  ///< of a two-column paper: 85 mm for one, 176 mm for two
  std::vector<Picker> chosen = {};  ///< values of pickers; the others have their initial one
};

/// A script that draws the figure into `output`. Texts stand in single quotes, where gnuplot runs
/// nothing, and data are numbers alone. Values of the key differ in marker, dash or hatching too,
/// not in colour alone. Throws Error(bad_input) where the choice leaves nothing to draw,
/// Error(usage) for an output with a quote or a line break in its name.
std::string render_gnuplot(const Figure& figure, const PrintOptions& options,
                           const std::string& output);

}  // namespace isojoule
