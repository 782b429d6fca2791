#include "trainer/audio/features.hpp"

#include <algorithm>
#include <utility>

#include "isojoule/stats/random.hpp"

#include "trainer/audio/resample.hpp"

namespace isojoule::trainer {
namespace {

/// Of a clip.
constexpr std::size_t samples_of(int rate) { return static_cast<std::size_t>(rate) * kClipSeconds; }

/// Samples up to the end of the last window, and one more for the reflection behind them.
constexpr std::size_t needed_samples(std::size_t frames) {
  return (frames - 1) * static_cast<std::size_t>(kMelHop) +
         static_cast<std::size_t>(kMelWindow / 2) + 1;
}

static_assert(samples_of(kLowestRate) >= needed_samples(Task{}.frames) &&
              samples_of(kLowestRate - 1) < needed_samples(Task{}.frames));

}  // namespace

std::vector<float> fit_length(std::vector<float> samples, std::size_t length, std::uint64_t seed) {
  if (samples.size() <= length) {
    samples.resize(length, 0.0F);
    return samples;
  }
  const std::size_t start = Random(seed).below(samples.size() - length + 1);
  const auto first = samples.begin() + static_cast<std::ptrdiff_t>(start);
  return {first, first + static_cast<std::ptrdiff_t>(length)};
}

Audio FeatureMaker::clip(const Audio& audio, std::uint64_t seed) const {
  const int rate = rate_.value_or(audio.rate);
  return {rate, fit_length(resample(audio.samples, audio.rate, rate), samples_of(rate), seed)};
}

Spectrogram FeatureMaker::spectrogram(const Audio& clip) {
  auto found = spectrograms_.find(clip.rate);
  if (found == spectrograms_.end())
    found = spectrograms_.emplace(clip.rate, MelSpectrogram(clip.rate, task_.bands)).first;
  return found->second(clip.samples);
}

void FeatureMaker::make(const Audio& audio, std::uint64_t seed, Extent extent,
                        std::span<float> features) {
  Audio sound = clip(audio, seed);
  if (extent == Extent::needed) sound.samples.resize(needed_samples(task_.frames));
  const Spectrogram whole = spectrogram(sound);
  for (std::size_t band = 0; band < whole.bands; ++band)
    std::copy_n(whole.values.begin() + static_cast<std::ptrdiff_t>(band * whole.frames),
                task_.frames, features.begin() + static_cast<std::ptrdiff_t>(band * task_.frames));
}

}  // namespace isojoule::trainer
