// What repeats of one command say together.
#pragma once

#include <vector>

#include "isojoule/record/record.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule {

/// For the whole command, and for the window `steps` where each record has it: number, mean,
/// standard deviation, least and most of the energies of each scope that all records know, and a 90
/// % interval of the mean by Student's t, which is about how runs differ, not about the sensors.
/// Records that are not complete are left out and counted in a note.
Table repeats_table(const std::vector<Record>& records);

}  // namespace isojoule
