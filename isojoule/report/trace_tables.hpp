// What a trace holds.
#pragma once

#include <filesystem>
#include <ostream>
#include <vector>

#include "isojoule/page/table.hpp"

namespace isojoule {

/// What was recorded, by which channels, and the events beside the readings. Streams the file, in
/// memory that does not grow with its readings; of more than kMaxListedEvents events the first are
/// listed. Throws as TraceReader does.
std::vector<Table> trace_tables(const std::filesystem::path& file);

/// Every reading, one a line: time_s (since the recording began), channel, counts (empty: the
/// reading failed), value, unit of the value (J since the counter began, W, or that of a gauge).
/// Counts are exact; values have the gain taken out. Throws as TraceReader does.
void write_trace_csv(const std::filesystem::path& file, std::ostream& out);

inline constexpr std::size_t kMaxListedEvents = 100;

}  // namespace isojoule
