// Another sampling rate for the same sound, by libsoxr.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace isojoule::trainer {

/// One channel from `from` to `to` samples per second, both positive, in libsoxr's high quality (20
/// bits). As it is where the two are equal. Throws BadAudio with the library's
/// reason.
std::vector<float> resample(std::span<const float> samples, int from, int to);

/// Name and version of the library.
std::string resampler_name();

}  // namespace isojoule::trainer
