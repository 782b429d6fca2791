// Where observations are read from: a table of energies in any format, or a store.
//
//   const ReadObservations read = read_observations({"emissions.csv", "", {{"components",
//   {"all"}}}}); for (const TableRemark& remark : read.remarks) std::cerr << remark.text() << '\n';
//   const Dataset dataset(read.rows);
#pragma once

#include <string>
#include <vector>

#include "isojoule/table/observation.hpp"
#include "isojoule/table/readers.hpp"

namespace isojoule {

struct ObservationSource {
  std::string file;     ///< "-": standard input; for the formats of a store, the store
  std::string format;   ///< a name of observation_formats(); empty: recognised by the content
  ReaderValues values;  ///< of the format's options
};

struct ReadObservations {
  std::vector<Observation> rows;
  /// Values that are not believed and so are missing; of a store, also what was left out.
  std::vector<TableRemark> remarks;
  std::string format;  ///< in which they were read
};

/// The formats of table_readers(), and what a store gives: "store", the energies of its records,
/// and "profiles", those of its machine profiles' references.
std::vector<TableFormat> observation_formats();

/// Reads all of a source. A row of a table that cannot be read is an Error that names line and
/// column. A store holds records of every kind, and profiles on several bases: those that do not
/// fit are remarks. Throws Error as find_format, recognise_format, format_values, the readers and
/// the store.
ReadObservations read_observations(const ObservationSource& source);

}  // namespace isojoule
