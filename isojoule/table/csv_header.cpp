#include "isojoule/table/csv_header.hpp"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/table/cell.hpp"

namespace isojoule {

CsvHeader::CsvHeader(CsvReader& reader) {
  if (!reader.next())
    throw Error(ErrorCode::bad_input, reader.where() + ": is empty; a header is expected");
  where_ = fmt::format("{}:{}", reader.where(), reader.line());
  for (const std::string_view field : reader.fields()) names_.emplace_back(trimmed(field));
  std::unordered_map<std::string_view, std::size_t> seen;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (names_[i].empty()) continue;
    const auto [first, is_new] = seen.emplace(names_[i], i);
    if (is_new) continue;
    throw Error(ErrorCode::bad_input,
                fmt::format("{}: column {} stands twice (fields {} and {})", where_,
                            shown(names_[i]), first->second + 1, i + 1));
  }
}

std::optional<std::size_t> CsvHeader::find(std::string_view name) const {
  const auto found = name.empty() ? names_.end() : std::ranges::find(names_, name);
  if (found == names_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names_.begin());
}

std::size_t CsvHeader::require(std::string_view name) const {
  if (const auto found = find(name)) return *found;
  throw Error(ErrorCode::unknown_name, where_ + ": " + unknown_name("column", name, names_).what());
}

}  // namespace isojoule
