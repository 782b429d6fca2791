// Figures for print: SVG, PDF with its fonts, and PNG of 300 dots an inch, drawn by gnuplot.
//
//   const std::string pdf = render_pdf(figure, {.columns = 2});
#pragma once

#include <string>

#include "isojoule/page/figure.hpp"

namespace isojoule {

/// The bytes of the picture, with the values of pickers that are chosen and the initial ones of the
/// others. Each runs the program gnuplot (5.4), which is looked for on PATH, and waits for it; no
/// file is written. Throw Error(io) where there is no gnuplot or it fails, Error(bad_input) where
/// the choice leaves nothing to draw. Thread-safe.
std::string render_svg(const Figure& figure, const FigureOptions& options);
std::string render_pdf(const Figure& figure, const FigureOptions& options);
std::string render_png(const Figure& figure, const FigureOptions& options);

}  // namespace isojoule
