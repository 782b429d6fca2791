// The rows of a table with a header: what the readers of all CSV formats share.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <istream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "isojoule/table/csv_header.hpp"
#include "isojoule/table/observation.hpp"

namespace isojoule::detail {

/// The columns' names of what may be the beginning of a table, without the white space around them;
/// empty if it is none that can be read.
std::vector<std::string> header_of(std::string_view beginning);

bool has_all(std::span<const std::string> names, std::initializer_list<std::string_view> wanted);

/// Goes through the rows, tells the sinks of those that have not the header's length, and counts.
class TableRows {
 public:
  /// Reads the header. `why_ragged` is added to the fault of a row of another length. Stream and
  /// sinks must outlive it.
  TableRows(std::istream& in, const std::string& where, const ObservationSinks& sinks,
            std::string why_ragged = {});

  const CsvHeader& header() const { return header_; }

  /// Goes to the next row that has the header's length; false after the last.
  bool next();

  /// A cell of the row, without white space around it. Valid until next().
  std::string_view cell(std::size_t column) const;

  /// The row's first line.
  std::size_t line() const { return reader_.line(); }

  /// The row is left out, for what stands in the column.
  void fault(std::size_t column, std::string reason);
  void note(std::size_t column, std::string reason) const;
  void take(Observation&& row) const { sinks_.row(std::move(row)); }

  /// Of all rows; `used` are the columns that have a meaning. Throws Error(bad_input) if there were
  /// no rows.
  TableSummary summary(std::span<const std::size_t> used) const;

 private:
  bool is_whole_row();
  TableRemark remark(std::size_t column, std::string reason) const;

  const ObservationSinks& sinks_;
  CsvReader reader_;
  CsvHeader header_;
  std::string why_ragged_;
  std::size_t rows_ = 0;
  std::size_t faulty_ = 0;
};

}  // namespace isojoule::detail
