// How well labels are told.
#pragma once

#include <cstdint>
#include <span>

namespace isojoule::trainer {

/// Counts over all clips and labels together.
struct Score {
  std::uint64_t hits = 0;    ///< labels that were told and are there
  std::uint64_t wrong = 0;   ///< told and not there
  std::uint64_t missed = 0;  ///< there and not told
  std::uint64_t clips = 0;
  std::uint64_t answers = 0;  ///< clips x labels

  /// Micro-averaged F1, 2 hits / (2 hits + wrong + missed); 0 where nothing is told or there.
  double f1() const;
  /// The F1 of telling every label of every clip.
  double f1_of_all() const;
};

/// Adds clips; a label is told where its logit is positive, that is, its sigmoid above 1/2.
void add(Score& score, std::span<const float> logits, std::span<const float> targets,
         std::size_t labels);

}  // namespace isojoule::trainer
