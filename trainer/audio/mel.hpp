// Mel spectrograms, by LibTorch.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace isojoule::trainer {

inline constexpr std::int64_t kMelWindow = 2048;
inline constexpr std::int64_t kMelHop = 256;

/// [band][frame].
struct Spectrogram {
  std::size_t bands = 0;
  std::size_t frames = 0;
  std::vector<float> values;
};

/// The magnitudes of a short-time Fourier transform, summed in triangular bands:
///
///   window   2048 samples, Hamming, symmetric
///   hop      256 samples; frame t is centred at sample 256 t, the ends reflected
///   bands    triangles whose corners are equally far apart on the HTK mel scale,
///            2595 log10(1 + f / 700), from 0 to rate / 2 Hz (rounded down), of height 1
///
/// in single precision throughout, as torchaudio.transforms.MelSpectrogram does with window_fn
/// hamming_window, periodic False, power 1. One thread at a time.
class MelSpectrogram {
 public:
  MelSpectrogram(int rate, std::size_t bands);
  MelSpectrogram(MelSpectrogram&&) noexcept;
  MelSpectrogram& operator=(MelSpectrogram&&) noexcept;
  ~MelSpectrogram();

  /// 1 + samples / 256 frames, rounded down. Needs more than 1024 samples.
  Spectrogram operator()(std::span<const float> samples) const;

 private:
  struct Tables;
  std::unique_ptr<Tables> tables_;
};

/// Name and version of the library.
std::string spectrogram_maker_name();

/// While it lives, spectrograms are made by one thread: so they do not depend on how many a
/// training has, whatever the libraries below do with several.
class OneThread {
 public:
  OneThread();
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;
  ~OneThread();

 private:
  int before_;
};

}  // namespace isojoule::trainer
