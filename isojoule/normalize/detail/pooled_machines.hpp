// Which other machines the pooled rule learns from.
#pragma once

#include <cstddef>
#include <vector>

#include "isojoule/normalize/dataset.hpp"

namespace isojoule::detail {

/// Places of machines in the dataset; a target that is not in it is one beyond the last.
struct MachineEnds {
  std::size_t source;
  std::size_t target;
};

/// Machines that know one of the workloads, without the ends, without copies of the source, and of
/// copies of each other the first. At most `most`, ascending: each time the one whose law is the
/// least like any that is taken, or like proportion to the source. Nothing of the target is looked
/// at.
std::vector<std::size_t> machines_to_learn_from(const Dataset& dataset, const MachineEnds& ends,
                                                const std::vector<std::size_t>& workloads,
                                                std::size_t most);

}  // namespace isojoule::detail
