// What every rule asks of the sizes.
#pragma once

#include "isojoule/cost/architecture.hpp"

namespace isojoule::detail {

/// Throws Error(bad_input), which names it, if a size of the two is 0.
void require_sizes(const Architecture& architecture, const Task& task);

}  // namespace isojoule::detail
