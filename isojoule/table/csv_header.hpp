// The first row of a table: its columns by name.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isojoule/table/csv.hpp"

namespace isojoule {

/// Names of columns, without the white space around them. A column without a name is never found.
class CsvHeader {
 public:
  /// Takes the next row of `reader` as the header. Throws Error(bad_input) if there is none and for
  /// a name that stands twice.
  explicit CsvHeader(CsvReader& reader);

  const std::vector<std::string>& names() const { return names_; }
  std::size_t size() const { return names_.size(); }

  /// The column's number from 0; empty if there is none of that name.
  std::optional<std::size_t> find(std::string_view name) const;

  /// As find; throws Error(unknown_name) "FILE:LINE: unknown column 'energy'; did you mean ...?".
  std::size_t require(std::string_view name) const;

 private:
  std::string where_;  ///< "FILE:LINE"
  std::vector<std::string> names_;
};

}  // namespace isojoule
