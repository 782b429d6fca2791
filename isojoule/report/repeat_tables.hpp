// What repeats of one command say together.
#pragma once

#include <vector>

#include "isojoule/page/table.hpp"
#include "isojoule/record/record.hpp"

namespace isojoule {

/// For the whole command, and for the window `steps` where each record has it: number, mean,
/// standard deviation, least and most of the energies of each scope that all records know, and a 90
/// % interval of the mean: by Student's t how runs differ, and as squares what they share, such as
/// the gain of one sensor, which more runs do not lessen.
/// Records that are not complete are left out and counted in a note.
Table repeats_table(const std::vector<Record>& records);

}  // namespace isojoule
