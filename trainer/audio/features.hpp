// From sound to what the models are fed with (docs/audio.md).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "isojoule/cost/architecture.hpp"

#include "trainer/audio/mel.hpp"
#include "trainer/audio/wav.hpp"

namespace isojoule::trainer {

inline constexpr int kPaperRate = 44100;
inline constexpr int kClipSeconds = 10;

/// The features of a clip are the first frames of its spectrogram.
enum class Extent {
  needed,  ///< compute only what they depend on
  whole,   ///< compute the spectrogram of the whole clip, as the paper's authors do
};

/// `samples` with zeros behind, or a part that begins anywhere with the same probability, so that
/// there are `length`. The seed decides where.
std::vector<float> fit_length(std::vector<float> samples, std::size_t length, std::uint64_t seed);

/// One thread at a time.
class FeatureMaker {
 public:
  /// To `rate` samples per second, from kLowestRate on; empty: each clip at its own.
  FeatureMaker(const Task& task, std::optional<int> rate) : task_(task), rate_(rate) {}

  /// Resampled, and padded or cut to ten seconds.
  Audio clip(const Audio& audio, std::uint64_t seed) const;

  /// The spectrogram of such a clip.
  Spectrogram spectrogram(const Audio& clip);

  /// Writes the features of a file, [band][frame].
  void make(const Audio& audio, std::uint64_t seed, Extent extent, std::span<float> features);

 private:
  Task task_;
  std::optional<int> rate_;
  std::map<int, MelSpectrogram> spectrograms_;  ///< by rate
};

}  // namespace isojoule::trainer
