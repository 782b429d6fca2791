// A dataset made ready to be trained on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <optional>

#include "isojoule/cost/architecture.hpp"

#include "trainer/audio/clip_list.hpp"
#include "trainer/audio/feature_table.hpp"

namespace isojoule::trainer {

enum class OnBadAudio { skip, refuse };

struct DatasetOptions {
  std::filesystem::path folder;
  DatasetKind kind = DatasetKind::desed;
  std::optional<int> rate;      ///< samples per second to resample to; empty: the files' own
  std::filesystem::path cache;  ///< a folder for files of features; empty: none are kept
  OnBadAudio on_bad = OnBadAudio::refuse;
};

/// The features of one part, from the cache, or made and then kept there. Each file is read and
/// hashed: what has changed is noticed, and the features are made anew. Which part of a clip longer
/// than ten seconds is taken depends on Clip::place alone, so not on which others are bad. Clips
/// that are not resampled must have the rate that most have, of both parts together.
///
/// To `out` goes a line for each bad clip, for features that are made, and for a cache that cannot
/// be used. Throws std::runtime_error for bad clips where they are refused, and for a dataset
/// without a good clip.
FeatureTable load_features(const DatasetOptions& options, const Task& task, Part part,
                           std::ostream& out);

/// The clips of the training part, each of which was read once and found good. What was read is
/// dropped from the system's cache of files, so that each training begins alike. Otherwise as
/// load_features.
std::vector<Clip> load_clips(const DatasetOptions& options, std::ostream& out);

}  // namespace isojoule::trainer
