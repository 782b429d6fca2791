// A dataset whose clips are made, for where the recorded one is not at hand.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "trainer/audio/clip_list.hpp"

namespace isojoule::trainer {

struct MadeDatasetOptions {
  std::filesystem::path folder;
  DatasetKind layout = DatasetKind::desed;
  std::size_t clips = 200;        ///< of the training part; a quarter of that is held out
  std::optional<double> seconds;  ///< of each clip; empty: 10 for DESED's layout, 1 for SC09's
  std::uint64_t seed = 1;
};

/// How many clips are held out: a quarter of `clips`, at least one.
std::size_t held_out_clips(std::size_t clips);

/// Writes WAV files (mono, 16 bits; 44.1 kHz in DESED's layout, 16 kHz in SC09's) and what tells of
/// them. Each label has an event of its own between 200 Hz and 7 kHz, a tone, a chirp or a burst of
/// noise, that begins in the first 50 ms and sounds for a quarter of a second, and then again at
/// random. Clips in DESED's layout have one or more labels, in SC09's one. Beside the events there
/// is faint noise. The same options give the same files.
///
/// Throws Error(usage) for a folder that is there and not empty, Error(io) for what cannot be
/// written.
void make_dataset(const MadeDatasetOptions& options);

}  // namespace isojoule::trainer
