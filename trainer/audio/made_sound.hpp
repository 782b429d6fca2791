// Sounds by which ten labels can be told apart.
#pragma once

#include <span>
#include <vector>

#include "isojoule/stats/random.hpp"

namespace isojoule::trainer {

/// A mixture of the events of `labels` (each below 10), as docs/audio.md describes them, within
/// full scale.
std::vector<float> make_sound(std::span<const std::size_t> labels, double seconds, int rate,
                              Random& random);

}  // namespace isojoule::trainer
