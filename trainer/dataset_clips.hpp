// Clips, as the two protocols serve them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "isojoule/stats/random.hpp"

#include "trainer/audio/feature_table.hpp"
#include "trainer/audio/features.hpp"

namespace isojoule::trainer {

/// Features that are ready, in shuffled order, epoch after epoch; the seed decides.
class ReadyClips {
 public:
  /// `table` has one clip at least.
  ReadyClips(const Task& task, FeatureTable table, std::uint64_t seed);

  /// Writes the next clips: `inputs` as [clip][band][frame], `targets` as [clip][label] of 0 or 1.
  /// Both must be whole numbers of clips, the same number.
  void next(std::span<float> inputs, std::span<float> targets);

 private:
  Task task_;
  FeatureTable table_;
  Random random_;
  std::vector<std::size_t> order_;
  std::size_t position_ = 0;
};

/// Clips that are read, decoded and transformed whenever they are served. The seed and the epoch
/// decide the order, and which part of a long clip is taken.
class DecodedClips {
 public:
  DecodedClips(const Task& task, std::vector<Clip> clips, std::optional<int> rate,
               std::uint64_t seed);

  std::size_t size() const { return clips_.size(); }

  /// Shuffles them; epochs count from 0.
  void begin_epoch(std::uint64_t epoch);

  /// Writes the next clips of the epoch as ReadyClips::next does, fewer where it ends; how many.
  /// Throws std::runtime_error for a file that can no longer be used.
  std::size_t next(std::span<float> inputs, std::span<float> targets);

 private:
  Task task_;
  std::vector<Clip> clips_;
  FeatureMaker maker_;
  std::uint64_t seed_;
  std::uint64_t epoch_ = 0;
  std::vector<std::size_t> order_;
  std::size_t position_ = 0;
};

}  // namespace isojoule::trainer
