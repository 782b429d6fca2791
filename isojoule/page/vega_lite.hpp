// Figures for a page: Vega-Lite specifications.
#pragma once

#include "isojoule/core/json.hpp"
#include "isojoule/page/figure.hpp"

namespace isojoule {

/// A specification whose data is called "rows" and comes later; so do widths and the theme. Each
/// layer is named by its mark and its number: "point0", "ring1". Rows that a layer cannot draw
/// (a missing number, what is not positive on a logarithmic axis) are filtered out; that a column
/// must be positive is a step {"filter": {"field": COLUMN, "gt": 0}} of the layer's own, by which a
/// page finds what a logarithmic axis leaves out.
Json vega_lite_spec(const Figure& figure);

/// In the order of the places of a key.
const std::vector<std::string>& vega_shapes();

}  // namespace isojoule
