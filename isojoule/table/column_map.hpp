// What the columns of a table (or the keys of its JSON) mean, and in which unit.
//
// Keys that are understood, by which a column may be called or to which one may be mapped:
// workload, hardware, family, run, notes, those of the features (features.hpp), and
//
//   energy_j  energy_kj  energy_wh  energy_kwh  energy_millijoule  energy_megajoule
//
// energy_mj is refused: some mean millijoules by it, others megajoules.
#pragma once

#include <map>
#include <span>
#include <string>

namespace isojoule {

/// Key to the name of the column that holds it. What is not in it goes by the keys' own names.
using ColumnMap = std::map<std::string, std::string>;

/// From texts such as "energy_kwh=Energy,workload=Model"; several maps add up. A column whose name
/// holds a comma or a quote is written as in a CSV file: `"energy_kwh=Energy, total"`. Throws
/// Error(unknown_name) for a key that is none, and Error(usage) for a text of another form,
/// energy_mj, and two keys for one thing (energy_j and energy_kwh, or workload twice).
ColumnMap parse_column_map(std::span<const std::string> texts);

}  // namespace isojoule
