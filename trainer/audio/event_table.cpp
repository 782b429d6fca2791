#include "trainer/audio/event_table.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <vector>

namespace isojoule::trainer {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

bool next_line(std::ifstream& file, std::string& line) {
  if (!std::getline(file, line)) return false;
  if (line.ends_with('\r')) line.pop_back();
  return true;
}

/// Where the two columns are.
struct Columns {
  std::size_t file = 0;
  std::size_t labels = 0;
};

Columns find_columns(const std::filesystem::path& path, std::string header) {
  if (header.starts_with(kByteOrderMark)) header.erase(0, kByteOrderMark.size());
  const std::vector<std::string> names = split(header, '\t');
  const auto file = std::ranges::find(names, "filename");
  auto labels = std::ranges::find(names, "event_labels");
  if (labels == names.end()) labels = std::ranges::find(names, "event_label");
  if (file == names.end() || labels == names.end())
    throw std::runtime_error(path.string() +
                             " lacks the columns filename and event_labels (tab-separated)");
  return {static_cast<std::size_t>(file - names.begin()),
          static_cast<std::size_t>(labels - names.begin())};
}

}  // namespace

std::map<std::string, FileEvents> read_event_table(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path.string() + ": " + std::strerror(errno));
  std::string line;
  next_line(file, line);
  const Columns columns = find_columns(path, line);
  std::map<std::string, FileEvents> table;
  for (std::size_t number = 2; next_line(file, line); ++number) {
    if (line.empty()) continue;
    const std::vector<std::string> cells = split(line, '\t');
    const std::string name = columns.file < cells.size() ? cells[columns.file] : "";
    FileEvents& events = table[name];
    if (name.empty() || columns.labels >= cells.size()) {
      events.trouble = "row " + std::to_string(number) + " of " + path.filename().string() +
                       (name.empty() ? " names no file" : " has no labels' column");
      continue;
    }
    for (const std::string& label : split(cells[columns.labels], ','))
      if (!label.empty()) events.labels.insert(label);
  }
  return table;
}

}  // namespace isojoule::trainer
