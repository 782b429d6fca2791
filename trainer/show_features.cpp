#include "trainer/show_features.hpp"

#include <algorithm>
#include <fstream>
#include <ostream>
#include <string>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/core/json.hpp"

#include "trainer/audio/features.hpp"

namespace isojoule::trainer {
namespace {

Spectrogram first_frames(const Spectrogram& whole, std::size_t frames) {
  Spectrogram result{whole.bands, frames, {}};
  for (std::size_t band = 0; band < whole.bands; ++band) {
    const auto row = whole.values.begin() + static_cast<std::ptrdiff_t>(band * whole.frames);
    result.values.insert(result.values.end(), row, row + static_cast<std::ptrdiff_t>(frames));
  }
  return result;
}

Spectrogram features_of(const Audio& audio, const FeaturesOptions& options, int& rate) {
  const Task task;
  FeatureMaker maker(task, options.rate);
  rate = options.rate.value_or(audio.rate);
  const Spectrogram whole = maker.spectrogram(maker.clip(audio, options.seed));
  return options.whole ? whole : first_frames(whole, task.frames);
}

/// NumPy's format, version 1.0: a header padded to a multiple of 64 bytes, then the values.
void write_npy(const std::filesystem::path& path, const Spectrogram& features) {
  constexpr std::size_t kAlignment = 64;
  constexpr std::size_t kPreamble = 10;
  std::string header =
      fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", features.bands,
                  features.frames);
  header.append(kAlignment - (kPreamble + header.size() + 1) % kAlignment, ' ');
  header += '\n';
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size() & 0xFF);
  bytes += static_cast<char>(header.size() >> 8);
  std::ofstream file(path, std::ios::binary);
  file << bytes << header;
  file.write(reinterpret_cast<const char*>(features.values.data()),
             static_cast<std::streamsize>(features.values.size() * sizeof(float)));
  if (!file.flush())
    throw Error(ErrorCode::io, "cannot write " + path.string() + "; does its folder exist?");
}

}  // namespace

void show_features(const FeaturesOptions& options, std::ostream& out) {
  Audio audio;
  int rate = 0;
  Spectrogram features;
  try {
    audio = read_audio(options.file);
    features = features_of(audio, options, rate);
  } catch (const BadAudio& error) {
    throw std::runtime_error(options.file.string() + ": " + error.what());
  }
  if (!options.output.empty()) write_npy(options.output, features);
  if (options.json) {
    out << Json{{"schema", schema_text("isojoule.features", 1)},
                {"samples", audio.samples.size()},
                {"file_rate", audio.rate},
                {"rate", rate},
                {"bands", features.bands},
                {"frames", features.frames},
                {"values", features.values}}
               .dump()
        << '\n';
    return;
  }
  const auto [least, most] = std::ranges::minmax(features.values);
  out << fmt::format("{} samples at {} Hz; at {} Hz, {} bands x {} frames from {:.6g} to {:.6g}\n",
                     audio.samples.size(), audio.rate, rate, features.bands, features.frames, least,
                     most);
}

}  // namespace isojoule::trainer
