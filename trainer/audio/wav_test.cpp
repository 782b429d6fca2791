#include "trainer/audio/wav.hpp"

#include <sndfile.h>
#include <sys/stat.h>

#include <array>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/world.hpp"

#include "support/temp_directory.hpp"
#include "trainer/audio/content_hash.hpp"

namespace isojoule::trainer {
namespace {

using testing::HasSubstr;

class AudioFile : public testing::Test {
 protected:
  /// Half a second by libsndfile: on the left what `sample` says, on the right silence.
  void write(int format, int channels = 1, int rate = 8000) {
    SF_INFO info{};
    info.samplerate = rate;
    info.channels = channels;
    info.format = format;
    SNDFILE* file = sf_open(path().c_str(), SFM_WRITE, &info);
    ASSERT_NE(file, nullptr) << sf_strerror(nullptr);
    const auto step = static_cast<std::size_t>(channels);
    std::vector<double> frames(kFrames * step);
    for (int i = 0; i < kFrames; ++i) frames[static_cast<std::size_t>(i) * step] = sample(i);
    EXPECT_EQ(sf_writef_double(file, frames.data(), kFrames), kFrames);
    sf_close(file);
  }

  /// Half a `step` of the sample format for rounding, and up to 0.7 more: libsndfile multiplies by
  /// 2^n - 1 when it writes whole numbers and divides by 2^n when it reads them.
  void expect_read(double step) const {
    const Audio audio = read_audio(path());
    ASSERT_EQ(audio.samples.size(), static_cast<std::size_t>(kFrames));
    for (int i = 0; i < kFrames; ++i)
      ASSERT_NEAR(audio.samples[static_cast<std::size_t>(i)], sample(i), 1.2 * step) << i;
  }

  /// Why it is no clip.
  std::string refusal() const {
    try {
      read_audio(path());
    } catch (const BadAudio& error) {
      return error.what();
    }
    return "nothing was thrown";
  }

  /// Writes `bytes` over what is at `at`.
  void overwrite(std::size_t at, const std::string& bytes) {
    std::string text = *read_text(path());
    text.replace(at, bytes.size(), bytes);
    write_file(path(), text);
  }

  std::filesystem::path path() const { return folder_.path() / "clip"; }

  static double sample(int i) { return 0.7 * std::sin(0.05 * i); }

  static constexpr int kFrames = 4000;
  TempDirectory folder_;
};

TEST_F(AudioFile, OfEverySampleFormatIsReadAsFarAsItTells) {
  const std::array<std::pair<int, double>, 11> formats{{
      {SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 0x1p-7},
      {SF_FORMAT_WAV | SF_FORMAT_PCM_16, 0x1p-15},
      {SF_FORMAT_WAV | SF_FORMAT_PCM_24, 0x1p-23},
      {SF_FORMAT_WAV | SF_FORMAT_PCM_32, 0x1p-24},  // read in single precision
      {SF_FORMAT_WAV | SF_FORMAT_FLOAT, 0x1p-24},
      {SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 0x1p-24},
      {SF_FORMAT_WAVEX | SF_FORMAT_PCM_16, 0x1p-15},
      {SF_FORMAT_WAVEX | SF_FORMAT_PCM_24, 0x1p-23},
      {SF_FORMAT_FLAC | SF_FORMAT_PCM_S8, 0x1p-7},
      {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 0x1p-15},
      {SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 0x1p-23},
  }};
  for (const int channels : {1, 2}) {
    for (const auto& [format, step] : formats) {
      SCOPED_TRACE(testing::Message() << std::hex << format << ", channels " << channels);
      write(format, channels);
      const AudioHeader header = read_header(path());
      EXPECT_EQ(header.rate, 8000);
      EXPECT_EQ(header.channels, channels);
      EXPECT_EQ(header.frames, kFrames);
      expect_read(step);
    }
  }
}

TEST_F(AudioFile, OfAnotherKindIsRefusedByItsName) {
  write(SF_FORMAT_AIFF | SF_FORMAT_PCM_16);
  EXPECT_THAT(refusal(), HasSubstr("it is AIFF"));
  EXPECT_THAT(refusal(), HasSubstr("WAV of whole or floating-point numbers and FLAC are read"));
  write(SF_FORMAT_OGG | SF_FORMAT_VORBIS);
  EXPECT_THAT(refusal(), HasSubstr("OGG"));
  write(SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM);
  EXPECT_THAT(refusal(), HasSubstr("ADPCM"));
}

TEST_F(AudioFile, WithARateThatCannotBeUsedIsRefused) {
  for (const int rate : {1, 1715, 1'000'001, 2'000'000'000}) {
    write(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1, rate);
    EXPECT_THAT(refusal(), HasSubstr("its rate is " + std::to_string(rate) + " Hz"));
    EXPECT_THROW(read_header(path()), BadAudio);
  }
  for (const int rate : {kLowestRate, kHighestRate}) {
    write(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1, rate);
    expect_read(0x1p-15);
  }
}

/// Of a FLAC file the number of samples is said in bits 108 to 143 of the first block, which begins
/// at byte 8: the lower half of byte 21, and four more.
TEST_F(AudioFile, WhoseHeaderClaimsSamplesBeyondMeasureIsRefused) {
  write(SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  overwrite(22, "\xff\xff\xff\xff");
  EXPECT_THAT(refusal(), HasSubstr("its header states that it has 4294967295 samples"));
  overwrite(22, std::string("\x00\x49\x3d\xff", 4));  // one less than ten minutes
  EXPECT_THAT(refusal(), HasSubstr("truncated: "));
}

TEST_F(AudioFile, OfTenMinutesIsRefused) {
  constexpr std::size_t kTenMinutes = 1'200'000;
  const std::vector<float> silence(kTenMinutes);
  write_wav(path(), silence, 2000);
  EXPECT_THAT(refusal(), HasSubstr("less than ten minutes"));
  write_wav(path(), std::span(silence).first(kTenMinutes - 1), 2000);
  EXPECT_EQ(read_audio(path()).samples.size(), kTenMinutes - 1);
}

/// Either would be read without end.
TEST_F(AudioFile, ThatIsAPipeOrADeviceIsNone) {
  ASSERT_EQ(mkfifo(path().c_str(), 0600), 0);
  EXPECT_THAT(refusal(), HasSubstr("it is not a file"));
  EXPECT_EQ(content_of(path()), std::nullopt);
  EXPECT_EQ(content_of("/dev/zero"), std::nullopt);
  EXPECT_EQ(content_of(folder_.path()), std::nullopt);
}

}  // namespace
}  // namespace isojoule::trainer
