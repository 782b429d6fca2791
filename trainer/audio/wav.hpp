// Audio files, by libsndfile.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <vector>

namespace isojoule::trainer {

/// Samples per second with which a model's 64 frames fit into ten seconds, and those beyond which
/// a header is taken for a lie.
inline constexpr int kLowestRate = 1716;
inline constexpr int kHighestRate = 1'000'000;

/// Why a file is no clip. The message is the reason alone; who calls knows the file.
class BadAudio : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One channel of sound, full scale at -1 and 1.
struct Audio {
  int rate = 0;  ///< samples per second
  std::vector<float> samples;
};

/// What a file's header says.
struct AudioHeader {
  int rate = 0;
  int channels = 0;
  std::int64_t frames = 0;
};

/// Of WAV (whole numbers of 8 to 32 bits, floating-point ones of 32 or 64) and FLAC. Throws
/// BadAudio for what is not there, no regular file, cannot be opened, is empty, is neither, ends
/// before its header says, has no samples or ten minutes of them, more than two channels, or a rate
/// outside the two above.
AudioHeader read_header(const std::filesystem::path& file);

/// The first channel of a mono or stereo file. Throws BadAudio as read_header does, and for samples
/// that are not finite.
Audio read_audio(const std::filesystem::path& file);

/// Writes mono, 16 bits a sample, what is beyond full scale cut off. Throws Error(io).
void write_wav(const std::filesystem::path& file, std::span<const float> samples, int rate);

}  // namespace isojoule::trainer
