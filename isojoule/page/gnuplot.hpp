// Figures for print as scripts for gnuplot 5.4; print.hpp runs them.
#pragma once

#include <string>

#include "isojoule/page/figure.hpp"

namespace isojoule {

enum class PrintFormat { svg, pdf, png };

/// A script that draws the figure into `output`, with the values of pickers that are chosen and the
/// initial ones of the others. Texts stand in single quotes, where gnuplot runs
/// nothing, and data are numbers alone. Values of the key differ in marker, dash or hatching too,
/// not in colour alone. Throws Error(bad_input) where the choice leaves nothing to draw,
/// Error(usage) for an output with a quote or a line break in its name.
std::string render_gnuplot(const Figure& figure, PrintFormat format, const FigureOptions& options,
                           const std::string& output);

}  // namespace isojoule
