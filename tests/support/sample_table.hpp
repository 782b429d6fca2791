// Tables for the tests of this room.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "isojoule/core/error.hpp"
#include "isojoule/table/observation.hpp"

namespace isojoule::detail {

/// What a reader made of a text.
struct ReadTable {
  ObservationTable table;
  TableSummary summary;

  const Observation& row(std::size_t i = 0) const { return table.rows.at(i); }
};

inline std::vector<std::string> texts_of(const std::vector<TableRemark>& remarks) {
  std::vector<std::string> texts;
  for (const TableRemark& remark : remarks) texts.push_back(remark.text());
  return texts;
}

/// The error of `action`; its text tells if there was none.
inline Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return {ErrorCode::usage, "nothing was thrown"};
}

/// `text` `count` times.
inline std::string repeated(const std::string& text, std::size_t count) {
  std::string all;
  all.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

}  // namespace isojoule::detail
