// Where a training's clips come from.
#pragma once

#include <span>

namespace isojoule::trainer {

/// Clips without end.
class ClipSource {
 public:
  virtual ~ClipSource() = default;

  /// Writes the next clips: `inputs` as [clip][band][frame], `targets` as [clip][label] of 0 or 1.
  /// Both must be whole numbers of clips, the same number.
  virtual void next(std::span<float> inputs, std::span<float> targets) = 0;
};

}  // namespace isojoule::trainer
