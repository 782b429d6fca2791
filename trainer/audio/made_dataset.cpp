#include "trainer/audio/made_dataset.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/stats/random.hpp"

#include "trainer/audio/made_sound.hpp"
#include "trainer/audio/wav.hpp"

namespace isojoule::trainer {
namespace {

namespace fs = std::filesystem;

constexpr double kMoreLabels = 0.15;  // probability of each label beside the first
constexpr std::uint64_t kTrain = 0;
constexpr std::uint64_t kHeldOut = 1;

[[noreturn]] void cannot_write(const fs::path& path, const std::string& why) {
  throw Error(ErrorCode::io, "cannot write " + path.string() + ": " + why);
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) cannot_write(folder, error.message());
}

void write_text(const fs::path& path, const std::string& text) {
  make_folder(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << text << std::flush;
  if (!file) cannot_write(path, "the disk may be full");
}

double seconds_of(const MadeDatasetOptions& options) {
  return options.seconds.value_or(options.layout == DatasetKind::desed ? 10.0 : 1.0);
}

/// Ascending.
std::vector<std::size_t> choose_labels(const MadeDatasetOptions& options, Random& random) {
  const std::size_t count = labels_of(options.layout).size();
  const std::size_t first = random.below(count);
  std::vector<std::size_t> labels;
  for (std::size_t label = 0; label < count; ++label)
    if (label == first || (options.layout == DatasetKind::desed && random.uniform() < kMoreLabels))
      labels.push_back(label);
  return labels;
}

struct MadeClip {
  std::string name;  ///< of the file, without folder
  std::vector<std::size_t> labels;
};

/// Writes one; `folder_of` gives its folder by its first label.
template <class FolderOf>
MadeClip write_clip(const MadeDatasetOptions& options, std::uint64_t part, std::size_t index,
                    int rate, const FolderOf& folder_of) {
  Random random(derive_seed({options.seed, part, index}));
  MadeClip clip{fmt::format("{}_{:05}.wav", part == kTrain ? "train" : "held_out", index),
                choose_labels(options, random)};
  const fs::path& folder = folder_of(clip.labels.front());
  make_folder(folder);
  write_wav(folder / clip.name, make_sound(clip.labels, seconds_of(options), rate, random), rate);
  return clip;
}

void make_desed(const MadeDatasetOptions& options) {
  constexpr int kRate = 44100;
  const auto labels = labels_of(DatasetKind::desed);
  const fs::path train = options.folder / "audio/train/weak";
  const fs::path held_out = options.folder / "audio/validation";
  std::string weak = "filename\tevent_labels\n";
  for (std::size_t i = 0; i < options.clips; ++i) {
    const MadeClip clip = write_clip(options, kTrain, i, kRate,
                                     [&](std::size_t) -> const fs::path& { return train; });
    std::string names;
    for (const std::size_t label : clip.labels) names += (names.empty() ? "" : ",") + labels[label];
    weak += clip.name + '\t' + names + '\n';
  }
  std::string strong = "filename\tonset\toffset\tevent_label\n";
  for (std::size_t i = 0; i < held_out_clips(options.clips); ++i) {
    const MadeClip clip = write_clip(options, kHeldOut, i, kRate,
                                     [&](std::size_t) -> const fs::path& { return held_out; });
    for (const std::size_t label : clip.labels)
      strong +=
          fmt::format("{}\t0.000\t{:.3f}\t{}\n", clip.name, seconds_of(options), labels[label]);
  }
  write_text(options.folder / "metadata/train/weak.tsv", weak);
  write_text(options.folder / "metadata/validation/validation.tsv", strong);
}

void make_sc09(const MadeDatasetOptions& options) {
  constexpr int kRate = 16000;
  const auto labels = labels_of(DatasetKind::sc09);
  std::vector<fs::path> folders;
  for (const std::string& label : labels) {
    folders.push_back(options.folder / label);
    make_folder(folders.back());
  }
  const auto folder_of = [&](std::size_t label) -> const fs::path& { return folders[label]; };
  for (std::size_t i = 0; i < options.clips; ++i) write_clip(options, kTrain, i, kRate, folder_of);
  std::string testing;
  for (std::size_t i = 0; i < held_out_clips(options.clips); ++i) {
    const MadeClip clip = write_clip(options, kHeldOut, i, kRate, folder_of);
    testing += labels[clip.labels.front()] + '/' + clip.name + '\n';
  }
  write_text(options.folder / "testing_list.txt", testing);
}

}  // namespace

std::size_t held_out_clips(std::size_t clips) {
  constexpr std::size_t kPart = 4;
  return std::max<std::size_t>(1, clips / kPart);
}

void make_dataset(const MadeDatasetOptions& options) {
  std::error_code error;
  if (fs::exists(options.folder) && !fs::is_empty(options.folder, error))
    throw Error(ErrorCode::usage,
                options.folder.string() + " is there and not empty; name a new folder");
  if (options.layout == DatasetKind::desed) {
    make_desed(options);
  } else {
    make_sc09(options);
  }
}

}  // namespace isojoule::trainer
