// Observations: what trainings used on machines, as a data set gives it, row by row.
//
// Readers of the several formats hand each row to the caller's sinks and keep nothing themselves:
// the caller decides what is held in memory and what a fault means.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/quantity.hpp"
#include "isojoule/table/features.hpp"

namespace isojoule {

/// One training on one machine. What is not known is empty, never 0; what is known is positive and
/// finite.
struct Observation {
  std::string workload;          ///< 1 to 200 bytes of UTF-8 without control characters
  std::string hardware;          ///< likewise
  std::string family;            ///< workloads that are alike (one network at several batch
                                 ///< sizes); empty: not known
  std::optional<Energy> energy;  ///< on that hardware
#define ISOJOULE_MEMBER(member, name, words, type, ...) std::optional<type> member = {};
  ISOJOULE_FEATURES(ISOJOULE_MEMBER, ISOJOULE_MEMBER)
#undef ISOJOULE_MEMBER
  std::string run;  ///< tells repeats apart; empty: not given
  std::string notes;
  std::size_t line = 0;  ///< where it was read: line of the file, or number in the list; from 1
  std::size_t runs = 1;  ///< that energy and duration are the medians of
  double spread = 0.0;   ///< standard deviation of those runs' energies / their mean; 0 for one run

  friend bool operator==(const Observation&, const Observation&) = default;
};

/// Something to tell about one place of a table.
struct TableRemark {
  std::string where;      ///< the file, or what else the table is
  std::size_t line = 0;   ///< from 1; 0: about the whole
  std::size_t field = 0;  ///< number of the field in its row, from 1; 0: about the row, or no CSV
  std::string column;     ///< its name; empty: about the row
  std::string reason;     ///< "is negative: -3"

  /// "data.csv:17: column energy_j (field 3): is negative: -3"
  std::string text() const;
};

/// Where a reader brings what it reads. An exception of a sink ends the reading.
struct ObservationSinks {
  /// Each row that could be read, in their order. Required.
  std::function<void(Observation&&)> row;
  /// A row that could not be read and is left out. Required.
  std::function<void(const TableRemark&)> fault;
  /// Something of a row that was read: a value that is not believed and so is missing. Required.
  std::function<void(const TableRemark&)> note;
};

/// What was read.
struct TableSummary {
  std::size_t rows = 0;                      ///< rows of data in the table
  std::size_t faulty = 0;                    ///< of these, left out
  std::vector<std::string> ignored_columns;  ///< that have no meaning here, in their order
};

/// A table kept whole.
struct ObservationTable {
  std::vector<Observation> rows;
  std::vector<TableRemark> faults;  ///< one for each row that was left out
  std::vector<TableRemark> notes;
};

/// Keeps rows and notes; the first fault is thrown as Error(bad_input) with its text. `table` must
/// outlive the sinks.
ObservationSinks keep_strictly(ObservationTable& table);

/// Keeps rows, notes and faults. `table` must outlive the sinks.
ObservationSinks keep_readable(ObservationTable& table);

}  // namespace isojoule
