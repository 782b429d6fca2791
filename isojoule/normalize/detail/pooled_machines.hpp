// Which other machines the pooled normalizer learns from.
#pragma once

#include <cstddef>
#include <vector>

#include "isojoule/normalize/view.hpp"

namespace isojoule::detail {

/// Machines of a view that know one of its rows, without the source, without copies of it, and of
/// copies of each other the first. At most `most`, ascending: each time the one whose law is the
/// least like any that is taken, or like proportion to the source.
std::vector<std::size_t> machines_to_learn_from(const View& view,
                                                const std::vector<std::size_t>& rows,
                                                std::size_t most);

}  // namespace isojoule::detail
