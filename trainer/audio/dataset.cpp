#include "trainer/audio/dataset.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <set>
#include <string>

#include <fmt/format.h>

#include "isojoule/core/text.hpp"
#include "isojoule/stats/random.hpp"

#include "trainer/audio/content_hash.hpp"
#include "trainer/audio/features.hpp"
#include "trainer/audio/resample.hpp"
#include "trainer/audio/wav.hpp"

namespace isojoule::trainer {
namespace {

constexpr std::uint64_t kCropSeed = 1;  // features do not depend on a training's seed

/// Removes the clips for which `trouble` gives a reason; they become bad.
template <class Trouble>
void sort_out(ClipList& list, const Trouble& trouble) {
  std::vector<Clip> good;
  for (Clip& clip : list.clips) {
    try {
      trouble(clip);
      good.push_back(std::move(clip));
    } catch (const BadAudio& error) {
      list.bad.push_back({clip.name, error.what()});
    }
  }
  list.clips = std::move(good);
  std::ranges::sort(list.bad, {}, &BadClip::name);
}

/// What most clips of a dataset have.
struct CommonRate {
  int rate = 0;  ///< 0 where no clip can be read
  std::size_t clips = 0;
};

/// The clips of a part, none where it is not there.
std::vector<Clip> clips_if_there(const DatasetOptions& options, Part part) {
  try {
    return list_clips(options.folder, options.kind, part).clips;
  } catch (const std::runtime_error&) {
    return {};
  }
}

/// Of all parts together, so that what is held out is heard as what was trained on; the lowest of
/// several.
CommonRate find_common_rate(const DatasetOptions& options) {
  std::map<int, std::size_t> clips_of;
  for (const Part part : {Part::train, Part::held_out}) {
    for (const Clip& clip : clips_if_there(options, part)) {
      try {
        ++clips_of[read_header(clip.file).rate];
      } catch (const BadAudio&) {
        continue;  // its own part names it
      }
    }
  }
  CommonRate most;
  for (const auto& [rate, clips] : clips_of)
    if (clips > most.clips) most = {rate, clips};
  return most;
}

/// Of clips that are not resampled, those of another rate than most become bad.
void keep_one_rate(ClipList& list, const CommonRate& most) {
  sort_out(list, [&](const Clip& clip) {
    const int rate = read_header(clip.file).rate;
    if (rate != most.rate)
      throw BadAudio(
          fmt::format("its rate is {} Hz and that of {} others {} Hz; they go together "
                      "when resampled (without --resample none)",
                      rate, most.clips, most.rate));
  });
}

void judge(const DatasetOptions& options, const std::vector<BadClip>& bad, std::size_t good,
           std::ostream& out) {
  const bool skip = options.on_bad == OnBadAudio::skip;
  for (const BadClip& clip : bad)
    out << "isojoule-train: " << (skip ? "skipped" : "refused") << ": " << clip.name << ": "
        << clip.why << '\n';
  if (!skip && !bad.empty())
    throw std::runtime_error(
        fmt::format("{} of {} clips in {} cannot be used; fix them, or continue without them by "
                    "--on-bad-audio skip",
                    bad.size(), bad.size() + good, options.folder.string()));
  if (good == 0)
    throw std::runtime_error("there is no clip to train on in " + options.folder.string());
}

std::string rate_name(const DatasetOptions& options) {
  return options.rate ? std::to_string(*options.rate) : "none";
}

/// Whatever the features depend on.
Json make_key(const DatasetOptions& options, const Task& task, Part part, const ClipList& list,
              const CommonRate& common) {
  Json clips = Json::array();
  for (const Clip& clip : list.clips) {
    const std::optional<Content> content = content_of(clip.file);
    clips.push_back(Json::array(
        {valid_utf8(clip.name), clip.labels, content ? Json(content->bytes) : Json(nullptr),
         content ? Json(fmt::format("{:016x}", content->hash)) : Json(nullptr)}));
  }
  Json bad = Json::array();
  for (const BadClip& clip : list.bad)
    bad.push_back(Json::array({valid_utf8(clip.name), valid_utf8(clip.why)}));
  return Json{{"dataset", name_of(options.kind)},
              {"part", part == Part::train ? "train" : "held-out"},
              {"resample", rate_name(options)},
              {"rate", options.rate.value_or(common.rate)},
              {"seconds", kClipSeconds},
              {"window", kMelWindow},
              {"hop", kMelHop},
              {"bands", task.bands},
              {"frames", task.frames},
              {"resampler", resampler_name()},
              {"spectrogram", spectrogram_maker_name()},
              {"clips", clips},
              {"bad", bad}};
}

/// One file for each dataset, part and rate.
std::filesystem::path cache_file(const DatasetOptions& options, Part part) {
  const std::string what = std::filesystem::canonical(options.folder).string() + '\n' +
                           std::string(name_of(options.kind)) + '\n' + rate_name(options);
  std::uint64_t hash = part == Part::train ? 0 : 1;
  for (const char c : what) hash = derive_seed({hash, static_cast<unsigned char>(c)});
  return options.cache / fmt::format("{:016x}.features", hash);
}

FeatureTable make_features(const DatasetOptions& options, const Task& task, ClipList list,
                           const CommonRate& common) {
  if (!options.rate) keep_one_rate(list, common);
  const OneThread one_thread;
  FeatureMaker maker(task, options.rate);
  const std::size_t values = task.bands * task.frames;
  std::vector<float> features;
  std::vector<float> targets;
  features.reserve(list.clips.size() * values);
  std::vector<float> one(values);
  sort_out(list, [&](const Clip& clip) {
    maker.make(read_audio(clip.file), derive_seed({kCropSeed, clip.place}), Extent::needed, one);
    features.insert(features.end(), one.begin(), one.end());
    targets.resize(targets.size() + task.labels, 0.0F);
    for (const std::size_t label : clip.labels) targets[targets.size() - task.labels + label] = 1;
  });
  return {task, std::move(features), std::move(targets), std::move(list.bad)};
}

/// Keeps them and maps the file; where that fails, they stay in memory.
FeatureTable keep(const FeatureTable& table, const std::filesystem::path& path, const Task& task,
                  const Json& key, std::ostream& out) {
  try {
    std::filesystem::create_directories(path.parent_path());
    table.save(path, key);
    return FeatureTable::map(path, task, key);
  } catch (const std::exception& error) {
    out << "isojoule-train: features are not kept: " << error.what() << '\n';
    return table;
  }
}

FeatureTable cached_or_made(const DatasetOptions& options, const Task& task, Part part,
                            std::ostream& out) {
  const ClipList list = list_clips(options.folder, options.kind, part);
  const CommonRate common = options.rate ? CommonRate{} : find_common_rate(options);
  if (options.cache.empty()) return make_features(options, task, list, common);
  const std::filesystem::path path = cache_file(options, part);
  const Json key = make_key(options, task, part, list, common);
  if (std::filesystem::exists(path)) {
    try {
      return FeatureTable::map(path, task, key);
    } catch (const Unusable& error) {
      out << "isojoule-train: features are made anew: " << path.string() << ": " << error.what()
          << '\n';
    } catch (const std::exception& error) {
      out << "isojoule-train: features are made anew: " << error.what() << '\n';
    }
  } else {
    out << "isojoule-train: features of " << list.clips.size() << " clips are made, kept as "
        << path.string() << '\n';
  }
  const FeatureTable table = make_features(options, task, list, common);
  return table.size() == 0 ? table : keep(table, path, task, key, out);
}

/// What is not needed again until the training, which shall find it as the system left it.
void drop_from_file_cache(const std::filesystem::path& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
  close(descriptor);
}

}  // namespace

FeatureTable load_features(const DatasetOptions& options, const Task& task, Part part,
                           std::ostream& out) {
  FeatureTable table = cached_or_made(options, task, part, out);
  judge(options, table.bad(), table.size(), out);
  return table;
}

std::vector<Clip> load_clips(const DatasetOptions& options, std::ostream& out) {
  ClipList list = list_clips(options.folder, options.kind, Part::train);
  if (!options.rate) keep_one_rate(list, find_common_rate(options));
  sort_out(list, [&](const Clip& clip) {
    read_audio(clip.file);
    drop_from_file_cache(clip.file);
  });
  judge(options, list.bad, list.clips.size(), out);
  return std::move(list.clips);
}

}  // namespace isojoule::trainer
