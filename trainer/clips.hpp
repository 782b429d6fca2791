// Synthetic clips that can be learnt.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "isojoule/cost/architecture.hpp"

#include "trainer/clip_source.hpp"

namespace isojoule::trainer {

/// A pool of tagged clips, served in shuffled order, epoch after epoch.
///
/// Each label has a pattern of its own (a ridge of bands that swells and fades at its own rate). A
/// clip is the sum of its labels' patterns and uniform noise; it has one label at least. Only the
/// engine's bits are used, whose sequence the C++ standard fixes: the same seed gives the same
/// clips everywhere.
class SyntheticClips : public ClipSource {
 public:
  SyntheticClips(const Task& task, std::size_t clips, std::uint64_t seed);

  void next(std::span<float> inputs, std::span<float> targets) override;

 private:
  /// Uniform in [0, 1).
  float uniform();
  void make_labels(std::span<float> targets);
  void make_clip(std::span<const float> targets, std::span<float> input);
  void shuffle();

  Task task_;
  std::mt19937_64 engine_;
  std::vector<float> patterns_;  ///< [label][band][frame]
  std::vector<float> inputs_;
  std::vector<float> targets_;
  std::vector<std::size_t> order_;
  std::size_t position_ = 0;
};

}  // namespace isojoule::trainer
