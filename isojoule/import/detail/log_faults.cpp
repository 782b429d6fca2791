#include "isojoule/import/detail/log_faults.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace isojoule::detail {

LogFaults::Kind* LogFaults::find(const std::string& what) {
  const auto found = std::ranges::find(kinds_, what, &Kind::what);
  if (found != kinds_.end()) return &*found;
  if (kinds_.size() == kMostKinds) {
    ++others_;
    return nullptr;
  }
  kinds_.push_back({what, {}, 0});
  return &kinds_.back();
}

void LogFaults::add(std::size_t line, const std::string& what) {
  Kind* const kind = find(what);
  if (kind == nullptr) return;
  ++kind->count;
  auto& stretches = kind->stretches;
  if (!stretches.empty() && stretches.back().second + 1 == line) {
    stretches.back().second = line;
  } else if (stretches.size() < kMostStretches) {
    stretches.emplace_back(line, line);
  }
}

void LogFaults::add(const std::string& what) { find(what); }

std::vector<std::string> LogFaults::texts() const {
  std::vector<std::string> texts;
  for (const Kind& kind : kinds_) {
    std::string& text = texts.emplace_back(kind.what);
    if (kind.count == 0) continue;
    text += kind.count == 1 ? " (line " : " (lines ";
    for (std::size_t i = 0; i < kind.stretches.size(); ++i) {
      const auto& [first, last] = kind.stretches[i];
      text += i > 0 ? ", " : "";
      text += first == last ? std::to_string(first) : fmt::format("{}-{}", first, last);
    }
    text += kind.stretches.size() > 1 ? fmt::format("; {} in all)", kind.count) : ")";
  }
  if (others_ > 0) texts.push_back(fmt::format("{} faults of other kinds", others_));
  return texts;
}

}  // namespace isojoule::detail
