#include "trainer/audio/mel.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/Parallel.h>
#include <torch/types.h>
#include <torch/version.h>

#include "trainer/torch_threads.hpp"

namespace isojoule::trainer {
namespace {

double mel_of(double hertz) { return 2595.0 * std::log10(1.0 + hertz / 700.0); }

/// [frequency][band], from 0 to rate / 2.
torch::Tensor make_triangles(int rate, std::int64_t bands) {
  const int half = rate / 2;
  const auto highest = static_cast<double>(half);
  const torch::Tensor frequencies = torch::linspace(0.0, highest, kMelWindow / 2 + 1);
  const torch::Tensor mels = torch::linspace(0.0, mel_of(highest), bands + 2);
  const torch::Tensor corners = 700.0 * (torch::pow(10.0, mels / 2595.0) - 1.0);
  const torch::Tensor widths = corners.slice(0, 1) - corners.slice(0, 0, -1);
  const torch::Tensor distances = corners.unsqueeze(0) - frequencies.unsqueeze(1);
  const torch::Tensor rising = -distances.slice(1, 0, -2) / widths.slice(0, 0, -1);
  const torch::Tensor falling = distances.slice(1, 2) / widths.slice(0, 1);
  return torch::minimum(rising, falling).clamp_min(0.0);
}

}  // namespace

struct MelSpectrogram::Tables {
  torch::Tensor window;
  torch::Tensor triangles;
};

MelSpectrogram::MelSpectrogram(int rate, std::size_t bands)
    : tables_(std::make_unique<Tables>(
          Tables{torch::hamming_window(kMelWindow, /*periodic=*/false),
                 make_triangles(rate, static_cast<std::int64_t>(bands))})) {}

MelSpectrogram::MelSpectrogram(MelSpectrogram&&) noexcept = default;
MelSpectrogram& MelSpectrogram::operator=(MelSpectrogram&&) noexcept = default;
MelSpectrogram::~MelSpectrogram() = default;

Spectrogram MelSpectrogram::operator()(std::span<const float> samples) const {
  const torch::NoGradGuard no_gradients;
  const torch::Tensor wave = torch::empty({1, static_cast<std::int64_t>(samples.size())});
  std::ranges::copy(samples, wave.data_ptr<float>());
  const torch::Tensor padded =
      at::reflection_pad1d(wave, {kMelWindow / 2, kMelWindow / 2}).squeeze(0);
  const torch::Tensor magnitudes =
      at::stft(padded, kMelWindow, kMelHop, kMelWindow, tables_->window, /*normalized=*/false,
               /*onesided=*/true, /*return_complex=*/true)
          .abs();
  const torch::Tensor bands = torch::matmul(magnitudes.t(), tables_->triangles).t().contiguous();
  Spectrogram result{static_cast<std::size_t>(bands.size(0)),
                     static_cast<std::size_t>(bands.size(1)),
                     std::vector<float>(static_cast<std::size_t>(bands.numel()))};
  std::copy_n(bands.data_ptr<float>(), result.values.size(), result.values.begin());
  return result;
}

std::string spectrogram_maker_name() { return "libtorch-" TORCH_VERSION; }

OneThread::OneThread() : before_(at::get_num_threads()) { set_threads(1); }
OneThread::~OneThread() { set_threads(before_); }

}  // namespace isojoule::trainer
