#include "trainer/audio/resample.hpp"

#include <soxr.h>

#include <cmath>

#include "trainer/audio/wav.hpp"

namespace isojoule::trainer {

std::vector<float> resample(std::span<const float> samples, int from, int to) {
  if (from == to) return {samples.begin(), samples.end()};
  const double ratio = static_cast<double>(to) / static_cast<double>(from);
  const auto length =
      static_cast<std::size_t>(std::ceil(static_cast<double>(samples.size()) * ratio));
  std::vector<float> result(length);
  const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
  const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
  std::size_t used = 0;
  std::size_t done = 0;
  const soxr_error_t error = soxr_oneshot(from, to, 1, samples.data(), samples.size(), &used,
                                          result.data(), length, &done, &io, &quality, &runtime);
  if (error != nullptr)
    throw BadAudio("it cannot be resampled from " + std::to_string(from) + " to " +
                   std::to_string(to) + " Hz: " + error);
  result.resize(done);
  return result;
}

std::string resampler_name() { return soxr_version(); }

}  // namespace isojoule::trainer
