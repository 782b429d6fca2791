#include "isojoule/table/detail/table_rows.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/table/cell.hpp"

namespace isojoule::detail {

std::vector<std::string> header_of(std::string_view beginning) {
  try {
    std::istringstream in{std::string(beginning)};
    CsvReader reader(in, {});
    return CsvHeader(reader).names();
  } catch (const Error&) {
    return {};  // what is wrong with it is for the reader to say
  }
}

bool has_all(std::span<const std::string> names, std::initializer_list<std::string_view> wanted) {
  return std::ranges::all_of(wanted, [names](std::string_view name) {
    return std::ranges::find(names, name) != names.end();
  });
}

TableRows::TableRows(std::istream& in, const std::string& where, const ObservationSinks& sinks,
                     std::string why_ragged)
    : sinks_(sinks), reader_(in, where), header_(reader_), why_ragged_(std::move(why_ragged)) {}

bool TableRows::next() {
  while (reader_.next()) {
    ++rows_;
    if (is_whole_row()) return true;
  }
  return false;
}

bool TableRows::is_whole_row() {
  const auto fields = reader_.fields();
  std::string reason;
  if (fields.size() != header_.size()) {
    reason = fmt::format("the row has {} fields where the header has {}{}", fields.size(),
                         header_.size(), why_ragged_);
  } else if (trimmed(fields[0]) == header_.names()[0] &&
             std::ranges::equal(fields, header_.names(), {}, trimmed)) {
    reason = "the header stands here again: were two files joined?";
  } else {
    return true;
  }
  ++faulty_;
  sinks_.fault({reader_.where(), reader_.line(), 0, {}, std::move(reason)});
  return false;
}

std::string_view TableRows::cell(std::size_t column) const {
  return trimmed(reader_.fields()[column]);
}

void TableRows::fault(std::size_t column, std::string reason) {
  ++faulty_;
  sinks_.fault(remark(column, std::move(reason)));
}

void TableRows::note(std::size_t column, std::string reason) const {
  sinks_.note(remark(column, std::move(reason)));
}

TableRemark TableRows::remark(std::size_t column, std::string reason) const {
  return {reader_.where(), reader_.place(column).line, column + 1, header_.names()[column],
          std::move(reason)};
}

TableSummary TableRows::summary(std::span<const std::size_t> used) const {
  if (rows_ == 0) throw Error(ErrorCode::bad_input, reader_.where() + ": has a header and no rows");
  TableSummary summary{rows_, faulty_, {}};
  for (std::size_t i = 0; i < header_.size(); ++i) {
    if (std::ranges::find(used, i) != used.end()) continue;
    const std::string& name = header_.names()[i];
    summary.ignored_columns.push_back(name.empty() ? fmt::format("(field {})", i + 1) : name);
  }
  return summary;
}

}  // namespace isojoule::detail
