// Which clips a dataset has, and what sounds in them.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace isojoule::trainer {

enum class DatasetKind { desed, sc09 };
enum class Part { train, held_out };

/// "desed" or "sc09".
std::string_view name_of(DatasetKind kind);

/// The ten labels in the order of the model's outputs.
std::span<const std::string> labels_of(DatasetKind kind);

struct Clip {
  std::filesystem::path file;
  std::string name;                 ///< of the file, relative to the dataset's folder
  std::vector<std::size_t> labels;  ///< indices into labels_of, ascending, each once
  std::size_t place = 0;            ///< among all clips of its part, bad ones too, by name
};

struct BadClip {
  std::string name;  ///< as Clip's
  std::string why;
};

struct ClipList {
  std::vector<Clip> clips;   ///< by name
  std::vector<BadClip> bad;  ///< by name
};

/// What a folder looks like: DESED has metadata/train/weak.tsv, SC09 the folders zero to nine.
/// Throws Error(usage) for what looks like neither.
DatasetKind find_kind(const std::filesystem::path& folder);

/// The clips that are told of; whether their files are any good is not looked at.
///
/// DESED: metadata/train/weak.tsv with audio/train/weak/, held out metadata/validation/*.tsv with
/// audio/validation/. The columns `filename` and `event_labels` (separated by commas), or
/// `event_label` (a row for each); rows of one file are put together. A row that cannot be
/// understood or has an unknown label makes a bad clip.
///
/// SC09: the .wav files in zero/ to nine/; those named in testing_list.txt are held out, those in
/// validation_list.txt left out.
///
/// Throws std::runtime_error for a part, a folder or a list that is not there or cannot be read;
/// SC09's two lists may be missing.
ClipList list_clips(const std::filesystem::path& folder, DatasetKind kind, Part part);

}  // namespace isojoule::trainer
