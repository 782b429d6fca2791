// DESED's tables of what sounds in which file.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace isojoule::trainer {

/// What a table says of one file.
struct FileEvents {
  std::set<std::string> labels;
  std::string trouble;  ///< why its row cannot be understood; empty if it can
};

/// By file name. Tab-separated, with a header that has `filename` and either `event_labels`
/// (several in a row, separated by commas) or `event_label` (one in a row); other columns are not
/// looked at. No label is no trouble. Throws std::runtime_error for a table that cannot be read or
/// lacks those columns.
std::map<std::string, FileEvents> read_event_table(const std::filesystem::path& path);

}  // namespace isojoule::trainer
