// Figures drawn by gnuplot.
#pragma once

#include <string>

#include "isojoule/core/world.hpp"
#include "isojoule/page/gnuplot.hpp"

namespace isojoule::cli {

/// The file that gnuplot makes of the figure, as its bytes. Throws Error(io) where there is no
/// gnuplot or it fails.
std::string print_figure(const World& world, const Figure& figure, const PrintOptions& options);

}  // namespace isojoule::cli
