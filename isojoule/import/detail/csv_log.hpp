// Logs that are a header and rows of comma-separated values.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isojoule/import/log_format.hpp"

namespace isojoule::detail {

/// What the columns of a CSV log are, by their places in a row.
struct CsvLayout {
  std::size_t time = 0;
  std::vector<std::size_t> key;  ///< one at most
  std::vector<std::size_t> name;
  std::vector<std::size_t> driver;
  std::vector<std::size_t> values;  ///< of each of `columns`
  std::vector<LogColumn> columns;
};

/// The layout that a header has; empty: it is none of this format.
using LayoutOf = std::optional<CsvLayout> (*)(std::span<const std::string> header);

/// Whether one of the lines is such a header.
bool has_header(std::span<const std::string> lines, LayoutOf layout_of);

/// Reads rows by the first header. Lines before it are passed over: tools greet. A header that
/// comes again, where a log was continued, is no fault. Values may have their unit behind them; in
/// brackets or "N/A" there is none.
void read_csv_log(LogLines& lines, LogSink& sink, LayoutOf layout_of);

/// The place of the first of `names` in the header, as a list of one; an empty list if there is
/// none of them.
std::vector<std::size_t> place_of(std::span<const std::string> header,
                                  std::span<const std::string_view> names);

}  // namespace isojoule::detail
