#include "isojoule/import/detail/csv_log.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace isojoule::detail {
namespace {

// More is no power and no state of a device.
constexpr double kMostValue = 1e9;

bool says_there_is_none(std::string_view cell) {
  constexpr std::array<std::string_view, 6> kNone{
      "", "N/A", "[N/A]", "[Not Supported]", "[Not Found]", "[Insufficient Permissions]"};
  return std::ranges::find(kNone, cell) != kNone.end();
}

/// A cell of a column; empty, with a fault unless the log says that there is no value.
std::optional<double> value_of(std::string_view cell, const LogColumn& column, std::size_t line,
                               LogSink& sink) {
  if (says_there_is_none(cell)) return std::nullopt;
  const std::size_t blank = cell.find(' ');
  const std::string_view unit =
      blank == std::string_view::npos ? std::string_view() : cell.substr(blank + 1);
  const auto number = log_number(cell.substr(0, blank));
  std::string why;
  if (!number) {
    why = fmt::format("is no number: '{:.40}'", cell);
  } else if (!unit.empty() && unit != column.unit) {
    why = fmt::format("is in '{:.20}' where {} is expected", unit, column.unit);
  } else if (*number < 0.0 || *number * column.per_unit > kMostValue) {
    why = "is negative or beyond anything real";
  } else {
    return *number * column.per_unit;
  }
  sink.fault(line, fmt::format("{} {}; the reading is missing", column.title, why));
  return std::nullopt;
}

std::string cell_at(const std::vector<std::string>& fields, const std::vector<std::size_t>& place) {
  return place.empty() || says_there_is_none(fields[place.front()]) ? "" : fields[place.front()];
}

void read_row(const std::vector<std::string>& fields, std::size_t line, const CsvLayout& layout,
              LogSink& sink) {
  const auto time = log_time(fields[layout.time]);
  if (!time) {
    sink.fault(line, "its time cannot be understood; the row was left out");
    return;
  }
  LogRow row{line, *time, {}, {}};
  row.device = {cell_at(fields, layout.key), cell_at(fields, layout.name),
                cell_at(fields, layout.driver)};
  for (std::size_t i = 0; i < layout.columns.size(); ++i)
    row.values.push_back(value_of(fields[layout.values[i]], layout.columns[i], line, sink));
  sink.row(row);
}

}  // namespace

bool has_header(std::span<const std::string> lines, LayoutOf layout_of) {
  return std::ranges::any_of(lines, [layout_of](const std::string& line) {
    return layout_of(log_fields(line)).has_value();
  });
}

void read_csv_log(LogLines& lines, LogSink& sink, LayoutOf layout_of) {
  std::optional<CsvLayout> layout;
  std::vector<std::string> header;
  while (const auto line = lines.next()) {
    const std::vector<std::string> fields = log_fields(*line);
    if (!layout) {
      layout = layout_of(fields);
      header = fields;
      if (layout) sink.columns(layout->columns);
    } else if (fields == header) {
      continue;
    } else if (fields.size() != header.size()) {
      sink.fault(lines.number(), fmt::format("has {} fields where the header has {}; the row was "
                                             "left out",
                                             fields.size(), header.size()));
    } else {
      read_row(fields, lines.number(), *layout, sink);
    }
  }
}

std::vector<std::size_t> place_of(std::span<const std::string> header,
                                  std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    const auto found = std::ranges::find(header, name);
    if (found != header.end()) return {static_cast<std::size_t>(found - header.begin())};
  }
  return {};
}

}  // namespace isojoule::detail
