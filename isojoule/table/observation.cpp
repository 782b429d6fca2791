#include "isojoule/table/observation.hpp"

#include <utility>

#include "isojoule/core/error.hpp"

namespace isojoule {

std::string TableRemark::text() const {
  std::string text = where;
  if (line > 0) text += ":" + std::to_string(line);
  text += ": ";
  if (!column.empty()) text += "column " + column + " ";
  if (field > 0) text += "(field " + std::to_string(field) + "): ";
  return text + reason;
}

ObservationSinks keep_readable(ObservationTable& table) {
  return {[&table](Observation&& row) { table.rows.push_back(std::move(row)); },
          [&table](const TableRemark& fault) { table.faults.push_back(fault); },
          [&table](const TableRemark& note) { table.notes.push_back(note); }};
}

ObservationSinks keep_strictly(ObservationTable& table) {
  ObservationSinks sinks = keep_readable(table);
  sinks.fault = [](const TableRemark& fault) { throw Error(ErrorCode::bad_input, fault.text()); };
  return sinks;
}

}  // namespace isojoule
