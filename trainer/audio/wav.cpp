#include "trainer/audio/wav.hpp"

#include <sndfile.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "isojoule/core/error.hpp"

namespace isojoule::trainer {
namespace {

constexpr int kMostChannels = 2;
constexpr std::int64_t kMostSeconds = 600;
constexpr std::uint32_t kUnknownSize = 0xFFFFFFFF;  // of a stream that could not be rewound

struct Closer {
  void operator()(SNDFILE* file) const { sf_close(file); }
};
using File = std::unique_ptr<SNDFILE, Closer>;

/// libsndfile ends its messages with full stops, and some with line feeds.
std::string library_message(SNDFILE* file) {
  std::string text = sf_strerror(file);
  text = text.substr(0, text.find('\n'));
  while (text.ends_with('.') || text.ends_with(' ')) text.pop_back();
  return text;
}

std::uint32_t little_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  return value;
}

/// How many bytes of samples a WAV file's header promises beyond the file's end. libsndfile reads
/// such a file as if it were shorter, and says nothing. Empty if it keeps its promise, or is no
/// WAV.
std::optional<std::uint64_t> missing_bytes(const std::filesystem::path& path) {
  constexpr std::streamoff kRiffHeader = 12;
  constexpr std::size_t kChunkHeader = 8;
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const std::streamoff size = file.tellg();
  std::array<char, static_cast<std::size_t>(kRiffHeader)> bytes{};
  const std::string_view text(bytes.data(), bytes.size());
  file.seekg(0);
  if (!file.read(bytes.data(), kRiffHeader) || !text.starts_with("RIFF") ||
      text.substr(kChunkHeader) != "WAVE")
    return std::nullopt;
  while (file.read(bytes.data(), kChunkHeader)) {
    const std::uint32_t length = little_endian(text.substr(4));
    const std::streamoff end = file.tellg() + static_cast<std::streamoff>(length);
    if (text.starts_with("data")) {
      if (length == kUnknownSize || end <= size) return std::nullopt;
      return static_cast<std::uint64_t>(end - size);
    }
    file.seekg(end + static_cast<std::streamoff>(length % 2));
  }
  return std::nullopt;
}

bool is_accepted(int format) {
  const int container = format & SF_FORMAT_TYPEMASK;
  if (container == SF_FORMAT_FLAC) return true;
  if (container != SF_FORMAT_WAV && container != SF_FORMAT_WAVEX) return false;
  constexpr std::array kSamples{SF_FORMAT_PCM_U8, SF_FORMAT_PCM_16, SF_FORMAT_PCM_24,
                                SF_FORMAT_PCM_32, SF_FORMAT_FLOAT,  SF_FORMAT_DOUBLE};
  return std::ranges::find(kSamples, format & SF_FORMAT_SUBMASK) != kSamples.end();
}

/// libsndfile's name of a format or of one of its parts.
std::string format_name(int format) {
  SF_FORMAT_INFO info{};
  info.format = format;
  const bool known = sf_command(nullptr, SFC_GET_FORMAT_INFO, &info, sizeof info) == 0;
  return known && info.name != nullptr ? info.name : "an unknown format";
}

/// What a header says is not believed: memory is taken as samples come, and here it ends.
void judge(const SF_INFO& info) {
  if (!is_accepted(info.format))
    throw BadAudio("it is " + format_name(info.format & SF_FORMAT_TYPEMASK) + " of " +
                   format_name(info.format & SF_FORMAT_SUBMASK) +
                   "; WAV of whole or floating-point numbers and FLAC are read");
  if (info.frames <= 0) throw BadAudio("it has no samples");
  if (info.channels > kMostChannels)
    throw BadAudio("it has " + std::to_string(info.channels) +
                   " channels; mono and stereo are read");
  if (info.samplerate < kLowestRate || info.samplerate > kHighestRate)
    throw BadAudio("its rate is " + std::to_string(info.samplerate) + " Hz; rates from " +
                   std::to_string(kLowestRate) + " to " + std::to_string(kHighestRate) +
                   " Hz are read");
  if (info.frames / info.samplerate >= kMostSeconds)
    throw BadAudio("its header states that it has " + std::to_string(info.frames) +
                   " samples; less than ten minutes are read");
}

File open(const std::filesystem::path& path, SF_INFO& info) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) throw BadAudio("there is no such file");
  if (!std::filesystem::is_regular_file(status)) throw BadAudio("it is not a file");
  if (std::filesystem::file_size(path, error) == 0) throw BadAudio("it is empty, 0 bytes");
  errno = 0;
  File file(sf_open(path.c_str(), SFM_READ, &info));
  if (!file && (errno == EACCES || errno == EMFILE)) throw BadAudio(std::strerror(errno));
  if (!file) throw BadAudio("it is not audio: " + library_message(nullptr));
  if (const std::optional<std::uint64_t> missing = missing_bytes(path))
    throw BadAudio("it is truncated, " + std::to_string(*missing) +
                   " bytes short of what its header states");
  judge(info);
  return file;
}

}  // namespace

AudioHeader read_header(const std::filesystem::path& file) {
  SF_INFO info{};
  open(file, info);
  return {info.samplerate, info.channels, info.frames};
}

Audio read_audio(const std::filesystem::path& file) {
  constexpr sf_count_t kChunk = 1 << 16;
  SF_INFO info{};
  const File handle = open(file, info);
  const auto channels = static_cast<std::size_t>(info.channels);
  std::vector<float> chunk(static_cast<std::size_t>(kChunk) * channels);
  Audio audio{info.samplerate, {}};
  sf_count_t left = info.frames;
  while (left > 0) {
    const sf_count_t got = sf_readf_float(handle.get(), chunk.data(), std::min(kChunk, left));
    if (got <= 0) break;
    for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i)
      audio.samples.push_back(chunk[i * channels]);
    left -= got;
  }
  if (left > 0)
    throw BadAudio("it is truncated: " + std::to_string(audio.samples.size()) + " of " +
                   std::to_string(info.frames) + " samples can be read");
  const auto bad =
      std::ranges::find_if(audio.samples, [](float sample) { return !std::isfinite(sample); });
  if (bad != audio.samples.end())
    throw BadAudio("sample " + std::to_string(bad - audio.samples.begin()) +
                   " is not a finite number");
  return audio;
}

void write_wav(const std::filesystem::path& file, std::span<const float> samples, int rate) {
  constexpr float kFullScale = 32767.0F;
  std::vector<short> counts;
  counts.reserve(samples.size());
  for (const float sample : samples)
    counts.push_back(static_cast<short>(std::lround(std::clamp(sample, -1.0F, 1.0F) * kFullScale)));
  SF_INFO info{};
  info.samplerate = rate;
  info.channels = 1;
  info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  const File handle(sf_open(file.c_str(), SFM_WRITE, &info));
  const auto count = static_cast<sf_count_t>(counts.size());
  if (!handle || sf_writef_short(handle.get(), counts.data(), count) != count)
    throw Error(ErrorCode::io,
                "cannot write " + file.string() + ": " + library_message(handle.get()));
}

}  // namespace isojoule::trainer
