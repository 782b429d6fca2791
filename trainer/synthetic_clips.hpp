// Synthetic clips that can be learnt.
#pragma once

#include <cstdint>

#include "isojoule/cost/architecture.hpp"

#include "trainer/audio/feature_table.hpp"

namespace isojoule::trainer {

/// The features of so many tagged clips, the same everywhere for the same seed.
///
/// Each label has a pattern of its own (a ridge of bands that swells and fades at its own rate). A
/// clip is the sum of its labels' patterns and uniform noise; it has one label at least.
FeatureTable make_synthetic_clips(const Task& task, std::size_t clips, std::uint64_t seed);

}  // namespace isojoule::trainer
