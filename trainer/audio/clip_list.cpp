#include "trainer/audio/clip_list.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>

#include "isojoule/core/error.hpp"
#include "isojoule/core/outcome.hpp"

#include "trainer/audio/event_table.hpp"

namespace isojoule::trainer {
namespace {

namespace fs = std::filesystem;

const std::array<std::string, 10> kDesedLabels{
    "Alarm_bell_ringing",         "Blender", "Cat",           "Dishes", "Dog",
    "Electric_shaver_toothbrush", "Frying",  "Running_water", "Speech", "Vacuum_cleaner"};
const std::array<std::string, 10> kDigits{"zero", "one", "two",   "three", "four",
                                          "five", "six", "seven", "eight", "nine"};
constexpr const char* kWeak = "metadata/train/weak.tsv";

std::string names(std::span<const std::string> all) {
  std::string text;
  for (const std::string& name : all) text += (text.empty() ? "" : ", ") + name;
  return text;
}

using Indices = std::vector<std::size_t>;

/// Of the labels; refused if one is unknown.
Outcome<Indices> indices(const std::set<std::string>& labels) {
  Indices result;
  for (const std::string& label : labels) {
    const auto found = std::ranges::find(kDesedLabels, label);
    if (found == kDesedLabels.end())
      return Outcome<Indices>::refuse("its label '" + label + "' is unknown; known are " +
                                      names(kDesedLabels));
    result.push_back(static_cast<std::size_t>(found - kDesedLabels.begin()));
  }
  std::ranges::sort(result);
  return result;
}

/// The one table of events among the held-out metadata.
fs::path held_out_table(const fs::path& folder) {
  const fs::path metadata = folder / "metadata/validation";
  for (const char* name : {"validation.tsv", "weak.tsv"})
    if (fs::exists(metadata / name)) return metadata / name;
  throw std::runtime_error("there are no held-out clips: neither validation.tsv nor weak.tsv in " +
                           metadata.string());
}

ClipList list_desed(const fs::path& folder, Part part) {
  const bool train = part == Part::train;
  const fs::path table = train ? folder / kWeak : held_out_table(folder);
  const std::string audio = train ? "audio/train/weak" : "audio/validation";
  ClipList list;
  std::size_t place = 0;
  for (const auto& [file, events] : read_event_table(table)) {
    const std::string name = audio + "/" + file;
    const std::size_t here = place++;
    const Outcome<Indices> labels =
        events.trouble.empty() ? indices(events.labels) : Outcome<Indices>::refuse(events.trouble);
    if (labels) {
      list.clips.push_back({folder / name, name, *labels, here});
    } else {
      list.bad.push_back({name, labels.refused});
    }
  }
  return list;
}

[[noreturn]] void cannot_read(const fs::path& path, const std::string& why) {
  throw std::runtime_error("cannot read " + path.string() + ": " + why);
}

/// None of a file that is not there.
std::set<std::string> read_lines(const fs::path& path) {
  std::set<std::string> lines;
  if (!fs::exists(path)) return lines;
  if (!fs::is_regular_file(path)) cannot_read(path, "it is not a file");
  std::ifstream file(path);
  if (!file) cannot_read(path, std::strerror(errno));
  for (std::string line; std::getline(file, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) lines.insert(line);
  }
  return lines;
}

ClipList list_sc09(const fs::path& folder, Part part) {
  const std::set<std::string> testing = read_lines(folder / "testing_list.txt");
  const std::set<std::string> validation = read_lines(folder / "validation_list.txt");
  std::map<std::string, std::size_t> found;
  for (std::size_t digit = 0; digit < kDigits.size(); ++digit) {
    std::error_code error;
    const fs::directory_iterator entries(folder / kDigits[digit], error);
    if (error) cannot_read(folder / kDigits[digit], error.message());
    for (const fs::directory_entry& entry : entries) {
      const std::string name = kDigits[digit] + "/" + entry.path().filename().string();
      const bool wanted = part == Part::held_out
                              ? testing.contains(name)
                              : !testing.contains(name) && !validation.contains(name);
      if (entry.path().extension() == ".wav" && wanted) found.emplace(name, digit);
    }
  }
  if (part == Part::held_out && found.empty())
    throw std::runtime_error("there are no held-out clips: testing_list.txt in " + folder.string() +
                             " names none");
  ClipList list;
  for (const auto& [name, digit] : found)
    list.clips.push_back({folder / name, name, {digit}, list.clips.size()});
  return list;
}

}  // namespace

std::string_view name_of(DatasetKind kind) { return kind == DatasetKind::desed ? "desed" : "sc09"; }

std::span<const std::string> labels_of(DatasetKind kind) {
  return kind == DatasetKind::desed ? kDesedLabels : kDigits;
}

DatasetKind find_kind(const fs::path& folder) {
  if (!fs::is_directory(folder))
    throw Error(ErrorCode::usage, "--data " + folder.string() + ": there is no such folder");
  if (fs::exists(folder / kWeak)) return DatasetKind::desed;
  if (std::ranges::all_of(kDigits, [&](const auto& digit) { return fs::exists(folder / digit); }))
    return DatasetKind::sc09;
  throw Error(ErrorCode::usage, "--data " + folder.string() +
                                    ": neither DESED (metadata/train/weak.tsv) nor SC09 (folders "
                                    "zero to nine); say which with --dataset");
}

ClipList list_clips(const fs::path& folder, DatasetKind kind, Part part) {
  return kind == DatasetKind::desed ? list_desed(folder, part) : list_sc09(folder, part);
}

}  // namespace isojoule::trainer
